internal import Diagnostics
internal import Model

extension FindingSink {
  /// Reports the faults of a kind that were found while reading.
  ///
  /// - Parameter limit: more than this many are counted, in the last finding.
  mutating func reportProblems(
    of analysis: Analysis, atMost limit: Int = .max, where isWanted: (ManifestProblem.Kind) -> Bool
  ) {
    let problems = analysis.problems.filter { isWanted($0.kind) }
    for problem in problems.prefix(limit) {
      report(
        problem.message, at: problem.span, label: problem.label, remedy: problem.remedy, object: problem.object,
        path: problem.path, related: problem.related, fix: problem.fix, key: problem.key)
    }
    guard problems.count > limit else { return }
    report(
      "\(problems.count - limit) more faults of this kind follow and are not listed", at: problems[limit].span,
      remedy: "mend the first \(limit), then look again", object: nil, path: "")
  }
}
