import Foundation
import Testing

@testable import Server

/// What editors say of themselves, as far as a server may heed it, and what they get for it.
@Suite struct ClientTests {
  struct Editor: CustomTestStringConvertible, Sendable {
    let name: String
    let capabilities: String
    var pulls = false
    var showsRelated = false
    var fadesUnused = true
    var takesActions = true
    var takesMarkdown = true
    var watches = false
    var refreshes = false
    var encoding = "utf-16"

    var testDescription: String { name }

    var json: Session.JSON {
      (try? JSONSerialization.jsonObject(with: Data(capabilities.utf8)) as? Session.JSON) ?? [:]
    }
  }

  private static let actions =
    #""codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}"#

  static let editors = [
    Editor(
      name: "Helix 25.07",
      capabilities: """
        {"general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
         "workspace": {"configuration": true, "didChangeConfiguration": {"dynamicRegistration": false},
          "didChangeWatchedFiles": {"dynamicRegistration": true, "relativePatternSupport": false},
          "workspaceEdit": {"documentChanges": true, "failureHandling": "abort"}, "workspaceFolders": true},
         "textDocument": {\(actions), "hover": {"contentFormat": ["markdown"]},
          "publishDiagnostics": {"versionSupport": true, "tagSupport": {"valueSet": [1, 2]}}}}
        """, watches: true, encoding: "utf-8"),
    Editor(
      name: "Zed",
      capabilities: """
        {"general": {"positionEncodings": ["utf-16"]},
         "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true},
          "diagnostics": {"refreshSupport": true}, "workspaceEdit": {"documentChanges": true}},
         "textDocument": {\(actions), "hover": {"contentFormat": ["markdown"]},
          "diagnostic": {"dynamicRegistration": true, "relatedDocumentSupport": true},
          "publishDiagnostics": {"relatedInformation": true}}}
        """, pulls: true, showsRelated: true, fadesUnused: false, watches: true, refreshes: true),
    Editor(
      name: "one that leaves out the s",
      capabilities: """
        {"workspace": {"diagnostic": {"refreshSupport": true}}, "textDocument": {\(actions), "diagnostic": {}}}
        """, pulls: true, fadesUnused: false, refreshes: true),
    Editor(
      name: "VS Code",
      capabilities: """
        {"general": {"positionEncodings": ["utf-16"]},
         "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true},
          "diagnostics": {"refreshSupport": true}, "workspaceEdit": {"documentChanges": true}},
         "textDocument": {\(actions), "hover": {"contentFormat": ["markdown", "plaintext"]},
          "diagnostic": {"dynamicRegistration": true, "relatedDocumentSupport": false},
          "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}}}}
        """, pulls: true, showsRelated: true, watches: true, refreshes: true),
    Editor(
      name: "Neovim 0.7",
      capabilities: """
        {"workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": false}},
         "textDocument": {\(actions), "hover": {"contentFormat": ["markdown", "plaintext"]},
          "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}}}}
        """, showsRelated: true),
    // It asks for the diagnostics of the document that changes, and would not hear of others.
    Editor(
      name: "Neovim 0.11",
      capabilities: """
        {"general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
         "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": false}},
         "textDocument": {\(actions), "hover": {"contentFormat": ["markdown", "plaintext"]},
          "diagnostic": {"dynamicRegistration": false},
          "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}}}}
        """, showsRelated: true, encoding: "utf-8"),
    Editor(
      name: "Eglot without markdown-mode",
      capabilities: """
        {"general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]},
         "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}, "workspaceEdit": {"documentChanges": true}},
         "textDocument": {\(actions), "hover": {"contentFormat": ["plaintext"]},
          "publishDiagnostics": {"relatedInformation": false, "tagSupport": {"valueSet": [1, 2]}}}}
        """, takesMarkdown: false, watches: true, encoding: "utf-8"),
    Editor(name: "one that says nothing", capabilities: "{}", fadesUnused: false, takesActions: false),
  ]

  private static let unused = "# netpol-lint: ignore[NP302]: nobody needs this\n"
  private static let disk = [
    "/w/pods.yaml": Manifests.pods + Manifests.service, "/w/policy.yaml": Manifests.policy(port: "15432"),
    "/w/unused.yaml": unused + Manifests.policy(from: "db").replacing("name: db,", with: "name: other,"),
  ]

