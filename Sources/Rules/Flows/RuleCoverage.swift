internal import Model

/// Whether one rule allows all that another one allows, whatever pods there are: decided by what the selectors mean, not
/// by the workloads that happen to have been read.
struct RuleCoverage {
  private let world: World

  init(_ world: World) { self.world = world }

  /// Whether `wide` allows everything that `narrow` allows. Both stand in policies of one namespace.
  func covers(_ wide: CoverRule, _ narrow: CoverRule, in namespace: String) -> Bool {
    guard wide.rule.isSound, narrow.rule.isSound, coversPorts(wide, narrow) else { return false }
    if wide.rule.allowsAllPeers { return true }
    if narrow.rule.allowsAllPeers { return false }
    return narrow.rule.peers.items.allSatisfy { peer in
      if let block = peer.ipBlock { return block.addresses.isSubset(of: wide.addresses) }
      return wide.peers(thatMayCover: peer, in: namespace, world).contains {
        covers(wide.rule.peers.items[$0], peer, in: namespace)
      }
    }
  }

  private func coversPorts(_ wide: CoverRule, _ narrow: CoverRule) -> Bool {
    if wide.rule.allowsAllPorts { return true }
    if narrow.rule.allowsAllPorts { return false }
    return narrow.ports.isSubset(of: wide.ports)
      && narrow.names.allSatisfy { name in
        wide.names.contains(name) || PortSet(PortSet.allPorts, name.transport).isSubset(of: wide.ports)
      }
  }

  /// Whether a peer's selectors match every pod that another one's match.
  private func covers(_ wide: Peer, _ narrow: Peer, in namespace: String) -> Bool {
    guard wide.ipBlock == nil else { return false }
    let pods = narrow.podSelector?.selector ?? .everything
    guard pods.implies(wide.podSelector?.selector ?? .everything) else { return false }
    switch (wide.namespaceSelector?.selector, narrow.namespaceSelector?.selector) {
    case (nil, nil): return true
    case (let wide?, let narrow?): return narrow.implies(wide)
    case (let wide?, nil): return wide.matches(world.labels(ofNamespace: namespace)) == .yes
    case (nil, let narrow?):
      return narrow.implies(Selector([SelectorRequirement(key: metadataNameLabel, .in, [namespace])]))
    }
  }
}

/// A rule with what is asked about it again and again.
final class CoverRule {
  struct PortName: Hashable {
    let name: String
    let transport: TransportProtocol
  }

  let rule: PolicyRule
  /// What the rule allows on ports by their numbers.
  private(set) lazy var ports = rule.certainPorts
  private(set) lazy var names = Set(
    rule.ports.items.lazy.compactMap { port in
      if case .named(let name) = port.number { PortName(name: name, transport: port.transport) } else { nil }
    })
  private(set) lazy var addresses = rule.addresses
  private var peersByTrait: (numbers: PeerTraitNumbers, peers: [Int: [Int]])?

  init(_ rule: PolicyRule) { self.rule = rule }

  /// The places of the peers that may match all pods of another rule's peer.
  func peers(thatMayCover peer: Peer, in namespace: String, _ world: World) -> [Int] {
    // A look-up costs more than a few comparisons.
    if rule.peers.items.count < 8 { return Array(rule.peers.items.indices) }
    guard let traits = PeerTraits.lookUps(for: peer, in: namespace) else { return Array(rule.peers.items.indices) }
    let known = peersByTrait ?? indexed(in: namespace, world)
    peersByTrait = known
    return known.numbers.known(traits).flatMap { known.peers[$0] ?? [] }
  }

  private func indexed(in namespace: String, _ world: World) -> (PeerTraitNumbers, [Int: [Int]]) {
    var numbers = PeerTraitNumbers()
    var peers: [Int: [Int]] = [:]
    for (place, own) in rule.peers.items.enumerated() {
      for number in numbers.add(PeerTraits.of(own, in: namespace, world)) { peers[number, default: []].append(place) }
    }
    return (numbers, peers)
  }
}
