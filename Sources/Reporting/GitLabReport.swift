import Diagnostics
import Writing

/// A GitLab code quality report: a list of findings, in the part of the Code Climate format that GitLab reads.
enum GitLabReport {
  static func write(_ report: Report, paths: RepositoryPaths, to out: inout ByteWriter) {
    var places = Places(report.sources)
    out.json(lineDepth: 1) { json in
      json.array { json in
        for reported in report.findings {
          if json.failed { return }
          let finding = reported.finding
          let (first, last) = (places.range(of: finding.span).start.line, places.lastLine(of: finding.span))
          let path = paths.path(of: places.path(of: finding.span))
          json.object { json in
            // The description is all that a merge request shows.
            json.member("description", "\(report.title(of: finding)): \(DisplayText.escaped(finding.placedMessage))")
            json.member("check_name", finding.rule.description)
            json.member("fingerprint", reported.fingerprint)
            json.member("severity", severity(finding.severity))
            json.object("location") { json in
              json.member("path", path)
              json.object("lines") { json in
                json.member("begin", first)
                json.member("end", last)
              }
            }
          }
        }
      }
    }
  }

  private static func severity(_ severity: Severity) -> String {
    switch severity {
    case .error: "critical"
    case .warning: "major"
    case .note: "info"
    }
  }
}
