import Diagnostics
import Writing

/// A comment on a pull request, or a job summary: the verdict and a table of findings, errors first. Equal findings, and
/// what follows from one, are a row with it.
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
    let blocks = sorted(report.findings) + Block.all(of: report.suppressed)
    guard !blocks.isEmpty else { return }
    var places = Places(report.sources)
    out.append("\n" + MarkdownTable.header)
    for (number, block) in blocks.enumerated() {
      let row = row(block, report, &places)
      if out.count + row.utf8.count > longestTable {
        let left = blocks[number...].reduce(0) {
          $0 + 1 + $1.others.count + $1.companions.count + $1.consequences.count
        }
        out.append("\n\(Summary.count(left, "more finding")); the other formats list all of them.\n")
        return
      }
      out.append(row)
    }
  }

  /// Errors first.
  fileprivate static func sorted(_ findings: [ReportedFinding]) -> [Block] {
    let found = Block.all(of: findings)
    return [Severity.error, .warning, .note].flatMap { severity in found.filter { $0.severity == severity } }
  }

  fileprivate static func row(_ block: Block, _ report: Report, _ places: inout Places) -> String {
    let finding = block.first.finding
    let severity = (block.first.suppression == nil ? "" : "suppressed ") + finding.severity.rawValue
    let place = Markdown.escaped(places.text(of: finding.span))
    var lines = [Markdown.escaped(finding.placedMessage)]
    if !block.others.isEmpty {
      lines.append("also at \(Markdown.escaped(BlockText.places(of: block.others, beside: finding, &places)))")
    }
    lines += BlockText.lines(on: block.companions, beneath: block.first.finding.severity, &places).map {
      "and: \(Markdown.escaped($0))"
    }
    lines += BlockText.lines(on: block.consequences, beneath: block.first.finding.severity, &places).map {
      "so: \(Markdown.escaped($0))"
    }
    if let remedy = report.whatToDo(about: finding) { lines.append("fix: \(Markdown.escaped(remedy))") }
    let rule = report.title(of: finding)
    let title = report.page(of: finding.rule).map { "[\(rule)](\($0))" } ?? rule
    return "| \(severity) | <code>\(place)</code> | \(lines.joined(separator: "<br>")) | \(title) |\n"
  }
}

/// Findings as rows, for texts that hold other things too.
package enum MarkdownTable {
  package static let header = "| Severity | Place | Finding | Rule |\n|---|---|---|---|\n"

  /// The rows that fit, errors first, and how many findings are left.
  ///
  /// - Parameter room: in bytes.
  package static func rows(of report: Report, room: Int) -> (rows: [String], left: Int) {
    var places = Places(report.sources)
    var rows: [String] = []
    var size = 0
    let blocks = MarkdownReport.sorted(report.findings)
    for (number, block) in blocks.enumerated() {
      let row = MarkdownReport.row(block, report, &places)
      size += row.utf8.count
      if size > room {
        return (
          rows,
          blocks[number...].reduce(0) {
            $0 + 1 + $1.others.count + $1.companions.count + $1.consequences.count
          }
        )
      }
      rows.append(row)
    }
    return (rows, 0)
  }
}
