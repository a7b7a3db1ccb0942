package import Diagnostics
internal import Model

/// An API version that no server serves any more, or never did.
package enum NP006UnsupportedAPIVersion: Rule {
  package static let info = RuleInfo(
    id: "NP006", name: "unsupported-api-version", severity: .error,
    summary: "A NetworkPolicy of an API version that is not served.",
    rationale: """
      NetworkPolicy is served as networking.k8s.io/v1 alone. extensions/v1beta1 was removed in Kubernetes 1.16, and \
      networking.k8s.io/v1beta1 never had this kind.
      """,
    remedy: "write `apiVersion: networking.k8s.io/v1`",
    fix: .sometimes(.safe),
    bad: Example(
      """
      apiVersion: extensions/v1beta1 # expect: NP006
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
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
    sink.reportProblems(of: analysis) { $0 == .unsupportedVersion }
  }
}
