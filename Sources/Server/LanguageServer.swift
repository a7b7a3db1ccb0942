internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic
internal import Writing
internal import YAMLSource

/// A language server (LSP 3.17): takes the client's messages, and gives those for it.
///
/// The whole workspace is read when it opens. A change of an open text marks what is known as old; it is read anew before
/// the next answer, or when no message waits any more, so that a row of keystrokes costs one reading.
package struct LanguageServer {
  private let workspace: any Workspace
  private let version: String
  private var phase = Phase.uninitialized
  private var encoding = PositionEncoding.utf16
  private var client = Client()
  private var folder = ""
  /// By their paths below the folder.
  private var documents: [String: OpenDocument] = [:]
  private var snapshot: Snapshot?
  private var freshness = Freshness.unread
  /// What the client has of each file with diagnostics: the hash of the message, by path.
  private var published: [String: Int] = [:]
  private var nextRequest = 1
  private var outgoing: [[UInt8]] = []

  private enum Phase { case uninitialized, running, shutDown, exited }

  private enum Freshness {
    /// Files may be other ones.
    case unread
    /// A text that is open was changed.
    case changed
    case fresh
  }

  /// What the client says it can do.
  private struct Client {
    var pullsDiagnostics = false
    var refreshesDiagnostics = false
  }

  package init(_ workspace: any Workspace, version: String) {
    self.workspace = workspace
    self.version = version
  }

  /// The code that the process ends with once the client said `exit`: 1 without a `shutdown` before it.
  package private(set) var exitCode: Int32?

  /// Handles messages that have arrived, in order; those that go to the client, in order.
  ///
  /// - Parameter messages: everything that waits: a request that one of the later messages cancels is not worked on.
  package mutating func handle(_ messages: [[UInt8]]) async -> [[UInt8]] {
    let parsed = messages.map(Message.init)
    let cancelled = Set(
      parsed.compactMap { message -> Message.ID? in
        guard message?.method == "$/cancelRequest", let id = message?.parameters?["id"] else { return nil }
        return id.int.map(Message.ID.number) ?? id.textIfString.map(Message.ID.text)
      })
    for message in parsed where exitCode == nil {
      guard let message else {
        outgoing.append(Outgoing.refusal(nil, .parse))
        continue
      }
      guard let method = message.method else { continue }
      if let id = message.id {
        await answer(id, method, message.parameters, isCancelled: cancelled.contains(id))
      } else {
        await notify(method, message.parameters)
      }
    }
    if phase == .running, freshness != .fresh { await refresh() }
    defer { outgoing = [] }
    return outgoing
  }

  // MARK: Requests

  private mutating func answer(_ id: Message.ID, _ method: String, _ parameters: NodeRef?, isCancelled: Bool) async {
    do throws(RequestFault) {
      if isCancelled { throw .cancelled }
      if method == "initialize" {
        await initialize(parameters)
        outgoing.append(Outgoing.answer(id) { capabilities(&$0) })
        return
      }
      guard phase != .uninitialized else { throw .notInitialized }
      guard phase == .running else { throw .shutDown }
      if method == "shutdown" {
        phase = .shutDown
        outgoing.append(Outgoing.answer(id) { $0.null() })
        return
      }
      let write = try await result(of: method, parameters)
      outgoing.append(Outgoing.answer(id, write))
    } catch {
      outgoing.append(Outgoing.refusal(id, error))
    }
  }

  private mutating func result(
    of method: String, _ parameters: NodeRef?
  ) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    switch method {
    case "textDocument/diagnostic": return try await diagnostics(parameters)
    case "workspace/diagnostic": return await workspaceDiagnostics()
    case "textDocument/hover": return try await hover(parameters)
    case "textDocument/definition": return try await locations(parameters) { $0.definitions(at: $1) }
    case "textDocument/references": return try await locations(parameters) { $0.references(at: $1) }
    case "textDocument/completion": return try await completion(parameters)
    case "textDocument/codeAction": return try await codeActions(parameters)
    case "textDocument/codeLens": return try await lenses(parameters)
    case "workspace/executeCommand": return try execute(parameters)
    default: throw .unknownMethod(method)
    }
  }

  private mutating func initialize(_ parameters: NodeRef?) async {
    let capabilities = parameters?.at("capabilities")
    let encodings = capabilities?.at("general", "positionEncodings")?.items.map(\.text) ?? []
    if encodings.contains(PositionEncoding.utf8.rawValue) { encoding = .utf8 }
    client.pullsDiagnostics = capabilities?.at("textDocument", "diagnostic") != nil
    client.refreshesDiagnostics =
      capabilities?.at("workspace", "diagnostics", "refreshSupport")?.isTrue ?? false
    let folders = parameters?.at("workspaceFolders")
    let first = folders.flatMap { $0.kind == .sequence ? $0.items.first { _ in true } : nil }
    let uri = first?.at("uri")?.textIfString ?? parameters?.at("rootUri")?.textIfString
    let path = uri.flatMap(DocumentURI.path) ?? parameters?.at("rootPath")?.textIfString
    if let path, await workspace.enter(path) {
      folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
    phase = .running
    // The client hears nothing before its answer.
    freshness = .unread
  }

  private func capabilities(_ json: inout JSONWriter) {
    json.object { json in
      json.object("capabilities") { json in
        json.member("positionEncoding", encoding.rawValue)
        json.object("textDocumentSync") { json in
          json.member("openClose", true)
          json.member("change", 2)
          json.member("save", true)
        }
        json.object("diagnosticProvider") { json in
          json.member("identifier", "netpol-lint")
          json.member("interFileDependencies", true)
          json.member("workspaceDiagnostics", true)
        }
        json.object("codeActionProvider") { $0.member("codeActionKinds", ["quickfix", CodeActions.fixAll]) }
        json.object("codeLensProvider") { $0.member("resolveProvider", false) }
        json.object("completionProvider") { $0.member("triggerCharacters", [":", " "]) }
        json.object("executeCommandProvider") { $0.member("commands", [CodeActions.explainCommand]) }
        for name in ["hoverProvider", "definitionProvider", "referencesProvider"] { json.member(name, true) }
      }
      json.object("serverInfo") { json in
        json.member("name", "netpol-lint")
        json.member("version", version)
      }
    }
  }

  // MARK: Notifications

  private mutating func notify(_ method: String, _ parameters: NodeRef?) async {
    if method == "exit" {
      exitCode = phase == .shutDown ? 0 : 1
      phase = .exited
      return
    }
    guard phase == .running else { return }
    let uri = parameters?.at("textDocument", "uri")?.textIfString
    switch method {
    case "textDocument/didOpen":
      guard let uri, let path = path(of: uri) else { return }
      let document = parameters?.at("textDocument")
      documents[path] = OpenDocument(
        uri: uri, version: document?["version"]?.int, text: document?["text"]?.text ?? "")
      // A file may be new to the workspace.
      freshness = isKnown(path) && freshness != .unread ? .changed : .unread
    case "textDocument/didChange":
      guard let uri, let path = path(of: uri), let changes = parameters?.at("contentChanges") else { return }
      documents[path]?.change(changes, version: parameters?.at("textDocument", "version")?.int, encoding)
      if freshness == .fresh { freshness = isConfig(path) ? .unread : .changed }
    case "textDocument/didClose":
      guard let uri, let path = path(of: uri) else { return }
      documents[path] = nil
      freshness = .unread
    case "textDocument/didSave", "workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders",
      "workspace/didChangeConfiguration":
      freshness = .unread
    default: break
    }
  }

  // MARK: Reading

  /// The path below the folder, as findings name it; absolute outside of it. `nil` for what is no file.
  private func path(of uri: String) -> String? {
    guard let path = DocumentURI.path(uri) else { return nil }
    return !folder.isEmpty && path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  private func isConfig(_ path: String) -> Bool {
    ConfigReader.fileNames.contains { path == $0 || path.hasSuffix("/" + $0) } || ConfigReader.isFlowFile(path)
  }

  private func isKnown(_ path: String) -> Bool {
    snapshot?.project.sources.files.contains { $0.path == path } ?? false
  }

  private mutating func refresh() async {
    let texts = documents.mapValues(\.bytes)
    let afresh = freshness == .unread
    freshness = .fresh
    do throws(WorkspaceFault) {
      snapshot = try await workspace.read(texts, afresh: afresh)
    } catch {
      let lines = error.lines
      outgoing.append(
        Outgoing.notification("window/showMessage") { json in
          json.object { json in
            json.member("type", 1)
            json.member("message", lines.map { DisplayText.escaped($0) }.joined(separator: "\n"))
          }
        })
    }
    if !client.pullsDiagnostics {
      publish()
    } else if client.refreshesDiagnostics {
      outgoing.append(Outgoing.request(nextRequest, "workspace/diagnostic/refresh") { $0.null() })
      nextRequest += 1
    }
  }

  private mutating func ensureFresh() async {
    if freshness != .fresh || snapshot == nil { await refresh() }
  }

  private func places(_ snapshot: Snapshot) -> SnapshotPlaces {
    SnapshotPlaces(
      snapshot.project.sources, folder: folder, encoding, openURIs: documents.mapValues(\.uri))
  }

  // MARK: Diagnostics

  /// Sends the diagnostics of every file that has other ones than the client knows.
  private mutating func publish() {
    guard let snapshot else { return }
    let byPath = findings(of: snapshot)
    let places = places(snapshot)
    var writer = DiagnosticsWriter(places)
    for path in Set(published.keys).union(byPath.keys).union(documents.keys).sorted() {
      let version = documents[path]?.version
      let problems = configProblems(path)
      let message = Outgoing.notification("textDocument/publishDiagnostics") { json in
        json.object { json in
          json.member("uri", places.uri(ofPath: path))
          if let version { json.member("version", version) }
          json.key("diagnostics")
          Self.write(byPath[path] ?? [], problems, &writer, &json)
        }
      }
      let hash = message.hashValue
      if published[path] != hash { outgoing.append(message) }
      published[path] = byPath[path] == nil && documents[path] == nil ? nil : hash
    }
  }

  private func findings(of snapshot: Snapshot) -> [String: [Finding]] {
    Dictionary(grouping: snapshot.result.findings) { snapshot.project.sources.path(of: $0.span) }
  }

  private static func write(
    _ findings: [Finding], _ problems: [(range: TextRange, message: String)], _ writer: inout DiagnosticsWriter,
    _ json: inout JSONWriter
  ) {
    guard problems.isEmpty else {
      return json.array { json in
        for problem in problems {
          json.object { json in
            json.member("range", problem.range)
            json.member("severity", 1)
            json.member("source", "netpol-lint")
            json.member("message", DisplayText.escaped(problem.message))
          }
        }
      }
    }
    writer.write(findings, to: &json)
  }

  /// What is wrong with a config that is open.
  private func configProblems(_ path: String) -> [(range: TextRange, message: String)] {
    guard isConfig(path), let document = documents[path] else { return [] }
    let file = SourceFile(id: FileID(0), path: path, bytes: document.bytes)
    let positions = TextPositions(file.bytes, encoding)
    do throws(ConfigProblems) {
      if ConfigReader.isFlowFile(path) {
        _ = try ConfigReader.flows(file)
      } else {
        _ = try ConfigReader.configuration(of: [try ConfigReader.layer(file)])
      }
      return []
    } catch {
      return error.problems.map { problem in
        let range = TextRange(
          start: positions.position(of: Int(problem.span.start)), end: positions.position(of: Int(problem.span.end)))
        return (range, problem.message)
      }
    }
  }

  private mutating func diagnostics(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    await ensureFresh()
    guard let snapshot else { return { Self.fullReport([], [], nil, &$0) } }
    let findings = findings(of: snapshot)[path] ?? []
    let (writer, problems) = (DiagnosticsWriter(places(snapshot)), configProblems(path))
    return { Self.fullReport(findings, problems, writer, &$0) }
  }

  private static func fullReport(
    _ findings: [Finding], _ problems: [(range: TextRange, message: String)], _ writer: DiagnosticsWriter?,
    _ json: inout JSONWriter
  ) {
    json.object { json in
      json.member("kind", "full")
      json.key("items")
      guard var writer else { return json.array { _ in } }
      write(findings, problems, &writer, &json)
    }
  }

  private mutating func workspaceDiagnostics() async -> (inout JSONWriter) -> Void {
    await ensureFresh()
    guard let snapshot else { return { json in json.object { $0.array("items") { _ in } } } }
    let byPath = findings(of: snapshot)
    let (places, documents) = (places(snapshot), documents)
    var writer = DiagnosticsWriter(places)
    return { json in
      json.object { json in
        json.array("items") { json in
          for (path, findings) in byPath.sorted(by: { $0.key < $1.key }) {
            json.object { json in
              json.member("uri", places.uri(ofPath: path))
              json.member("version", documents[path]?.version)
              json.member("kind", "full")
              json.key("items")
              writer.write(findings, to: &json)
            }
          }
        }
      }
    }
  }

  // MARK: Places

  private func documentPath(_ parameters: NodeRef?) throws(RequestFault) -> String {
    guard let uri = parameters?.at("textDocument", "uri")?.textIfString, let path = path(of: uri) else {
      throw .badParameters("a `file:` URI in textDocument.uri")
    }
    return path
  }

  /// What a request about a place is about.
  private struct Question {
    let path: String
    let position: TextPosition
    /// The text of the document, or of the file.
    let positions: TextPositions
    let file: FileID?
    /// The place; an empty span.
    let span: SourceSpan?
    let line: String
    let before: String
  }

  private mutating func question(_ parameters: NodeRef?) async throws(RequestFault) -> Question {
    let path = try documentPath(parameters)
    guard let position = parameters?.at("position").flatMap(TextPosition.init) else {
      throw .badParameters("a position")
    }
    await ensureFresh()
    let source = snapshot?.project.sources.files.first { $0.path == path }
    let bytes = documents[path]?.bytes ?? source?.bytes ?? []
    let positions = TextPositions(bytes, encoding)
    let offset = positions.offset(of: position)
    let start = positions.offset(of: TextPosition(line: position.line, character: 0))
    let span = source.map { SourceSpan(file: $0.id, start: UInt32(offset), end: UInt32(offset)) }
    return Question(
      path: path, position: position, positions: positions, file: source?.id, span: span,
      line: positions.line(position.line), before: String(decoding: bytes[start..<max(start, offset)], as: UTF8.self))
  }

  private mutating func hover(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    var text: String?
    if isConfig(question.path) {
      text = configHover(question)
    } else if let snapshot, let span = question.span {
      text = Hover(snapshot: snapshot).text(at: span, line: question.line, column: question.before.utf8.count)
    }
    return { json in
      guard let text else { return json.null() }
      json.object { $0.markdown("contents", text) }
    }
  }

  private func configHover(_ question: Question) -> String? {
    let blanks = question.line.prefix { $0 == " " || $0 == "-" }
    let name = question.line.dropFirst(blanks.count).prefix { $0 != ":" }
    let path = KeyPath.enclosing(question.positions.line, question.position.line, before: String(blanks))
    guard let key = ConfigGuide.key(path + [String(name)]) else { return nil }
    var text = "**\(key.name)**: \(key.summary)"
    if !key.values.isEmpty { text += ". One of " + key.values.map { "`\($0)`" }.joined(separator: ", ") }
    if let standard = key.standard { text += ". Default: `\(standard)`" }
    return text
  }

  private mutating func locations(
    _ parameters: NodeRef?, _ find: (Navigation, SourceSpan) -> [SourceSpan]
  ) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    guard let snapshot, let span = question.span else { return { json in json.array { _ in } } }
    var places = places(snapshot)
    let found = find(Navigation(project: snapshot.project), span).map {
      (places.uri(of: $0.file), places.range(of: $0))
    }
    return { json in
      json.array { json in
        for (uri, range) in found { json.location(uri, range) }
      }
    }
  }

  private mutating func completion(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    let (lines, number, before) = (question.positions.line, question.position.line, question.before)
    let items: [Completion.Item]
    if isConfig(question.path) {
      items = Completion.config(lines, number, before: before)
    } else {
      items = snapshot.map { Completion($0).items(lines, number, before: before) } ?? []
    }
    return { json in
      json.object { json in
        json.member("isIncomplete", false)
        json.array("items") { json in
          for item in items {
            json.object { json in
              json.member("label", item.label)
              json.member("detail", item.detail)
            }
          }
        }
      }
    }
  }

  private mutating func codeActions(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    guard let range = parameters?.at("range").flatMap(TextRange.init) else { throw .badParameters("a range") }
    await ensureFresh()
    guard let snapshot, let file = snapshot.project.sources.files.last(where: { $0.path == path }) else {
      return { json in json.array { _ in } }
    }
    let only = parameters?.at("context", "only").map { $0.items.map(\.text) } ?? []
    var actions = CodeActions(snapshot, places(snapshot), only: only)
    let mended =
      actions.wants(CodeActions.fixAll)
      ? await workspace.mended(path, in: snapshot, documents.mapValues(\.bytes)) : nil
    return { json in
      json.array { json in
        actions.write(file.id, range, to: &json)
        if let mended { actions.write(fixAllOf: file.id, to: mended, json: &json) }
      }
    }
  }

  private mutating func lenses(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    await ensureFresh()
    guard let snapshot, let file = snapshot.project.sources.files.first(where: { $0.path == path }) else {
      return { json in json.array { _ in } }
    }
    var places = places(snapshot)
    let lenses = PolicyLenses(project: snapshot.project).lenses(of: file.id).map {
      (places.range(of: $0.span), $0.title)
    }
    return { json in
      json.array { json in
        for (range, title) in lenses {
          json.object { json in
            json.member("range", range)
            json.object("command") { json in
              json.member("title", DisplayText.escaped(title))
              json.member("command", "")
            }
          }
        }
      }
    }
  }

  private mutating func execute(_ parameters: NodeRef?) throws(RequestFault) -> (inout JSONWriter) -> Void {
    guard parameters?.at("command")?.textIfString == CodeActions.explainCommand else {
      throw .badParameters("a command that there is")
    }
    let arguments = parameters?.at("arguments").map { $0.items.map(\.text) } ?? []
    guard let info = arguments.first.flatMap(Registry.info) else { throw .badParameters("the id of a rule") }
    outgoing.append(
      Outgoing.notification("window/showMessage") { json in
        json.object { json in
          json.member("type", 3)
          json.member(
            "message", "\(info.id) \(info.name): \(info.summary)\n\(info.rationale)\nWhat to do: \(info.remedy).")
        }
      })
    return { $0.null() }
  }
}
