package import Model

/// What connections a world allows, the slow way: pod by pod, port by port, address by address, straight from what the
/// API says of NetworkPolicies, without any index. The engine is compared with it.
///
/// What is unknown is decided by trying every alternative: an answer is yes or no only if all of them agree. Nothing of
/// the engine is used, and of the model only what was read: selectors, blocks and ports are matched here again, so that
/// a fault in the model's sets does not hide.
package struct ReferenceReach: Sendable {
  /// An end of a connection.
  package enum End: Hashable, Sendable {
    /// Twice the same one means two replicas.
    case workload(WorkloadID)
    /// An address outside the cluster.
    case address(IPAddress)
    /// A domain name, whose addresses nobody knows.
    case domain(String)
    /// Any node; any of those with this value of the label `app`, where one is given.
    case nodes(app: String?)
  }

  let world: World
  let podCIDRs: [CIDR]
  let knowsPodCIDRs: Bool
  let nodeCIDRs: [CIDR]
  let knowsNodeCIDRs: Bool
  private let ipBlocksMatchPods: Bool
  private let opaqueNamespaces: [String?]
  private let uncertainCIDRs: [CIDR]
  let openWorkloads: Set<WorkloadID>

  /// - Parameters:
  ///   - podCIDRs: where pods may have their addresses.
  ///   - knowsPodCIDRs: whether that is known, and not only likely.
  ///   - nodeCIDRs: where nodes may have theirs.
  ///   - knowsNodeCIDRs: whether that is known, and not only likely.
  ///   - opaqueNamespaces: a namespace for each policy of another API, `nil` for one that may select pods everywhere.
  ///   - uncertainCIDRs: addresses that blocks match or not.
  ///   - openWorkloads: those of whose pods nobody knows the labels.
  package init(
    _ world: World, podCIDRs: [CIDR], knowsPodCIDRs: Bool = false, nodeCIDRs: [CIDR] = [],
    knowsNodeCIDRs: Bool = false, ipBlocksMatchPods: Bool = true, opaqueNamespaces: [String?] = [],
    uncertainCIDRs: [CIDR] = [], openWorkloads: Set<WorkloadID> = []
  ) {
    self.world = world
    self.podCIDRs = podCIDRs
    self.knowsPodCIDRs = knowsPodCIDRs
    self.nodeCIDRs = nodeCIDRs
    self.knowsNodeCIDRs = knowsNodeCIDRs
    self.ipBlocksMatchPods = ipBlocksMatchPods
    self.opaqueNamespaces = opaqueNamespaces
    self.uncertainCIDRs = uncertainCIDRs
    self.openWorkloads = openWorkloads
  }

  /// Whether a connection may be established. Cost: policies x rules x peers, and twice that for each policy that only
  /// may select an end.
  package func decide(
    from source: End, to destination: End, _ port: UInt16, _ transport: TransportProtocol
  ) -> Truth {
    let target = Target(destination: destination, port: port, transport: transport)
    return side(.egress, of: source, peer: destination, target) && side(.ingress, of: destination, peer: source, target)
  }

  /// Whether a policy isolates an end in a direction.
  package func isolates(_ id: PolicyID, _ end: End, _ type: PolicyType) -> Truth {
    guard case .workload(let number) = end else { return .no }
    let (policy, pod) = (world[id], world[number])
    guard !pod.hostNetwork, policy.meta.namespace == pod.meta.namespace, isolates(policy, type) else { return .no }
    return selects(policy, id, pod)
  }

  /// A selector with a term that is not known may select what its other terms leave, and of two policies of one name only
  /// one is there.
  private func selects(_ policy: NetworkPolicy, _ id: PolicyID, _ pod: Workload) -> Truth {
    let selects = matches(policy.podSelector, labels(pod), generated: pod.labels.generated)
    let isOpen = policy.open?.isSelectorOpen ?? false || world.disputedPolicies[id] != nil
    return isOpen ? perhaps(selects) : selects
  }

  /// Whether a rule lets a connection through, by one of its peers alone where one is given, as far as its own side is
  /// concerned and if its policy applies.
  package func allows(
    _ rule: PolicyRule, _ peer: Int?, of policy: PolicyID, from source: End, to destination: End, _ port: UInt16,
    _ transport: TransportProtocol
  ) -> Truth {
    var rule = rule
    if let peer, case .list(let peers, let span) = rule.peers { rule = rule.with(peers: .list([peers[peer]], span)) }
    let target = Target(destination: destination, port: port, transport: transport)
    return allows(rule, of: world[policy], rule.type == .egress ? destination : source, target)
  }

  /// Whether an ingress controller that was not read may connect to a workload: an Ingress or a Route must lead there,
  /// and the policies let it in.
  package func decideForController(_ workload: WorkloadID, _ port: UInt16) -> Truth {
    guard isRouted(world[workload], port) else { return .no }
    let end = End.workload(workload)
    return side(.ingress, of: end, peer: nil, Target(destination: end, port: port, transport: .tcp))
  }

  /// Whether a Service leads a backend of an Ingress or a Route to a port of a pod. Both speak TCP only.
  private func isRouted(_ pod: Workload, _ port: UInt16) -> Bool {
    let namespace = pod.meta.namespace
    let labels = labels(pod)
    let services = world.services.filter { service in
      service.meta.namespace == namespace && service.kind != .externalName
        && service.selector?.requirements.allSatisfy { labels[$0.key] == $0.values.first } ?? false
    }
    return world.ingressPaths.filter { $0.meta.namespace == namespace }.flatMap(\.backends).contains { backend in
      services.filter { $0.meta.name.value == backend.service }.flatMap(\.ports)
        .contains { isMeant(backend.port, $0, pod, port) }
    }
  }

  private func isMeant(
    _ wanted: IngressPath.Backend.Port, _ port: Service.Port, _ pod: Workload, _ number: UInt16
  ) -> Bool {
    let ports = pod.containers.filter(\.isLongRunning).flatMap(\.ports)
    let target: UInt16? =
      switch port.target {
      case .number(let number): number
      case .named(let name): ports.first { $0.name == name && $0.transport == .tcp }?.number
      }
    guard port.transport == .tcp, target == number else { return false }
    switch wanted {
    case .any: return true
    case .number(let wanted): return port.number == wanted
    case .named(let name): return port.name == name
    case .target(.number(let wanted)): return target == wanted || port.number == wanted
    case .target(.named(let name)): return port.name == name || port.target == .named(name)
    }
  }

  struct Target {
    let destination: End
    let port: UInt16
    let transport: TransportProtocol
  }

  /// What one end says; a peer that is `nil` is a pod of which nothing is known. Addresses have no side of their own, and host network pods are never isolated.
  private func side(_ type: PolicyType, of end: End, peer: End?, _ target: Target) -> Truth {
    guard case .workload(let number) = end else { return .yes }
    let pod = world[number]
    if pod.hostNetwork { return .yes }
    if opaqueNamespaces.contains(where: { $0 == nil || $0 == pod.meta.namespace }) { return .unknown }
    if openWorkloads.contains(number) { return .unknown }
    let admin = outcomes(.admin, type, of: number, peer, target)
    let answers = admin.flatMap { outcome -> [Truth] in
      switch outcome {
      case .allow: [.yes]
      case .deny: [.no]
      case .open: [.unknown]
      case .pass, .nothing: networkPolicies(type, of: number, peer, target)
      }
    }
    let answer = settle(answers)
    // Traffic of the pod's own node passes whatever the rules say, and any host network pod may be on that node.
    return answer == .no && isHostNetwork(peer) ? .unknown : answer
  }

  /// What the NetworkPolicies may say, and the tier behind them where none applies.
  private func networkPolicies(_ type: PolicyType, of number: WorkloadID, _ peer: End?, _ target: Target) -> [Truth] {
    let pod = world[number]
    // For each alternative, what the policies say that select the pod in it.
    var alternatives: [[Truth]] = [[]]
    for (id, policy) in world.identifiedPolicies
    where policy.meta.namespace == pod.meta.namespace && isolates(policy, type) {
      let selects = selects(policy, id, pod)
      if selects == .no { continue }
      let rules = (type == .ingress ? policy.ingress : policy.egress).items
      let answer = any(rules.map { allows($0, of: policy, peer, target) })
      alternatives = (selects == .unknown ? alternatives : []) + alternatives.map { $0 + [answer] }
    }
    let behind = outcomes(.baseline, type, of: number, peer, target).map { outcome -> Truth in
      switch outcome {
      case .allow, .pass, .nothing: .yes
      case .deny: .no
      case .open: .unknown
      }
    }
    return alternatives.flatMap { $0.isEmpty ? behind : [any($0)] }
  }

  private func isolates(_ policy: NetworkPolicy, _ type: PolicyType) -> Bool {
    let types = policy.policyTypes.items.map(\.value)
    if !types.isEmpty { return types.contains(type == .ingress ? "Ingress" : "Egress") }
    return type == .ingress || !policy.egress.items.isEmpty
  }

  private func allows(_ rule: PolicyRule, of policy: NetworkPolicy, _ peer: End?, _ target: Target) -> Truth {
    let open = policy.openRule(rule)
    if open?.isWhole ?? false { return .unknown }
    if case .workload(let number) = peer, openWorkloads.contains(number), !rule.peers.items.isEmpty { return .unknown }
    let ports = rule.ports.items.map { port -> Truth in
      if open?.ports.contains(port.index) ?? false { return .unknown }
      return matches(port, target) ? .yes : .no
    }
    let peers = rule.peers.items.map { item in
      open?.peers.contains(item.index) ?? false
        ? matches(open: item, of: policy, peer) : matches(item, of: policy, peer)
    }
    return (ports.isEmpty ? .yes : any(ports)) && (peers.isEmpty ? .yes : any(peers))
  }

  /// A block that is not known may hold every address; a selector with a term that is not known may select what its other
  /// terms leave.
  private func matches(open item: Peer, of policy: NetworkPolicy, _ end: End?) -> Truth {
    guard item.ipBlock != nil else { return perhaps(matches(item, of: policy, end)) }
    switch end {
    case .address, .domain, .nodes: return .unknown
    case .workload, nil: break
    }
    return ipBlocksMatchPods ? .unknown : .no
  }

  // MARK: Peers

  private func matches(_ peer: Peer, of policy: NetworkPolicy, _ end: End?) -> Truth {
    switch end {
    case .address(let address):
      guard let block = peer.ipBlock, contains(block, address) else { return .no }
      return uncertainCIDRs.contains { contains($0, address) } ? .unknown : .yes
    case .domain, .nodes:
      guard let block = peer.ipBlock, let cidr = block.cidr?.parsed?.cidr else { return .no }
      let holes = block.except.compactMap(\.parsed?.cidr)
      return holdsUnresolved([cidr], except: holes, uncertain: uncertainCIDRs, end)
    case nil:
      if let block = peer.ipBlock { return ipBlocksMatchPods && mayHoldPods(block) ? .unknown : .no }
      return peer.namespaceSelector.map(isEmpty) ?? false && peer.podSelector.map(isEmpty) ?? true ? .yes : .unknown
    case .workload(let number):
      let pod = world[number]
      if let block = peer.ipBlock { return ipBlocksMatchPods && mayHoldPods(block) ? .unknown : .no }
      if pod.hostNetwork { return .no }
      let namespace = pod.meta.namespace
      let isInNamespace =
        peer.namespaceSelector.map { matches($0, labels(ofNamespace: namespace), generated: []) }
        ?? (namespace == policy.meta.namespace ? .yes : .no)
      return isInNamespace
        && (peer.podSelector.map { matches($0, labels(pod), generated: pod.labels.generated) } ?? .yes)
    }
  }

  func isEmpty(_ selector: LabelSelector) -> Bool {
    selector.matchLabels.isEmpty && selector.matchExpressions.isEmpty
  }

  private func isHostNetwork(_ end: End?) -> Bool {
    switch end {
    case .workload(let number): world[number].hostNetwork
    // The pod's own node is one of them.
    case .nodes: true
    case .address, .domain, nil: false
    }
  }

  func labels(_ pod: Workload) -> [String: String] {
    var labels: [String: String] = [:]
    for label in pod.podLabels { labels[label.key] = label.value }
    return labels
  }

  func labels(ofNamespace name: String) -> [String: String] {
    var labels = ["kubernetes.io/metadata.name": name]
    for label in world.declaredNamespaces[name]?.meta.labels ?? [] where labels[label.key] == nil {
      labels[label.key] = label.value
    }
    return labels
  }

  // MARK: Selectors

  /// Tries every value that could matter for the generated keys: those that the selector names, and another one.
  func matches(_ selector: LabelSelector, _ known: [String: String], generated: [String]) -> Truth {
    var alternatives = [known]
    for key in generated {
      let values =
        selector.matchLabels.filter { $0.key == key }.map(\.value)
        + selector.matchExpressions.filter { $0.key.value == key }.flatMap { $0.values.map(\.value) }
      alternatives = alternatives.flatMap { labels in
        (values + ["/another"]).map { labels.merging([key: $0], uniquingKeysWith: { $1 }) }
      }
    }
    return settle(alternatives.map { selects(selector, $0) ? .yes : .no })
  }

  private func selects(_ selector: LabelSelector, _ labels: [String: String]) -> Bool {
    for label in selector.matchLabels where labels[label.key] != label.value { return false }
    for term in selector.matchExpressions {
      let value = labels[term.key.value]
      let isListed = term.values.contains { $0.value == value }
      let holds =
        switch term.operator.value {
        case "In": isListed
        case "NotIn": !isListed
        case "Exists": value != nil
        default: value == nil
        }
      if !holds { return false }
    }
    return true
  }

  // MARK: Ports

  private func matches(_ port: PolicyPort, _ target: Target) -> Bool {
    guard port.transport == target.transport else { return false }
    switch port.number {
    case .all: return true
    case .range(let range): return target.port >= range.lowerBound && target.port <= range.upperBound
    case .named(let name):
      guard case .workload(let number) = target.destination else { return false }
      let ports = world[number].containers.filter(\.isLongRunning).flatMap(\.ports)
      return ports.first { $0.name == name && $0.transport == target.transport }?.number == target.port
    }
  }

  // MARK: Addresses

  private func contains(_ block: IPBlock, _ address: IPAddress) -> Bool {
    guard let cidr = block.cidr?.parsed?.cidr, contains(cidr, address) else { return false }
    return !block.except.compactMap(\.parsed?.cidr).contains { contains($0, address) }
  }

  func contains(_ cidr: CIDR, _ address: IPAddress) -> Bool {
    let hostBits = UInt128((cidr.base.isIPv6 ? 128 : 32) - cidr.prefixLength)
    return cidr.base.isIPv6 == address.isIPv6 && cidr.base.value >> hostBits == address.value >> hostBits
  }

  /// Whether a block and the pods' addresses meet: if so, they share the first address of the block or of a range of
  /// pods, or the one after an exception.
  private func mayHoldPods(_ block: IPBlock) -> Bool {
    var candidates = podCIDRs.map(\.base)
    if let cidr = block.cidr?.parsed?.cidr { candidates.append(cidr.base) }
    for hole in block.except.compactMap(\.parsed?.cidr) where hole.last.value < .max {
      candidates.append(IPAddress(isIPv6: hole.isIPv6, value: hole.last.value + 1))
    }
    return candidates.contains { address in
      contains(block, address) && podCIDRs.contains { contains($0, address) }
    }
  }

  // MARK: Truth

  func perhaps(_ answer: Truth) -> Truth { answer == .no ? .no : .unknown }

  func any(_ answers: [Truth]) -> Truth {
    answers.contains(.yes) ? .yes : answers.contains(.unknown) ? .unknown : .no
  }

  func settle(_ alternatives: [Truth]) -> Truth {
    alternatives.allSatisfy { $0 == .yes } ? .yes : alternatives.allSatisfy { $0 == .no } ? .no : .unknown
  }
}