  private static func started(_ editor: Editor) async throws -> (session: Session, answer: Session.JSON) {
    var session = Session(MemoryDisk(disk))
    let answer = try await session.request(
      "initialize",
      [
        "processId": 1, "rootPath": "/w", "rootUri": "file:///w",
        "workspaceFolders": [["uri": "file:///w", "name": "w"]],
        "capabilities": editor.json, "trace": "off", "clientInfo": ["name": editor.name],
      ])
    await session.notify("initialized", [:])
    // What many send without being asked.
    await session.notify("workspace/didChangeConfiguration", ["settings": NSNull()])
    await session.notify("$/setTrace", ["value": "off"])
    return (session, try #require(answer as? Session.JSON))
  }

  /// The diagnostics of a file, as the editor gets them.
  private static func diagnostics(
    _ path: String, _ editor: Editor, _ session: inout Session
  ) async throws -> [Session.JSON] {
    guard editor.pulls else { return session.published(path)?["diagnostics"] as? [Session.JSON] ?? [] }
    let answer = try await session.request("textDocument/diagnostic", ["textDocument": ["uri": DocumentURI.uri(path)]])
    return (answer as? Session.JSON)?["items"] as? [Session.JSON] ?? []
  }

  @Test(arguments: editors) func theServerSaysWhatTheClientUnderstands(_ editor: Editor) async throws {
    let (session, answer) = try await Self.started(editor)
    let capabilities = try #require(answer["capabilities"] as? Session.JSON)
    #expect(capabilities["positionEncoding"] as? String == editor.encoding)
    #expect((capabilities["diagnosticProvider"] != nil) == editor.pulls)
    #expect((capabilities["codeActionProvider"] is Session.JSON) == editor.takesActions)
    #expect(session.sent("client/registerCapability").isEmpty == !editor.watches)
    #expect(session.sent("textDocument/publishDiagnostics").isEmpty == editor.pulls)
    #expect(session.sent("window/showMessage").isEmpty)
  }

  @Test(arguments: editors) func diagnosticsAreWhatTheClientShows(_ editor: Editor) async throws {
    var session = try await Self.started(editor).session
    await session.open("/w/policy.yaml", Manifests.policy(port: "15432"))
    let fault = try #require(
      try await Self.diagnostics("/w/policy.yaml", editor, &session).first { $0["code"] as? String == "NP302" })
    #expect((fault["relatedInformation"] != nil) == editor.showsRelated)
    let unused = try #require(
      try await Self.diagnostics("/w/unused.yaml", editor, &session).first { $0["code"] as? String == "NP604" })
    #expect(unused["tags"] as? [Int] == (editor.fadesUnused ? [1] : nil))
  }

  /// A change in one file that mends another one.
  @Test(arguments: editors) func otherFilesAreToldOf(_ editor: Editor) async throws {
    var session = try await Self.started(editor).session
    await session.open("/w/policy.yaml", Manifests.policy(port: "15432"))
    #expect(
      try await Self.diagnostics("/w/policy.yaml", editor, &session).contains { $0["code"] as? String == "NP302" })
    let refreshes = session.sent("workspace/diagnostic/refresh").count
    await session.open("/w/pods.yaml", Manifests.pods.replacing("5432", with: "15432"))
    #expect((session.sent("workspace/diagnostic/refresh").count > refreshes) == editor.refreshes)
    let left = try await Self.diagnostics("/w/policy.yaml", editor, &session)
    #expect(!left.contains { $0["code"] as? String == "NP302" })
  }

  @Test(arguments: editors) func hoversAndActionsAreOfItsKinds(_ editor: Editor) async throws {
    var session = try await Self.started(editor).session
    await session.open("/w/policy.yaml", Manifests.policy(port: "15432"))
    let hover = try await session.request("textDocument/hover", Session.place("/w/policy.yaml", (6, 8)))
    let contents = try #require((hover as? Session.JSON)?["contents"] as? Session.JSON)
    #expect(contents["kind"] as? String == (editor.takesMarkdown ? "markdown" : "plaintext"))
    let value = try #require(contents["value"] as? String)
    #expect(value.contains("StatefulSet `db`") == editor.takesMarkdown)
    #expect(value.contains("StatefulSet db") == !editor.takesMarkdown)
    let answer = try await session.request(
      "textDocument/codeAction",
      [
        "textDocument": ["uri": "file:///w/policy.yaml"], "range": Session.range((14, 16), (14, 16)),
        "context": ["diagnostics": [] as [Any], "triggerKind": 1],
      ])
    let actions = try #require(answer as? [Session.JSON])
    #expect(!actions.isEmpty)
    // A command alone has its name there.
    #expect(actions.allSatisfy { ($0["command"] is String) == !editor.takesActions })
    #expect(actions.contains { $0["edit"] != nil } == editor.takesActions)
  }

  /// Whatever the client says to what it is asked, nothing comes of it.
  @Test(arguments: editors.filter { $0.watches || $0.refreshes })
  func answersOfTheClientAreTaken(_ editor: Editor) async throws {
    var session = try await Self.started(editor).session
    let asked = session.received.filter { $0["method"] != nil && $0["id"] != nil }
    #expect(!asked.isEmpty)
    let count = session.received.count
    for request in asked {
      session.queue(["id": request["id"] ?? 0, "result": NSNull()])
      session.queue(["id": request["id"] ?? 0, "error": ["code": -32601, "message": "no"]])
    }
    await session.work()
    #expect(session.received.count == count)
  }

  /// Where no folder is named, the older ways to say it count.
  @Test(arguments: ["[]", "null"]) func withoutFoldersTheRootCounts(_ folders: String) async throws {
    var session = Session(MemoryDisk(Self.disk))
    let folders = try JSONSerialization.jsonObject(with: Data(folders.utf8), options: .fragmentsAllowed)
    _ = try await session.request(
      "initialize", ["capabilities": [:], "rootUri": "file:///w", "workspaceFolders": folders])
    await session.notify("initialized", [:])
    #expect(session.codes("/w/policy.yaml").contains("NP302"))
  }
}
