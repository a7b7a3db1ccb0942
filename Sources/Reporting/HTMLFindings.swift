internal import Diagnostics
package import Writing

/// Findings as parts of an HTML page: one folded element for each fault with what follows from it, errors first.
package enum HTMLFindings {
  /// More faults than these are counted.
  package static let most = 2_000

  /// - Returns: how many faults are left out.
  package static func write(_ report: Report, to out: inout ByteWriter) -> Int {
    var places = Places(report.sources)
    var secrets = Secrets(report.sources)
    let found = Block.all(of: report.findings)
    let blocks = [Severity.error, .warning, .note].flatMap { severity in found.filter { $0.severity == severity } }
    for (number, block) in blocks.prefix(most).enumerated() {
      if out.failed { break }
      write(block, number, report, &places, &secrets, to: &out)
    }
    return max(0, blocks.count - most)
  }

  private static func write(
    _ block: Block, _ number: Int, _ report: Report, _ places: inout Places, _ secrets: inout Secrets,
    to out: inout ByteWriter
  ) {
    let finding = block.first.finding
    let object = finding.object.map { ($0.namespace.map { "\($0)/" } ?? "") + $0.name } ?? ""
    let namespace = finding.object?.namespace ?? (finding.object?.kind == "Namespace" ? finding.object?.name : nil)
    let severity = block.severity.rawValue
    out.append("<details class=\"finding \(severity)\" id=\"finding-\(number + 1)\" data-severity=\"\(severity)\"")
    out.append(" data-rule=\"\(HTML.escaped(report.title(of: finding)))\"")
    out.append(" data-namespace=\"\(HTML.escaped(namespace ?? ""))\" data-object=\"\(HTML.escaped(object))\"")
    out.append(" data-worlds=\"\(finding.worlds.map { HTML.escaped($0) }.joined(separator: "&#10;"))\">\n<summary>")
    out.append("<span class=\"severity\">\(severity)</span> \(HTML.escaped(finding.placedMessage))")
    out.append(" <span class=\"soft\">\(HTML.escaped(report.title(of: finding))), ")
    out.append("\(HTML.escaped(places.text(of: finding.span)))</span></summary>\n<pre tabindex=\"0\">")
    var frame = ByteWriter()
    Frame(finding, style: Style(isOn: false), places: &places).write(places: &places, secrets: &secrets, to: &frame)
    out.append(HTML.escaped(lines: String(decoding: frame.bytes.dropLast(), as: UTF8.self)))
    out.append("</pre>\n")
    for (name, text) in notes(block, report, &places) {
      out.append("<p><b>\(name):</b> \(HTML.escaped(text))</p>\n")
    }
    out.append("</details>\n")
  }

  private static func notes(
    _ block: Block, _ report: Report, _ places: inout Places
  ) -> [(name: String, text: String)] {
    let finding = block.first.finding
    var notes: [(name: String, text: String)] = []
    if !block.others.isEmpty {
      notes.append(("also at", BlockText.places(of: block.others, beside: finding, &places)))
    }
    notes += BlockText.lines(on: block.companions, beneath: block.first.finding.severity, &places).map { ("and", $0) }
    notes += BlockText.lines(on: block.consequences, beneath: block.first.finding.severity, &places).map { ("so", $0) }
    if let scope = finding.scope { notes.append(("where", scope)) }
    if let why = report.why(of: finding) { notes.append(("why", why)) }
    if let remedy = report.whatToDo(about: finding) { notes.append(("fix", remedy)) }
    return notes
  }
}
