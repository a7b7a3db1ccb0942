/// What has arrived and waits, with what arrived later and says that it is not wanted any more.
struct MessageQueue {
  enum Entry {
    case message(Message)
    /// What could not be read as a message, in its place.
    case fault(RequestFault)
  }

  private var entries: [Entry] = []
  private var start = 0
  private var cancelled: Set<Message.ID> = []
  /// How many changes of each document wait.
  private var changes: [String: Int] = [:]

  private static let change = "textDocument/didChange"

  mutating func append(_ bytes: [UInt8]) {
    do throws(RequestFault) {
      let message = try Message(bytes)
      if message.method == "$/cancelRequest" { return cancel(message) }
      if message.method == Self.change, let uri = message.uri { changes[uri, default: 0] += 1 }
      entries.append(.message(message))
    } catch {
      entries.append(.fault(error))
    }
  }

  /// Requests that are answered already are not cancelled.
  private mutating func cancel(_ message: Message) {
    guard let id = message.parameters?.at("id").flatMap(Message.ID.init) else { return }
    let waits = entries[start...].contains { entry in
      if case .message(let message) = entry { message.id == id && message.method != nil } else { false }
    }
    if waits { cancelled.insert(id) }
  }

  mutating func next() -> Entry? {
    guard start < entries.count else { return nil }
    let entry = entries[start]
    start += 1
    if start > 64, start > entries.count / 2 {
      entries.removeFirst(start)
      start = 0
    }
    if case .message(let message) = entry, message.method == Self.change, let uri = message.uri {
      changes[uri] = changes[uri].flatMap { $0 > 1 ? $0 - 1 : nil }
    }
    return entry
  }

  /// Whether a later message took a request back; once for each.
  mutating func takeCancellation(of id: Message.ID) -> Bool { cancelled.remove(id) != nil }

  /// Whether diagnostics that are asked for would be old when they arrive: only these are much work, and editors ask again.
  func isStale(_ message: Message) -> Bool {
    switch message.method {
    case "textDocument/diagnostic": message.uri.map { changes[$0] != nil } ?? false
    case "workspace/diagnostic": !changes.isEmpty
    default: false
    }
  }
}
