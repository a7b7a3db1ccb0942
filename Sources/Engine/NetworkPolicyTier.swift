internal import Model

/// Brings NetworkPolicies into the engine's inner form.
struct NetworkPolicyTier {
  /// The policies that the API server would refuse, each with the pods that it may concern: nobody knows what stands in
  /// the cluster in their place.
  private(set) var refused: [(policy: PolicyID, subjects: ClassSet)] = []
  private(set) var ports = Interner<PortSpec>()
  private var contents = Interner<TierRuleContent>()
  /// Knows all selectors of the policies once the tier is made.
  private(set) var matcher: PodMatcher
  private let universe: Universe
  private let settings: ReachSettings

  init(_ universe: Universe, _ settings: ReachSettings) {
    self.universe = universe
    self.settings = settings
    matcher = universe.matcher
  }

  mutating func tier(_ world: World) -> Tier {
    var tier = Tier(policies: [.ingress: [], .egress: []])
    for (id, policy) in world.identifiedPolicies {
      // Policies do not apply to pods on the node's network, and no selector of a peer matches those.
      let subjects = matcher.subjects(policy.podSelector.selector, in: policy.meta.namespace)
        .subtracting(universe.hostNetwork)
      guard policy.isSound else {
        refused.append((id, universe.classesOfNamespace[policy.meta.namespace] ?? ClassSet()))
        continue
      }
      for type in PolicyType.allCases where policy.isolates(type) {
        let rules = policy.rules(type).items
        guard rules.allSatisfy(\.isSound) else {
          refused.append((id, subjects.certain.union(subjects.possible)))
          continue
        }
        tier.policies[type]?.append(
          TierPolicy(
            subjects: subjects, rules: rules.map { self.rule($0, of: policy) }, policy: id,
            branch: world.branch(of: policy.meta)))
      }
    }
    return tier
  }

  private mutating func rule(_ rule: PolicyRule, of policy: NetworkPolicy) -> TierRule {
    let peers = rule.allowsAllPeers ? [] : rule.peers.items.map { self.peer($0, of: policy) }
    let everyone = TierPeer(pods: PodMatch(certain: universe.all), addresses: .everything)
    let all = rule.allowsAllPeers ? everyone : .union(peers)
    let ports = ports.number(of: PortSpec(rule))
    let content = TierRuleContent(pods: all.pods, addresses: all.addresses, ports: ports)
    return TierRule(peers: peers, all: all, ports: ports, content: contents.number(of: content), index: rule.index)
  }

  private mutating func peer(_ peer: Peer, of policy: NetworkPolicy) -> TierPeer {
    guard let block = peer.ipBlock else {
      return TierPeer(pods: matcher.pods(of: peer, in: policy.meta.namespace).subtracting(universe.hostNetwork))
    }
    let pods = mayHoldPods(block.addresses) ? PodMatch(possible: universe.all) : PodMatch()
    return TierPeer(pods: pods, addresses: block.addresses, isBlock: true)
  }

  /// Whether a block may match pods by their addresses, which no manifest tells.
  private func mayHoldPods(_ addresses: AddressSet) -> Bool {
    settings.ipBlocksMatchPods && addresses.intersects(settings.podAddresses)
  }
}
