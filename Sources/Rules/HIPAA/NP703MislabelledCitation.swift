package import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// A paragraph of the Security Rule under a title that is not its own.
package enum NP703MislabelledCitation: Rule {
  package static let info = RuleInfo(
    id: "NP703", name: "mislabelled-citation", severity: .error,
    summary: "A HIPAA citation with a title that the regulation gives to another paragraph, or to none.",
    rationale: """
      An auditor who looks the paragraph up finds another subject than the manifest claims. The titles are those of 45 \
      CFR Part 164, subpart C.
      """,
    remedy: "write the official title of the paragraph, or the paragraph that the title belongs to",
    citations: ["164.316(b)(1)"],
    bad: Example(
      """
      # HIPAA: §164.312(e)(1) - Integrity Controls # expect: NP703
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      # HIPAA: §164.312(e)(1) - Transmission Security
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var seen: Set<SourceSpan> = []
    for policy in analysis.world.policies {
      for comment in analysis.comments(of: policy.meta) where isBefore(comment.span, policy, analysis) {
        check(analysis.sources.text(of: comment.span), comment.span, in: policy, "", analysis, &seen, &sink)
      }
      for annotation in policy.meta.annotations {
        check(
          annotation.value, annotation.valueSpan, in: policy, "metadata.annotations.\(annotation.key)", analysis, &seen,
          &sink)
      }
    }
  }

  /// Whether the policy is the first one after a comment in its document, or holds it.
  private static func isBefore(_ span: SourceSpan, _ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    span.start < policy.meta.span.end
  }

  private static func check(
    _ text: String, _ span: SourceSpan, in policy: NetworkPolicy, _ path: String, _ analysis: Analysis,
    _ seen: inout Set<SourceSpan>, _ sink: inout FindingSink
  ) {
    for written in HIPAAFacts.find(in: text) where !written.title.isEmpty {
      guard let citation = analysis.facts.hipaa.citation(written.paragraph),
        !HIPAAFacts.isSame(written.title, citation.title), seen.insert(span).inserted
      else { continue }
      let other = analysis.facts.hipaa.citation(titled: written.title)
      sink.report(
        "§\(citation.paragraph) is titled \"\(citation.title)\", not \"\(written.title)\"", at: span, in: policy,
        path: path,
        remedy: "write \"§\(citation.paragraph) - \(citation.title)\""
          + (other.map { ", or cite §\($0.paragraph) if \"\($0.title)\" is meant" } ?? ""),
        citations: [Citation(citation.paragraph)], key: citation.paragraph)
    }
  }
}
