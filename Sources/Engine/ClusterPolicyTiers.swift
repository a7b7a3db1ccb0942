internal import Model

/// Brings AdminNetworkPolicies, BaselineAdminNetworkPolicies and ClusterNetworkPolicies into the engine's inner form.
struct ClusterPolicyTiers {
  /// The policies that the API server would refuse, each with the pods that it may concern.
  private(set) var refused: [(policy: ClusterPolicyID, subjects: ClassSet)] = []
  private(set) var ports: Interner<PortSpec>
  private(set) var matcher: PodMatcher
  private let universe: Universe
  private let settings: ReachSettings

  /// - Parameters:
  ///   - matcher: what knows the selectors of the NetworkPolicies.
  ///   - ports: their ports.
  init(_ universe: Universe, _ settings: ReachSettings, _ matcher: PodMatcher, _ ports: Interner<PortSpec>) {
    self.universe = universe
    self.settings = settings
    self.matcher = matcher
    self.ports = ports
  }

  /// The policies of each direction in order of precedence.
  mutating func policies(_ world: World) -> [PolicyType: [RankedPolicy]] {
    var result: [PolicyType: [RankedPolicy]] = [.ingress: [], .egress: []]
    for (id, policy) in world.identifiedClusterPolicies {
      guard policy.isSound, let subject = policy.subject, let place = Precedence(policy) else {
        refused.append((id, universe.all))
        continue
      }
      var subjects = matcher.pods(subject.pods, inNamespacesOf: subject.namespaces).subtracting(universe.hostNetwork)
      if let controller = universe.unreadController { subjects = subjects.subtracting(ClassSet(controller)) }
      // Of two policies of one name only one is there.
      if world.disputedClusterPolicies[id] != nil {
        subjects = PodMatch(possible: subjects.certain.union(subjects.possible))
      }
      let all = PolicyType.allCases.flatMap { policy.rules($0) }
      guard all.allSatisfy({ $0.isSound && $0.action != nil }) else {
        refused.append((id, subjects.certain.union(subjects.possible)))
        continue
      }
      for type in PolicyType.allCases where !policy.rules(type).isEmpty {
        let rules = policy.rules(type).map { self.rule($0) }
        result[type]?.append(
          RankedPolicy(
            place: place, subjects: subjects, rules: rules, policy: id, branch: world.branch(of: policy.meta)))
      }
    }
    return result.mapValues { policies in
      policies.sorted { ($0.place, $0.policy) < ($1.place, $1.policy) }
    }
  }

  private mutating func rule(_ rule: ClusterRule) -> RankedRule {
    let peers = rule.peers.items.map { self.peer($0) }
    return RankedRule(
      peers: peers, all: .union(peers), ports: ports.number(of: PortSpec(rule)), action: rule.action?.value ?? .deny,
      index: rule.index)
  }

  private mutating func peer(_ peer: ClusterPeer) -> TierPeer {
    switch peer.content {
    case .pods(let pods):
      return TierPeer(
        pods: matcher.pods(pods.pods, inNamespacesOf: pods.namespaces).subtracting(universe.hostNetwork))
    case .nodes(let nodes):
      // Pods on the node's network have an address of some node.
      let pods = nodes.isEmpty ? PodMatch(certain: universe.hostNetwork) : PodMatch(possible: universe.hostNetwork)
      return TierPeer(pods: pods, possibleAddresses: settings.nodeAddresses, nodes: nodes.selector)
    case .networks:
      let addresses = peer.networks
      return TierPeer(
        pods: ClusterPolicyTiers.pods(of: addresses, universe, settings), addresses: addresses, isBlock: true)
    case .domainNames(let names):
      return TierPeer(possibleAddresses: .everything, domainNames: names.compactMap { DomainName($0.value) })
    case .nothing: return TierPeer()
    }
  }

  /// Networks are matched against every address, those of pods among them, which no manifest tells.
  static func pods(of addresses: AddressSet, _ universe: Universe, _ settings: ReachSettings) -> PodMatch {
    if addresses == .everything { return PodMatch(certain: universe.all) }
    if holdsAllPods(addresses, settings) {
      return PodMatch(certain: universe.all.subtracting(universe.hostNetwork), possible: universe.hostNetwork)
    }
    // Where nobody says which addresses pods have, they may have any: public ones of IPv6, say.
    let mayHoldPods = !settings.knowsPodAddresses || addresses.intersects(settings.podAddresses)
    return PodMatch(possible: mayHoldPods ? universe.all : universe.hostNetwork)
  }

  /// A cluster of one family has no pods in the other one.
  private static func holdsAllPods(_ addresses: AddressSet, _ settings: ReachSettings) -> Bool {
    if settings.knowsPodAddresses { return settings.podAddresses.isSubset(of: addresses) }
    return addresses.ipv4 == AddressSet.everything.ipv4 || addresses.ipv6 == AddressSet.everything.ipv6
  }
}

extension PortSpec {
  /// The ports of a rule; a name stands for ports of every protocol.
  init(_ rule: ClusterRule) {
    if rule.ports.items.isEmpty {
      self = .all
      return
    }
    self.init()
    numbers = PortSet(
      rule.ports.items.compactMap { port in
        if case .range(let range, let transport) = port.content { (range, transport) } else { nil }
      })
    var names: Set<PortName> = []
    for port in rule.ports.items {
      guard case .named(let name) = port.content else { continue }
      for transport in TransportProtocol.allCases { names.insert(PortName(name: name, transport: transport)) }
    }
    self.names = names.sorted()
  }
}
