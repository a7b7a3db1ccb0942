internal import Config
internal import Engine
internal import Facts
internal import Model

/// Which policies let their pods ask the cluster's DNS, in any form that may be meant so.
struct DNSRules {
  private let analysis: Analysis
  /// The policies of which a rule is for DNS, or may be.
  private let allowing: Set<PolicyID>

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let servers = DNSServers(analysis)
    allowing = Set(
      analysis.world.identifiedPolicies.lazy.filter { _, policy in
        policy.effectiveRules(.egress).contains { servers.mayBeAsked($0, of: policy) }
      }.map(\.0))
  }

  func isAllowed(by policy: PolicyID) -> Bool { allowing.contains(policy) }
}

extension Analysis {
  /// The ports that the cluster's DNS is asked on: 53, and those that its pods listen on behind their Service.
  var dnsPorts: PortSet {
    var ports = configuration.cluster.dns.ports
    for number in Set(facts.labels.dnsPorts.values).union([DNSPorts.number]) {
      ports.insert(number...number, .udp)
      ports.insert(number...number, .tcp)
    }
    return ports
  }
}

/// Where DNS may be: its pods, its Service's address, and the caches on the nodes.
private struct DNSServers {
  private let analysis: Analysis
  private let ports: PortSet
  /// The namespaces of DNS pods, with the ports that the pods listen on.
  private let servers: [(namespace: String, ports: PortSet)]
  /// Where the addresses of pods, Services and nodes are, or may be.
  private let addresses: AddressSet

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let cluster = analysis.configuration.cluster
    ports = analysis.dnsPorts
    servers =
      [(cluster.dns.namespace, cluster.dns.ports)]
      + analysis.facts.labels.dnsPorts.sorted { $0.key < $1.key }.map { namespace, number in
        (namespace, PortSet(number...number, .udp).union(PortSet(number...number, .tcp)))
      }
    addresses = [cluster.podCIDRs, cluster.serviceCIDRs, cluster.nodeCIDRs].compactMap(\.self)
      .reduce(Addresses.nonPublic) { $0.union($1) }
  }

  /// Whether a rule is for DNS, or may be. A rule that names a port of DNS is always meant so: where it is wrong, another
  /// rule says that.
  func mayBeAsked(_ rule: PolicyRule, of policy: NetworkPolicy) -> Bool {
    guard rule.isSound else { return true }
    let namesDNS = rule.ports.items.contains { port in
      port.singleNumber.map { ports.contains($0, .udp) || ports.contains($0, .tcp) } ?? false
    }
    return namesDNS
      || servers.contains { namespace, ports in
        mayAllow(rule, ports) && (rule.allowsAllPeers || rule.peers.items.contains { mayBe($0, namespace, policy) })
      }
  }

  /// Whether the rule's ports hold one of these; a name may stand for it.
  private func mayAllow(_ rule: PolicyRule, _ ports: PortSet) -> Bool {
    !rule.certainPorts.intersection(ports).isEmpty
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
    if pods.matches(analysis.configuration.cluster.dns.labels) == .yes { return true }
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
