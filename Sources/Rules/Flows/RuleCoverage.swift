internal import Model

/// Whether one rule allows all that another one allows, whatever pods there are: decided by what the selectors mean, not
/// by the workloads that happen to have been read.
struct RuleCoverage {
  private let world: World

  init(_ world: World) { self.world = world }

  /// Whether `wide` allows everything that `narrow` allows. Both stand in policies of one namespace.
  func covers(_ wide: PolicyRule, _ narrow: PolicyRule, in namespace: String) -> Bool {
    guard wide.isSound, narrow.isSound, coversPorts(wide, narrow) else { return false }
    if wide.allowsAllPeers { return true }
    if narrow.allowsAllPeers { return false }
    let addresses = wide.addresses
    return narrow.peers.items.allSatisfy { peer in
      if let block = peer.ipBlock { return block.addresses.isSubset(of: addresses) }
      return wide.peers.items.contains { covers($0, peer, in: namespace) }
    }
  }

  private func coversPorts(_ wide: PolicyRule, _ narrow: PolicyRule) -> Bool {
    if wide.allowsAllPorts { return true }
    if narrow.allowsAllPorts { return false }
    let ports = wide.certainPorts
    return narrow.ports.items.allSatisfy { port in
      if let numbers = port.numbers { return numbers.isSubset(of: ports) }
      return PortSet(PortSet.allPorts, port.transport).isSubset(of: ports)
        || wide.ports.items.contains { $0.number == port.number && $0.transport == port.transport }
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
