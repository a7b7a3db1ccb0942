internal import Config
internal import Model
internal import Traffic

/// Parts of policies as fixes write them.
enum PolicyParts {
  /// A peer that selects pods by labels, in a namespace if one is given.
  static func peer(_ labels: [(String, String)], in namespace: String?) -> TextNode {
    var parts: [(key: String, value: TextNode)] = []
    if let namespace {
      parts.append(("namespaceSelector", selector([(metadataNameLabel, namespace)])))
    }
    parts.append(("podSelector", selector(labels)))
    return .mapping(parts)
  }

  /// A policy of one direction.
  ///
  /// - Parameter namespace: `nil` or empty where none is to be written.
  static func policy(
    _ name: String, in namespace: String?, for pods: [(String, String)], _ type: PolicyType, _ rules: [TextNode]
  ) -> TextNode {
    var meta: [(key: String, value: TextNode)] = [("name", .text(name))]
    if let namespace, !namespace.isEmpty { meta.append(("namespace", value(namespace))) }
    var spec: [(key: String, value: TextNode)] = [
      ("podSelector", selector(pods)), ("policyTypes", .list([.text(type.rawValue)])),
    ]
    if !rules.isEmpty { spec.append((type.field, .list(rules))) }
    return .mapping([
      ("apiVersion", .text("networking.k8s.io/v1")), ("kind", .text("NetworkPolicy")), ("metadata", .mapping(meta)),
      ("spec", .mapping(spec)),
    ])
  }

  private static func selector(_ labels: [(String, String)]) -> TextNode {
    if labels.isEmpty { return .mapping([]) }
    return .mapping([("matchLabels", .mapping(labels.map { (key: $0.0, value: value($0.1)) }))])
  }

  /// A label's value; in quotes where it looks like something else than text.
  static func value(_ text: String) -> TextNode { WrittenText.isPlainText(text) ? .text(text) : .word("\"\(text)\"") }

  /// An item of `ports`.
  static func port(_ transport: TransportProtocol, _ number: PolicyPort.Number) -> TextNode {
    var parts: [(key: String, value: TextNode)] = [("protocol", .text(transport.rawValue))]
    switch number {
    case .all: break
    case .named(let name): parts.append(("port", value(name)))
    case .range(let range):
      parts.append(("port", .word("\(range.lowerBound)")))
      if range.count > 1 { parts.append(("endPort", .word("\(range.upperBound)"))) }
    }
    return .mapping(parts)
  }

  /// Ports of a policy, one item for each protocol and range.
  static func ports(_ ports: PortSet) -> [TextNode] {
    TransportProtocol.allCases.flatMap { transport in
      ports[transport].ranges.map { port(transport, .range($0)) }
    }
  }

  /// An egress rule that leads to the cluster's DNS, as the config or the usual way of installing it has it; it says what
  /// it is for.
  static func dnsRule(_ configuration: Configuration) -> TextNode {
    let dns = configuration.cluster.dns
    let rule = TextNode.mapping([("to", .list([dnsPeer(configuration)])), ("ports", .list(ports(dns.ports)))])
    return .remarked("Names are looked up in the cluster's DNS.", rule)
  }

  static func dnsPeer(_ configuration: Configuration) -> TextNode {
    let dns = configuration.cluster.dns
    return peer(dns.labels.pairs.map { ($0.key, $0.value) }, in: dns.namespace)
  }
}
