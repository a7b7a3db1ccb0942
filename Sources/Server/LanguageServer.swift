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
  let workspace: any Workspace
  private let version: String
  var phase = Phase.uninitialized
  var encoding = PositionEncoding.utf16
  var client = Client()
  var folder = ""
  /// By their paths below the folder.
  var documents: [String: OpenDocument] = [:]
  var snapshot: Snapshot?
  var freshness = Freshness.unread
  /// What the client has of each file with diagnostics: the hash of the message, by path.
  var published: [String: Int] = [:]
  var nextRequest = 1
  var outgoing: [[UInt8]] = []

  enum Phase { case uninitialized, running, shutDown, exited }

  enum Freshness {
    /// Files may be other ones.
    case unread
    /// A text that is open was changed.
    case changed
    case fresh
  }

  /// What the client says it can do.
  struct Client {
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
  func path(of uri: String) -> String? {
    guard let path = DocumentURI.path(uri) else { return nil }
    return !folder.isEmpty && path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  func isConfig(_ path: String) -> Bool {
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

  mutating func ensureFresh() async {
    if freshness != .fresh || snapshot == nil { await refresh() }
  }

  func places(_ snapshot: Snapshot) -> SnapshotPlaces {
    SnapshotPlaces(
      snapshot.project.sources, folder: folder, encoding, openURIs: documents.mapValues(\.uri))
  }
}
