internal import Config
internal import Diagnostics
internal import Input
internal import Reporting
internal import Rules
internal import Traffic
internal import Writing

extension Run {
  /// What linting says of this run: with fingerprints, without what is suppressed.
  ///
  /// - Parameters:
  ///   - selection: the rules; those of the config where it is `nil`.
  ///   - suppresses: whether suppressions count.
  func linted(_ selection: RuleSelection? = nil, suppresses: Bool = true) async throws(CommandFailure) -> Report {
    let selection = if let selection { selection } else { try RuleFlags.selection(configuration) }
    let rules = Registry.all.filter { selection.enabled.contains($0.info.id) }
    let job = LintJob(
      rules: rules, selection: selection, context: input.context, named: namedFiles, jobs: jobs, suppresses: suppresses)
    var result = await job.lint(project)
    result.mergeEqualCopies(project.sources)
    return await report(result, rules.map { $0.info }, fingerprinting: true, showsSuppressed: false)
  }

  /// All that one run of the linter says.
  func report(
    _ result: LintResult, _ rules: [RuleInfo], fingerprinting: Bool, showsSuppressed: Bool
  ) async -> Report {
    let counts = project.counts
    var material = Report.Material(
      input: InputCounts(
        files: input.files.count - input.context.count, documents: counts.documents, policies: counts.policies,
        workloads: counts.workloads, namespaces: counts.namespaces),
      findings: result.findings, sources: project.sources, rules: rules)
    material.suppressed = result.suppressed.map {
      ($0.finding, Suppression($0.isInSource ? .inSource : .external, reason: $0.reason))
    }
    material.undecided = result.undecided
    material.skipped = skipped
    material.policyFiles = project.policyFiles
    return await Report.assemble(
      material, version: toolVersion, fingerprinting: fingerprinting, showsSuppressed: showsSuppressed, jobs: jobs)
  }
}
