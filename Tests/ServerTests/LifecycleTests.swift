import Foundation
import Testing

@testable import Server

@Suite struct LifecycleTests {
  @Test func requestsHaveTheirTime() async throws {
    var session = Session(Manifests.disk)
    #expect(try await session.refusal(of: "textDocument/hover") == -32002)
    #expect(try await session.refusal(of: "shutdown") == -32002)
    // Notifications before `initialize` are dropped.
    await session.open("/w/policy.yaml", "nothing")
    #expect(session.text(of: "/w/policy.yaml") == nil)
    _ = try await session.request("initialize", ["capabilities": [:], "rootUri": "file:///w"])
    #expect(try await session.refusal(of: "initialize", ["capabilities": [:]]) == -32600)
    #expect(try await session.refusal(of: "netpol-lint/nonsense") == -32601)
    #expect(try await session.refusal(of: "$/nonsense") == -32601)
    await session.notify("$/nonsense", [:])
    #expect(try await session.answer(to: "shutdown", NSNull())["result"] is NSNull)
    #expect(try await session.refusal(of: "textDocument/hover") == -32600)
    #expect(session.server.exitCode == nil)
    await session.notify("exit", [:])
    #expect(session.server.exitCode == 0)
  }

  @Test(arguments: [true, false])
  func exitWithoutShutdownIsAFailure(isInitialized: Bool) async throws {
    var session = isInitialized ? try await Session.opened(Manifests.disk) : Session(Manifests.disk)
    await session.notify("exit", [:])
    #expect(session.server.exitCode == 1)
  }

