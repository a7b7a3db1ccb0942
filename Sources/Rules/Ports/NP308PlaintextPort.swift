internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A port for plaintext, where the same service has one with TLS.
package enum NP308PlaintextPort: Rule {
  package static let info = RuleInfo(
    id: "NP308", name: "plaintext-port", severity: .warning, lower: [.note],
    summary: "A known plaintext port that has a twin with TLS: 6379 beside 6380, 80 beside 443.",
    rationale: """
      Who can read the network can read what goes through such a port. Where both twins are open, clients may use the \
      plaintext one without anybody noticing. A note otherwise, and of the web and mail, unless the config says that the \
      pods hold ePHI.
      """,
    remedy: "allow the port with TLS alone, once all clients use it",
    citations: ["164.312(e)(1)"], yieldsTo: ["NP707"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: redis}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 6379 # expect: NP308
              - port: 6380
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: redis}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 6380
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let facts = analysis.facts.portSets
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for port in rule.ports.items where port.transport == .tcp {
          guard let number = port.singleNumber, let twin = facts.tlsTwins[number] else { continue }
          let isWayDown = !facts.forwardingPorts.contains(number)
          let other = openTwin(twin, beside: rule, in: policy)
          let isEPHI = speaksOfEPHI(rule, in: policy, analysis)
          sink.report(
            other == nil
              ? "\(number) is for plaintext; \(twin) is the same with TLS"
              : "plaintext on \(number) is open beside TLS on \(twin)",
            at: .port(port, in: rule, of: policy), .severity(isEPHI || other != nil && isWayDown ? .warning : .note),
            .why(isEPHI ? "the config says that these pods hold ePHI" : nil),
            .related(other?.valueSpan, "the port with TLS"), .key("\(number)"))
        }
      }
    }
  }

  /// The item that opens the twin for the same connection: in the rule, or in another one for the same peers. Into the
  /// policy's own pods any rule will do.
  private static func openTwin(_ twin: UInt16, beside rule: PolicyRule, in policy: NetworkPolicy) -> PolicyPort? {
    func named(_ rule: PolicyRule) -> PolicyPort? {
      rule.ports.items.first { $0.singleNumber == twin && $0.transport == .tcp }
    }
    if let port = named(rule) { return port }
    return policy.effectiveRules(rule.type).lazy.filter { other in
      other.index != rule.index && other.isSound && (rule.type == .ingress || haveSamePeers(other, rule))
    }.compactMap(named).first
  }

  private static func haveSamePeers(_ a: PolicyRule, _ b: PolicyRule) -> Bool {
    func key(_ peer: Peer) -> [String] {
      [
        peer.podSelector?.selector.description ?? "", peer.namespaceSelector?.selector.description ?? "",
        peer.ipBlock?.cidr?.text ?? "",
      ] + (peer.ipBlock?.except.map(\.text) ?? [])
    }
    return Set(a.peers.items.map(key)) == Set(b.peers.items.map(key))
  }

  /// Whether the policy's own pods, or those that it sends to, hold ePHI by what the config says.
  private static func speaksOfEPHI(_ rule: PolicyRule, in policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    let components = analysis.configuration.components.filter { $0.data == .ephi }
    guard !components.isEmpty else { return false }
    func isEPHI(_ selector: Selector, in namespaces: [String]) -> Bool {
      selector != .everything
        && components.contains { namespaces.contains($0.namespace) && selector.matches($0.labels) == .yes }
    }
    if isEPHI(policy.podSelector.selector, in: [policy.meta.namespace]) { return true }
    return rule.peers.items.contains { peer in
      guard let selector = peer.podSelector?.selector else { return false }
      let namespaces = analysis.namedNamespaces(of: peer, in: policy) ?? components.map(\.namespace)
      return isEPHI(selector, in: namespaces)
    }
  }
}
