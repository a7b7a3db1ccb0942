/// Policies for the whole cluster, of all kinds and versions, with few priorities, so that they meet.
extension WorldGenerator {
  mutating func clusterPolicies() -> [YAMLValue] {
    var documents: [YAMLValue] = []
    for number in 0..<number(0...2) { documents.append(clusterPolicy("cnp\(number)", "ClusterNetworkPolicy")) }
    for number in 0..<number(0...2) { documents.append(clusterPolicy("anp\(number)", "AdminNetworkPolicy")) }
    if chance(0.4) { documents.append(clusterPolicy("default", "BaselineAdminNetworkPolicy")) }
    return documents
  }

  private mutating func clusterPolicy(_ name: String, _ kind: String) -> YAMLValue {
    let isNew = kind == "ClusterNetworkPolicy"
    let hasPriority = kind != "BaselineAdminNetworkPolicy"
    let actions = !hasPriority ? ["Allow", "Deny"] : [isNew ? "Accept" : "Allow", "Deny", "Pass"]
    let hasDomains = hasPriority
    return [
      "apiVersion": .string("policy.networking.k8s.io/v1alpha\(isNew ? 2 : 1)"), "kind": .string(kind),
      "metadata": ["name": .string(name)],
      "spec": map([
        ("tier", isNew ? .string(pick(["Admin", "Admin", "Baseline"])) : nil),
        ("priority", hasPriority ? .number(pick([0, 5, 10, 1000])) : nil), ("subject", subject(isNew: isNew)),
        (
          "ingress",
          list(absent: 0.3, count: 1...3) {
            $0.clusterRule(actions, isNew: isNew, isIngress: true, hasDomains: hasDomains)
          }
        ),
        (
          "egress",
          list(absent: 0.3, count: 1...3) {
            $0.clusterRule(actions, isNew: isNew, isIngress: false, hasDomains: hasDomains)
          }
        ),
      ]),
    ]
  }

  private mutating func subject(isNew: Bool) -> YAMLValue {
    if chance(0.3) { return ["namespaces": [:]] }
    return chance(0.5)
      ? ["namespaces": selector(isForNamespaces: true)] : ["pods": namespacedPods(isNew: isNew)]
  }

  private mutating func namespacedPods(isNew: Bool) -> YAMLValue {
    map([
      (
        "namespaceSelector",
        isNew && chance(0.3) ? pick([nil, .null]) : chance(0.4) ? [:] : selector(isForNamespaces: true)
      ), ("podSelector", selector(isForNamespaces: false)),
    ])
  }

  private mutating func clusterRule(
    _ actions: [String], isNew: Bool, isIngress: Bool, hasDomains: Bool
  ) -> YAMLValue {
    let action = pick(actions)
    let mayNameDomains = hasDomains && !isIngress && actions.first == action
    // Addresses have no named ports.
    let isOutside = !isIngress && chance(0.5)
    let peers = (0..<number(1...3)).map { _ in
      isOutside ? outsidePeer(isNew: isNew, mayNameDomains: mayNameDomains) : podsPeer(isNew: isNew)
    }
    let ports: YAMLValue? =
      chance(0.4)
      ? nil
      : .list(
        (0..<number(1...2)).map { _ in
          isNew ? protocolMatch(mayName: !isOutside) : clusterPort(mayName: !isOutside)
        })
    return map([
      ("name", chance(0.5) ? .string("rule") : nil), ("action", .string(action)),
      (isIngress ? "from" : "to", .list(peers)), (isNew ? "protocols" : "ports", ports),
    ])
  }

  private mutating func podsPeer(isNew: Bool) -> YAMLValue {
    if chance(0.2) { return ["namespaces": [:]] }
    return chance(0.4)
      ? ["namespaces": selector(isForNamespaces: true)] : ["pods": namespacedPods(isNew: isNew)]
  }

  private mutating func outsidePeer(isNew: Bool, mayNameDomains: Bool) -> YAMLValue {
    switch number(0...9) {
    case 0...1: return podsPeer(isNew: isNew)
    case 2: return ["nodes": pick([[:], ["matchLabels": ["app": "web"]]])]
    case 3 where mayNameDomains:
      return ["domainNames": pick([["example.com"], ["*.example.com"], ["other.org", "api.example.com"]])]
    default:
      let networks = [
        "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.244.0.0/16", "203.0.113.0/24", "::/0", "fd00::/8",
        "2001:db8::/32",
      ]
      let chosen = some(networks, 0.3)
      return ["networks": .list((chosen.isEmpty ? [pick(networks)] : chosen).map { .string($0) })]
    }
  }

  private mutating func range() -> [(String, YAMLValue?)] {
    let ends = Array(Set([pick(Self.portNumbers), pick(Self.portNumbers), 444])).sorted()
    return [("start", .number(ends[0])), ("end", .number(ends[ends.count > 1 ? ends.count - 1 : 0]))]
  }

  private mutating func clusterPort(mayName: Bool) -> YAMLValue {
    switch number(0...3) {
    case 0 where mayName: return ["namedPort": .string(pick(Self.portNames))]
    case 1: return ["portRange": map([("protocol", transport())] + range())]
    default: return ["portNumber": map([("protocol", transport()), ("port", .number(pick(Self.portNumbers)))])]
    }
  }

  private mutating func protocolMatch(mayName: Bool) -> YAMLValue {
    let field = pick(["tcp", "tcp", "udp", "sctp"])
    switch number(0...3) {
    case 0 where mayName: return ["destinationNamedPort": .string(pick(Self.portNames))]
    case 1: return map([(field, ["destinationPort": ["range": map(range())]])])
    default: return map([(field, ["destinationPort": ["number": .number(pick(Self.portNumbers))]])])
    }
  }
}
