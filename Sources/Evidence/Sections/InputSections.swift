internal import Assembly
internal import Config
internal import Diagnostics
internal import Facts
internal import Model
internal import Reporting
internal import Traffic

/// Worlds, and what was not built.
enum WorldsSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    let assembly = context.material.project.assembly
    var section = EvidenceSection("worlds", "What is applied together")
    section.paragraphs = [
      "Manifests that are live together are a world. What differs between worlds is said with their names."
    ]
    var worlds = TableBuilder(
      "worlds", "Worlds", [("name", "World"), ("units", "Units")], whenEmpty: "Nothing is applied.")
    for plan in context.material.project.plans {
      worlds.add(
        [.text(plan.name), .list(plan.units.map { "\(assembly.units[$0].kind.rawValue) \(assembly.units[$0].name)" })],
        in: nil)
    }
    var unbuilt = TableBuilder(
      "notBuilt", "Not built", [("unit", "Unit"), ("reason", "Reason"), ("place", "Place")],
      whenEmpty: context.unread.isEmpty
        ? "Everything was built."
        : "Whatever was read was built; what was not read stands under Scope.")
    for unit in assembly.units {
      let name = "\(unit.kind.rawValue) \(unit.name)"
      if let refusal = unit.refusal {
        unbuilt.add([.text(name), .text(refusal.message), .text(context.place(refusal.span))], in: nil)
      }
      for gap in unit.gaps { unbuilt.add([.text(name), .text(gap.reason), .text(context.place(gap.span))], in: nil) }
      for addition in unit.additions {
        unbuilt.add([.text(name), .text(addition.reason), .text(context.place(addition.span))], in: nil)
      }
    }
    section.tables = [worlds.table([]), unbuilt.table([])]
    return section
  }
}

/// What no NetworkPolicy controls.
enum LimitsSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("limits", "What policies do not control")
    var table = TableBuilder("limits", "Limits", [("what", "What"), ("why", "Why")], whenEmpty: "")
    for limit in context.material.catalogue.limits { table.add([.text(limit.what), .text(limit.why)], in: nil) }
    section.tables = [table.table([])]
    return section
  }
}

/// The files that were read, and the versions of what read them.
enum InputsSection {
  /// Each file once: a config lies among the manifests too.
  static func inputs(_ context: EvidenceContext) -> [EvidenceInput] {
    var seen: Set<String> = []
    return context.material.project.sources.files.filter { seen.insert($0.path).inserted }.map { file in
      EvidenceInput(path: file.path, digest: SHA256.hexDigits(64, of: file.bytes), bytes: file.bytes.count)
    }
  }

  static func section(_ inputs: [EvidenceInput], _ context: EvidenceContext) -> EvidenceSection {
    let catalogue = context.material.catalogue
    var section = EvidenceSection("inputs", "Inputs and versions")
    section.facts = [
      EvidenceFact("tool", "Tool", .text("netpol-lint \(context.material.toolVersion)")),
      EvidenceFact("catalogue", "Catalogue", .text("\(catalogue.title), \(catalogue.regulation)")),
      EvidenceFact("catalogueText", "Text of the regulation as of", .text(catalogue.textAsOf)),
      EvidenceFact(
        "catalogueDigest", "SHA-256 of the catalogue", .text(SHA256.hexDigits(64, of: catalogue.bytes))),
      EvidenceFact(
        "configs", "Config files", .list(context.material.configuration.files.map(\.path))),
    ]
    var table = TableBuilder(
      "files", "Files", [("path", "Path"), ("sha256", "SHA-256"), ("bytes", "Bytes")], whenEmpty: "No file was read.")
    for input in inputs { table.add([.text(input.path), .text(input.digest), .number(input.bytes)], in: nil) }
    section.tables = [table.table([])]
    return section
  }
}

/// How long the report is to be kept (164.316(b)(2)(i)).
enum RetentionSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    let material = context.material
    let years = material.catalogue.retentionYears
    let created = DateText.adding(years: years, to: material.today) ?? ""
    var section = EvidenceSection("retention", "Retention")
    section.paragraphs = [
      "Retain at least until \(created) (creation + \(years) years), and \(years) years after these policies cease to be in "
        + "effect, whichever is later."
    ]
    if let paragraph = material.catalogue.documentation {
      section.paragraphs.append("Whether this report is documentation under \(paragraph) is the entity's decision.")
    }
    let last = material.configuration.hipaa.lastInEffect
    let final = last.flatMap { DateText.adding(years: years, to: $0) }.map { max($0, created) }
    section.facts = [
      EvidenceFact("created", "Created", .text(material.today)),
      EvidenceFact("atLeastUntil", "Retain at least until", .text(created)),
      EvidenceFact("lastInEffect", "Last in effect", .text(last ?? "not stated (hipaa.lastInEffect)")),
      EvidenceFact("until", "Retain until", .text(final ?? "open while the policies are in effect")),
      EvidenceFact("supersedes", "Supersedes the report with SHA-256", EvidenceCell(material.earlier?.digest)),
    ]
    return section
  }
}

/// What is proposed and not in force: only where it is asked for.
enum ProposedSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    let catalogue = context.material.catalogue
    var section = EvidenceSection("proposed", "Proposed, not in force")
    guard !catalogue.proposed.isEmpty else {
      section.paragraphs = ["The catalogue knows of nothing that is proposed for this framework."]
      return section
    }
    section.paragraphs = [
      "PROPOSED, NOT IN FORCE: \(catalogue.proposedSource). \(catalogue.proposedStatus)",
      "Nothing in this part is a current requirement, and it has no results.",
    ]
    var table = TableBuilder(
      "items", "Proposed, not in force",
      [
        ("paragraph", "Proposed paragraph"), ("title", "Title"), ("summary", "Content"),
        ("numbering", "Confidence in the number"), ("checks", "Checks that would bear on it"),
      ], whenEmpty: "")
    for item in catalogue.proposed {
      table.add(
        [
          .text("proposed \(catalogue.prefix)\(item.paragraph)"), .text(item.title), .text(item.summary),
          .text(item.confidence), .list(item.checks),
        ], in: nil)
    }
    section.tables = [table.table([])]
    return section
  }
}

/// The crosswalk columns, apart from all results.
enum CrosswalkSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    let catalogue = context.material.catalogue
    var section = EvidenceSection("crosswalk", "Crosswalk to NIST SP 800-53r5")
    section.paragraphs = [
      "The first column is what NIST SP 800-66r2 maps directly; the second is what this project finds related, and nobody "
        + "else vouches for it. Neither is a result."
    ]
    var table = TableBuilder(
      "crosswalk", "Crosswalk",
      [("paragraph", "Paragraph"), ("direct", "NIST SP 800-66r2, direct"), ("related", "Related, by this project")],
      whenEmpty: "The catalogue has none for this framework.")
    for entry in catalogue.entries {
      let (direct, related) = (catalogue.direct[entry.paragraph] ?? [], catalogue.related[entry.paragraph] ?? [])
      if direct.isEmpty, related.isEmpty { continue }
      table.add([.text(catalogue.prefix + entry.paragraph), .list(direct), .list(related)], in: nil)
    }
    section.tables = [table.table([])]
    return section
  }
}
