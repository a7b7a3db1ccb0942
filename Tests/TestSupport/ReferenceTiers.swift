package import Model

/// The tiers before and behind the NetworkPolicies, the slow way: object by object and rule by rule, with everything tried
/// that may be.
extension ReferenceReach {
  /// What an object, or a tier, makes of a connection.
  enum Outcome: Hashable {
    case allow, deny, pass
    /// No rule matches.
    case nothing
    /// Two objects of one place do not agree: nobody knows what happens.
    case open

    init(_ action: PolicyAction) {
      switch action {
      case .allow: self = .allow
      case .deny: self = .deny
      case .pass: self = .pass
      }
    }
  }

  /// What a tier may make of a connection.
  func outcomes(
    _ tier: PolicyTier, _ type: PolicyType, of pod: WorkloadID, _ peer: End?, _ target: Target
  ) -> Set<Outcome> {
    let objects = world.identifiedClusterPolicies.filter { $1.tier == tier && !$1.rules(type).isEmpty }
      .map { id, policy in (policy, says(policy, id, type, of: pod, peer, target)) }
      .filter { $1 != [.nothing] }
    var result: Set<Outcome> = []
    for choice in choices(objects.map(\.1)) {
      let said = zip(objects.map(\.0), choice).filter { $1 != .nothing }
      let ranked = said.filter { $0.0.priority != nil }
      let first = ranked.compactMap { $0.0.priority?.value }.min()
      let decisive =
        ranked.filter { $0.0.priority?.value == first }.map(\.1) + said.filter { $0.0.priority == nil }.map(\.1)
      result.insert(Set(decisive).count > 1 ? .open : decisive.first ?? .nothing)
    }
    return result
  }

  /// Every way to choose one of each.
  private func choices(_ sets: [Set<Outcome>]) -> [[Outcome]] {
    sets.reduce([[]]) { choices, set in choices.flatMap { choice in set.map { choice + [$0] } } }
  }

  /// What one object may make of a connection.
  private func says(
    _ policy: ClusterPolicy, _ id: ClusterPolicyID, _ type: PolicyType, of pod: WorkloadID, _ peer: End?,
    _ target: Target
  ) -> Set<Outcome> {
    let applies = applies(policy, id, to: pod)
    if applies == .no { return [.nothing] }
    var result: Set<Outcome> = applies == .unknown ? [.nothing] : []
    for rule in policy.rules(type) {
      let matches = matches(rule, peer, target)
      if matches == .no { continue }
      if let action = rule.action?.value { result.insert(Outcome(action)) }
      if matches == .yes { return result }
    }
    return result.union([.nothing])
  }

  /// Whether an object applies to a pod; of two objects of one name only one is there.
  package func applies(_ policy: ClusterPolicy, _ id: ClusterPolicyID, to number: WorkloadID) -> Truth {
    guard let subject = policy.subject, !world[number].hostNetwork else { return .no }
    let selects = matches(subject, number)
    return world.disputedClusterPolicies[id] != nil ? perhaps(selects) : selects
  }

  func matches(_ rule: ClusterRule, _ peer: End?, _ target: Target) -> Truth {
    let ports = rule.ports.items.map { matches($0, target) ? Truth.yes : .no }
    if !ports.isEmpty, any(ports) == .no { return .no }
    if case .workload(let number) = peer, openWorkloads.contains(number) { return .unknown }
    return any(rule.peers.items.map { matches($0, peer) })
  }

  /// Whether a rule matches a connection, and one of its peers alone where one is given.
  package func matches(
    _ rule: ClusterRule, _ peer: Int, from source: End, to destination: End, _ port: UInt16,
    _ transport: TransportProtocol
  ) -> Truth {
    let target = Target(destination: destination, port: port, transport: transport)
    let other = rule.type == .egress ? destination : source
    if case .workload(let number) = other, openWorkloads.contains(number) { return matches(rule, other, target) }
    let ports = rule.ports.items.map { matches($0, target) ? Truth.yes : .no }
    return (ports.isEmpty ? .yes : any(ports)) && matches(rule.peers.items[peer], other)
  }

  private func matches(_ port: ClusterPort, _ target: Target) -> Bool {
    switch port.content {
    case .nothing: return false
    case .range(let range, let transport): return transport == target.transport && range.contains(target.port)
    case .named(let name):
      guard case .workload(let number) = target.destination else { return false }
      let ports = world[number].containers.filter(\.isLongRunning).flatMap(\.ports)
      return ports.first { $0.name == name && $0.transport == target.transport }?.number == target.port
    }
  }

  private func matches(_ pods: NamespacedPods, _ number: WorkloadID) -> Truth {
    let pod = world[number]
    return (pods.namespaceSelector.map { matches($0, labels(ofNamespace: pod.meta.namespace), generated: []) } ?? .yes)
      && (pods.podSelector.map { matches($0, labels(pod), generated: pod.labels.generated) } ?? .yes)
  }

