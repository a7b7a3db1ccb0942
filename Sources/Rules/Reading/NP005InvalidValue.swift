internal import Config
package import Diagnostics
internal import Model

/// A value that API validation rejects.
package enum NP005InvalidValue: Rule {
  package static let info = RuleInfo(
    id: "NP005", name: "invalid-value", severity: .error,
    summary: "A value that the API server's validation rejects.",
    rationale: """
      Names, labels, CIDRs, ports, protocols, operators and policy types have rules of their own, and a manifest that \
      breaks one is refused as a whole.
      """,
    remedy: "write a value that the API accepts",
    fix: .sometimes(.safe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - ports:
              - port: "5432" # expect: NP005
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - ports:
              - port: 5432
      """))

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let refusesLooseCIDRs = analysis.configuration.cluster.kubernetesMinor >= 36
    sink.reportProblems(of: analysis) { $0 == .invalidValue || ($0 == .looseCIDR && refusesLooseCIDRs) }
  }
}
