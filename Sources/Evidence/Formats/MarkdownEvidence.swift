internal import Facts
internal import Writing

/// Markdown, for a repository or a comment.
enum MarkdownEvidence {
  static func write(_ report: EvidenceReport, to out: inout ByteWriter) {
    out.append("# \(escaped(report.title))\n\n**\(escaped(report.state))**\n\n")
    out.append("\(escaped(report.catalogue.regulation)). netpol-lint \(report.toolVersion), \(report.today).\n")
    for section in report.sections { write(section, level: 2, report, to: &out) }
  }

  private static func write(_ section: EvidenceSection, level: Int, _ report: EvidenceReport, to out: inout ByteWriter)
  {
    if out.failed { return }
    let marks = String(repeating: "#", count: level)
    out.append("\n\(marks) \(escaped(section.title))\n")
    if level > 2 { out.append("\n_\(escaped(report.head))_\n") }
    for paragraph in section.paragraphs { out.append("\n\(escaped(paragraph))\n") }
    let facts = section.facts.filter { !$0.cell.lines.isEmpty }
    if !facts.isEmpty {
      out.append("\n| | |\n|---|---|\n")
      for fact in facts { out.append("| \(escaped(fact.title)) | \(cell(fact.cell)) |\n") }
    }
    for table in section.tables { write(table, level: level + 1, in: section, to: &out) }
    for part in section.parts { write(part, level: level + 1, report, to: &out) }
  }

  private static func write(
    _ table: EvidenceTable, level: Int, in section: EvidenceSection, to out: inout ByteWriter
  ) {
    if section.tables.count > 1 || table.title != section.title {
      out.append("\n\(String(repeating: "#", count: level)) \(escaped(table.title))\n")
    }
    if table.rows.isEmpty {
      if !table.whenEmpty.isEmpty { out.append("\n\(escaped(table.whenEmpty))\n") }
      return
    }
    let columns = table.shownColumns
    out.append("\n| \(columns.map { escaped($0.title) }.joined(separator: " | ")) |\n")
    out.append("|\(columns.map { _ in "---|" }.joined())\n")
    for row in table.rows {
      out.append("| \(columns.map { cell(row[$0.index]) }.joined(separator: " | ")) |\n")
    }
  }

  private static func cell(_ cell: EvidenceCell) -> String { cell.lines.map(escaped).joined(separator: "<br>") }

  /// As every text is escaped, with a backslash where that is enough: reports are read as text too.
  private static func escaped(_ text: String) -> String {
    var text = Markdown.escaped(text)
    for (reference, sign) in [("91", "["), ("93", "]"), ("62", ">"), ("95", "_"), ("96", "`"), ("42", "*")] {
      text = text.replacing("&#\(reference);", with: "\\" + sign)
    }
    return text
  }
}
