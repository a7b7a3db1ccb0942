internal import Facts
internal import Reporting
internal import Writing

/// One file without anything from elsewhere, made to be printed: each paragraph of the regulation starts a page.
enum HTMLEvidence {
  static func write(_ report: EvidenceReport, to out: inout ByteWriter) {
    let title = XML.escaped(report.title)
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    let style = "\n\(style)\(page(report))"
    let policy =
      "default-src 'none'; style-src \(ContentSource.hash(Array(style.utf8))); base-uri 'none'; form-action 'none'"
    out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n")
    out.append("<title>\(title)</title>\n<style>\(style)</style>\n</head>\n<body>\n<header>\n<h1>\(title)</h1>\n")
    out.append("<p class=\"state\">\(XML.escaped(report.state))</p>\n")
    out.append(
      "<p>\(XML.escaped(report.catalogue.regulation)). netpol-lint \(XML.escaped(report.toolVersion)), \(report.today).</p>\n"
    )
    out.append("<nav>\n<ol>\n")
    for section in report.sections {
      out.append("<li><a href=\"#\(section.key)\">\(XML.escaped(section.title))</a></li>\n")
    }
    out.append("</ol>\n</nav>\n</header>\n<main>\n")
    for section in report.sections { write(section, id: section.key, level: 2, report, to: &out) }
    out.append("</main>\n</body>\n</html>\n")
  }

  private static func write(
    _ section: EvidenceSection, id: String, level: Int, _ report: EvidenceReport, to out: inout ByteWriter
  ) {
    if out.failed { return }
    let isPart = level > 2
    out.append("<section id=\"\(XML.escaped(id))\"\(isPart ? " class=\"page\"" : "")>\n")
    out.append("<h\(level)>\(XML.escaped(section.title))</h\(level)>\n")
    if isPart { out.append("<p class=\"state\">\(XML.escaped(report.head))</p>\n") }
    for paragraph in section.paragraphs { out.append("<p>\(XML.escaped(paragraph))</p>\n") }
    let facts = section.facts.filter { !$0.cell.lines.isEmpty }
    if !facts.isEmpty {
      out.append("<dl>\n")
      for fact in facts {
        out.append("<dt>\(XML.escaped(fact.title))</dt><dd>\(cell(fact.cell, fact.key))</dd>\n")
      }
      out.append("</dl>\n")
    }
    for table in section.tables { write(table, level: level + 1, in: section, to: &out) }
    for part in section.parts { write(part, id: anchor(part.key), level: level + 1, report, to: &out) }
    out.append("</section>\n")
  }

  /// Columns of single words, which are not broken within.
  private static let words: Set<String> = [
    "kind", "zone", "sourceZone", "destinationZone", "ports", "certainty", "severity", "state", "lastReview",
    "nextReview",
    "expires", "date", "outcome", "expect",
  ]

  /// A paragraph as the name of a place in the page.
  private static func anchor(_ key: String) -> String {
    "p-" + String(key.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" })
  }

  private static func write(
    _ table: EvidenceTable, level: Int, in section: EvidenceSection, to out: inout ByteWriter
  ) {
    if section.tables.count > 1 || table.title != section.title {
      out.append("<h\(level)>\(XML.escaped(table.title))</h\(level)>\n")
    }
    if table.rows.isEmpty {
      if !table.whenEmpty.isEmpty { out.append("<p class=\"none\">\(XML.escaped(table.whenEmpty))</p>\n") }
      return
    }
    let columns = table.shownColumns
    out.append("<table>\n<thead><tr>")
    for column in columns { out.append("<th scope=\"col\">\(XML.escaped(column.title))</th>") }
    out.append("</tr></thead>\n<tbody>\n")
    for row in table.rows {
      out.append("<tr>")
      for column in columns {
        let key = table.columns[column.index].key
        out.append("<td\(words.contains(key) ? " class=\"w\"" : "")>\(cell(row[column.index], key))</td>")
      }
      out.append("</tr>\n")
    }
    out.append("</tbody>\n</table>\n")
  }

  private static func cell(_ cell: EvidenceCell, _ key: String) -> String {
    let text = cell.lines.map(XML.escaped).joined(separator: "<br>")
    guard key == "result", case .text(let word) = cell, EvidenceResult(rawValue: word) != nil else { return text }
    return "<span class=\"r \(word)\">\(text)</span>"
  }

  /// What stands at the foot of each printed page; no text of the input, which would have to be escaped for it.
  private static func page(_ report: EvidenceReport) -> String {
    let state =
      report.state == EvidenceReport.desiredState
      ? EvidenceReport.desiredState : "Live export. Enforcement not verified."
    return """
      @page {
        size: A4 landscape; margin: 12mm 12mm 16mm;
        @bottom-left { content: "\(state)"; font: 8pt system-ui, sans-serif; }
        @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; }
      }

      """
  }

  private static let style = """
    :root { color-scheme: light; }
    body { font: 10.5pt/1.45 system-ui, sans-serif; color: #111; background: #fff; margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
    h1 { font-size: 1.6em; margin: 0 0 .3em; } h2 { font-size: 1.3em; border-bottom: 2px solid #333; margin-top: 2em; }
    h3 { font-size: 1.08em; margin: 1.4em 0 .3em; } h4 { font-size: 1em; margin: 1em 0 .3em; }
    .state { font-weight: 600; border-left: 4px solid #b35900; padding-left: .6em; }
    .none { color: #444; font-style: italic; }
    table { border-collapse: collapse; width: 100%; margin: .4em 0 1em; table-layout: auto; }
    th, td { border: 1px solid #999; padding: .25em .45em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
    .w { overflow-wrap: normal; }
    th { background: #eee; overflow-wrap: normal; } td { min-width: 3.6em; } thead { display: table-header-group; } tr { break-inside: avoid; }
    dl { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .2em 1em; }
    dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
    .r { font-weight: 600; padding: 0 .35em; border: 1px solid #555; white-space: nowrap; }
    .fail { background: #ffd9d9; } .undecidable { background: #fff1c2; } .pass { background: #dcf3dc; }
    nav ol { columns: 2; }
    @media print {
      body { font-size: 8.6pt; max-width: none; padding: 0; } nav { display: none; }
      .page { break-before: page; } h2, h3, h4 { break-after: avoid; } a { color: inherit; text-decoration: none; }
    }

    """
}
