package import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// An allow rule that nothing explains.
package enum NP601MissingRationale: Rule {
  package static let info = RuleInfo(
    id: "NP601", name: "missing-rationale", severity: .note,
    summary: "An allow rule without a comment or an annotation that says why it is there.",
    rationale: """
      A rule whose reason nobody wrote down is never removed. One line is enough, beside the rule or in an annotation \
      of the policy.
      """,
    remedy: "say in a comment on the rule, or in an annotation of the policy, what it is for",
    citations: ["164.316(b)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: # expect: NP601
              - podSelector: {matchLabels: {app: web}}
            ports: [{port: 5432}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          # The web server keeps its orders there.
          - from:
              - podSelector: {matchLabels: {app: web}}
            ports: [{port: 5432}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard !hasAnnotation(policy, analysis), !analysis.comments(on: rule, of: policy).contains(where: \.explains),
          !hasHeadComment(policy, analysis)
        else { return }
        sink.report(
          "nothing says what this \(type.field) rule is for", at: .rule(rule, of: policy))
      }
    }
  }

  private static func hasAnnotation(_ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    policy.meta.annotations.contains { analysis.facts.labels.isRationaleAnnotation($0.key) && !$0.value.isEmpty }
  }

  /// Whether a comment above the policy speaks of it as a whole.
  private static func hasHeadComment(_ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    let comments = analysis.comments(of: policy.meta)
    let head = comments.prefix(comments.partitioningIndex { $0.span.start >= policy.specSpan.start })
    return head.contains { $0.isAlone && $0.explains }
  }
}
