import Queries
import TestSupport
import Testing
import Writing

/// Alternatives of several groups: what says which of them are live together, and what does not.
@Suite struct UnpairedWorldsTests {
  /// One of two alternatives of a workload: they differ in their image, and each has a policy of its own.
  private func member(_ path: String, _ name: String, image: String, policy: String? = nil) -> [(String, String)] {
    let workload = Manifests.workload("Deployment", name, in: "shop", "app: \(name)")
      .replacing("image: i", with: "image: \(image)")
    return [(path + "/app.yaml", workload + (policy ?? ""))]
  }

  private func lets(_ name: String, _ peers: String) -> String {
    Manifests.policy(
      name, in: "shop",
      "podSelector: {matchLabels: {app: \(name)}}, policyTypes: [Ingress], ingress: [{from: [\(peers)]}]")
  }

  private let shared = [
    ("shared.yaml", Manifests.workload("Deployment", "cache", in: "shop", "app: cache"))
  ]

  private func groups(_ first: [String], _ second: [String]) -> [(String, String)] {
    shared
      + first.enumerated().flatMap { member($1, "web", image: "w\($0)", policy: lets("web", "{podSelector: {}}")) }
      + second.enumerated().flatMap { member($1, "db", image: "d\($0)", policy: lets("db", "{podSelector: {}}")) }
  }

  private func allowed(_ files: [(String, String)], _ from: String, _ to: String) async throws -> Bool? {
    try Questions.ask("shop/" + from, "shop/\(to):80", await Topology(files).project()).allowed
  }

  @Test func equalWordsPairAlternatives() async throws {
    for (first, second) in [
      (["web/dev", "web/prod"], ["db/dev", "db/prod"]), (["dev/web", "prod/web"], ["db/prod", "db/x-dev"]),
      // The plain ones go together where the others are named alike.
      (["k8s/web", "k8s/web-dev"], ["k8s/db", "k8s/db-dev"]),
    ] {
      #expect(try await allowed(groups(first, second), "web", "db") == true, "\(first)")
    }
  }

  @Test func whatNothingPairsLeavesAnswersThatRestOnBothOpen() async throws {
    let files = groups(["web/dev", "web/prod"], ["db/eu", "db/us"])
    #expect(try await allowed(files, "web", "db") == nil)
    #expect(try await allowed(files, "db", "web") == nil)
    // One group alone is in every world as it is written.
    for (from, to) in [("web", "cache"), ("cache", "web"), ("cache", "db"), ("db", "cache")] {
      #expect(try await allowed(files, from, to) == true, "\(from) \(to)")
    }
    let answer = try Questions.ask("shop/web", "shop/db:80", await Topology(files).project())
    let reason = "(db/eu/app.yaml:3) and web/dev (web/dev/app.yaml:3) are alternatives that were not paired"
    #expect(Questions.text(answer).contains(reason), "\(Questions.text(answer))")
  }

  @Test func aPolicyOfOneGroupOverPodsOfAnotherIsOpenForAll() async throws {
    let open = lets("db", "{podSelector: {}}").replacing("name: db,", with: "name: open,")
    let files =
      shared + member("web/dev", "web", image: "a", policy: open) + member("web/prod", "web", image: "b")
      + member("db/eu", "db", image: "a") + member("db/us", "db", image: "b")
    #expect(try await allowed(files, "cache", "db") == nil)
    // What the policy does not speak of is as it was.
    #expect(try await allowed(files, "db", "cache") == true)
  }

  @Test func whatAllAlternativesHoldAlikeRestsOnNone() async throws {
    // The workload and its policy are the same in both; a Service keeps the folders apart.
    func service(_ port: Int) -> String {
      "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {selector: {app: db}, ports: [{port: \(port)}]}\n"
    }
    let same = lets("db", "{podSelector: {}}")
    let files =
      shared + member("web/dev", "web", image: "a") + member("web/prod", "web", image: "b")
      + member("db/eu", "db", image: "a", policy: same + service(80))
      + member("db/us", "db", image: "a", policy: same + service(81))
    #expect(try await allowed(files, "web", "db") == true)
  }

  @Test func connectionsThatRestOnBothAreLeftOut() async throws {
    let rows = try await Topology(groups(["web/dev", "web/prod"], ["db/eu", "db/us"])).rows()
    #expect(rows.contains { $0.hasPrefix("shop/web -> shop/cache") })
    #expect(!rows.contains { $0.contains("shop/web -> shop/db") || $0.contains("shop/db -> shop/web") })
    let paired = try await Topology(groups(["web/dev", "web/prod"], ["db/dev", "db/prod"])).rows()
    #expect(paired.contains { $0.hasPrefix("shop/web -> shop/db") })
  }

  @Test func theLongestCommonPathDecidesBetweenEqualWords() async throws {
    // `eu` stands in two paths of each group.
    let files = groups(["a/x/eu", "a/y/us"], ["a/y/eu/us", "a/x/us/eu"])
    var out = ByteWriter()
    WorldsReport(await Topology(files).project()).write(.text, to: &out)
    #expect(String(decoding: out.bytes, as: UTF8.self).contains("world a/x/eu:\n  files a/x/eu\n  files a/x/us/eu\n"))
  }

  @Test func flowsThatRestOnBothAreNotProven() async throws {
    var topology = Topology(groups(["web/dev", "web/prod"], ["db/eu", "db/us"]))
    topology.configuration = try Lint.configuration(
      "flows: [{name: f, from: shop/web, to: shop/db, port: 80, expect: allow}]\n")
    let text = Questions.verify(await topology.project())
    #expect(text.hasPrefix("FAIL f: ") && text.contains("not paired"), "\(text)")
  }

  @Test func noWorldTakesWhatBelongsToAnotherOne() async throws {
    let files = groups(["x/dev-eu", "x/prod-eu", "x/prod-us"], ["y/prod-eu", "y/prod-us", "y/stage"])
    var out = ByteWriter()
    WorldsReport(await Topology(files).project()).write(.text, to: &out)
    let text = String(decoding: out.bytes, as: UTF8.self)
    for name in ["prod-eu", "prod-us"] {
      #expect(text.contains("world x/\(name):\n  files x/\(name)\n  files y/\(name)\n"), "\(text)")
    }
  }
}
