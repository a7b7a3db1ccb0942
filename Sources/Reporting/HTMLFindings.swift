internal import Diagnostics
package import Writing

/// Findings as parts of an HTML page: one folded element for each fault with what follows from it, errors first.
package struct HTMLFindings {
  /// More faults than these are counted.
  private static let most = 2_000

  private let report: Report
  /// The severest first.
  private let blocks: [Block]

  package init(_ report: Report) {
    self.report = report
    let found = Block.all(of: report.findings)
    blocks = [Severity.error, .warning, .note].flatMap { severity in found.filter { $0.severity == severity } }
  }

  /// How many faults there are: each has an element, which holds one or more findings.
  package var faults: Int { blocks.count }

  /// - Returns: how many faults are left out.
  package func write(to out: inout ByteWriter) -> Int {
    var places = Places(report.sources)
    var secrets = Secrets(report.sources)
    for (number, block) in blocks.prefix(HTMLFindings.most).enumerated() {
      if out.failed { break }
      write(block, number, &places, &secrets, to: &out)
    }
    return max(0, blocks.count - HTMLFindings.most)
  }

  /// What the page's script chooses elements by; a line for each of several values.
  private func attributes(_ block: Block) -> [(name: String, values: [String])] {
    let findings = block.all.map(\.finding)
    let objects = findings.compactMap(\.object)
    return [
      ("severity", [block.severity.rawValue]), ("count", ["\(findings.count)"]),
      ("rule", findings.map(report.title)),
      ("namespace", objects.compactMap { $0.namespace ?? ($0.kind == "Namespace" ? $0.name : nil) }),
      ("object", objects.map { ($0.namespace.map { "\($0)/" } ?? "") + $0.name }),
      ("worlds", findings.contains { $0.worlds.isEmpty } ? [] : findings.flatMap(\.worlds)),
    ]
  }

  private func write(
    _ block: Block, _ number: Int, _ places: inout Places, _ secrets: inout Secrets, to out: inout ByteWriter
  ) {
    let finding = block.first.finding
    let severity = block.severity.rawValue
    out.append("<details class=\"finding \(severity)\" id=\"finding-\(number + 1)\"")
    for (name, values) in attributes(block) {
      var seen: Set<String> = []
      let text = values.filter { seen.insert($0).inserted }.map { HTML.escaped($0) }.joined(separator: "&#10;")
      out.append(" data-\(name)=\"\(text)\"")
    }
    out.append(">\n<summary><span class=\"severity\">\(severity)</span> \(HTML.escaped(finding.placedMessage))")
    out.append(" <span class=\"soft\">\(HTML.escaped(report.title(of: finding))), ")
    out.append("\(HTML.escaped(places.text(of: finding.span)))</span></summary>\n<pre tabindex=\"0\">")
    var frame = ByteWriter()
    Frame(finding, style: Style(isOn: false), places: &places).write(places: &places, secrets: &secrets, to: &frame)
    out.append(HTML.escaped(lines: String(decoding: frame.bytes.dropLast(), as: UTF8.self)))
    out.append("</pre>\n")
    for (name, text) in notes(block, &places) {
      out.append("<p><b>\(name):</b> \(HTML.escaped(text))</p>\n")
    }
    out.append("</details>\n")
  }

  private func notes(_ block: Block, _ places: inout Places) -> [(name: String, text: String)] {
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
