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

  @Flag(name: [.short, .long], help: "Lint again whenever a file changes, until it is interrupted.")
  var watch = false

  func validate() throws {
    // Whoever names standard input means to have it read.
    if input.stdinFilename != InputFinder.Options().standardInputName, !paths.contains(where: \.isStandardInput) {
      throw ValidationError("--stdin-filename needs - as a path")
    }
    if baseline.needsFingerprints, statistics || suppression.addIgnores {
      throw ValidationError("--statistics and --add-ignores look at all findings: leave the baseline out")
    }
    try checkFixes()
    try checkWatch()
  }

  private func checkWatch() throws {
    guard watch else { return }
    if paths.contains(where: \.isStandardInput) {
      throw ValidationError("--watch looks at files, not at standard input")
    }
    if fixes.isAsked || suppression.addIgnores || baseline.writeBaseline != nil || listFiles {
      throw ValidationError("--watch reports findings: it goes with no flag that does something else")
    }
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
    if watch {
      var watch = try LintWatch(self)
      try await watch.run()
    }
    // The process ends with it: to take apart piece by piece what was read would only take time.
    return try await lint { _ = Unmanaged.passRetained(Kept(run: $0)) }
  }

  private final class Kept {
    let run: Run

    init(run: Run) { self.run = run }
  }

  /// Lints once.
  ///
  /// - Parameter see: gets what was read, before anything is made of it.
  func lint(_ see: (Run) -> Void) async throws(CommandFailure) -> ExitStatus {
    let requests = try output.requests()
    if listFiles { return try list() }
    let targets = try targets(requests)
    let loaded = try await Run.load(paths, input) {
      if let profile = rules.profile { $0.profile = profile }
      $0.isCovered = worlds.world == nil
    }
    see(loaded)
    if input.verbose { loaded.tellWorlds() }
    let run = try loaded.choosing(worlds)
    let selection = try rules.selection(run.configuration)
    let job = LintJob(
      rules: Registry.all.filter { selection.enabled.contains($0.info.id) }, selection: selection,
      context: run.input.context, named: run.namedFiles, jobs: input.jobs, suppresses: !suppression.noIgnores)
    var linted = Linted(run: run, result: await job.lint(run.project))
    run.tellSkippedInput()
    if suppression.addIgnores { return addIgnores(linted) }
    if fixes.isAsked, let status = try await fix(&linted, loaded, job) { return status }
    return statistics ? count(linted) : try await report(linted, job, targets)
  }

  /// What was found, and whether the run fails whatever that is.
  private struct Linted {
    var run: Run
    var result: LintResult
    var fails = false
  }

  /// What is compared with and what is written to, opened before any work is done.
  private struct Targets {
    let known: Baseline?
    let baseline: Output?
    let outputs: [ReportOutput]
  }

  private func targets(_ requests: [ReportRequest]) throws(CommandFailure) -> Targets {
    let known = try baseline.read()
    let target = try baseline.writeBaseline.map { path throws(CommandFailure) in try Output.open(path) }
    let isReporting = !suppression.addIgnores && !statistics && !fixes.diff && !fixes.fixOnly && target == nil
    // The mended text of standard input goes to standard output.
    let printsText = fixes.writes && paths.contains(where: \.isStandardInput)
    let outputs = isReporting ? try output.open(requests, standard: printsText ? .errors : .standard) : []
    return Targets(known: known, baseline: target, outputs: outputs)
  }

  private func addIgnores(_ linted: Linted) -> ExitStatus {
    if fixes.diff { return suppression.show(linted.result.findings, linted.run) }
    guard let left = suppression.write(linted.result.findings, linted.run) else { return .failure }
    return linted.run.end(left.contains { failOn.isReached($0.severity) } ? .findings : .clean)
  }

  /// Makes the fixes, and goes on with what remains.
  ///
  /// - Returns: how the run ends, where nothing is said of what remains.
  private func fix(_ linted: inout Linted, _ loaded: Run, _ job: LintJob) async throws(CommandFailure) -> ExitStatus? {
    let worlds = worlds
    let outcome = await fixes.make(loaded, FixState(loaded.project, linted.result), job) { try? $0.choosing(worlds) }
    if fixes.diff { return fixes.show(outcome, linted.run, quiet: input.quiet) }
    guard fixes.write(outcome, linted.run, quiet: input.quiet) else { return .failure }
    let fails = fixes.fail(outcome)
    if fixes.fixOnly { return linted.run.end(fails ? .findings : .clean) }
    linted = Linted(
      run: try loaded.with(outcome.state.project).choosing(worlds), result: outcome.state.result, fails: fails)
    return nil
  }

  private func count(_ linted: Linted) -> ExitStatus {
    let findings = linted.result.findings
    let fails = linted.fails || findings.contains { failOn.isReached($0.severity) }
    let ended = linted.run.end(fails ? .findings : .clean)
    return Output.standard.write({ Statistics.write(findings, Registry.infos, to: &$0) }) ? ended : .failure
  }

  private func report(_ linted: Linted, _ job: LintJob, _ targets: Targets) async throws(CommandFailure) -> ExitStatus {
    let run = linted.run
    var result = linted.result
    result.mergeEqualCopies(run.project.sources)
    let known = if let against = baseline.against { try await findings(of: against, job) } else { targets.known }
    let all = await run.report(
      result, job.rules.map { $0.info },
      fingerprinting: baseline.needsFingerprints || targets.outputs.contains { $0.format.holdsFingerprints },
      showsSuppressed: suppression.showSuppressed)
    if let target = targets.baseline { return baseline.write(all, to: target) ? run.end() : .failure }
    let (report, isStale) = baseline.accept(known, in: all, run, showsSuppressed: suppression.showSuppressed)
    let fails = linted.fails || isStale || report.findings.contains { failOn.isReached($0.finding.severity) }
    let ended = run.end(fails ? .findings : .clean)
    return output.write(report, to: targets.outputs, quiet: input.quiet) ? ended : .failure
  }

  /// What `--against` has already.
  private func findings(of state: String, _ job: LintJob) async throws(CommandFailure) -> Baseline {
    let old = try await State(state, flag: "--against").load(paths, input) {
      if let profile = rules.profile { $0.profile = profile }
    }
    // A world that is not there has no findings.
    guard let same = try? old.choosing(worlds) else { return Baseline.empty }
    return Baseline(try await same.linted(job.selection, suppresses: job.suppresses))
  }

  private func list() throws(CommandFailure) -> ExitStatus {
    let found = try input.find(paths, try input.configuration())
    let isWritten = Output.standard.write { out in
      for file in found.files { out.append("\(file.shownPath)\n" as SafeText) }
    }
    return isWritten && !found.hasUnreadable ? .clean : .failure
  }
}
