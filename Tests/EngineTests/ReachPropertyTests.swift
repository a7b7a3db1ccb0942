import Engine
import Model
import TestSupport
import Testing

@Suite struct ReachPropertyTests {
  @Test func addingARuleNeverRemovesAConnection() throws {
    for seed in 1...UInt64(300) {
      var random = SeededGenerator(seed: seed)
      var generated = WorldGenerator.world(seed: seed).knowingAllTexts
      let before = try #require(Agreement(generated))
      let addresses = Array(before.world.boundaryAddresses.shuffled(using: &random).prefix(5))
      guard let change = isolatingDirections(before.world).randomElement(using: &random) else { continue }
      let isIngress = change.type == .ingress
      let document = try #require(generated.documents.firstIndex { $0["metadata"]?["name"]?.text == change.policy })
      var spec = try #require(generated.documents[document]["spec"])
      var rules = spec[change.type.field]?.items ?? []
      let place = Int.random(in: 0...rules.count, using: &random)
      rules.insert(WorldGenerator.rule(seed: seed, isIngress: isIngress), at: place)
      spec[change.type.field] = .list(rules)
      generated.documents[document]["spec"] = spec

      let after = try #require(Agreement(generated)).bounds(addresses)
      for (ends, bounds) in before.bounds(addresses) {
        let later = try #require(after[ends])
        let keepsAll = bounds.certain.isSubset(of: later.certain) && bounds.possible.isSubset(of: later.possible)
        #expect(
          keepsAll,
          "seed \(seed): \(ends) loses by \(change.policy), \(change.type.field)[\(place)] of\n\(generated.yaml)")
      }
    }
  }

  @Test func orderNeverMatters() throws {
    let lists: Set = [
      "ingress", "egress", "from", "to", "ports", "matchExpressions", "values", "policyTypes", "except",
    ]
    for seed in 1...UInt64(300) {
      var random = SeededGenerator(seed: seed)
      let generated = WorldGenerator.world(seed: seed).knowingAllTexts
      let before = try #require(Agreement(generated))
      let addresses = Array(before.world.boundaryAddresses.shuffled(using: &random).prefix(5))
      var shuffled = generated
      // The order of the rules of a policy for the whole cluster does matter.
      shuffled.documents = generated.documents.shuffled(using: &random).map { document in
        let isRanked = document["spec"]?["subject"] != nil
        return document.shuffled(isRanked ? lists.subtracting(["ingress", "egress"]) : lists, using: &random)
      }
      let after = try #require(Agreement(shuffled, fileCount: Int.random(in: 1...3, using: &random)))
      #expect(
        before.bounds(addresses) == after.bounds(addresses),
        "seed \(seed): the answers change with the order of\n\(generated.yaml)# to\n\(shuffled.yaml)")
    }
  }

  /// The policies of a world with the directions in which they isolate, so that a further rule there only allows.
  private func isolatingDirections(_ world: World) -> [(policy: String, type: PolicyType)] {
    world.policies.flatMap { policy in
      PolicyType.allCases.filter(policy.isolates).map { (policy.meta.name.value, $0) }
    }
  }
}
