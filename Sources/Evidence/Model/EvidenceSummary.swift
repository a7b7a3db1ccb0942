internal import Reporting
package import Writing

/// What is said on standard error once a report has been written: counts of checks, and no overall result.
package enum EvidenceSummary {
  package static func text(_ report: EvidenceReport) -> SafeText {
    let counts = EvidenceResult.allCases.compactMap { result -> SafeText? in
      let count = report.checks.count { $0.result == result }
      return count == 0 ? nil : "\(count) \(result.title)"
    }.joined(separator: ", ")
    let changes: SafeText =
      report.comparison.map { " \(Summary.count($0.count, "change")) since the earlier report." } ?? ""
    return "Checks: \(counts).\(changes) Evidence, not a determination: what was not looked at stands under Scope."
  }
}
