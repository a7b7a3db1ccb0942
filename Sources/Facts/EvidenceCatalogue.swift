internal import Diagnostics
internal import RuleData
internal import YAMLSource

/// A framework for the evidence report: which paragraphs there are, and which checks say something of them. Another
/// framework is another file in `rules/` and a line in `all`.
package struct EvidenceCatalogue: Sendable {
  package struct Check: Sendable {
    package let id: String
    /// What it asserts, and what it cannot show.
    package let asserts: String
    package let limit: String
  }

  package struct Entry: Sendable {
    /// `164.312(a)(1)`.
    package let paragraph: String
    package let title: String
    /// `standard`, `implementation specification` or `general rule`.
    package let type: String
    /// `required` or `addressable`.
    package let requirement: String
    package let paraphrase: String
    package let support: HIPAACitation.Support
    package let checks: [String]
    package let cannotShow: String
    package let note: String?
    /// Whether it speaks of health care clearinghouses alone.
    package let isForClearinghouses: Bool
  }

  package struct ProposedItem: Sendable {
    package let paragraph: String
    package let title: String
    package let summary: String
    package let confidence: String
    package let checks: [String]
  }

  package struct Limit: Sendable {
    package let what: String
    package let why: String
  }

  /// What `--framework` takes.
  package let id: String
  package let title: String
  /// `45 CFR Part 164, Subpart C`.
  package let regulation: String
  package let textAsOf: String
  package let disclaimer: String
  /// Where the paragraphs stand, as they are cited in full: `45 CFR`; empty for none.
  package let source: String
  /// What stands in front of a paragraph, and of a control's id.
  package let prefix: String
  package let controlPrefix: String
  /// The paragraphs by which standards bind, and under which a report may be documentation; `nil` where there is none.
  package let binding: String?
  package let documentation: String?
  package let retentionYears: Int
  package let checks: [Check]
  package let entries: [Entry]
  package let guidance: [String: String]
  package let direct: [String: [String]]
  package let related: [String: [String]]
  package let limits: [Limit]
  package let proposedSource: String
  package let proposedStatus: String
  package let proposed: [ProposedItem]
  /// The bytes of its file.
  package let bytes: [UInt8]

  /// The tree that the citations come from, too.
  static let hipaaRoot = FactFile.root(RuleData.hipaa, "hipaa.yaml")

  package static let all = [EvidenceCatalogue(hipaaRoot, RuleData.hipaa)]

  /// The one whose paragraphs policies cite.
  package static let cited = all[0]

  /// - Parameters:
  ///   - bytes: of a file like those in `rules/`; one that cannot be read is an error of the program.
  ///   - name: how the file is called.
  package init(_ bytes: [UInt8], name: String) { self.init(FactFile.root(bytes, name), bytes) }

  package static func named(_ id: String) -> EvidenceCatalogue? { all.first { $0.id == id } }

  /// Whether some of its specifications are addressable: decisions are about these.
  package var hasAddressable: Bool { entries.contains { $0.requirement == "addressable" } }

  /// Whether a paragraph, in any case, is a specification that is addressable.
  package func isAddressable(_ paragraph: String) -> Bool {
    entries.contains { $0.requirement == "addressable" && $0.paragraph.lowercased() == paragraph.lowercased() }
  }

  private init(_ root: NodeRef, _ bytes: [UInt8]) {
    func text(_ node: NodeRef?, _ key: StaticString) -> String { node?[key]?.text ?? "" }
    func map(_ node: NodeRef?) -> [String: [String]] {
      Dictionary((node?.pairs ?? []).map { ($0.key, $0.value.texts) }) { $1 }
    }
    let framework = root["framework"]
    id = text(framework, "id")
    title = text(framework, "title")
    regulation = text(framework, "citation")
    source = text(framework, "source")
    prefix = text(framework, "prefix")
    controlPrefix = text(framework, "control")
    binding = framework?["binding"]?.text
    documentation = framework?["documentation"]?.text
    textAsOf = text(root["catalog"], "text_as_of")
    disclaimer = text(root["catalog"], "disclaimer")
    retentionYears = (root["parameters"]?["retention_years"]?["default"]?.text).flatMap { Int($0) } ?? 6
    checks = (root["checks"]?.items ?? NodeRef.noItems).map {
      Check(id: text($0, "id"), asserts: text($0, "asserts"), limit: text($0, "limit"))
    }
    entries = (root["citations"]?.items ?? NodeRef.noItems).compactMap(Entry.init)
    guidance = Dictionary((root["guidance"]?.pairs ?? []).map { ($0.key, $0.value.text) }) { $1 }
    direct = map(root["crosswalk"]?["direct"])
    related = map(root["crosswalk"]?["related"])
    limits = (root["notControlled"]?.items ?? NodeRef.noItems).map {
      Limit(what: text($0, "what"), why: text($0, "why"))
    }
    let proposal = root["proposed_not_in_force"]
    proposedSource = text(proposal, "source")
    proposedStatus = text(proposal, "status")
    proposed = (proposal?["items"]?.items ?? NodeRef.noItems).map {
      ProposedItem(
        paragraph: text($0, "id"), title: text($0, "title"), summary: text($0, "summary"),
        confidence: text($0, "numbering_confidence"), checks: $0.texts("would_use_checks"))
    }
    self.bytes = bytes
  }
}

extension EvidenceCatalogue.Entry {
  fileprivate init?(_ node: NodeRef) {
    guard let paragraph = node["id"]?.text, let title = node["title"]?.text,
      let support = node["support"].flatMap({ HIPAACitation.Support(rawValue: $0.text) })
    else { return nil }
    self.paragraph = paragraph
    self.title = title
    self.support = support
    type = node["type"]?.text ?? ""
    requirement = node["requirement"]?.text ?? ""
    paraphrase = node["paraphrase"]?.text ?? ""
    checks = node.texts("evidence_checks")
    cannotShow = node["cannot_show"]?.text ?? ""
    note = node["note"]?.text
    isForClearinghouses = node["clearinghouse"]?.hasText("true") ?? false
  }
}
