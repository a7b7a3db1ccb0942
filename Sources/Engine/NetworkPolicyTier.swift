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

  /// The policies of each direction.
  mutating func policies(_ world: World) -> [PolicyType: [TierPolicy]] {
    var policies: [PolicyType: [TierPolicy]] = [.ingress: [], .egress: []]
    for (id, policy) in world.identifiedPolicies {
      // Policies do not apply to pods on the node's network, and no selector of a peer matches those.
      var subjects = matcher.subjects(policy.podSelector.selector, in: policy.meta.namespace)
        .subtracting(universe.hostNetwork)
      let isSelectorOpen = policy.open?.isSelectorOpen ?? false
      // Of two policies of one name only one is there.
      if isSelectorOpen || world.disputedPolicies[id] != nil {
        subjects = PodMatch(possible: subjects.certain.union(subjects.possible))
      }
      guard policy.isSound || isSelectorOpen else {
        refused.append((id, universe.classesOfNamespace[policy.meta.namespace] ?? ClassSet()))
        continue
      }
      for type in PolicyType.allCases where policy.isolates(type) {
        let rules = policy.rules(type).items
        guard rules.allSatisfy({ $0.isSound || policy.openRule($0) != nil }) else {
          refused.append((id, subjects.certain.union(subjects.possible)))
          continue
        }
        policies[type]?.append(
          TierPolicy(
            subjects: subjects, rules: rules.flatMap { self.rules($0, of: policy) }, policy: id,
            branch: world.branch(of: policy.meta)))
      }
    }
    return policies
  }

  /// A rule as what it allows for certain, and what it may allow if something in it is open.
  private mutating func rules(_ rule: PolicyRule, of policy: NetworkPolicy) -> [TierRule] {
    guard let open = policy.openRule(rule) else {
      return [self.rule(rule, rule.peers.items.map { self.peer($0, of: policy) }, PortSpec(rule))]
    }
    if open.isWhole { return [self.rule(rule, [everyone.perhaps], .all, isOpen: true)] }
    let peers = rule.peers.items.map { open.peers.contains($0.index) ? openPeer($0, of: policy) : peer($0, of: policy) }
    let known = rule.ports.items.filter { !open.ports.contains($0.index) }
    let certain = rule.ports.items.isEmpty ? PortSpec.all : PortSpec(known)
    // A port of which something is open may be any.
    let more = self.rule(rule, peers.isEmpty ? [everyone.perhaps] : peers.map(\.perhaps), .all, isOpen: true)
    return [self.rule(rule, peers, certain, isOpen: true)] + (open.ports.isEmpty ? [] : [more])
  }

  private mutating func rule(_ rule: PolicyRule, _ peers: [TierPeer], _ ports: PortSpec, isOpen: Bool = false)
    -> TierRule
  {
    let all = peers.isEmpty ? everyone : .union(peers)
    let ports = self.ports.number(of: ports)
    let content = TierRuleContent(
      pods: all.pods, addresses: all.addresses, possibleAddresses: all.possibleAddresses, ports: ports)
    return TierRule(
      peers: peers, all: all, ports: ports, content: contents.number(of: content), index: rule.index,
      isOpen: isOpen)
  }

  private var everyone: TierPeer {
    TierPeer(pods: PodMatch(certain: universe.all), addresses: .everything)
  }

  private mutating func peer(_ peer: Peer, of policy: NetworkPolicy) -> TierPeer {
    guard let block = peer.ipBlock else {
      return TierPeer(pods: matcher.pods(of: peer, in: policy.meta.namespace).subtracting(universe.hostNetwork))
    }
    let pods = mayHoldPods(block.addresses) ? PodMatch(possible: universe.all) : PodMatch()
    let uncertain = block.addresses.intersection(settings.uncertainAddresses)
    let certain = uncertain.isEmpty ? block.addresses : block.addresses.subtracting(uncertain)
    return TierPeer(pods: pods, addresses: certain, possibleAddresses: uncertain, isBlock: true)
  }

  /// A peer of which a term or a block is not known.
  private mutating func openPeer(_ peer: Peer, of policy: NetworkPolicy) -> TierPeer {
    guard peer.ipBlock != nil else { return self.peer(peer, of: policy).perhaps }
    let pods = settings.ipBlocksMatchPods ? PodMatch(possible: universe.all) : PodMatch()
    return TierPeer(pods: pods, possibleAddresses: .everything, isBlock: true)
  }

  /// Whether a block may match pods by their addresses, which no manifest tells.
  private func mayHoldPods(_ addresses: AddressSet) -> Bool {
    settings.ipBlocksMatchPods && addresses.intersects(settings.podAddresses)
  }
}
