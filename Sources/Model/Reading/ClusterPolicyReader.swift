internal import Diagnostics
internal import YAMLSource

/// Reads policies for the whole cluster into their typed form; their validator has looked at the same nodes.
extension NetworkPolicyReader {
  func read(_ object: NodeRef, _ kind: ClusterPolicyKind, meta: ObjectMeta) -> ClusterPolicy {
    let spec = object["spec"]
    // What a rule is called cannot change what it does.
    let names = Set(PolicyType.allCases.flatMap { spec?[$0.rulesField]?.items.compactMap { $0["name"]?.span } ?? [] })
    let others = errors.filter { !names.contains($0) }
    if others.count < errors.count {
      return NetworkPolicyReader(errors: others).read(object, kind, meta: meta, isMended: true)
    }
    return read(object, kind, meta: meta, isMended: false)
  }

  private func read(
    _ object: NodeRef, _ kind: ClusterPolicyKind, meta: ObjectMeta, isMended: Bool
  ) -> ClusterPolicy {
    let spec = object["spec"]
    let ingress = list(spec?["ingress"]) { clusterRule(.ingress, $0, $1) }
    let egress = list(spec?["egress"]) { clusterRule(.egress, $0, $1) }
    let faults = errors.isEmpty ? [] : errors(outside: ingress.items.map(\.span) + egress.items.map(\.span))
    // Nothing of another name stands beside the one that is called default.
    let isNamed = kind != .baselineAdmin || meta.name.value == ClusterPolicyKind.baselineName
    let isHarmless = faults.isEmpty || areHarmless(faults, object)
    let tier: PolicyTier? =
      switch kind {
      case .admin: .admin
      case .baselineAdmin: .baseline
      case .cluster: (spec?["tier"]?.string).flatMap(PolicyTier.init)
      }
    return ClusterPolicy(
      kind, meta: meta, specSpan: spec?.firstKeySpan ?? object.firstKeySpan, tier: tier,
      priority: kind == .baselineAdmin ? nil : spec?["priority"].flatMap(priority),
      subject: spec?["subject"].flatMap(namespacedPods), ingress: ingress, egress: egress,
      isSound: isHarmless && isNamed, isMended: isMended || !faults.isEmpty && isHarmless)
  }

  private func priority(_ node: NodeRef) -> Located<Int>? {
    guard case .integer(let number) = node.scalar, let value = Int(exactly: number) else { return nil }
    return Located(value, at: node.span)
  }

  /// What `namespaces` or `pods` of a subject or a peer stands for.
  private func namespacedPods(_ node: NodeRef) -> NamespacedPods? {
    if let namespaces = selector(node.entry("namespaces")) {
      return NamespacedPods(namespaceSelector: namespaces, podSelector: nil)
    }
    guard let pods = node["pods"], !pods.isNull else { return nil }
    return NamespacedPods(
      namespaceSelector: selector(pods.entry("namespaceSelector")), podSelector: selector(pods.entry("podSelector")))
  }

  private func clusterRule(_ type: PolicyType, _ index: Int, _ node: NodeRef) -> ClusterRule {
    let action = node["action"].flatMap { node in
      node.string.flatMap(PolicyAction.init).map { Located($0, at: node.span) }
    }
    let ports = node["ports"].map { list($0, clusterPort) }
    return ClusterRule(
      type: type, index: index, span: node.span, firstKeySpan: node.firstKeySpan, name: node["name"].flatMap(located),
      action: action, peers: list(node[type == .ingress ? "from" : "to"], clusterPeer),
      ports: ports ?? list(node["protocols"], clusterProtocol), isSound: !holdsError(node.span))
  }

  private func clusterPeer(_ index: Int, _ node: NodeRef) -> ClusterPeer {
    ClusterPeer(index: index, span: node.span, firstKeySpan: node.firstKeySpan, content: content(node))
  }

  private func content(_ node: NodeRef) -> ClusterPeer.Content {
    if let pods = namespacedPods(node) { return .pods(pods) }
    if let nodes = selector(node.entry("nodes")) { return .nodes(nodes) }
    if let networks = node["networks"], !networks.isNull { return .networks(networks.items.map(cidr)) }
    if let names = node["domainNames"], !names.isNull { return .domainNames(names.items.compactMap(located)) }
    return .nothing
  }

  /// An item of `ports`.
  private func clusterPort(_ index: Int, _ node: NodeRef) -> ClusterPort {
    func item(_ content: ClusterPort.Content) -> ClusterPort {
      ClusterPort(index: index, firstKeySpan: node.firstKeySpan, content: content)
    }
    func transport(_ node: NodeRef) -> TransportProtocol {
      node["protocol"]?.string.flatMap(TransportProtocol.init) ?? .tcp
    }
    if let name = node["namedPort"]?.string { return item(.named(name)) }
    if let single = node["portNumber"], let number = single["port"].flatMap(portNumber) {
      return item(.range(number...number, transport(single)))
    }
    return item(node["portRange"].map { range($0, transport($0)) } ?? .nothing)
  }

  /// An item of `protocols`.
  private func clusterProtocol(_ index: Int, _ node: NodeRef) -> ClusterPort {
    func item(_ content: ClusterPort.Content) -> ClusterPort {
      ClusterPort(index: index, firstKeySpan: node.firstKeySpan, content: content)
    }
    if let name = node["destinationNamedPort"]?.string { return item(.named(name)) }
    let fields: [(StaticString, TransportProtocol)] = [("tcp", .tcp), ("udp", .udp), ("sctp", .sctp)]
    for (field, transport) in fields {
      guard let protocolNode = node[field], !protocolNode.isNull else { continue }
      guard let port = protocolNode["destinationPort"], !port.isNull else {
        return item(.range(PortSet.allPorts, transport))
      }
      if let number = port["number"].flatMap(portNumber) { return item(.range(number...number, transport)) }
      return item(port["range"].map { range($0, transport) } ?? .nothing)
    }
    return item(.nothing)
  }

  private func range(_ node: NodeRef, _ transport: TransportProtocol) -> ClusterPort.Content {
    guard let start = node["start"].flatMap(portNumber), let end = node["end"].flatMap(portNumber), start <= end else {
      return .nothing
    }
    return .range(start...end, transport)
  }
}

extension PolicyType {
  fileprivate var rulesField: StaticString { self == .ingress ? "ingress" : "egress" }
}
