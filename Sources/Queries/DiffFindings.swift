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

  /// `1 new finding, 2 are gone`.
  var sentence: String {
    let added = new.findings.count
    let removed = gone.findings.count
    return "\(added == 0 ? "no" : "\(added)") new finding\(added == 1 ? "" : "s"), \(removed) gone"
  }
}
