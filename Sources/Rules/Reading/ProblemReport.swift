internal import Diagnostics
internal import Model

extension FindingSink {
  /// Reports the faults of a kind that were found while reading.
  ///
  /// - Parameters:
  ///   - severity: the rule's own when `nil`.
  ///   - limit: more than this many are counted, in the last finding.
  mutating func reportProblems(
    of analysis: Analysis, severity: Severity? = nil, atMost limit: Int = .max,
    where isWanted: (ManifestProblem.Kind) -> Bool
  ) {
    let all = analysis.problems
    // No problem is copied that another rule speaks of.
    let problems = all.indices.filter { isWanted(all[$0].kind) }
    for problem in problems.prefix(limit).lazy.map({ all[$0] }) {
      report(
        problem.message, at: Place(problem.span, of: problem.object, path: problem.path),
        .severity(severity), .label(problem.label), .remedy(problem.remedy), .related(problem.related),
        .fix(problem.fix), .key(problem.key))
      tellUnjudged(problem, analysis)
    }
    guard problems.count > limit else { return }
    report(
      "\(problems.count - limit) more faults of this kind follow and are not listed",
      at: Place(all[problems[limit]].span),
      .remedy("mend the first \(limit), then look again"))
  }

  /// Says once that nothing looked at what a refused policy means: a clean report would claim more than was done.
  private mutating func tellUnjudged(_ problem: ManifestProblem, _ analysis: Analysis) {
    guard let policy = problem.object,
      policy.kind == "NetworkPolicy" || ClusterPolicyKind(rawValue: policy.kind) != nil, problem.kind != .looseCIDR,
      analysis.isJudged, !problem.changesNothingAllowed
    else { return }
    undecided(
      namespace: policy.namespace.flatMap { $0.isEmpty ? nil : $0 },
      "the API server would refuse \(policy.kind) \(policy.name), and no rule looked at what the refused part means")
  }
}

extension ManifestProblem {
  /// Whether it is about a policy's metadata, its `status`, or what a rule is called: it counts as mended.
  fileprivate var changesNothingAllowed: Bool {
    let field = path.split(separator: ".").first { !$0.hasPrefix("items[") } ?? ""
    let isRuleName = object.flatMap { ClusterPolicyKind(rawValue: $0.kind) } != nil && path.hasSuffix("].name")
    return field == "status" || isRuleName || field == "metadata" && !path.hasSuffix("metadata.namespace")
  }
}
