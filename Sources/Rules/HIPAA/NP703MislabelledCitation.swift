package import Diagnostics
internal import Facts
internal import Model

/// A paragraph of the Security Rule under a title that is not its own.
package enum NP703MislabelledCitation: Rule {
  package static let info = RuleInfo(
    id: "NP703", name: "mislabelled-citation", severity: .error,
    summary: "A HIPAA citation with a title that the regulation gives to another paragraph, or to none.",
    rationale: """
      An auditor who looks the paragraph up finds another subject than the manifest claims. The titles are those of 45 \
      CFR Part 164, subpart C. Words behind a citation that are no title at all are left alone.
      """,
    remedy: "write the official title of the paragraph, or the paragraph that the title belongs to",
    citations: ["164.316(b)(1)"],
    fix: .sometimes(.safe),
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

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var seen: [SourceSpan: Set<String>] = [:]
    for (id, policy) in analysis.world.identifiedPolicies {
      for text in analysis.citingTexts(about: id) {
        for written in WrittenCitation.mislabelled(in: text.text, analysis.facts)
        where seen[text.span(of: written.range), default: []].insert(written.paragraph).inserted {
          report(written, in: text, of: policy, analysis, &sink)
        }
      }
    }
  }

  /// Writes the official title; of an annotation where its value is written as it reads.
  private static func edit(
    _ written: WrittenCitation, _ title: String, in text: PolicyText, _ analysis: Analysis
  ) -> Fix.Edit? {
    if text.key.isEmpty { return Fix.Edit(text.span(of: written.titleRange), title) }
    let bytes = Array(text.text.utf8)
    let (before, after) = (bytes[..<written.titleRange.lowerBound], bytes[written.titleRange.upperBound...])
    let new = String(decoding: before + Array(title.utf8) + after, as: UTF8.self)
    return WrittenText(analysis.sources, at: text.span).replacing(text.span, text.text, with: new)
  }

  private static func report(
    _ written: WrittenCitation, in text: PolicyText, of policy: NetworkPolicy, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    guard let citation = analysis.facts.hipaa.heading(of: written.paragraph) else { return }
    let other = analysis.facts.hipaa.citation(titled: written.title)
    let edits = [edit(written, citation.title, in: text, analysis)].compactMap(\.self)
    sink.report(
      "§\(citation.paragraph) is titled \"\(citation.title)\", not \"\(written.title)\"",
      at: .text(text, written.range, of: policy),
      .remedy(
        "write \"§\(citation.paragraph) - \(citation.title)\""
          + (other.map { ", or cite §\($0.paragraph) if \"\($0.title)\" is meant" } ?? "")),
      .citations([Citation(citation.paragraph)]),
      .fix(Fix(.safe, "write the official title, \"\(citation.title)\"", edits: edits)), .key(citation.paragraph))
  }
}
