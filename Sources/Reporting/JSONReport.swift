import Diagnostics
import Writing

/// The report for programs, `schemaVersion` 1: absent values are `null`, lists never are.
enum JSONReport {
  static func write(_ report: Report, to out: inout ByteWriter) {
    var places = Places(report.sources)
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        json.object("tool") { json in
          json.member("name", "netpol-lint")
          json.member("version", report.version)
          json.member("url", report.address?.text)
        }
        json.object("summary") { summary(report, &$0) }
        json.array("findings") { findings(report.findings, report, &places, &$0) }
        json.array("undecided") { undecided(report.undecided, &$0) }
        json.array("skipped") { skipped(report.skipped, &$0) }
        // Only there when it was asked for, so that `findings` never holds what does not count.
        if !report.suppressed.isEmpty {
          json.array("suppressedFindings") { findings(report.suppressed, report, &places, &$0) }
        }
      }
    }
  }

  private static func summary(_ report: Report, _ json: inout JSONWriter) {
    json.member("errors", report.count(.error))
    json.member("warnings", report.count(.warning))
    json.member("notes", report.count(.note))
    json.member("suppressed", report.suppressedCount)
    json.member("files", report.input.files)
    json.member("documents", report.input.documents)
    json.member("policies", report.input.policies)
    json.member("workloads", report.input.workloads)
    json.member("namespaces", report.input.namespaces)
  }

  private static func findings(
    _ findings: [ReportedFinding], _ report: Report, _ places: inout Places, _ json: inout JSONWriter
  ) {
    let ties = Report.Ties(findings)
    for (number, reported) in findings.enumerated() {
      if json.failed { return }
      json.object { write(reported, ties[number], report, &places, &$0) }
    }
  }

  private static func write(
    _ reported: ReportedFinding, _ tie: Report.Ties.Tie, _ report: Report, _ places: inout Places,
    _ json: inout JSONWriter
  ) {
    let finding = reported.finding
    let range = places.range(of: finding.span)
    json.member("rule", finding.rule.description)
    json.member("name", report.ruleName(of: finding))
    json.member("severity", finding.severity.rawValue)
    json.member("message", finding.message)
    json.member("file", places.path(of: finding.span))
    json.member("line", range.start.line)
    json.member("column", range.start.column)
    json.member("endLine", range.end.line)
    json.member("endColumn", range.end.column)
    json.key("object")
    if let object = finding.object { write(object, &json) } else { json.null() }
    json.member("path", finding.path)
    json.array("related") { json in
      for related in report.related(of: finding) { write(related, &places, &json) }
    }
    json.member("citations", finding.citations.map(\.paragraph))
    json.member("why", report.reason(for: finding))
    json.member("help", report.remedy(of: finding))
    json.member("url", report.page(of: finding.rule))
    json.key("fix")
    if let fix = finding.fix { write(fix, &places, &json) } else { json.null() }
    json.member("fingerprint", reported.fingerprint)
    json.member("group", tie.group)
    json.member("causedBy", tie.cause)
    json.member("worlds", finding.worlds)
    json.member("builds", finding.builds)
    json.member("template", finding.template)
    if let suppression = reported.suppression {
      json.object("suppression") { json in
        json.member("kind", suppression.origin == .inSource ? "inSource" : "external")
        json.member("reason", suppression.reason)
      }
    }
  }

  private static func write(_ object: ObjectReference, _ json: inout JSONWriter) {
    json.object { json in
      json.member("kind", object.kind)
      json.member("namespace", object.namespace)
      json.member("name", object.name)
    }
  }

  private static func write(_ related: RelatedPlace, _ places: inout Places, _ json: inout JSONWriter) {
    let start = places.range(of: related.span).start
    json.object { json in
      json.member("file", places.path(of: related.span))
      json.member("line", start.line)
      json.member("column", start.column)
      json.member("message", related.message)
    }
  }

  private static func write(_ fix: Fix, _ places: inout Places, _ json: inout JSONWriter) {
    json.object { json in
      json.member("safety", fix.safety.rawValue)
      json.member("description", fix.description)
      json.array("edits") { json in
        for edit in fix.edits {
          let range = places.range(of: edit.span)
          json.object { json in
            json.member("file", places.path(of: edit.span))
            json.member("line", range.start.line)
            json.member("column", range.start.column)
            json.member("endLine", range.end.line)
            json.member("endColumn", range.end.column)
            json.member("replacement", edit.replacement)
          }
        }
      }
    }
  }

  private static func undecided(_ entries: [Undecided], _ json: inout JSONWriter) {
    for entry in entries {
      json.object { json in
        json.member("rule", entry.rule.description)
        json.member("namespace", entry.namespace)
        json.member("reason", entry.reason)
      }
    }
  }

  private static func skipped(_ entries: [SkippedInput], _ json: inout JSONWriter) {
    for entry in entries {
      json.object { json in
        json.member("file", entry.file)
        json.member("reason", entry.reason)
      }
    }
  }
}
