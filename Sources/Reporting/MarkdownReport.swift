import Diagnostics
import Writing

/// A comment on a pull request, or a job summary: the verdict and a table of findings, errors first.
enum MarkdownReport {
  /// GitHub refuses comments of more than 65,536 characters; the table ends before that.
  private static let longestTable = 60_000

  static func write(_ report: Report, to out: inout ByteWriter) {
    let summary = Summary(report)
    out.append("## netpol-lint\n\n**\(summary.verdict)**\n")
    table(report, to: &out)
    let rest = summary.undecided + summary.skipped
    if !rest.isEmpty { out.newline() }
    for line in rest { out.append("- \(Markdown.escaped(line.text))\n") }
  }

  private static func table(_ report: Report, to out: inout ByteWriter) {
    let findings = report.findingsBySeverity + report.suppressed
    guard !findings.isEmpty else { return }
    var places = Places(report.sources)
    out.append("\n| Severity | Place | Finding | Rule |\n|---|---|---|---|\n")
    for (number, reported) in findings.enumerated() {
      let row = row(reported, report, &places)
      if out.count + row.utf8.count > longestTable {
        out.append("\n\(Summary.count(findings.count - number, "more finding")); the other formats list all of them.\n")
        return
      }
      out.append(row)
    }
  }

  private static func row(_ reported: ReportedFinding, _ report: Report, _ places: inout Places) -> String {
    let finding = reported.finding
    let severity = (reported.suppression == nil ? "" : "suppressed ") + finding.severity.rawValue
    let place = "\(places.path(of: finding.span)):\(places.range(of: finding.span).start.line)"
    let fix = report.whatToDo(about: finding).map { "<br>fix: \(Markdown.escaped($0))" } ?? ""
    let text = Markdown.escaped(finding.message) + fix
    return
      "| \(severity) | <code>\(Markdown.escaped(place))</code> | \(text) | \(report.title(of: finding)) |\n"
  }
}
