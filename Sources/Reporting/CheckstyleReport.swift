import Diagnostics
import Writing

/// The XML of Checkstyle, which many tools read: the files that have findings.
enum CheckstyleReport {
  static func write(_ report: Report, to out: inout ByteWriter) {
    var places = Places(report.sources)
    out.append(XML.declaration + "<checkstyle version=\"4.3\">\n")
    var file: FileID?
    // In report order the findings of a file stand together.
    for reported in report.findings {
      if out.failed { return }
      let finding = reported.finding
      if file != finding.span.file {
        if file != nil { out.append("  </file>\n") }
        file = finding.span.file
        out.append("  <file name=\"\(XML.escaped(places.path(of: finding.span)))\">\n")
      }
      let start = places.range(of: finding.span).start
      let severity = finding.severity == .note ? "info" : finding.severity.rawValue
      out.append("    <error line=\"\(start.line)\" column=\"\(start.column)\" severity=\"\(severity)\"")
      out.append(" message=\"\(XML.escaped(finding.placedMessage))\" source=\"netpol-lint.\(finding.rule)\"/>\n")
    }
    if file != nil { out.append("  </file>\n") }
    out.append("</checkstyle>\n")
  }
}
