internal import Diagnostics
internal import Engine
internal import Model

/// What NP305 and NP310 have in common: DNS needs port 53 over UDP and over TCP.
enum DNSPorts {
  static let number: UInt16 = 53

  /// Reports each egress rule that allows DNS over `present` where pods of the policy have no rule that allows it over
  /// `absent`.
  static func check(
    has present: TransportProtocol, lacks absent: TransportProtocol, _ analysis: Analysis, _ sink: inout FindingSink,
    _ report: (NetworkPolicy, PolicyRule, PolicyPort, inout FindingSink) -> Void
  ) {
    var complete: [PolicyID: Bool] = [:]
    let servers = DNSServers(analysis)
    func isComplete(_ policy: PolicyID) -> Bool {
      if let known = complete[policy] { return known }
      let rules = analysis.world[policy].effectiveRules(.egress)
      let resolvers = Resolvers(rules.filter(servers.namesPort))
      // All ports of pods that are no DNS do not help.
      let allows = rules.contains { rule in
        mayAllow(rule, absent)
          && (servers.namesPort(rule) || servers.mayBeAsked(rule, of: analysis.world[policy])
            || resolvers.isAmong(peersOf: rule))
      }
      complete[policy] = allows
      return allows
    }
    // Only a rule that has the one and lacks the other asks for this.
    lazy var served = analysis.reach.classes(.egress, withAny: isComplete)
    for (id, policy) in analysis.world.identifiedPolicies where policy.isSound && policy.isolates(.egress) {
      for rule in policy.egress.items where rule.isSound && !rule.certainPorts.contains(number, absent) {
        guard let port = rule.ports.items.first(where: { allows($0, present) }), !isComplete(id) else { continue }
        if !analysis.reach.subjects(of: policy).isSubset(of: served) { report(policy, rule, port, &sink) }
      }
    }
  }

  /// Adds the same item with another protocol.
  static func adding(_ transport: TransportProtocol, beside port: PolicyPort, _ analysis: Analysis) -> Fix? {
    let text = WrittenText(analysis.sources, at: port.span)
    let change =
      if let span = port.protocolSpan {
        text.replacing(span, port.transport.rawValue, with: transport.rawValue)
      } else {
        text.inserting("protocol", .text(transport.rawValue), beforeKey: port.firstKeySpan)
      }
    return change.flatMap { text.text(of: port.span, with: $0) }
      .flatMap { text.inserting([$0], after: port.span) }
      .map { Fix(.unsafe, "add port \(number) with protocol \(transport.rawValue)", edits: [$0]) }
  }

  /// Whether the port is 53 itself, not a wide range that happens to hold it.
  private static func allows(_ port: PolicyPort, _ transport: TransportProtocol) -> Bool {
    port.singleNumber == number && port.transport == transport
  }

  /// Whether a rule allows port 53 over a protocol, or may: a port's name is not resolved here.
  private static func mayAllow(_ rule: PolicyRule, _ transport: TransportProtocol) -> Bool {
    !rule.isSound || rule.certainPorts.contains(number, transport)
      || rule.ports.items.contains { port in
        if case .named = port.number { port.transport == transport } else { false }
      }
  }
}

/// Whom rules take for DNS that name its port.
private struct Resolvers {
  private struct Pods: Hashable {
    let pods: Selector?
    let namespaces: Selector?

    init(_ peer: Peer) { (pods, namespaces) = (peer.podSelector?.selector, peer.namespaceSelector?.selector) }
  }

  private let pods: Set<Pods>
  private let addresses: AddressSet

  init(_ rules: [PolicyRule]) {
    let peers = rules.flatMap(\.peers.items)
    pods = Set(peers.lazy.filter { $0.ipBlock == nil }.map(Pods.init))
    addresses = AddressSet(unionOf: peers.compactMap { $0.ipBlock?.addresses })
  }

  /// Whether a rule leads to one of them.
  func isAmong(peersOf rule: PolicyRule) -> Bool {
    rule.peers.items.contains { $0.ipBlock.map { addresses.intersects($0.addresses) } ?? pods.contains(Pods($0)) }
  }
}
