package import Diagnostics
internal import Model

/// A port that another item of the same rule allows already.
package enum NP311DuplicatePort: Rule {
  package static let info = RuleInfo(
    id: "NP311", name: "duplicate-port", severity: .note,
    summary: "A port that another item of the same rule allows already.",
    rationale: "It changes nothing, and a reader wonders which other port was meant.",
    remedy: "delete the item, or write the port that was meant",
    fix: .sometimes(.safe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports:
              - port: 8080
              - protocol: TCP
                port: 8080 # expect: NP311
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports:
              - port: 8080
              - protocol: UDP
                port: 8080
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        let ports = rule.ports.items
        guard ports.count > 1 else { return }
        for (port, other) in zip(ports, covering(ports)) {
          guard let other = other.map({ ports[$0] }) else { continue }
          sink.report(
            "\(port.text) is allowed by \(other.text) of the same rule already", at: .port(port, in: rule, of: policy),
            .related(other.valueSpan, "this allows it"), .fix(fix(port, other, analysis)), .key(port.text))
        }
      }
    }
  }

  /// Of equal items the one goes that has no comment.
  private static func fix(_ port: PolicyPort, _ other: PolicyPort, _ analysis: Analysis) -> Fix? {
    let text = WrittenText(analysis.sources, at: port.span)
    if let edit = text.removing(port.span) { return Fix(.safe, "delete it", edits: [edit]) }
    if port.number == other.number, let edit = text.removing(other.span) {
      return Fix(.safe, "delete the other one, which has no comment", edits: [edit])
    }
    return text.removing(port.span, movingCommentTo: other.span)
      .map { Fix(.safe, "delete it, and say there what its comment says", edits: $0) }
  }

  /// For each item the place of the first other one that allows all that it does; of equal items only earlier ones count.
  private static func covering(_ ports: [PolicyPort]) -> [Int?] {
    var result = [Int?](repeating: nil, count: ports.count)
    for transport in TransportProtocol.allCases {
      let numbers = ports.indices.filter { ports[$0].transport == transport && ports[$0].range != nil }
      let ranges = numbers.compactMap { ports[$0].range }
      for (number, outer) in Containment.firstOuter(of: ranges).enumerated() {
        result[numbers[number]] = outer.map { numbers[$0] }
      }
      // All ports, written in two ways: each allows what the other does.
      let ways = [PolicyPort.Number.all, .range(PortSet.allPorts)].map { way in
        numbers.filter { ports[$0].number == way }
      }
      for (own, other) in [(ways[0], ways[1].first), (ways[1], ways[0].first)] {
        for number in own { result[number] = [result[number], other].compactMap(\.self).min() }
      }
    }
    var named: [PortKey: Int] = [:]
    for (number, port) in ports.enumerated() where port.range == nil {
      let key = PortKey(number: port.number, transport: port.transport)
      result[number] = named[key]
      named[key] = named[key] ?? number
    }
    return result
  }

  private struct PortKey: Hashable {
    let number: PolicyPort.Number
    let transport: TransportProtocol
  }
}
