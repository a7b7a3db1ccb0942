internal import Writing

/// The flow inventory as a table for spreadsheets; lists stand in one field, with semicolons.
enum CSVEvidence {
  static func write(_ report: EvidenceReport, to out: inout ByteWriter) {
    guard let table = report.sections.first(where: { $0.key == "flows" })?.tables.first else { return }
    out.append(table.columns.map(\.key).joined(separator: ",") + "\n")
    for row in table.rows {
      if out.failed { return }
      out.append(row.map(field).joined(separator: ",") + "\n")
    }
  }

  private static func field(_ cell: EvidenceCell) -> String {
    switch cell {
    case .text(let text): CSV.field(text)
    case .number(let number): "\(number)"
    case .list(let texts): CSV.field(texts.joined(separator: "; "))
    case .none: ""
    }
  }
}
