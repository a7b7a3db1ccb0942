internal import Diagnostics
internal import Engine
internal import Model

/// The policies whose half-open flows have to be known to say something of those that a rule is asked about: these
/// themselves, those with rules that may be for the same pods at the other end, and so on, for of several rules at one end
/// the first one counts.
struct HalfOpenPartners {
  /// `nil` for all.
  private var references: Set<ObjectReference>?

  private struct Member {
    let policy: NetworkPolicy
    /// Whether its peers may mean its own namespace.
    let meansOwn: Bool
    /// The namespaces that its peers may mean by their selectors.
    let others: Set<String>

    func means(_ namespace: String) -> Bool {
      namespace == policy.meta.namespace ? meansOwn : others.contains(namespace)
    }
  }

  init(_ analysis: Analysis, _ sink: FindingSink) {
    guard sink.asksAboutSome else { return }
    let members = HalfOpenPartners.members(analysis.world)
    let inNamespace = Dictionary(grouping: members.indices) { members[$0].policy.meta.namespace }
    // Only these mean other namespaces, and only there can they be meant.
    let wide = inNamespace.mapValues { $0.filter { !members[$0].others.isEmpty } }
    var waiting = members.indices.filter { sink.isAsked(members[$0].policy.meta.reference) }
    var found = Set(waiting)
    while let number = waiting.popLast() {
      // Then it is not worth to look any further.
      if found.count * 2 > members.count { return }
      let own = members[number].policy.meta.namespace
      func add(_ candidates: [Int]?) {
        for candidate in candidates ?? [] where members[candidate].means(own) && found.insert(candidate).inserted {
          waiting.append(candidate)
        }
      }
      if members[number].meansOwn { add(inNamespace[own]) }
      for namespace in members[number].others where namespace != own { add(wide[namespace]) }
    }
    references = Set(found.map { members[$0].policy.meta.reference })
  }

  func contains(_ policy: NetworkPolicy) -> Bool { references?.contains(policy.meta.reference) ?? true }

  private static func members(_ world: World) -> [Member] {
    var known: [Selector: Set<String>] = [:]
    func namespaces(_ selector: Selector) -> Set<String> {
      if let namespaces = known[selector] { return namespaces }
      let namespaces = Set(world.namespaces.filter { selector.matches(world.labels(ofNamespace: $0)) != .no })
      known[selector] = namespaces
      return namespaces
    }
    return world.policies.map { policy in
      let peers = PolicyType.allCases.flatMap { policy.effectiveRules($0) }.flatMap(\.peers.items)
        .filter { $0.ipBlock == nil }
      let selectors = Set(peers.compactMap { $0.namespaceSelector?.selector })
      let others = selectors.reduce(into: Set<String>()) { $0.formUnion(namespaces($1)) }
      return Member(
        policy: policy,
        meansOwn: others.contains(policy.meta.namespace) || peers.contains { $0.namespaceSelector == nil },
        others: others)
    }
  }
}
