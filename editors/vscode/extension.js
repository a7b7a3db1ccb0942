'use strict';
const vscode = require('vscode');
const { Connection } = require('./connection.js');

const SELECTOR = [{ scheme: 'file', language: 'yaml' }, { scheme: 'file', language: 'json' }];
let connection = null;

// MARK: What the protocol and the editor call the same

const position = (place) => new vscode.Position(place.line, place.character);
const range = (r) => new vscode.Range(position(r.start), position(r.end));
const location = (l) => new vscode.Location(vscode.Uri.parse(l.uri), range(l.range));
const plain = (place) => ({ line: place.line, character: place.character });
const plainRange = (r) => ({ start: plain(r.start), end: plain(r.end) });
const named = (document) => ({ uri: document.uri.toString() });
const at = (document, place) => ({ textDocument: named(document), position: plain(place) });

function diagnostic(found) {
  // Severities count from 1 in the protocol.
  const result = new vscode.Diagnostic(range(found.range), found.message, found.severity - 1);
  result.source = found.source;
  result.code = found.codeDescription ? { value: found.code, target: vscode.Uri.parse(found.codeDescription.href) } : found.code;
  result.tags = found.tags;
  result.relatedInformation = (found.relatedInformation || [])
    .map((related) => new vscode.DiagnosticRelatedInformation(location(related.location), related.message));
  return result;
}

function plainDiagnostic(shown) {
  const code = shown.code && shown.code.value !== undefined ? shown.code.value : shown.code;
  return { range: plainRange(shown.range), message: shown.message, severity: shown.severity + 1, source: shown.source, code };
}

function workspaceEdit(edit) {
  const result = new vscode.WorkspaceEdit();
  for (const [uri, edits] of Object.entries(edit.changes || {})) {
    for (const change of edits) result.replace(vscode.Uri.parse(uri), range(change.range), change.newText);
  }
  return result;
}

function codeAction(action) {
  const result = new vscode.CodeAction(action.title, new vscode.CodeActionKind(action.kind));
  if (action.edit) result.edit = workspaceEdit(action.edit);
  // Editors want every command to be known to them; this one is, below.
  if (action.command) result.command = action.command;
  result.isPreferred = action.isPreferred;
  return result;
}

// MARK: What the editor asks for

const providers = {
  async provideHover(document, place, token) {
    const found = await connection.request('textDocument/hover', at(document, place), token);
    return found && new vscode.Hover(new vscode.MarkdownString(found.contents.value), found.range && range(found.range));
  },
  async provideDefinition(document, place, token) {
    return (await connection.request('textDocument/definition', at(document, place), token) || []).map(location);
  },
  async provideReferences(document, place, context, token) {
    const parameters = { ...at(document, place), context: { includeDeclaration: context.includeDeclaration } };
    return (await connection.request('textDocument/references', parameters, token) || []).map(location);
  },
  async provideCompletionItems(document, place, token) {
    const found = await connection.request('textDocument/completion', at(document, place), token);
    const items = (found ? found.items : []).map((item) => {
      // Kinds count from 1 in the protocol.
      const result = new vscode.CompletionItem(item.label, item.kind - 1);
      result.detail = item.detail;
      result.insertText = item.textEdit.newText;
      result.range = range(item.textEdit.range);
      return result;
    });
    return new vscode.CompletionList(items, found ? found.isIncomplete : false);
  },
  async provideCodeActions(document, place, context, token) {
    const parameters = { textDocument: named(document), range: plainRange(place), context: { diagnostics: context.diagnostics.map(plainDiagnostic) } };
    if (context.only) parameters.context.only = [context.only.value];
    return (await connection.request('textDocument/codeAction', parameters, token) || []).map(codeAction);
  },
  async provideCodeLenses(document, token) {
    const found = await connection.request('textDocument/codeLens', { textDocument: named(document) }, token) || [];
    return found.map((lens) => new vscode.CodeLens(range(lens.range), lens.command));
  },
};

// MARK: What the server is told

const isOurs = (document) => vscode.languages.match(SELECTOR, document) > 0;

function opened(document) {
  if (!isOurs(document)) return;
  connection.notify('textDocument/didOpen', { textDocument: { ...named(document), languageId: document.languageId, version: document.version, text: document.getText() } });
}

function changed(event) {
  if (!isOurs(event.document) || !event.contentChanges.length) return;
  connection.notify('textDocument/didChange', {
    textDocument: { ...named(event.document), version: event.document.version },
    contentChanges: event.contentChanges.map((change) => ({ range: plainRange(change.range), text: change.text })),
  });
}

const folders = (list) => list.map((folder) => ({ uri: folder.uri.toString(), name: folder.name }));

async function activate(context) {
  const settings = vscode.workspace.getConfiguration('netpol-lint');
  const shown = vscode.languages.createDiagnosticCollection('netpol-lint');
  const handlers = {
    'textDocument/publishDiagnostics': (p) => shown.set(vscode.Uri.parse(p.uri), p.diagnostics.map(diagnostic)),
    'window/showMessage': (p) => { (p.type === 1 ? vscode.window.showErrorMessage : vscode.window.showInformationMessage)(p.message); },
  };
  connection = new Connection(settings.get('path'), ['server', ...settings.get('arguments')], handlers, (why) => {
    shown.clear();
    vscode.window.showErrorMessage(`netpol-lint: the server does not run: ${why}`);
  });
  await connection.request('initialize', {
    processId: process.pid,
    initializationOptions: { rulePage: settings.get('rulePage') },
    workspaceFolders: folders(vscode.workspace.workspaceFolders || []),
    capabilities: {
      workspace: { workspaceFolders: true },
      textDocument: {
        publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1] }, codeDescriptionSupport: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } } },
        hover: { contentFormat: ['markdown'] },
      },
    },
  });
  connection.notify('initialized', {});
  vscode.workspace.textDocuments.forEach(opened);
  context.subscriptions.push(
    shown,
    vscode.workspace.onDidOpenTextDocument(opened),
    vscode.workspace.onDidChangeTextDocument(changed),
    vscode.workspace.onDidSaveTextDocument((document) => { if (isOurs(document)) connection.notify('textDocument/didSave', { textDocument: named(document) }); }),
    vscode.workspace.onDidCloseTextDocument((document) => { if (isOurs(document)) connection.notify('textDocument/didClose', { textDocument: named(document) }); }),
    vscode.workspace.onDidChangeWorkspaceFolders((event) => connection.notify('workspace/didChangeWorkspaceFolders', { event: { added: folders(event.added), removed: folders(event.removed) } })),
    vscode.commands.registerCommand('netpol-lint.explain', (rule) => connection.request('workspace/executeCommand', { command: 'netpol-lint.explain', arguments: [rule] })),
    vscode.languages.registerHoverProvider(SELECTOR, providers),
    vscode.languages.registerDefinitionProvider(SELECTOR, providers),
    vscode.languages.registerReferenceProvider(SELECTOR, providers),
    vscode.languages.registerCompletionItemProvider(SELECTOR, providers, ':', ' '),
    vscode.languages.registerCodeActionsProvider(SELECTOR, providers),
    vscode.languages.registerCodeLensProvider(SELECTOR, providers),
  );
}

const deactivate = () => connection && connection.close();

module.exports = { activate, deactivate };
