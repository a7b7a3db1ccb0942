internal import Config
internal import Engine
internal import Facts
internal import Model

/// Which policies let their pods ask the cluster's DNS, in any form that may be meant so.
struct DNSRules {
  private let analysis: Analysis
  /// For each policy whether one of its rules is for DNS, or may be.
  private let allows: [Bool]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let servers = DNSServers(analysis)
    allows = analysis.world.policies.map { policy in
      policy.effectiveRules(.egress).contains { servers.mayBeAsked($0, of: policy) }
    }
  }

  func isAllowed(by policy: Int) -> Bool { allows[policy] }
}

/// Where DNS may be: its pods, its Service's address, and the caches on the nodes.
private struct DNSServers {
  private let analysis: Analysis
  /// Where the addresses of pods, Services and nodes are, or may be.
  private let addresses: AddressSet

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let cluster = analysis.configuration.cluster
    addresses = [cluster.podCIDRs, cluster.serviceCIDRs, cluster.nodeCIDRs].compactMap(\.self)
      .reduce(Addresses.nonPublic) { $0.union($1) }
  }

  /// Whether a rule is for DNS, or may be. A rule that names port 53 is always meant so: where it is wrong, another rule
  /// says that.
  func mayBeAsked(_ rule: PolicyRule, of policy: NetworkPolicy) -> Bool {
    guard rule.isSound else { return true }
    if rule.ports.items.contains(where: { $0.singleNumber == DNSPorts.number }) { return true }
    let servers = analysis.facts.labels.dnsPorts
    return servers.contains { namespace, port in
      mayAllow(rule, port) && (rule.allowsAllPeers || rule.peers.items.contains { mayBe($0, namespace, policy) })
    }
  }

  /// Whether the rule's ports hold a port over UDP or TCP; a name may stand for it.
  private func mayAllow(_ rule: PolicyRule, _ port: UInt16) -> Bool {
    rule.certainPorts.contains(port, .udp) || rule.certainPorts.contains(port, .tcp)
      || rule.ports.items.contains { if case .named = $0.number { true } else { false } }
  }

  private func mayBe(_ peer: Peer, _ namespace: String, _ policy: NetworkPolicy) -> Bool {
    if let block = peer.ipBlock { return block.addresses.intersects(addresses) }
    if let selector = peer.namespaceSelector?.selector {
      guard mayMatch(selector, namespace) else { return false }
    } else if policy.meta.namespace != namespace {
      return false
    }
    guard let pods = peer.podSelector?.selector else { return true }
    let names = pods.requirements.filter { $0.operator == .in }.flatMap(\.values)
    return names.isEmpty || names.contains(where: analysis.facts.labels.isDNSPodName)
  }

  /// Whether a selector may match a namespace of which perhaps only the name is known.
  private func mayMatch(_ selector: Selector, _ namespace: String) -> Bool {
    if selector.matches(analysis.world.labels(ofNamespace: namespace)) == .yes { return true }
    let name = Selector([SelectorRequirement(key: metadataNameLabel, .in, [namespace])])
    return !analysis.world.isDeclared(namespace) && selector.overlaps(name)
  }
}
