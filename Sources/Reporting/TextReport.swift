import Diagnostics
import Writing

/// The report for people: one frame with source lines for each finding, then the summary.
enum TextReport {
  static func write(_ report: Report, _ options: ReportOptions, to out: inout ByteWriter) {
    let style = Style(isOn: options.color)
    var places = Places(report.sources)
    var secrets = Secrets(report.sources)
    let blocks = Block.all(of: report.findings)
    let all = blocks + Block.all(of: report.suppressed)
    for block in all.prefix(options.mostFindings) {
      if out.failed { return }
      write(block, of: report, style, options.width, places: &places, secrets: &secrets, to: &out)
    }
    if all.count > options.mostFindings {
      out.append("\(all.count - options.mostFindings) more, which --max-findings leaves out.\n\n")
    }
    out.append(Summary(report).text)
    out.newline()
    if blocks.count > Summary.mostListed {
      out.append(Summary.byRule(report.findings.map(\.finding), report))
      out.newline()
    }
  }

  private static func write(
    _ block: Block, of report: Report, _ style: Style, _ width: Int?, places: inout Places, secrets: inout Secrets,
    to out: inout ByteWriter
  ) {
    let reported = block.first
    let finding = reported.finding
    if reported.suppression != nil { out.append("suppressed ") }
    let severity = finding.severity
    let head = "\(severity.rawValue)[\(finding.rule) \(report.ruleName(of: finding))]"
    style.write(head, as: .severity(severity), to: &out)
    let message = ": " + DisplayText.escaped(finding.placedMessage)
    let start = head.count + (reported.suppression == nil ? 0 : "suppressed ".count)
    style.write(Wrapping.text(message, width: width, start: start, indent: 2), as: .strong, to: &out)
    out.newline()
    let frame = Frame(finding, style: style, places: &places)
    frame.write(places: &places, secrets: &secrets, to: &out)
    for (name, text) in notes(on: block, of: report, &places) {
      out.append(repeating: UInt8(ascii: " "), count: frame.gutter + 1)
      style.write("= \(name):", as: .strong, to: &out)
      let start = frame.gutter + 1 + name.count + 3
      out.append(Wrapping.text(" " + text, width: width, start: start, indent: start + 1) + "\n")
    }
    out.newline()
  }

  /// The flags that make a fix, where a program can.
  private static func flags(_ fix: Fix?) -> String {
    guard let fix, !fix.edits.isEmpty else { return "" }
    return fix.safety == .safe ? "  [safe: --fix]" : "  [unsafe: --fix --unsafe-fixes]"
  }

  private static func notes(
    on block: Block, of report: Report, _ places: inout Places
  ) -> [(name: String, text: String)] {
    let reported = block.first
    let finding = reported.finding
    var notes: [(name: String, text: String)] = []
    if !block.others.isEmpty {
      notes.append(("also at", BlockText.places(of: block.others, beside: finding, &places)))
    }
    notes += BlockText.lines(on: block.companions, beneath: finding.severity, &places).map { ("and", $0) }
    notes += BlockText.lines(on: block.consequences, beneath: finding.severity, &places).map { ("so", $0) }
    let undrawn = Frame.undrawn(finding)
    if undrawn > 0 { notes.append(("also", "\(Summary.count(undrawn, "more place")); --format json lists them")) }
    if let scope = finding.scope { notes.append(("where", scope)) }
    if let why = report.why(of: finding) { notes.append(("why", why)) }
    var remedies: Set<String> = []
    for finding in block.faults {
      guard let remedy = report.whatToDo(about: finding).map({ $0 + flags(finding.fix) }) else { continue }
      if remedies.insert(remedy).inserted { notes.append(("fix", remedy)) }
    }
    if let suppression = reported.suppression {
      notes.append(("suppressed", Report.oneLine(suppression.reason) ?? "by the baseline"))
    }
    notes.append(("docs", "netpol-lint explain \(finding.rule)"))
    return notes
  }
}

/// One line for each finding, for editors and `grep`: `file:line:col: error[NP203] message`.
enum ConciseReport {
  static func write(_ report: Report, _ options: ReportOptions, to out: inout ByteWriter) {
    var places = Places(report.sources)
    for reported in (report.findings + report.suppressed).prefix(options.mostFindings) {
      if out.failed { return }
      let finding = reported.finding
      let start = places.range(of: finding.span).start
      out.append(DisplayText.escaped(places.path(of: finding.span)))
      out.append(":\(start.line):\(start.column): ")
      if reported.suppression != nil { out.append("suppressed ") }
      out.append("\(finding.severity.rawValue)[\(finding.rule)] ")
      out.append(DisplayText.escaped(finding.placedMessage))
      out.newline()
    }
  }
}
