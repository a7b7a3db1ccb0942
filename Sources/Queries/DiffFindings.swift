internal import Diagnostics
package import Reporting
internal import Writing

/// Which findings a change brings, and which it mends: told apart by their fingerprints.
package struct DiffFindings: Sendable {
  let new: Report
  let gone: Report

  /// - Parameters:
  ///   - old: with fingerprints, as `new`.
  package init(old: Report, new: Report) {
    self.new = new.accepting(Baseline(old), showsSuppressed: false).report
    gone = old.accepting(Baseline(new), showsSuppressed: false).report
  }

  /// A member `findings`, with two lists; nothing where both are empty.
  func write(to json: inout JSONWriter) {
    if new.findings.isEmpty, gone.findings.isEmpty { return }
    json.object("findings") { json in
      for (key, report) in [("new", new), ("gone", gone)] as [(String, Report)] {
        var places = Places(report.sources)
        json.array(key) { json in
          for reported in report.findings {
            let finding = reported.finding
            json.object { json in
              json.member("rule", finding.rule.description)
              json.member("severity", finding.severity.rawValue)
              json.member("message", finding.message)
              json.member("file", places.path(of: finding.span))
              json.member("line", places.line(of: finding.span))
              json.member("path", finding.path)
              json.member("fingerprint", reported.fingerprint)
            }
          }
        }
      }
    }
  }

  /// `1 new finding, 2 are gone`.
  var sentence: String {
    let added = new.findings.count
    let removed = gone.findings.count
    return "\(added == 0 ? "no" : "\(added)") new finding\(added == 1 ? "" : "s"), \(removed) gone"
  }
}
