package import Diagnostics
internal import Facts
internal import Model

/// A citation of a paragraph that does not exist.
package enum NP702UnknownCitation: Rule {
  package static let info = RuleInfo(
    id: "NP702", name: "unknown-citation", severity: .error,
    summary: "A cited paragraph of 45 CFR Part 164 that does not exist, or is only proposed.",
    rationale: """
      An auditor who looks the paragraph up finds nothing, and doubts the rest. Paragraphs of the Security Rule (subpart \
      C) are known; of other subparts only the sections are, so that their paragraphs are never reported. A text that \
      says itself that it speaks of a proposal is left alone.
      """,
    remedy: "cite a paragraph that exists",
    citations: ["164.316(b)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations:
          example.com/evidence: "§164.312(f)(1)" # expect: NP702
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations:
          example.com/evidence: "§164.312(e)(1)"
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let hipaa = analysis.facts.hipaa
    var seen: [SourceSpan: Set<String>] = [:]
    for (id, policy) in analysis.world.identifiedPolicies {
      for text in analysis.citingTexts(about: id) {
        for written in WrittenCitation.find(in: text.text) {
          let status = hipaa.status(of: written.paragraph)
          guard status == .unknown || status == .proposed, isMeant(written, in: text.text, status),
            seen[text.span(of: written.range), default: []].insert(written.paragraph).inserted
          else { continue }
          let titled = hipaa.citation(titled: written.title)
          sink.report(
            status == .proposed
              ? "§\(written.paragraph) was proposed in 2025 (90 FR 898) and is not in force"
              : "§\(written.paragraph) does not exist",
            at: .text(text, written.range, of: policy),
            .why(hipaa.existingPart(of: written.paragraph).map { "the regulation has §\($0), and no such part of it" }),
            .remedy(titled.map { "cite §\($0.paragraph) if \"\($0.title)\" is meant" }), .citations([]),
            .key(written.paragraph))
        }
      }
    }
  }

  /// Whether the text speaks of the regulation as it is: a lone number may be anything, and a proposal may be called one.
  private static func isMeant(_ written: WrittenCitation, in text: String, _ status: HIPAAFacts.Status) -> Bool {
    if Words.mention(["proposed", "proposal", "nprm"], in: text) { return false }
    return written.paragraph.contains("(") || text.contains("§") || Words.mention(["cfr", "hipaa"], in: text)
  }
}