  @Test(arguments: [
    ("{nonsense", -32700), ("", -32700), ("[]", -32600), ("[{\"id\":1,\"method\":\"shutdown\"}]", -32600),
    ("{}", -32600),
    ("{\"id\":{},\"method\":\"shutdown\"}", -32600), ("{\"id\":null,\"method\":\"shutdown\"}", -32600), ("1", -32600),
  ])
  func whatIsNoMessageIsRefusedUnderNoID(_ text: String, _ code: Int) async throws {
    var session = try await Session.opened(Manifests.disk)
    session.receive(text)
    await session.work()
    let answer = try #require(session.received.last)
    #expect(answer["id"] is NSNull)
    #expect((answer["error"] as? Session.JSON)?["code"] as? Int == code)
    #expect(
      try await session.request("textDocument/codeLens", ["textDocument": ["uri": "file:///w/policy.yaml"]]) is [Any])
  }

  @Test(arguments: [
    ("https://example.com/{id}/", true, "https://example.com/NP302/"),
    ("file:///docs/{id}.md", true, "file:///docs/NP302.md"),
    ("https://example.com/{id}/", false, nil), ("https://example.com/", true, nil), ("javascript:{id}", true, nil),
  ])
  func findingsLeadToThePagesThatTheClientNames(_ page: String, _ isSupported: Bool, _ href: String?) async throws {
    var session = Session(
      MemoryDisk([
        "/w/pods.yaml": Manifests.pods + Manifests.service, "/w/policy.yaml": Manifests.policy(port: "15432"),
      ]))
    let support: Session.JSON = ["textDocument": ["publishDiagnostics": ["codeDescriptionSupport": isSupported]]]
    _ = try await session.request(
      "initialize", ["capabilities": support, "rootUri": "file:///w", "initializationOptions": ["rulePage": page]])
    await session.notify("initialized", [:])
    let found = session.published("/w/policy.yaml")?["diagnostics"] as? [Session.JSON] ?? []
    let fault = try #require(found.first { $0["code"] as? String == "NP302" })
    #expect((fault["codeDescription"] as? Session.JSON)?["href"] as? String == href)
  }

  @Test func whatIsNoUTF8IsNoMessage() async throws {
    var session = try await Session.opened(Manifests.disk)
    let (before, after) = (#"{"id":1,"method":"x"#, #""}"#)
    session.queue(["id": 0, "method": "before"])
    var server = session.server
    server.receive(Array(before.utf8) + [0xFF] + Array(after.utf8))
    _ = await server.step()
    let answers = await server.step() ?? []
    #expect(answers.map { String(decoding: $0, as: UTF8.self).contains("-32700") } == [true])
  }

  @Test func requestsAreTakenBack() async throws {
    var session = try await Session.opened(Manifests.disk)
    let hover = Session.place("/w/policy.yaml", (6, 8))
    session.queue(["id": "a", "method": "textDocument/hover", "params": hover])
    session.queue(["id": "b", "method": "textDocument/hover", "params": hover])
    session.queue(["method": "$/cancelRequest", "params": ["id": "a"]])
    await session.work()
    func answer(_ id: String) -> Session.JSON? { session.received.last { $0["id"] as? String == id } }
    #expect((answer("a")?["error"] as? Session.JSON)?["code"] as? Int == -32800)
    #expect(answer("b")?["result"] is Session.JSON)
    // What is answered already, or never was asked, is not taken back.
    await session.notify("$/cancelRequest", ["id": "b"])
    await session.notify("$/cancelRequest", ["id": 99])
    session.queue(["id": "b", "method": "textDocument/hover", "params": hover])
    await session.work()
    #expect(answer("b")?["result"] is Session.JSON)
  }

  @Test func diagnosticsOfAnOldTextAreNotWorkedOut() async throws {
    var session = try await Session.opened(
      Manifests.disk, capabilities: ["textDocument": ["diagnostic": [:] as Session.JSON]])
    await session.open("/w/policy.yaml", Manifests.policy())
    let document = ["textDocument": ["uri": "file:///w/policy.yaml"]]
    session.queue(["id": "old", "method": "textDocument/diagnostic", "params": document])
    session.queue(Session.change("/w/policy.yaml", [["text": Manifests.policy(port: "1")]], version: 2))
    session.queue(["id": "new", "method": "textDocument/diagnostic", "params": document])
    await session.work()
    let old = try #require(session.received.last { $0["id"] as? String == "old" }?["error"] as? Session.JSON)
    #expect(old["code"] as? Int == -32802)
    #expect((old["data"] as? Session.JSON)?["retriggerRequest"] as? Bool == true)
    let new = session.received.last { $0["id"] as? String == "new" }?["result"] as? Session.JSON
    #expect(Session.codes(new, "items").contains("NP301"))
  }

  /// Whatever stands in the parameters: each request is answered once, and the server lives on.
  @Test func parametersMayBeAnything() async throws {
    var session = try await Session.opened(Manifests.disk)
    let uri = "file:///w/policy.yaml"
    let huge: Session.JSON = ["line": Int.max, "character": Int.max]
    let values: [Any] = [
      NSNull(), [Any](), [1], "text", 1, true, ["textDocument": uri], ["textDocument": ["uri": 1]],
      ["textDocument": ["uri": uri], "position": 1], ["textDocument": ["uri": uri], "position": ["line": "a"]],
      ["textDocument": ["uri": uri], "position": huge, "range": ["start": huge, "end": huge], "context": [1]],
      [
        "textDocument": ["uri": uri], "range": ["start": ["line": -1, "character": -1], "end": huge],
        "context": ["only": 1],
      ],
      ["textDocument": ["uri": "untitled:1"], "position": ["line": 0, "character": 0]],
      [
        "textDocument": ["uri": uri, "version": "x"],
        "contentChanges": ["x", ["range": 1], ["range": ["start": 1], "text": "x"]],
      ],
      ["textDocument": ["uri": uri, "version": 1, "text": 1]],
      ["changes": [1, ["uri": 1], ["uri": uri, "type": "x"]]],
      ["event": ["added": [1], "removed": ["uri"]]], ["previousResultIds": [1, ["uri": 1]]],
      ["command": "netpol-lint.explain", "arguments": [1]], ["command": 1],
    ]
    let requests =
      [
        "diagnostic", "hover", "definition", "references", "completion", "codeAction", "codeLens",
      ].map { "textDocument/" + $0 } + ["workspace/diagnostic", "workspace/executeCommand"]
    await session.open("/w/policy.yaml", Manifests.policy())
    for value in values {
      for method in requests {
        let answer = try await session.answer(to: method, value)
        #expect((answer["result"] == nil) != (answer["error"] == nil), "\(method) \(value)")
      }
      for method in ["didOpen", "didChange", "didClose", "didSave"] {
        session.queue(["method": "textDocument/" + method, "params": value])
      }
      for method in ["workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders", "initialized"] {
        session.queue(["method": method, "params": value])
      }
      await session.work()
    }
    #expect(session.server.exitCode == nil)
    #expect(try await session.request("textDocument/hover", Session.place("/w/pods.yaml", (0, 0))) is NSNull)
  }
}
