internal import Model

/// Brings NetworkPolicies into the engine's inner form.
struct NetworkPolicyTier {
  /// The policies that the API server would refuse, each with the pods that it may concern: nobody knows what stands in
  /// the cluster in their place.
  private(set) var refused: [(policy: Int, subjects: ClassSet)] = []
  private(set) var ports = Interner<PortSpec>()
  /// Knows all selectors of the policies once the tier is made.
  private(set) var matcher: PodMatcher
  private let universe: Universe
  private let settings: ReachSettings

  init(_ universe: Universe, _ settings: ReachSettings) {
    self.universe = universe
    self.settings = settings
    matcher = universe.matcher
  }

  mutating func tier(_ policies: [NetworkPolicy]) -> Tier {
    var tier = Tier(policies: [.ingress: [], .egress: []])
    for (number, policy) in policies.enumerated() {
      // Policies do not apply to pods on the node's network, and no selector of a peer matches those.
      let subjects = matcher.subjects(policy.podSelector.selector, in: policy.meta.namespace)
        .subtracting(universe.hostNetwork)
      guard policy.isSound else {
        refused.append((number, universe.classesOfNamespace[policy.meta.namespace] ?? ClassSet()))
        continue
      }
      for type in PolicyType.allCases where policy.isolates(type) {
        let rules = policy.rules(type).items
        guard rules.allSatisfy(\.isSound) else {
          refused.append((number, subjects.certain.union(subjects.possible)))
          continue
        }
        tier.policies[type]?.append(
          TierPolicy(
            subjects: subjects, isolates: true, rules: rules.map { self.rule($0, of: policy) }, policy: number))
      }
    }
    return tier
  }

  private mutating func rule(_ rule: PolicyRule, of policy: NetworkPolicy) -> TierRule {
    let ports = ports.number(of: PortSpec(rule))
    if rule.allowsAllPeers {
      return TierRule(
        action: .allow, pods: PodMatch(certain: universe.all), addresses: .everything, ports: ports, index: rule.index)
    }
    var pods = PodMatch()
    var addresses = AddressSet()
    for peer in rule.peers.items {
      if let block = peer.ipBlock {
        addresses.formUnion(block.addresses)
        if mayHoldPods(block.addresses) { pods.possible.formUnion(universe.all) }
      } else {
        let match = matcher.pods(of: peer, in: policy.meta.namespace).subtracting(universe.hostNetwork)
        pods.certain.formUnion(match.certain)
        pods.possible.formUnion(match.possible)
      }
    }
    pods.possible.subtract(pods.certain)
    return TierRule(action: .allow, pods: pods, addresses: addresses, ports: ports, index: rule.index)
  }

  /// Whether a block may match pods by their addresses, which no manifest tells.
  private func mayHoldPods(_ addresses: AddressSet) -> Bool {
    settings.ipBlocksMatchPods && addresses.intersects(settings.podAddresses)
  }
}
