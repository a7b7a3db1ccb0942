import Queries
import TestSupport
import Testing

/// What holds for any manifests, tried on generated ones.
@Suite struct QueryPropertyTests {
  /// Documents of pods and policies, some of which overlap.
  private func documents(_ seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    let namespaces = ["a", "b"]
    let selectors = [
      "{}", "{matchLabels: {app: x}}", "{matchLabels: {app: w}}",
      "{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}",
    ]
    func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
    func peer() -> String {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: "{podSelector: \(pick(selectors))}"
      case 1: "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: \(pick(namespaces))}}}"
      case 2: "{ipBlock: {cidr: 10.\(Int.random(in: 0..<4, using: &random)).0.0/15}}"
      default: "{namespaceSelector: {}, podSelector: \(pick(selectors))}"
      }
    }
    func rule(_ field: String) -> String {
      let ports = pick(["", ", ports: [{port: 80}]", ", ports: [{port: http}]", ", ports: [{port: 70, endPort: 90}]"])
      return "{\(field): [\(peer()), \(peer())]\(ports)}"
    }
    var documents = (0..<5).map {
      Manifests.pod(
        "p\($0)", in: pick(namespaces), "app: \(pick(["x", "w", "z"]))",
        ports: "{name: http, containerPort: \(8000 + $0)}")
    }
    for number in 0..<5 {
      let types = pick(["[Ingress]", "[Egress]", "[Ingress, Egress]"])
      documents.append(
        Manifests.policy(
          "n\(number)", in: pick(namespaces),
          "podSelector: \(pick(selectors)), policyTypes: \(types), ingress: [\(rule("from"))], egress: [\(rule("to")), \(rule("to"))]"
        ))
    }
    return documents
  }

  @Test(arguments: 0..<40) func nothingDiffersFromItself(_ seed: UInt64) async {
    let topology = Topology(documents(seed).joined())
    let (added, removed) = await Topology.diff(topology, topology)
    #expect(added.isEmpty && removed.isEmpty)
  }

  @Test(arguments: 0..<40) func orderDoesNotMatter(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let all = documents(seed)
    let shuffled = all.shuffled(using: &random)
    let files = shuffled.enumerated().map { ("\($0.offset).yaml", $0.element) }
    let expected = try await Topology(all.joined()).report(.json).text
    #expect(try await Topology(files).report(.json).text == expected)
    #expect(try await Topology(shuffled.joined()).report(.mermaid).text == Topology(all.joined()).report(.mermaid).text)
  }

  /// However the documents lie in folders, and whether a kustomization lists them or not: the answers are the same.
  @Test(arguments: 0..<40) func foldersDoNotMatter(_ seed: UInt64) async throws {
    let all = documents(seed)
    let expected = try await Topology(all.joined()).report(.json).text
    let half = all.count / 2
    let apart = [("a/x.yaml", all[..<half].joined()), ("b/c/y.yaml", all[half...].joined())]
    #expect(try await Topology(apart).report(.json).text == expected)
    let listed = all.enumerated().map { ("k/\($0.offset).yaml", $0.element) }
    let names = listed.indices.map { "\($0).yaml" }.joined(separator: ", ")
    let built = listed + [("k/kustomization.yaml", "resources: [\(names)]\n")]
    #expect(try await Topology(built).report(.json).text == expected)
    let overlay = built + [("o/kustomization.yaml", "resources: [../k]\n")]
    #expect(try await Topology(overlay).report(.json).text == expected)
  }

  /// What another unit holds changes nothing between the pods of the others.
  @Test(arguments: 0..<40) func anUnrelatedUnitDoesNotMatter(_ seed: UInt64) async throws {
    let all = documents(seed).enumerated().map { ("app/\($0.offset).yaml", $0.element) }
    let other =
      Manifests.pod("lone", in: "zz", "app: lone")
      + Manifests.policy("lone", in: "zz", "podSelector: {}, policyTypes: [Ingress, Egress]")
    let expected = try await Topology(all).rows()
    for more in [
      [("other/z.yaml", other)], [("z.yaml", other), ("other/kustomization.yaml", "resources: [../z.yaml]\n")],
    ] {
      let rows = try await Topology(all + more).rows().filter { !$0.contains("zz/") }
      #expect(rows == expected)
    }
  }

  /// What is added and what is removed, taken together, lead from one list to the other.
  @Test(arguments: 0..<40) func changesLeadFromOldToNew(_ seed: UInt64) async throws {
    let all = documents(seed)
    let (old, new) = (Topology(all.dropLast().joined()), Topology(all.dropFirst(5).joined() + all.prefix(5).joined()))
    let (forth, back) = (await Topology.diff(old, new), await Topology.diff(new, old))
    #expect(forth.added == back.removed && forth.removed == back.added)
    #expect((forth.added + forth.removed).isEmpty == (try await old.rows() == new.rows()))
  }
}
