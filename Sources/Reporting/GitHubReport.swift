import Diagnostics
import Writing

/// Annotations of GitHub Actions: one workflow command a finding, errors first, for GitHub shows ten of each kind a step.
///
/// Suppressed findings are left out: an annotation cannot say that it does not count.
enum GitHubReport {
  static func write(_ report: Report, paths: RepositoryPaths, to out: inout ByteWriter) {
    var places = Places(report.sources)
    for reported in report.findingsBySeverity {
      if out.failed { return }
      let finding = reported.finding
      let range = places.range(of: finding.span)
      let file = paths.path(of: places.path(of: finding.span))
      out.append("::\(command(finding.severity)) file=\(property(file))")
      out.append(",line=\(range.start.line),endLine=\(places.lastLine(of: finding.span))")
      // The runner drops the columns of a range of lines, with a complaint in its debug log.
      if range.start.line == range.end.line {
        out.append(",col=\(range.start.column),endColumn=\(range.end.column)")
      }
      out.append(",title=\(property(report.title(of: finding)))::")
      // Line ends in the message are its own; those between the lines are ours.
      let lines = [finding.placedMessage] + report.explanation(of: finding).dropFirst()
      out.append(data(lines.joined(separator: "\n")))
      out.newline()
    }
  }

  private static func command(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  /// The escapes of a message; control characters that have none are shown, so that a log obeys none of them.
  private static func data(_ text: String) -> String {
    DisplayText.escaped(
      text.replacingScalars { scalar, _ in
        switch scalar {
        case "%": "%25"
        case "\r": "%0D"
        case "\n": "%0A"
        default: nil
        }
      })
  }

  private static func property(_ text: String) -> String {
    data(text).replacingScalars { scalar, _ in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: nil
      }
    }
  }
}
