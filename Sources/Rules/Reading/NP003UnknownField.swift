package import Diagnostics
internal import Model

/// A field that the API does not have.
package enum NP003UnknownField: Rule {
  package static let info = RuleInfo(
    id: "NP003", name: "unknown-field", severity: .error,
    summary: "A field that the NetworkPolicy API does not have.",
    rationale: """
      Names are case-sensitive, and a field at the wrong depth is another field. kubectl refuses it; a client without \
      strict validation drops it silently, and what is left may allow everything.
      """,
    remedy: "correct the name, or move the field to where it belongs",
    fix: .sometimes(.safe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podselector: {matchLabels: {app: web}} # expect: NP003
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
      """))

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    sink.reportProblems(of: analysis) { $0 == .unknownField }
  }
}
