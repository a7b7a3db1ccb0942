internal import Config
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Which policies let their pods ask the cluster's DNS, or may.
struct DNSRules {
  /// A rule that names a port of DNS and leads to none of the cluster's.
  struct Miss {
    let rule: PolicyRule
    /// Whether it leads to resolvers outside.
    let isPublic: Bool
  }

  private let analysis: Analysis
  /// The policies of which a rule leads to DNS, or may.
  private let allowing: Set<PolicyID>
  private let misses: [PolicyID: Miss]
  /// The policies of which a rule leads to DNS by selectors alone, with that rule.
  private let bySelectors: [PolicyID: PolicyRule]
  /// The cache that answers on the nodes, where one was read.
  let cache: Workload?

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let servers = DNSServers(analysis)
    cache = analysis.world.workloads.first { servers.isCache($0) }
    var allowing: Set<PolicyID> = []
    var misses: [PolicyID: Miss] = [:]
    var bySelectors: [PolicyID: PolicyRule] = [:]
    for (id, policy) in analysis.world.identifiedPolicies {
      for rule in policy.effectiveRules(.egress) {
        if servers.mayBeAsked(rule, of: policy) {
          allowing.insert(id)
          if rule.isSound, !servers.mayAskCache(rule) { bySelectors[id] = bySelectors[id] ?? rule }
        } else if misses[id] == nil, servers.namesPort(rule) {
          misses[id] = Miss(rule: rule, isPublic: rule.peers.items.allSatisfy { $0.ipBlock != nil })
        }
      }
      if policy.effectiveRules(.egress).contains(where: servers.mayAskCache) { bySelectors[id] = nil }
    }
    (self.allowing, self.misses, self.bySelectors) = (allowing, misses, bySelectors)
  }

  func isAllowed(by policy: PolicyID) -> Bool { allowing.contains(policy) }

  /// The rule of a policy that means DNS and misses it.
  func miss(in policy: PolicyID) -> Miss? { misses[policy] }

  /// The rule of policies that lets pods ask the DNS pods, where none of them opens the address of the nodes' cache.
  func missesCache(_ policies: [PolicyID]) -> (PolicyID, PolicyRule)? {
    guard cache != nil, policies.allSatisfy({ !allowing.contains($0) || bySelectors[$0] != nil }) else { return nil }
    return policies.lazy.compactMap { id in bySelectors[id].map { (id, $0) } }.first
  }
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
struct DNSServers {
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

  /// Whether a rule names a port of DNS.
  func namesPort(_ rule: PolicyRule) -> Bool {
    rule.ports.items.contains { port in
      port.singleNumber.map { ports.contains($0, .udp) || ports.contains($0, .tcp) } ?? false
    }
  }

  /// Whether a rule leads to DNS, or may.
  func mayBeAsked(_ rule: PolicyRule, of policy: NetworkPolicy) -> Bool {
    guard rule.isSound else { return true }
    return servers.contains { namespace, ports in
      mayAllow(rule, ports) && (rule.allowsAllPeers || rule.peers.items.contains { mayBe($0, namespace, policy) })
    } || namesPort(rule) && rule.peers.items.contains { isServer($0, policy) }
  }

  /// Whether a peer is a workload that listens on the port of DNS: a server of somebody's own.
  private func isServer(_ peer: Peer, _ policy: NetworkPolicy) -> Bool {
    guard peer.ipBlock == nil, peer.podSelector != nil else { return false }
    let pods = analysis.selection.pods(of: peer, in: policy)
    return [pods.certain, pods.possible].lazy.joined().prefix(100).contains { id in
      let ports = analysis.world[id].ports.contains { $0.number == DNSPorts.number }
      return ports || analysis.services.targetPorts(of: id).contains(DNSPorts.number, .udp)
    }
  }

  /// Whether a workload is the cache that answers on each node.
  func isCache(_ workload: Workload) -> Bool {
    workload.hostNetwork && workload.meta.kind == "DaemonSet"
      && analysis.facts.labels.nodeLocalDNSPods.contains(workload.meta.name.value)
  }

  /// Whether a rule opens the address of the nodes' cache.
  func mayAskCache(_ rule: PolicyRule) -> Bool {
    guard mayAllow(rule, ports) else { return false }
    return rule.allowsAllPeers
      || rule.peers.items.contains { $0.ipBlock?.addresses.intersects(Addresses.linkLocal) ?? false }
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
    if pods.requirements.contains(where: { analysis.facts.labels.dnsPodKeys.contains($0.key) }) { return true }
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
