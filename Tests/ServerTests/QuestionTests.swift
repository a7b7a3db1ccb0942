import Foundation
import Testing

@testable import Server

@Suite struct QuestionTests {
  private static func actions(
    _ session: inout Session, only: [String]?, at place: (Int, Int) = (14, 16)
  ) async throws -> [Session.JSON] {
    var context: Session.JSON = ["diagnostics": [] as [Any]]
    context["only"] = only
    let answer = try await session.request(
      "textDocument/codeAction",
      [
        "textDocument": ["uri": "file:///w/policy.yaml"], "range": Session.range(place, place), "context": context,
      ])
    return try #require(answer as? [Session.JSON])
  }

  @Test func actionsAreOfTheKindsThatAreAskedFor() async throws {
    var session = try await Session.opened(Manifests.disk)
    await session.open("/w/policy.yaml", Manifests.policy(port: "1"))
    let all = try await Self.actions(&session, only: nil)
    #expect(!all.isEmpty && all.allSatisfy { $0["kind"] as? String == "quickfix" })
    #expect(try await Self.actions(&session, only: ["quickfix"]).count == all.count)
    #expect(try await Self.actions(&session, only: [""]).count == all.count)
    for kind in ["refactor", "quickfix.other", "source", "quick"] {
      #expect(try await Self.actions(&session, only: [kind]).isEmpty, "\(kind)")
    }
    #expect(try await Self.actions(&session, only: nil, at: (0, 0)).isEmpty)
  }

  /// An edit for an older text must not change a newer one.
  @Test func editsNameTheVersionThatTheyAreFor() async throws {
    var session = try await Session.opened(
      Manifests.disk, capabilities: ["workspace": ["workspaceEdit": ["documentChanges": true]]])
    await session.open("/w/policy.yaml", Manifests.policy(port: "1"), version: 7)
    let edits = try await Self.actions(&session, only: nil).compactMap { $0["edit"] as? Session.JSON }
    let changes = try #require(edits.first?["documentChanges"] as? [Session.JSON])
    #expect((changes.first?["textDocument"] as? Session.JSON)?["version"] as? Int == 7)
    #expect(edits.allSatisfy { $0["changes"] == nil })
  }

  /// Names of the input are no markup in what an editor shows.
  @Test func textOfTheInputIsNoMarkupInAHover() async throws {
    let evil = "[x](http://evil.example/)<b>"
    let pods = Manifests.pods.replacing("kind: StatefulSet", with: "kind: '\(evil)'").replacing(
      "metadata: {name: db,", with: "metadata: {name: '\(evil)`',")
    let policy = Manifests.policy(port: "'\(evil)'").replacing("namespace: shop", with: "namespace: '\(evil)'")
    for (path, pods, policy) in [("/w/policy.yaml", pods, Manifests.policy()), ("/w/policy.yaml", pods, policy)] {
      var session = try await Session.opened(MemoryDisk(["/w/pods.yaml": pods, path: policy]))
      for line in 0..<16 {
        let hover = try await session.request("textDocument/hover", Session.place(path, (line, 14)))
        let text = ((hover as? Session.JSON)?["contents"] as? Session.JSON)?["value"] as? String ?? ""
        #expect(!text.contains("](") && !text.contains("<b>") && !text.contains("://"), "\(text)")
      }
    }
  }

  @Test func aSelectorOfNoNamespaceIsSaidOnce() async throws {
    let policy = Manifests.policy(from: "none").replacing("- podSelector:", with: "- namespaceSelector:")
    var session = try await Session.opened(MemoryDisk(["/w/pods.yaml": Manifests.pods, "/w/policy.yaml": policy]))
    var texts = ""
    for line in 0..<16 {
      for column in [8, 14] {
        let hover = try await session.request("textDocument/hover", Session.place("/w/policy.yaml", (line, column)))
        texts += ((hover as? Session.JSON)?["contents"] as? Session.JSON)?["value"] as? String ?? ""
      }
    }
    #expect(texts.contains("pods of no namespace that was read") && !texts.contains("none that was read"), "\(texts)")
  }

  private static func completion(
    _ session: inout Session, _ place: (Int, Int)
  ) async throws -> [(label: String, edit: Session.JSON)] {
    let answer = try await session.request("textDocument/completion", Session.place("/w/policy.yaml", place))
    let items = try #require((answer as? Session.JSON)?["items"] as? [Session.JSON])
    return items.map { ($0["label"] as? String ?? "", $0["textEdit"] as? Session.JSON ?? [:]) }
  }

  @Test func portsAreThoseOfTheTarget() async throws {
    var session = try await Session.opened(Manifests.disk)
    await session.open("/w/policy.yaml", Manifests.policy(port: "543"))
    let items = try await Self.completion(&session, (14, 99))
    #expect(items.map(\.label) == ["5432", "sql"])
    // What is there of the word already is replaced.
    let range = items.first.map(\.edit)?["range"] as? Session.JSON
    #expect(range?["start"] as? [String: Int] == ["line": 14, "character": 16])
    #expect(range?["end"] as? [String: Int] == ["line": 14, "character": 19])
  }

  @Test func labelsAreOfferedInBracesToo() async throws {
    var session = try await Session.opened(Manifests.disk)
    let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x, namespace: "
    let body = "}\nspec:\n  podSelector: {matchLabels: {app: a"
    await session.open("/w/policy.yaml", head + body)
    #expect(try await Self.completion(&session, (2, 31)).map(\.label) == ["shop"])
    #expect(try await Self.completion(&session, (4, 38)).map(\.label) == ["api", "db"])
    await session.change("/w/policy.yaml", [["text": head + "}\nspec:\n  podSelector: {matchLabels: {ti"]], version: 2)
    #expect(try await Self.completion(&session, (4, 34)).map(\.label).contains("tier: web"))
  }

  @Test(
    arguments: [
      ("      app: a", ["spec", "podSelector", "matchLabels"], "app", "a"),
      ("      app.kubernetes.io/na", ["spec", "podSelector", "matchLabels"], nil, "app.kubernetes.io/na"),
      ("      app:", ["spec", "podSelector", "matchLabels"], "app", ""),
    ] as [(String, [String], String?, String)])
  func wordsAreFound(_ before: String, _ path: [String], _ key: String?, _ word: String) {
    let lines = ["spec:", "  podSelector:", "    matchLabels:"]
    let context = CompletionContext({ lines[$0] }, 3, before: before)
    #expect(context.path == path)
    #expect(context.key == key)
    #expect(context.word == word)
  }
}
