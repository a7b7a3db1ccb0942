internal import Writing
internal import YAMLSource

/// A message of JSON-RPC 2.0 from the client.
struct Message: Sendable {
  /// What a request is answered under.
  enum ID: Hashable, Sendable {
    case number(Int)
    case text(String)
  }

  /// `nil` for a notification.
  let id: ID?
  /// `nil` for an answer of the client.
  let method: String?
  let parameters: NodeRef?

  /// - Throws: for what is no JSON, or no message.
  init(_ bytes: [UInt8]) throws(RequestFault) {
    guard String(validating: bytes, as: UTF8.self) != nil, let node = JSONText.read(bytes) else { throw .parse }
    guard node.kind == .mapping else { throw .noMessage }
    method = node["method"]?.textIfString
    parameters = node["params"]
    id = node["id"].flatMap(ID.init)
    // Under an id that is neither a number nor a text nothing can be answered.
    if id == nil, method == nil || node["id"] != nil { throw .noMessage }
  }

  /// The document that it is about.
  var uri: String? { parameters?.at("textDocument", "uri")?.textIfString }
}

extension Message.ID {
  init?(_ node: NodeRef) {
    if let number = node.int {
      self = .number(number)
    } else if let text = node.textIfString {
      self = .text(text)
    } else {
      return nil
    }
  }

  func write(to json: inout JSONWriter) {
    switch self {
    case .number(let number): json.value(number)
    case .text(let text): json.value(text)
    }
  }
}

/// Why a request is not answered, with the codes of JSON-RPC and LSP.
struct RequestFault: Error {
  let code: Int
  let message: String
  /// Whether the client is to ask again.
  var isToBeRepeated = false

  static let parse = RequestFault(code: -32700, message: "the message is no JSON")
  static let noMessage = RequestFault(code: -32600, message: "this is no message of JSON-RPC 2.0")
  static let notInitialized = RequestFault(code: -32002, message: "the first request is `initialize`")
  static let initializedTwice = RequestFault(code: -32600, message: "`initialize` comes once")
  static let shutDown = RequestFault(code: -32600, message: "the server was asked to shut down")
  static let cancelled = RequestFault(code: -32800, message: "the request was cancelled")
  static let stale = RequestFault(
    code: -32802, message: "the document has changed since", isToBeRepeated: true)

  static func unknownMethod(_ name: String) -> RequestFault {
    RequestFault(code: -32601, message: "there is no method `\(DisplayText.escaped(name))`")
  }

  static func badParameters(_ what: String) -> RequestFault {
    RequestFault(code: -32602, message: "the parameters lack \(what)")
  }
}

extension NodeRef {
  var textIfString: String? { if case .string = scalar { text } else { nil } }

  var int: Int? { if case .integer(let number) = scalar { Int(exactly: number) } else { nil } }

  var isTrue: Bool { scalar == .bool(true) }

  /// What lies along some keys.
  func at(_ keys: StaticString...) -> NodeRef? {
    var node: NodeRef? = self
    for key in keys { node = node.flatMap { $0.kind == .mapping ? $0[key] : nil } }
    return node
  }
}

/// Messages to the client, each as the bytes of its JSON.
enum Outgoing {
  static func answer(_ id: Message.ID?, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
    body { json in
      json.key("id")
      if let id { id.write(to: &json) } else { json.null() }
      json.key("result")
      write(&json)
    }
  }

  static func refusal(_ id: Message.ID?, _ fault: RequestFault) -> [UInt8] {
    body { json in
      json.key("id")
      if let id { id.write(to: &json) } else { json.null() }
      json.object("error") { json in
        json.member("code", fault.code)
        json.member("message", fault.message)
        if fault.isToBeRepeated { json.object("data") { $0.member("retriggerRequest", true) } }
      }
    }
  }

  static func notification(_ method: String, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
    body { json in
      json.member("method", method)
      json.key("params")
      write(&json)
    }
  }

  /// What a person is to see; `isFault` for what they have to do something about.
  static func note(_ text: String, isFault: Bool) -> [UInt8] {
    notification("window/showMessage") { json in
      json.object { json in
        json.member("type", isFault ? 1 : 3)
        json.member("message", text)
      }
    }
  }

  /// A request to the client, whose answer nobody waits for; without parameters where `write` is `nil`.
  static func request(_ id: Int, _ method: String, _ write: ((inout JSONWriter) -> Void)? = nil) -> [UInt8] {
    body { json in
      json.member("id", id)
      json.member("method", method)
      if let write {
        json.key("params")
        write(&json)
      }
    }
  }

  private static func body(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var out = ByteWriter()
    out.json { json in
      json.object { json in
        json.member("jsonrpc", "2.0")
        write(&json)
      }
    }
    var bytes = out.bytes
    if bytes.last == 0x0A { bytes.removeLast() }
    return bytes
  }
}
