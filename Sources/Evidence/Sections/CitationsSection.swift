internal import Config
internal import Facts

/// One part for each paragraph: what it is, what the checks show, and what they cannot.
enum CitationsSection {
  static func section(_ citations: [CitationResult], _ context: EvidenceContext) -> EvidenceSection {
    let catalogue = context.material.catalogue
    var section = EvidenceSection("citations", "Results by paragraph")
    section.paragraphs = [
      "Each result is the worst of the checks that say something of the paragraph. A pass is evidence for a part of it, at "
        + "the network layer and as declared; there is no overall result.", catalogue.disclaimer,
    ]
    section.tables = [summary(citations, catalogue, context)]
    section.parts = citations.map { part($0, catalogue, context) }
    return section
  }

  private static func summary(
    _ citations: [CitationResult], _ catalogue: EvidenceCatalogue, _ context: EvidenceContext
  ) -> EvidenceTable {
    var table = TableBuilder(
      "summary", "Paragraphs",
      [("paragraph", "Paragraph"), ("title", "Title"), ("kind", "Kind"), ("result", "Result"), ("words", "Reads")],
      whenEmpty: "")
    for citation in citations {
      table.add(
        [
          .text(catalogue.prefix + citation.entry.paragraph), .text(citation.entry.title), .text(citation.kind),
          .text(citation.result.rawValue), .text(citation.words),
        ], in: nil)
    }
    return table.table([])
  }

  private static func part(
    _ citation: CitationResult, _ catalogue: EvidenceCatalogue, _ context: EvidenceContext
  ) -> EvidenceSection {
    let entry = citation.entry
    var part = EvidenceSection(entry.paragraph, "\(catalogue.prefix)\(entry.paragraph) \(entry.title)")
    part.facts = [
      EvidenceFact(
        "paragraph", "Paragraph",
        .text("\(catalogue.source.isEmpty ? "" : catalogue.source + " ")\(catalogue.prefix)\(entry.paragraph)")),
      EvidenceFact("title", "Official title", .text(entry.title)),
      EvidenceFact("kind", "Kind", .text(citation.kind)),
      EvidenceFact("paraphrase", "What it asks for, in other words", .text(entry.paraphrase)),
      EvidenceFact("support", "What a NetworkPolicy can be to it", .text(support(entry.support))),
      EvidenceFact("result", "Result", .text(citation.result.rawValue)),
      EvidenceFact("words", "Reads", .text(citation.words)),
      EvidenceFact("cannotShow", "What this cannot show", .text(entry.cannotShow)),
      EvidenceFact("guidance", "Guidance", EvidenceCell(catalogue.guidance[entry.paragraph])),
      EvidenceFact("direct", "NIST SP 800-66r2, direct (SP 800-53r5)", .list(catalogue.direct[entry.paragraph] ?? [])),
      EvidenceFact(
        "related", "Related, by this project (SP 800-53r5)", .list(catalogue.related[entry.paragraph] ?? [])),
    ]
    if entry.requirement == "addressable" {
      part.facts.append(contentsOf: decision(citation.decision))
    }
    if citation.checks.isEmpty { return part }
    var table = TableBuilder(
      "checks", "Checks",
      [("check", "Check"), ("asserts", "Asserts"), ("result", "Result"), ("evidence", "Evidence"), ("limit", "Limit")],
      whenEmpty: "")
    for result in citation.checks {
      table.add(
        [
          .text(result.check.id), .text(result.check.asserts), .text(result.result.rawValue), .list(result.evidence),
          .text(result.check.limit),
        ], in: nil)
    }
    part.tables = [table.table([])]
    return part
  }

  private static func support(_ support: HIPAACitation.Support) -> String {
    switch support {
    case .supports: "it supports a part of it directly"
    case .partially: "partial evidence, for one element of it"
    case .contrary: "contrary evidence alone: an open plaintext port speaks against it, and nothing speaks for it"
    case .none: "nothing"
    }
  }

  private static func decision(_ decision: Decision?) -> [EvidenceFact] {
    guard let decision else {
      return [EvidenceFact("decision", "Decision (addressable)", .text("decision not supplied"))]
    }
    let words =
      switch decision.status {
      case .implemented: "implemented"
      case .alternative: "an equivalent alternative is used"
      case .notImplemented: "not implemented"
      }
    return [
      EvidenceFact("decision", "Decision (addressable)", .text(words + ", by the config's record")),
      EvidenceFact("decisionReason", "Reason", EvidenceCell(decision.reason)),
      EvidenceFact("decisionAlternative", "Alternative", EvidenceCell(decision.alternative)),
      EvidenceFact("decisionOwner", "Decided by", EvidenceCell(decision.owner)),
      EvidenceFact("decisionDate", "Date", EvidenceCell(decision.date)),
      EvidenceFact("decisionReference", "Record", EvidenceCell(decision.reference)),
    ]
  }
}
