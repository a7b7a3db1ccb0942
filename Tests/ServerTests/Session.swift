import Foundation
import TestSupport
import Testing

@testable import Server

/// A client that talks to a server, message by message.
struct Session {
  typealias JSON = [String: Any]

  private(set) var server: LanguageServer
  /// What the server has sent, in order.
  private(set) var received: [JSON] = []
  private var nextID = 1

  init(_ disk: MemoryDisk) {
    server = LanguageServer(version: "0") { MemoryWorkspace($0, disk) }
  }

  /// A session with folders that are open.
  static func opened(
    _ disk: MemoryDisk, _ folders: [String] = ["/w"], capabilities: JSON = [:]
  ) async throws -> Session {
    var session = Session(disk)
    let capabilities = merged(client, capabilities)
    let folders = folders.map { ["uri": DocumentURI.uri($0), "name": $0] }
    _ = try await session.request("initialize", ["capabilities": capabilities, "workspaceFolders": folders])
    await session.notify("initialized", [:])
    return session
  }

  /// What most clients can do.
  private static var client: JSON {
    let diagnostics: JSON = ["relatedInformation": true, "tagSupport": ["valueSet": [1, 2]]]
    let actions: JSON = ["codeActionLiteralSupport": ["codeActionKind": ["valueSet": ["quickfix", "source"]]]]
    return ["textDocument": ["publishDiagnostics": diagnostics, "codeAction": actions] as JSON]
  }

  private static func merged(_ a: JSON, _ b: JSON) -> JSON {
    a.merging(b) { old, new in
      if let old = old as? JSON, let new = new as? JSON { merged(old, new) } else { new }
    }
  }

  // MARK: Sending

  mutating func receive(_ text: String) { server.receive(Array(text.utf8)) }

  mutating func queue(_ message: JSON) {
    let message = message.merging(["jsonrpc": "2.0"]) { $1 }
    server.receive(Array((try? JSONSerialization.data(withJSONObject: message)) ?? Data()))
  }

  /// Lets the server work until nothing is left to do.
  mutating func work() async {
    while let answers = await server.step() {
      for bytes in answers {
        let message = try? JSONSerialization.jsonObject(with: Data(bytes)) as? JSON
        #expect(message != nil, "\(String(decoding: bytes, as: UTF8.self))")
        received.append(message ?? [:])
      }
    }
  }

  mutating func notify(_ method: String, _ parameters: JSON) async {
    queue(["method": method, "params": parameters])
    await work()
  }

  /// The whole answer.
  mutating func answer(to method: String, _ parameters: Any) async throws -> JSON {
    let id = nextID
    nextID += 1
    queue(["id": id, "method": method, "params": parameters])
    await work()
    return try #require(received.last { $0["id"] as? Int == id && $0["method"] == nil })
  }

  mutating func request(_ method: String, _ parameters: JSON) async throws -> Any {
    let answer = try await answer(to: method, parameters)
    return try #require(answer["result"], "\(answer)")
  }

  mutating func refusal(of method: String, _ parameters: Any = [:]) async throws -> Int? {
    try await (answer(to: method, parameters)["error"] as? JSON)?["code"] as? Int
  }

  // MARK: Documents

  mutating func open(_ path: String, _ text: String, version: Int = 1) async {
    await notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": DocumentURI.uri(path), "languageId": "yaml", "version": version, "text": text]])
  }

  static func change(_ path: String, _ changes: [JSON], version: Int) -> JSON {
    [
      "method": "textDocument/didChange",
      "params": [
        "textDocument": ["uri": DocumentURI.uri(path), "version": version], "contentChanges": changes,
      ] as JSON,
    ]
  }

  mutating func change(_ path: String, _ changes: [JSON], version: Int) async {
    queue(Session.change(path, changes, version: version))
    await work()
  }

  mutating func close(_ path: String) async {
    await notify("textDocument/didClose", ["textDocument": ["uri": DocumentURI.uri(path)]])
  }

  static func edit(_ start: (Int, Int), _ end: (Int, Int), _ text: String) -> JSON {
    ["range": range(start, end), "text": text]
  }

  static func range(_ start: (Int, Int), _ end: (Int, Int)) -> JSON {
    ["start": position(start), "end": position(end)]
  }

  static func position(_ place: (Int, Int)) -> JSON { ["line": place.0, "character": place.1] }

  static func place(_ path: String, _ place: (Int, Int)) -> JSON {
    ["textDocument": ["uri": DocumentURI.uri(path)], "position": position(place)]
  }

  func text(of path: String) -> String? { server.documents[path].map { String(decoding: $0.bytes, as: UTF8.self) } }

  // MARK: What was said

  /// The last diagnostics that were sent for a file.
  func published(_ path: String) -> JSON? {
    received.last {
      $0["method"] as? String == "textDocument/publishDiagnostics"
        && ($0["params"] as? JSON)?["uri"] as? String == DocumentURI.uri(path)
    }?["params"] as? JSON
  }

  func codes(_ path: String) -> [String] { Session.codes(published(path), "diagnostics") }

  static func codes(_ json: JSON?, _ name: String) -> [String] {
    (json?[name] as? [JSON] ?? []).compactMap { $0["code"] as? String }
  }

  func sent(_ method: String) -> [JSON] { received.filter { $0["method"] as? String == method } }
}

/// Manifests of a small system, which `make lsp` tries too.
enum Manifests {
  static let pods = text("pods.yaml")

  static func policy(from peer: String = "api", port: String = "5432") -> String {
    text("policy.yaml").replacing("app: api", with: "app: \(peer)").replacing("port: 5432", with: "port: \(port)")
  }

  /// In front of the database.
  static let service = """
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: shop}
    spec: {selector: {app: db}, ports: [{port: 15432, targetPort: 5432}]}

    """

  static var disk: MemoryDisk { MemoryDisk(["/w/pods.yaml": pods, "/w/policy.yaml": policy()]) }

  private static func text(_ name: String) -> String {
    let url = Fixture.repository.appendingPathComponent("Fixtures/server/\(name)")
    return String(decoding: FileManager.default.contents(atPath: url.path) ?? Data(), as: UTF8.self)
  }
}
