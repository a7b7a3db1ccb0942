internal import Config
package import Diagnostics
internal import Model

/// A port range that is wider than the limit.
package enum NP307WidePortRange: Rule {
  private static let max = RuleOption("max", "how many ports a range may hold", standard: 1000)
  package static let info = RuleInfo(
    id: "NP307", name: "wide-port-range", severity: .warning,
    summary: "A range of ports that is wider than the limit (`max`, 1000 ports unless the config says otherwise).",
    rationale: """
      A wide range opens ports that nobody thought of. Where a protocol needs a range, passive FTP or RTP say, the \
      server can be told to keep to a narrow one.
      """,
    remedy: "name the ports that are needed, or narrow the range",
    citations: ["164.312(a)(1)"], options: [max], followsFrom: ["NP201"],
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
              - port: 1024 # expect: NP307
                endPort: 65535
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
              - port: 30000
                endPort: 30099
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let limit = analysis.configuration.value(of: max, of: info)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for port in rule.ports.items {
          guard case .range(let range) = port.number, range.count > limit else { continue }
          sink.report(
            "this range holds \(range.count) ports, more than \(limit)", at: .port(port, in: rule, of: policy),
            .key(port.text))
        }
      }
    }
  }
}
