internal import Writing
internal import YAMLSource

/// A language server (LSP 3.17): takes the client's messages, and gives those for it.
///
/// Each folder that is open is read when the server starts. A change of an open text marks what is known as old; it is read
/// anew before the next answer, or when no message waits any more, so that a row of keystrokes costs one reading.
package struct LanguageServer {
  let version: String
  let open: @Sendable (RootPlace) -> (any Workspace)?
  var phase = Phase.uninitialized
  var encoding = PositionEncoding.utf16
  var client = Client()
  /// In the order of the client's folders, then files outside of them.
  var roots: [Root] = []
  /// By their absolute paths.
  var documents: [String: OpenDocument] = [:]
  var store = DiagnosticsStore()
  /// The versions of documents that the client has diagnostics of.
  var toldVersions: [String: Int] = [:]
  /// What the client was told of each file that it asked about.
  var toldResults: [String: String] = [:]
  var nextRequest = 1
  var outgoing: [[UInt8]] = []
  private var queue = MessageQueue()
  /// What answers were made of: it goes away while nobody waits.
  var retired: [Snapshot] = []

  enum Phase { case uninitialized, running, shutDown, exited }

  /// - Parameter open: makes a folder, or a file, one that is read; `nil` where that cannot be.
  package init(version: String, open: @escaping @Sendable (RootPlace) -> (any Workspace)?) {
    self.version = version
    self.open = open
  }

  /// The code that the process ends with once the client said `exit`: 1 without a `shutdown` before it.
  package private(set) var exitCode: Int32?

  /// Takes a message that has arrived; it waits for its turn.
  package mutating func receive(_ message: [UInt8]) { queue.append(message) }

  /// Does the next piece of work; what goes to the client, or `nil` where there is nothing left to do.
  ///
  /// To be called when everything is received that has arrived by now: what waits may take back what is next.
  package mutating func step() async -> [[UInt8]]? {
    retired = []
    if exitCode != nil { return nil }
    switch queue.next() {
    case .message(let message):
      if let method = message.method {
        if let id = message.id { await answer(id, method, message) } else { await notify(method, message) }
      }
    case .fault(let fault): outgoing.append(Outgoing.refusal(nil, fault))
    case nil:
      guard phase == .running, roots.contains(where: { $0.freshness != .fresh }) else { return nil }
      await refresh(roots.indices)
    }
    defer { outgoing = [] }
    return outgoing
  }

  // MARK: Requests

  private mutating func answer(_ id: Message.ID, _ method: String, _ message: Message) async {
    do throws(RequestFault) {
      if queue.takeCancellation(of: id) { throw .cancelled }
      outgoing.append(Outgoing.answer(id, try await result(of: method, message)))
    } catch {
      outgoing.append(Outgoing.refusal(id, error))
    }
  }

  private mutating func result(
    of method: String, _ message: Message
  ) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let parameters = message.parameters
    if method == "initialize" {
      guard phase == .uninitialized else { throw .initializedTwice }
      initialize(parameters)
      let writer = self
      return { writer.writeCapabilities(to: &$0) }
    }
    guard phase != .uninitialized else { throw .notInitialized }
    guard phase == .running else { throw .shutDown }
    if queue.isStale(message) { throw .stale }
    switch method {
    case "shutdown":
      phase = .shutDown
      return { $0.null() }
    case "textDocument/diagnostic": return try await diagnostics(parameters)
    case "workspace/diagnostic": return await workspaceDiagnostics(parameters)
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

  // MARK: Notifications

  private mutating func notify(_ method: String, _ message: Message) async {
    if method == "exit" {
      exitCode = phase == .shutDown ? 0 : 1
      phase = .exited
      return
    }
    guard phase == .running else { return }
    switch method {
    case "initialized": askForChanges()
    case "textDocument/didOpen": await didOpen(message)
    case "textDocument/didChange": didChange(message)
    case "textDocument/didClose": didClose(message)
    case "textDocument/didSave": didSave(message)
    case "workspace/didChangeWatchedFiles": didChangeFiles(message.parameters)
    case "workspace/didChangeWorkspaceFolders": await didChangeFolders(message.parameters)
    default: break
    }
  }
}