  private func matches(_ peer: ClusterPeer, _ end: End?) -> Truth {
    switch (peer.content, end) {
    case (.nothing, _): .no
    case (.pods(let pods), nil):
      pods.namespaceSelector.map(isEmpty) ?? true && pods.podSelector.map(isEmpty) ?? true ? .yes : .unknown
    case (.pods, .address): .no
    case (.pods(let pods), .workload(let number)): world[number].hostNetwork ? .no : matches(pods, number)
    case (.nodes, .address(let address)): nodeCIDRs.contains { contains($0, address) } ? .unknown : .no
    case (.nodes(let nodes), .workload(let number)):
      !world[number].hostNetwork ? .no : isEmpty(nodes) ? .yes : .unknown
    case (.domainNames, .address), (.domainNames, .nodes): .unknown
    case (.domainNames(let names), .domain(let name)): names.contains { covers($0.value, name) } ? .yes : .unknown
    case (.pods, .domain), (.pods, .nodes): .no
    case (.nodes, .domain): nodeCIDRs.isEmpty ? .no : .unknown
    case (.nodes(let nodes), .nodes(let app)): matches(nodes, app: app)
    case (.networks(let blocks), .domain), (.networks(let blocks), .nodes):
      holdsUnresolved(blocks.compactMap(\.parsed?.cidr), except: [], uncertain: [], end)
    case (.domainNames, _), (.nodes, nil), (.networks, nil): .no
    case (.networks(let blocks), .address(let address)):
      blocks.compactMap(\.parsed?.cidr).contains { contains($0, address) } ? .yes : .no
    case (.networks(let blocks), .workload(let number)):
      matches(blocks.compactMap(\.parsed?.cidr), isOnNode: world[number].hostNetwork)
    }
  }

  /// Whether a pattern stands for all that a name does.
  private func covers(_ pattern: String, _ name: String) -> Bool {
    pattern == name || pattern.hasPrefix("*.") && name.hasSuffix(pattern.dropFirst())
  }

  /// Whether a selector matches any node with a label; of the other labels nothing is known.
  private func matches(_ selector: LabelSelector, app: String?) -> Truth {
    if isEmpty(selector) { return .yes }
    guard let app, selector.matchExpressions.isEmpty, selector.matchLabels.allSatisfy({ $0.key == "app" }) else {
      return .unknown
    }
    return selector.matchLabels.allSatisfy { $0.value == app } ? .yes : .no
  }

  /// Whether blocks hold addresses that nobody knows: all do that hold every address of the families that the cluster has;
  /// of nodes it may be known where they lie.
  func holdsUnresolved(_ blocks: [CIDR], except holes: [CIDR], uncertain: [CIDR], _ end: End?) -> Truth {
    let families = ["0.0.0.0/0", "::/0"].compactMap { CIDR.parse($0)?.cidr }
    func holds(_ space: [CIDR]) -> Truth {
      // Each may change where a block, a hole or an uncertain part begins or ends, and nowhere else.
      let bounds = (blocks + holes + uncertain).flatMap { cidr in
        [cidr.base] + (cidr.last.value < .max ? [IPAddress(isIPv6: cidr.isIPv6, value: cidr.last.value + 1)] : [])
      }
      let answers = space.flatMap { part in [part.base] + bounds.filter { contains(part, $0) } }.map {
        address -> Truth in
        guard blocks.contains(where: { contains($0, address) }), !holes.contains(where: { contains($0, address) })
        else { return .no }
        return uncertain.contains { contains($0, address) } ? .unknown : .yes
      }
      return Set(answers).count == 1 ? answers[0] : .unknown
    }
    // Holes may leave nothing of a block.
    if holds(blocks) == .no { return .no }
    let known = knowsPodCIDRs ? podCIDRs : []
    let isWhole = families.map { holds([$0]) == .yes }
    if isWhole[0], isWhole[1] || !known.contains(where: \.isIPv6) { return .yes }
    if isWhole[1], !known.contains(where: { !$0.isIPv6 }) { return .yes }
    if case .nodes = end, knowsNodeCIDRs, !nodeCIDRs.isEmpty { return holds(nodeCIDRs) }
    return .unknown
  }

  /// Whether networks hold the address of a pod, which nobody knows.
  private func matches(_ networks: [CIDR], isOnNode: Bool) -> Truth {
    let families = ["0.0.0.0/0", "::/0"].compactMap { CIDR.parse($0)?.cidr }
    if families.allSatisfy({ covers(networks, $0) }) { return .yes }
    if isOnNode { return .unknown }
    let holdsAll =
      knowsPodCIDRs ? podCIDRs.allSatisfy { covers(networks, $0) } : families.contains { covers(networks, $0) }
    if holdsAll { return .yes }
    if !knowsPodCIDRs { return .unknown }
    let meet = networks.contains { network in
      podCIDRs.contains { contains($0, network.base) || contains(network, $0.base) }
    }
    return meet ? .unknown : .no
  }

  /// Whether networks hold all of a block: each of them may end where the next one begins, and nowhere else.
  private func covers(_ networks: [CIDR], _ block: CIDR) -> Bool {
    let ends = networks.filter { $0.isIPv6 == block.isIPv6 && $0.last.value < .max }
      .map { IPAddress(isIPv6: block.isIPv6, value: $0.last.value + 1) }
    return ([block.base] + ends.filter { contains(block, $0) }).allSatisfy { address in
      networks.contains { contains($0, address) }
    }
  }
}
