package import Diagnostics
internal import Model

/// A port that another item of the same rule allows already.
package enum NP311DuplicatePort: Rule {
  package static let info = RuleInfo(
    id: "NP311", name: "duplicate-port", severity: .note,
    summary: "A port that another item of the same rule allows already.",
    rationale: "It changes nothing, and a reader wonders which other port was meant.",
    remedy: "delete the item, or write the port that was meant",
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
        for port in ports {
          guard let other = ports.first(where: { $0.index != port.index && covers($0, port) }) else { continue }
          sink.report(
            "\(port.text) is allowed by \(other.text) of the same rule already", at: port.valueSpan, in: policy,
            path: port.path(in: rule) + ".port", related: [RelatedPlace(other.valueSpan, "this allows it")],
            key: port.text)
        }
      }
    }
  }

  /// Whether one item allows all that another one does; of equal items the earlier one counts.
  private static func covers(_ a: PolicyPort, _ b: PolicyPort) -> Bool {
    guard a.transport == b.transport else { return false }
    if a.number == b.number { return a.index < b.index }
    guard let wide = a.numbers, let narrow = b.numbers else { return false }
    return narrow.isSubset(of: wide)
  }
}
