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
        "this suppresses nothing: \(why)", at: suppression.place,
        .fix(suppression.object == nil ? fix(word, suppression, analysis) : nil),
        .key(word))
    }
    for (path, span) in analysis.suppressions.unusedSettings {
      sink.report(
        "this entry ignores nothing: there is no finding of its rules where it speaks of", at: Place(span, path: path),
        .remedy("delete the entry, or correct the names, namespaces and paths"))
    }
  }

  /// Deletes the word, and the comment where it is the only one.
  private static func fix(_ word: String, _ suppression: WrittenSuppression, _ analysis: Analysis) -> Fix? {
    guard let words = suppression.text?.words else { return nil }
    let text = WrittenText(analysis.sources, at: suppression.span)
    let left = words.filter { $0 != word }
    let edit = left.isEmpty ? text.removingComment(suppression.span) : text.listing(left, in: suppression.span)
    return edit.map { Fix(.safe, left.isEmpty ? "delete the comment" : "delete `\(word)`", edits: [$0]) }
  }
}
