internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Fixing
internal import Input
internal import Reporting
internal import SystemPackage
internal import Traffic
internal import Writing

/// Which fixes are made.
struct FixOptions: ParsableArguments {
  @Flag(help: "Make the fixes that change nothing in what is allowed, and report what remains.")
  var fix = false

  @Flag(help: "With --fix or --diff: make the other fixes too. They change what is allowed: read the changes.")
  var unsafeFixes = false

  @Flag(help: "Like --fix, and say nothing of what remains: the exit code is 0 if the fixes could be made.")
  var fixOnly = false

  @Flag(help: "With --fix or --fix-only: end with 1 when a file was changed, even if nothing remains.")
  var exitNonZeroOnFix = false

  @Flag(
    help:
      "Print as a unified diff what --fix (or --add-ignores) would change, and change nothing; ends with 1 if that is something."
  )
  var diff = false

  /// Whether anything is mended, be it in memory alone.
  var isAsked: Bool { writes || diff }

  /// Whether files are changed.
  var writes: Bool { fix || fixOnly }

  func validate() throws {
    if unsafeFixes, !isAsked { throw ValidationError("--unsafe-fixes goes with --fix or --diff") }
    if fixOnly, diff { throw ValidationError("--fix-only writes the fixes, --diff prints them") }
    if exitNonZeroOnFix, !writes || diff {
      throw ValidationError("--exit-non-zero-on-fix goes with --fix; --diff ends with 1 by itself")
    }
  }

  /// Whether a run fails whose fixes were written, whatever remains.
  func fail(_ outcome: FixOutcome) -> Bool { exitNonZeroOnFix && !outcome.changes.isEmpty }

  /// Makes the fixes in memory.
  ///
  /// - Parameters:
  ///   - start: what was found in `run`, in the worlds that are asked about.
  ///   - choose: takes the worlds that are asked about out of all of them; `nil` when they are not there any more.
  func make(
    _ run: Run, _ start: FixState, _ job: LintJob, choosing choose: @escaping @Sendable (Run) -> Run?
  ) async -> FixOutcome {
    let fixer = Fixer(
      makesUnsafe: unsafeFixes, bar: { bar($0, run) },
      reread: { changed in
        let again = await run.rereading(changed)
        guard let chosen = choose(again) else { return nil }
        return FixState(again.project, await job.lint(chosen.project))
      })
    return await fixer.run(start)
  }

  /// Why a file must not be changed: only what is named is, and a diff shows the rest of the repository too.
  private func bar(_ file: SourceFile, _ run: Run) -> String? {
    if file.isRecoded { return "the file is not in UTF-8" }
    if run.input.context.contains(file.id) { return "the file is read for facts alone" }
    if file.id.index < run.configuration.files.count { return "the file is a config" }
    return diff || run.isNamed(file.id) ? nil : "the file is not below what is named on the command line"
  }

  // MARK: What is written

  /// Prints what changes.
  func show(_ outcome: FixOutcome, _ run: Run, quiet: Bool) -> ExitStatus {
    let isWritten = Output.standard.write { out in
      for change in outcome.changes {
        UnifiedDiff(change.file, change.new).write(run.project.sources, to: &out)
      }
    }
    if !quiet {
      for change in outcome.changes where run.file(shownAs: change.file.path) == nil {
        Output.say(
          "netpol-lint: \(change.file.path) is not below what is named on the command line: --fix leaves it as it is")
      }
      tell(outcome)
      tellCount(outcome, "would be mended")
    }
    return isWritten ? run.end(outcome.changes.isEmpty ? .clean : .findings) : .failure
  }

  /// Writes the changed files, each as a whole, and standard input's text to standard output; false when that failed.
  func write(_ outcome: FixOutcome, _ run: Run, quiet: Bool) -> Bool {
    var done: [FilePath: [UInt8]] = [:]
    for change in outcome.changes {
      guard let path = run.file(shownAs: change.file.path)?.path else { continue }
      let real = FileSystem.withoutLinks(path) ?? path
      // Two names of one file.
      if done[real] == change.new { continue }
      guard Output.edit(path, from: change.file.bytes, { out in change.new.withUnsafeBufferPointer { out.append($0) } })
      else {
        return false
      }
      done[real] = change.new
    }
    for file in outcome.state.project.files where run.isStandardInput(file.id) {
      guard Output.standard.write({ out in file.bytes.withUnsafeBufferPointer { out.append($0) } }) else {
        return false
      }
    }
    if !quiet {
      for (file, rules) in outcome.mended.sorted(by: { $0.key < $1.key }) {
        let names = Set(rules).sorted().map(\.description).joined(separator: ", ")
        Output.say("\(file): \(Summary.count(rules.count, "finding")) of \(names) mended")
      }
      tell(outcome)
      tellCount(outcome, "mended")
    }
    return true
  }

  private func tellCount(_ outcome: FixOutcome, _ verb: StaticString) {
    guard !outcome.changes.isEmpty else { return }
    let count = Summary.count(outcome.mendedCount, "finding")
    // What is found in one file may be mended in another.
    let (found, changed) = (outcome.mended.count, outcome.changes.count)
    let others: SafeText = found == changed ? "" : ", by changes to \(Summary.count(changed, "file"))"
    Output.say("netpol-lint: \(count) \(verb) in \(Summary.count(found, "file"))\(others)")
  }

  /// Says what was not mended though there is a fix.
  private func tell(_ outcome: FixOutcome) {
    let sources = outcome.state.project.sources
    for (finding, refusal) in outcome.refused {
      let line = LineIndex(sources[finding.span.file].bytes).position(of: finding.span.start).line
      Output.say(
        "\(sources.path(of: finding.span)):\(line): the fix for \(finding.rule) is not made: \(refusal.reason)")
    }
    let unsafe = outcome.unsafe.count
    if unsafe > 0, !unsafeFixes {
      let verb: SafeText = unsafe == 1 ? "has a fix that changes" : "have fixes that change"
      Output.say(
        "netpol-lint: \(Summary.count(unsafe, "finding")) \(verb) what is allowed: --unsafe-fixes makes them")
    }
    if !outcome.isStable {
      Output.say("netpol-lint: there are more fixes than one run makes: run it again")
    }
  }
}
