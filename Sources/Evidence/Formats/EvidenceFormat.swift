internal import Facts
package import Writing

/// `report hipaa --format`.
package enum EvidenceFormat: String, CaseIterable, Sendable {
  case markdown, html, json, oscal, csv
}

extension EvidenceReport {
  package func write(_ format: EvidenceFormat, to out: inout ByteWriter) {
    switch format {
    case .markdown: MarkdownEvidence.write(self, to: &out)
    case .html: HTMLEvidence.write(self, to: &out)
    case .json: JSONEvidence.write(self, to: &out)
    case .oscal: OSCALEvidence.write(self, to: &out)
    case .csv: CSVEvidence.write(self, to: &out)
    }
  }

  /// `HIPAA Security Rule: evidence of NetworkPolicies`.
  var title: String { "\(catalogue.title): evidence of NetworkPolicies" }

  /// In front of everything, and on every part that stands alone.
  var head: String { "\(state) \(catalogue.regulation). netpol-lint \(toolVersion), \(today)." }
}

extension EvidenceTable {
  private static let forPrograms: Set<String> = [
    "sourceAddresses", "destinationAddresses", "sourceWorkloads", "destinationWorkloads", "ingressBy",
    "egressBy",
  ]

  /// The columns that people are shown, with their places in a row: worlds where there are several, and no addresses that
  /// the names of ends say already.
  var shownColumns: [(index: Int, title: String)] {
    columns.enumerated().compactMap { index, column in
      if column.key == "worlds" { return showsWorlds ? (index, column.title) : nil }
      return EvidenceTable.forPrograms.contains(column.key) ? nil : (index, column.title)
    }
  }
}

extension EvidenceCell {
  /// What people read, one text for each line.
  var lines: [String] {
    switch self {
    case .text(let text): [EvidenceCell.spelled(text)]
    case .number(let number): ["\(number)"]
    case .list(let texts): texts.count > 24 ? Array(texts.prefix(24)) + ["and \(texts.count - 24) more"] : texts
    case .none: []
    }
  }

  /// The words of results as people write them.
  private static func spelled(_ text: String) -> String { EvidenceResult(rawValue: text)?.title ?? text }
}
