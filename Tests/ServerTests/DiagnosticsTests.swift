import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct DiagnosticsTests {
  private static var pull: Session.JSON {
    [
      "textDocument": ["diagnostic": [:] as Session.JSON], "workspace": ["diagnostics": ["refreshSupport": true]],
    ]
  }

  private static func report(
    _ session: inout Session, _ path: String, since: String? = nil
  ) async throws -> Session.JSON {
    var parameters: Session.JSON = ["textDocument": ["uri": DocumentURI.uri(path)]]
    parameters["previousResultId"] = since
    return try #require(try await session.request("textDocument/diagnostic", parameters) as? Session.JSON)
  }

  private static func reports(
    _ session: inout Session, since: [String: String] = [:]
  ) async throws -> [String: Session.JSON] {
    let previous = since.map { ["uri": DocumentURI.uri($0), "value": $1] }
    let answer = try await session.request("workspace/diagnostic", ["previousResultIds": previous]) as? Session.JSON
    let items = try #require(answer?["items"] as? [Session.JSON])
    return Dictionary(uniqueKeysWithValues: items.map { (DocumentURI.path($0["uri"] as? String ?? "") ?? "", $0) })
  }

  @Test func whatHasNotChangedIsNotSentAgain() async throws {
    var session = try await Session.opened(Manifests.disk, capabilities: Self.pull)
    await session.open("/w/policy.yaml", Manifests.policy(port: "1"))
    let first = try await Self.report(&session, "/w/policy.yaml")
    #expect(first["kind"] as? String == "full")
    #expect(Session.codes(first, "items").contains("NP301"))
    let id = try #require(first["resultId"] as? String)
    let second = try await Self.report(&session, "/w/policy.yaml", since: id)
    #expect(second["kind"] as? String == "unchanged")
    #expect(second["resultId"] as? String == id)
    #expect(second["items"] == nil)
    // A place that has moved is a change.
    await session.change("/w/policy.yaml", [Session.edit((0, 0), (0, 0), "\n")], version: 2)
    let third = try await Self.report(&session, "/w/policy.yaml", since: id)
    #expect(third["kind"] as? String == "full")
    #expect(third["resultId"] as? String != id)
    #expect(try await Self.report(&session, "/w/policy.yaml", since: "0")["kind"] as? String == "full")
    #expect(session.sent("textDocument/publishDiagnostics").isEmpty)
  }

  @Test func filesWithoutDiagnosticsAnyMoreAreTold() async throws {
    var session = try await Session.opened(Manifests.disk, capabilities: Self.pull)
    await session.open("/w/policy.yaml", Manifests.policy(port: "1"))
    var reports = try await Self.reports(&session)
    let report = try #require(reports["/w/policy.yaml"])
    #expect(report["version"] as? Int == 1)
    let id = try #require(report["resultId"] as? String)
    reports = try await Self.reports(&session, since: ["/w/policy.yaml": id])
    #expect(reports["/w/policy.yaml"]?["kind"] as? String == "unchanged")
    await session.change("/w/policy.yaml", [["text": Manifests.policy()]], version: 2)
    reports = try await Self.reports(&session, since: ["/w/policy.yaml": id, "/gone.yaml": "x"])
    #expect((reports["/w/policy.yaml"]?["items"] as? [Any])?.isEmpty == true)
    #expect(reports["/w/policy.yaml"]?["version"] as? Int == 2)
    #expect((reports["/gone.yaml"]?["items"] as? [Any])?.isEmpty == true)
    #expect(reports["/gone.yaml"]?["version"] is NSNull)
  }

  @Test func otherFilesThatAChangeAffectsAreToldBeside() async throws {
    let pods = Manifests.pods.replacing("5432", with: "7777")
    let disk = MemoryDisk(["/w/pods.yaml": pods, "/w/policy.yaml": Manifests.policy(port: "7777")])
    var session = try await Session.opened(
      disk, capabilities: ["textDocument": ["diagnostic": ["relatedDocumentSupport": true]]])
    await session.open("/w/pods.yaml", pods)
    #expect(try await Self.report(&session, "/w/pods.yaml")["relatedDocuments"] == nil)
    func related(_ text: String, _ version: Int) async throws -> Session.JSON? {
      await session.change("/w/pods.yaml", [["text": text]], version: version)
      let report = try await Self.report(&session, "/w/pods.yaml")
      return (report["relatedDocuments"] as? Session.JSON)?["file:///w/policy.yaml"] as? Session.JSON
    }
    let moved = pods.replacing("7777", with: "7778")
    #expect(Session.codes(try await related(moved, 2), "items") == ["NP301"])
    #expect(try await Self.report(&session, "/w/pods.yaml")["relatedDocuments"] == nil)
    #expect((try await related(pods, 3)?["items"] as? [Any])?.isEmpty == true)
  }

  @Test func clientsAreAskedToAskAgainOnlyWhereSomethingChanged() async throws {
    let capabilities: Session.JSON = [
      "textDocument": ["diagnostic": [:] as Session.JSON], "workspace": ["diagnostics": ["refreshSupport": true]],
    ]
    var session = try await Session.opened(Manifests.disk, capabilities: capabilities)
    let refresh = "workspace/diagnostic/refresh"
    await session.open("/w/policy.yaml", Manifests.policy())
    let count = session.sent(refresh).count
    await session.change("/w/policy.yaml", [Session.edit((0, 0), (0, 0), "# x\n")], version: 2)
    #expect(session.sent(refresh).count == count)
    await session.change("/w/policy.yaml", [["text": Manifests.policy(port: "1")]], version: 3)
    #expect(session.sent(refresh).count == count + 1)
    #expect(session.sent(refresh).last?["id"] is Int)
  }

  /// After any edits, the diagnostics are what a linter says that reads everything for the first time.
  @Test(arguments: 0..<12)
  func diagnosticsAreThoseOfAFreshLint(seed: UInt64) async throws {
    var dice = SeededGenerator(seed: seed)
    var texts = [
      "a.yaml": Manifests.pods, "b.yaml": Manifests.policy(), "c.yaml": Manifests.policy(from: "db", port: "sql"),
    ]
    let pieces = [
      "api", "db", " ", "\n", "5432", ":", "-", "{}", "# netpol-lint: ignore[NP301]: because\n", "é😀", "---\n", "shop",
    ]
    let disk = MemoryDisk(Dictionary(uniqueKeysWithValues: texts.map { ("/w/" + $0, $1) }))
    var session = try await Session.opened(disk)
    for (name, text) in texts { await session.open("/w/" + name, text) }
    var shown: [String: [String]] = [:]
    for version in 2..<14 {
      let name = texts.keys.sorted().randomElement(using: &dice)!
      var model = Array((texts[name] ?? "").utf16)
      let borders = ClientText.borders(of: model)
      let start = Int.random(in: 0..<borders.count, using: &dice)
      let end = min(borders.count - 1, start + [0, 0, 1, 5].randomElement(using: &dice)!)
      let text = pieces.randomElement(using: &dice)!
      let change = Session.edit(
        ClientText.position(borders[start], in: model), ClientText.position(borders[end], in: model), text)
      model.replaceSubrange(borders[start]..<borders[end], with: Array(text.utf16))
      texts[name] = String(decoding: model, as: UTF16.self)
      await session.change("/w/" + name, [change], version: version)
      for name in texts.keys { shown[name] = Self.shown(session.published("/w/" + name)) }
      var fresh = try await Session.opened(MemoryDisk(Dictionary(uniqueKeysWithValues: texts.map { ("/w/" + $0, $1) })))
      await fresh.work()
      for name in texts.keys { #expect(shown[name] == Self.shown(fresh.published("/w/" + name)), "\(name) \(texts)") }
    }
  }

  private static func shown(_ published: Session.JSON?) -> [String] {
    (published?["diagnostics"] as? [Session.JSON] ?? []).compactMap { diagnostic in
      (try? JSONSerialization.data(withJSONObject: diagnostic, options: .sortedKeys)).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }
}
