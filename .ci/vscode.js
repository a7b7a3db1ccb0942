'use strict';
// Loads editors/vscode with a stand-in for the editor, and a real server: node vscode.js EXTENSION BINARY FILE
// What the extension made of the server's answers goes to standard output, as JSON.
const fs = require('fs');
const Module = require('module');
const path = require('path');

const [extension, binary, file] = process.argv.slice(2);

class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
class Range { constructor(start, end) { Object.assign(this, { start, end }); } }
class Place { constructor(uri, range) { Object.assign(this, { uri, range }); } }
class Diagnostic { constructor(range, message, severity) { Object.assign(this, { range, message, severity }); } }
class Related { constructor(location, message) { Object.assign(this, { location, message }); } }
class Value { constructor(value) { this.value = value; } }
class Uri {
  constructor(text) { this.text = text; }
  static parse(text) { return new Uri(text); }
  toString() { return this.text; }
}
class WorkspaceEdit {
  constructor() { this.edits = []; }
  replace(uri, range, text) { this.edits.push([uri.toString(), range, text]); }
}
class CodeAction { constructor(title, kind) { Object.assign(this, { title, kind }); } }
class Hover { constructor(contents, range) { Object.assign(this, { contents, range }); } }
class CompletionItem { constructor(label, kind) { Object.assign(this, { label, kind }); } }
class CompletionList { constructor(items, isIncomplete) { Object.assign(this, { items, isIncomplete }); } }
class CodeLens { constructor(range, command) { Object.assign(this, { range, command }); } }

const uri = new Uri(`file://${file}`);
const document = { uri, languageId: 'yaml', version: 1, getText: () => fs.readFileSync(file, 'utf8') };
const listeners = {};
const providers = {};
const commands = {};
const messages = [];
let news = () => {};
let shown = [];
const listen = (name) => (listener) => { listeners[name] = listener; return {}; };
const provide = (name) => (selector, provider) => { providers[name] = provider; return {}; };

const vscode = {
  Position, Range, Location: Place, Diagnostic, DiagnosticRelatedInformation: Related, Uri, WorkspaceEdit, CodeAction,
  CodeActionKind: Value, MarkdownString: Value, Hover, CompletionItem, CompletionList, CodeLens,
  workspace: {
    workspaceFolders: [{ uri: new Uri(`file://${path.dirname(file)}`), name: 'system' }],
    textDocuments: [document],
    getConfiguration: () => ({ get: (key) => ({ path: binary, arguments: ['--today', '2026-11-24'], rulePage: 'https://example.com/{id}/' })[key] }),
    onDidOpenTextDocument: listen('open'), onDidChangeTextDocument: listen('change'), onDidSaveTextDocument: listen('save'),
    onDidCloseTextDocument: listen('close'), onDidChangeWorkspaceFolders: listen('folders'),
  },
  languages: {
    createDiagnosticCollection: () => ({ set: (_, found) => { shown = found; news(); }, clear: () => {} }),
    match: () => 10,
    registerHoverProvider: provide('hover'), registerDefinitionProvider: provide('definition'),
    registerReferenceProvider: provide('references'), registerCompletionItemProvider: provide('completion'),
    registerCodeActionsProvider: provide('actions'), registerCodeLensProvider: provide('lenses'),
  },
  commands: { registerCommand: (name, command) => { commands[name] = command; return {}; } },
  window: {
    showErrorMessage: (text) => { messages.push(text); news(); },
    showInformationMessage: (text) => { messages.push(text); news(); },
  },
};

const load = Module._load;
Module._load = (name, ...rest) => name === 'vscode' ? vscode : load(name, ...rest);

/// Waits for news until something holds.
function until(holds) {
  return new Promise((done) => {
    news = () => { if (holds()) done(); };
    news();
  });
}

async function main() {
  const { activate, deactivate } = require(path.resolve(extension));
  const context = { subscriptions: [] };
  await activate(context);
  const codes = () => shown.map((found) => found.code.value ?? found.code);
  await until(() => codes().includes('NP005'));
  const opened = shown;
  document.version = 2;
  listeners.change({ document, contentChanges: [
    { range: new Range(new Position(12, 19), new Position(12, 22)), text: 'apo' },
    { range: new Range(new Position(14, 16), new Position(14, 20)), text: '15432' },
  ] });
  await until(() => codes().includes('NP302'));
  const fault = shown.find((found) => (found.code.value ?? found.code) === 'NP302');
  const hover = await providers.hover.provideHover(document, new Position(6, 8));
  const definition = await providers.definition.provideDefinition(document, new Position(6, 8));
  const references = await providers.references.provideReferences(document, new Position(6, 8), { includeDeclaration: false });
  const completion = await providers.completion.provideCompletionItems(document, new Position(12, 19));
  const actions = await providers.actions.provideCodeActions(document, fault.range, { diagnostics: [fault] });
  const lenses = await providers.lenses.provideCodeLenses(document);
  commands['netpol-lint.explain']('NP302');
  await until(() => messages.length);
  const said = { opened, fault, hover, definition, references, completion, actions, lenses, messages, subscriptions: context.subscriptions.length };
  await deactivate();
  process.stdout.write(JSON.stringify(said));
}

main().catch((error) => { console.error(error); process.exit(1); });
