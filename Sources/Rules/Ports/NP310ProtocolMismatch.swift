package import Diagnostics
internal import Facts
internal import Model
internal import Traffic

/// A port over a protocol that what listens there does not speak.
package enum NP310ProtocolMismatch: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP310", name: "protocol-mismatch", severity: .error,
    summary: "Port 53 over TCP alone, or another port over a protocol that it does not use.",
    rationale: """
      `protocol` is TCP when it is left out. DNS asks over UDP first, so that a rule for 53/TCP alone resolves \
      nothing. The same goes for other ports with a protocol of their own, such as NTP (123/UDP).
      """,
    remedy: "write the protocol that the port uses",
    fix: .sometimes(.unsafe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
            ports:
              - port: 53 # expect: NP310
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
            ports:
              - port: 53
              - port: 53
                protocol: UDP
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    DNSPorts.check(has: .tcp, lacks: .udp, analysis, &sink) { policy, rule, port, sink in
      sink.report(
        "DNS is allowed over TCP only: 53/UDP is missing", at: .port(port, in: rule, of: policy),
        .label(port.protocolSpan == nil ? "TCP, as no protocol is written" : nil),
        .why("resolvers ask over UDP first, and that is blocked here"),
        .remedy("add `{protocol: UDP, port: 53}` to these ports"), .fix(DNSPorts.adding(.udp, beside: port, analysis)))
    }
    let known = analysis.facts.portSets
    let groups = DestinationGroups(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard case .list(let ports, _) = rule.ports else { return }
        lazy var allowed = rule.certainPorts
        lazy var lost = LostPorts(rule, of: policy, analysis) { _ in ports.count == 1 }
        for port in ports {
          guard let number = port.singleNumber, number != DNSPorts.number,
            let mismatch = known.protocolMismatch(number, port.transport).map({ ($0.name, $0.transport) })
              ?? declaredMismatch(number, port.transport, groups.group(of: rule, in: policy), analysis),
            !allowed.contains(number, mismatch.1),
            !isDeclared(number, port.transport, of: rule, in: policy, analysis)
          else { continue }
          let (name, transport) = mismatch
          let place = Place.port(port, in: rule, of: policy)
          sink.report(
            "\(name) uses \(number)/\(transport.rawValue), not \(port.transport.rawValue)", at: place,
            .severity(.error), .label(port.protocolSpan == nil ? "TCP, as no protocol is written" : nil),
            .remedy("write `protocol: \(transport.rawValue)`"), .key("\(number)/\(port.transport.rawValue)"),
            .accountsFor(
              lost.subjects(meaning: [number]) + place.subjects))
        }
      }
    }
  }

  /// What listens on a port with another protocol alone, where all pods that are meant were read and declare it so. Web
  /// servers may answer over UDP without a word (HTTP/3).
  private static func declaredMismatch(
    _ number: UInt16, _ transport: TransportProtocol, _ group: DestinationGroup, _ analysis: Analysis
  ) -> (String, TransportProtocol)? {
    guard transport != .sctp, !webPorts.contains(number), !group.hasNoKnown, !group.mayBeMore else { return nil }
    let other: TransportProtocol = transport == .tcp ? .udp : .tcp
    let isOther = group.known.allSatisfy { id in
      let ports = analysis.world[id].ports.filter { $0.number == number }
      return !ports.isEmpty && ports.allSatisfy { $0.transport == other }
        && !analysis.services.targetPorts(of: id).contains(number, transport)
    }
    guard isOther, let first = group.known.first else { return nil }
    let meta = analysis.world[first].meta
    return ("\(meta.kind) \(meta.name.value)", other)
  }

  private static let webPorts: Set<UInt16> = [80, 443, 8080, 8443]

  /// Whether a container says that it listens there with this protocol: then it is something else.
  private static func isDeclared(
    _ number: UInt16, _ transport: TransportProtocol, of rule: PolicyRule, in policy: NetworkPolicy,
    _ analysis: Analysis
  ) -> Bool {
    analysis.destinations(of: rule, in: policy).contains { workload in
      analysis.world[workload].containers.contains { container in
        container.ports.contains { $0.number == number && $0.transport == transport }
      }
    }
  }
}
