package import Diagnostics
internal import Model

/// A key that stands twice in one mapping.
package enum NP002DuplicateKey: Rule {
  package static let info = RuleInfo(
    id: "NP002", name: "duplicate-key", severity: .error,
    summary: "The same key twice in one mapping.",
    rationale: """
      YAML allows each key once. kubectl keeps the last one and drops the other without a word; strict validation \
      refuses the manifest. What was written first never takes effect.
      """,
    remedy: "keep one of the two, or join their contents",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
        ingress: # expect: NP002
          - from: [{podSelector: {matchLabels: {app: gateway}}}]
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
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
          - from: [{podSelector: {matchLabels: {app: gateway}}}]
      """))

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    sink.reportProblems(of: analysis) { $0 == .duplicateKey }
  }
}
