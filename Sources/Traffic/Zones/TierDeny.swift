package import Model

extension WorldView {
  /// Whether policies for the whole cluster deny a direction for every pod of a namespace, but for what other rules let
  /// through; unknown where one may. Ingress rules speak of pods alone, so that those from all pods count there; an egress
  /// rule has to name all of IPv4. A denial behind a rule that lets as much through is none.
  package func tierDeny(_ type: PolicyType, in namespace: String) -> Truth {
    var (mayDeny, mayOpen) = (false, false)
    for tier in PolicyTier.allCases {
      tier: for (id, policy) in policies(of: tier) {
        guard let (action, applies) = wholesale(policy, id, type, in: namespace) else { continue }
        switch (action, applies) {
        case (nil, _): (mayDeny, mayOpen) = (true, true)
        case (.deny, .yes): return mayOpen ? .unknown : .yes
        case (.deny, _): mayDeny = true
        case (.allow, .yes): return mayDeny ? .unknown : .no
        case (.pass, .yes): break tier
        case (.allow, _), (.pass, _): mayOpen = true
        }
      }
    }
    return mayDeny ? .unknown : .no
  }

  /// The policies of a tier in order of precedence, and those of which nobody knows the tier.
  private func policies(of tier: PolicyTier) -> [(ClusterPolicyID, ClusterPolicy)] {
    world.identifiedClusterPolicies.filter { $1.tier == tier || $1.tier == nil }
      .sorted { ($0.1.priority?.value ?? .max, $0.0) < ($1.1.priority?.value ?? .max, $1.0) }
  }

  /// What a policy does first with all traffic of the pods of a namespace, and whether it applies to them; `nil` where it
  /// leaves some to others. Without an action where the API server would refuse it.
  private func wholesale(
    _ policy: ClusterPolicy, _ id: ClusterPolicyID, _ type: PolicyType, in namespace: String
  ) -> (action: PolicyAction?, applies: Truth)? {
    guard policy.isSound, let subject = policy.subject else { return (nil, .unknown) }
    let selects = subject.namespaces.matches(world.labels(ofNamespace: namespace))
    guard selects != .no, subject.pods == .everything else { return nil }
    let applies = world.disputedClusterPolicies[id] == nil ? selects : .unknown
    guard policy.rules(type).allSatisfy({ $0.isSound && $0.action != nil }) else { return (nil, applies) }
    var denied: [ClusterPeer] = []
    for rule in policy.rules(type) where rule.ports.items.isEmpty {
      let action = rule.action?.value
      if action == .deny { denied += rule.peers.items }
      if holdsAll(action == .deny ? denied : rule.peers.items, type) { return (action, applies) }
    }
    return nil
  }

  private func holdsAll(_ peers: [ClusterPeer], _ type: PolicyType) -> Bool {
    if type == .egress {
      return AddressSet(unionOf: peers.map(\.networks)).ipv4 == AddressSet.everything.ipv4
    }
    return peers.contains { $0.pods.map { $0.namespaces == .everything && $0.pods == .everything } ?? false }
  }
}
