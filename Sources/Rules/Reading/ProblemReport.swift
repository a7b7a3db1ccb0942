internal import Diagnostics
internal import Model

extension FindingSink {
  /// Reports the faults of a kind that were found while reading.
  mutating func reportProblems(of analysis: Analysis, where isWanted: (ManifestProblem.Kind) -> Bool) {
    for problem in analysis.problems where isWanted(problem.kind) {
      report(
        problem.message, at: problem.span, label: problem.label, remedy: problem.remedy, object: problem.object,
        path: problem.path, related: problem.related, fix: problem.fix, key: problem.key)
    }
  }
}
