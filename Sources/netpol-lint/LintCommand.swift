internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Fixing
internal import Input
internal import Reporting
internal import Rules
internal import Traffic
internal import Writing

/// `--fail-on`.
enum FailureLevel: String, CaseIterable, ExpressibleByArgument {
  case error, warning, note, never

  /// Whether a finding of this severity fails the run.
  func isReached(_ severity: Severity) -> Bool { Severity(rawValue: rawValue).map { severity >= $0 } ?? false }
}

/// `netpol-lint [lint] PATH…`: reads manifests and reports what is wrong with their policies.
struct LintCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Lint manifests (the default command).")

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions
  @OptionGroup var output: OutputOptions

  @OptionGroup var rules: RuleFlags

  @Option(help: "Exit with 1 from this severity on: error, warning, note or never.")
  var failOn: FailureLevel = .warning

  @OptionGroup var fixes: FixOptions
  @OptionGroup var suppression: SuppressionOptions
  @OptionGroup var baseline: BaselineOptions

  @Flag(help: "Print how often each rule reported, in place of the findings.")
  var statistics = false

  @Flag(help: "List the files that would be read, and stop.")
  var listFiles = false

  func validate() throws {
    // Whoever names standard input means to have it read.
    if input.stdinFilename != InputFinder.Options().standardInputName, !paths.contains(where: \.isStandardInput) {
      throw ValidationError("--stdin-filename needs - as a path")
    }
    if baseline.needsFingerprints, statistics || suppression.addIgnores {
      throw ValidationError("--statistics and --add-ignores look at all findings: leave the baseline out")
    }
    try checkFixes()
  }

  private func checkFixes() throws {
    if suppression.addIgnores, fixes.writes || fixes.unsafeFixes {
      throw ValidationError("--add-ignores accepts findings, --fix mends them")
    }
    guard fixes.isAsked else { return }
    if baseline.needsFingerprints {
      throw ValidationError("--fix and --diff look at all findings: leave the baseline out")
    }
    if fixes.fixOnly, statistics { throw ValidationError("--fix-only says nothing of what remains: no --statistics") }
    if fixes.diff, statistics { throw ValidationError("--diff prints changes, --statistics prints counts") }
  }

  func status() async throws(CommandFailure) -> ExitStatus {
    let requests = try output.requests()
    if listFiles { return try list() }
    var known = try baseline.read()
    let target = try baseline.writeBaseline.map { path throws(CommandFailure) in try Output.open(path) }
    let isReporting = !suppression.addIgnores && !statistics && !fixes.diff && !fixes.fixOnly && target == nil
    // The mended text of standard input goes to standard output.
    let printsText = fixes.writes && paths.contains(where: \.isStandardInput)
    let outputs = isReporting ? try output.open(requests, standard: printsText ? .errors : .standard) : []
    let loaded = try await Run.load(paths, input) {
      if let profile = rules.profile { $0.profile = profile }
      $0.isCovered = worlds.world == nil
    }
    if input.verbose { loaded.tellWorlds() }
    var run = try loaded.choosing(worlds)
    let selection = try rules.selection(run.configuration)
    let asked = Registry.all.filter { selection.enabled.contains($0.info.id) }
    let job = LintJob(
      rules: asked, selection: selection, context: run.input.context, named: run.namedFiles, jobs: input.jobs,
      suppresses: !suppression.noIgnores)
    var result = await job.lint(run.project)
    var failsForFixes = false
    run.tellSkippedInput()
    if fixes.isAsked, !suppression.addIgnores {
      let worlds = worlds
      let outcome = await fixes.make(loaded, FixState(loaded.project, result), job) { try? $0.choosing(worlds) }
      if fixes.diff { return fixes.show(outcome, run, quiet: input.quiet) }
      guard fixes.write(outcome, run, quiet: input.quiet) else { return .failure }
      failsForFixes = fixes.fail(outcome)
      if fixes.fixOnly { return run.end(failsForFixes ? .findings : .clean) }
      run = try loaded.with(outcome.state.project).choosing(worlds)
      result = outcome.state.result
    }
    if suppression.addIgnores {
      if fixes.diff { return suppression.show(result.findings, run) }
      guard let left = suppression.write(result.findings, run) else { return .failure }
      return run.end(left.contains { failOn.isReached($0.severity) } ? .findings : .clean)
    }
    if statistics {
      let fails = failsForFixes || result.findings.contains { failOn.isReached($0.severity) }
      let ended = run.end(fails ? .findings : .clean)
      return Output.standard.write({ Statistics.write(result.findings, Registry.infos, to: &$0) }) ? ended : .failure
    }
    result.mergeEqualCopies(run.project.sources)
    if let against = baseline.against {
      let old = try await State(against, flag: "--against").load(paths, input) {
        if let profile = rules.profile { $0.profile = profile }
      }
      // A world that is not there has no findings.
      let same = try? old.choosing(worlds)
      known =
        if let same { Baseline(try await same.linted(selection, suppresses: !suppression.noIgnores)) } else {
          Baseline.empty
        }
    }
    let all = await run.report(
      result, asked.map { $0.info },
      fingerprinting: baseline.needsFingerprints || outputs.contains { $0.format.holdsFingerprints },
      showsSuppressed: suppression.showSuppressed)
    if let target { return baseline.write(all, to: target) ? run.end() : .failure }
    let (report, isStale) = baseline.accept(known, in: all, run, showsSuppressed: suppression.showSuppressed)
    let fails = failsForFixes || isStale || report.findings.contains { failOn.isReached($0.finding.severity) }
    let ended = run.end(fails ? .findings : .clean)
    return output.write(report, to: outputs, quiet: input.quiet) ? ended : .failure
  }

  private func list() throws(CommandFailure) -> ExitStatus {
    let found = try input.find(paths, try input.configuration())
    let isWritten = Output.standard.write { out in
      for file in found.files { out.append("\(file.shownPath)\n" as SafeText) }
    }
    return isWritten && !found.hasUnreadable ? .clean : .failure
  }
}
