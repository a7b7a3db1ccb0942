import Diagnostics
import Writing

/// The Reviewdog Diagnostic Format, `DiagnosticResult` as JSON; columns count bytes of UTF-8.
enum RDJSONReport {
  static func write(_ report: Report, to out: inout ByteWriter) {
    var places = Places(report.sources)
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.object("source") { json in
          json.member("name", "netpol-lint")
          if let address = report.address { json.member("url", address.text) }
        }
        json.array("diagnostics") { json in
          for reported in report.findings {
            if json.failed { return }
            json.object { write(reported.finding, report, &places, &$0) }
          }
        }
      }
    }
  }

  private static func write(
    _ finding: Finding, _ report: Report, _ places: inout Places, _ json: inout JSONWriter
  ) {
    json.member("message", report.explanation(of: finding).joined(separator: "\n"))
    json.object("location") { json in
      json.member("path", places.path(of: finding.span))
      json.object("range") { range(finding.span, &places, &$0) }
    }
    json.member("severity", finding.severity == .note ? "INFO" : finding.severity.rawValue.uppercased())
    json.object("code") { json in
      json.member("value", finding.rule.description)
      if let page = report.page(of: finding.rule) { json.member("url", page) }
    }
    guard let (span, text) = suggestion(finding, report.sources) else { return }
    json.array("suggestions") { json in
      json.object { json in
        json.object("range") { range(span, &places, &$0) }
        json.member("text", text)
      }
    }
  }

  /// All edits of a fix as one: each suggestion is applied alone. `nil` when the fix changes another file.
  private static func suggestion(_ finding: Finding, _ sources: SourceTable) -> (span: SourceSpan, text: String)? {
    guard let edits = finding.fix?.edits, let first = edits.first,
      edits.allSatisfy({ $0.span.file == finding.span.file })
    else { return nil }
    var span = first.span
    var text = first.replacement
    for edit in edits.dropFirst() {
      text += sources.text(of: SourceSpan(file: span.file, start: span.end, end: edit.span.start)) + edit.replacement
      span.end = edit.span.end
    }
    return (span, text)
  }

  private static func range(_ span: SourceSpan, _ places: inout Places, _ json: inout JSONWriter) {
    let (start, end) = places.byteRange(of: span)
    json.object("start") { position(start, &$0) }
    json.object("end") { position(end, &$0) }
  }

  private static func position(_ position: SourcePosition, _ json: inout JSONWriter) {
    json.member("line", position.line)
    json.member("column", position.column)
  }
}
