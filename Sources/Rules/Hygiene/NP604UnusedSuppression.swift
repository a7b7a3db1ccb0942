package import Diagnostics

/// A suppression that nothing needs.
package enum NP604UnusedSuppression: Rule {
  package static let info = RuleInfo(
    id: "NP604", name: "unused-suppression", severity: .warning,
    summary: "A suppression that suppresses nothing.",
    rationale: """
      What it spoke of has been mended, or it never covered it. Left in place, it would hide the next fault of that kind \
      without anyone having thought about it.
      """,
    remedy: "delete it, or move it to the line or above the node that the finding is about",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - podSelector: {matchLabels: {app: front}} # netpol-lint: ignore[NP402]: the mesh decides # expect: NP604
            ports: [{port: 8080}]
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
          - from:
              - namespaceSelector: {} # netpol-lint: ignore[NP402]: the mesh decides
            ports: [{port: 8080}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for (word, why, suppression) in analysis.suppressions.unused {
      sink.report(
        "this suppresses nothing: \(why)", at: suppression.span, object: suppression.object, path: suppression.path,
        key: word)
    }
  }
}
