internal import ArgumentParser
internal import Diagnostics
internal import Input
internal import Reporting
internal import SystemPackage
internal import Traffic
internal import Writing

/// What was there when somebody began to lint, and is not to fail the run.
struct BaselineOptions: ParsableArguments {
  @Option(help: "Leave out the findings that this file holds.", completion: .file())
  var baseline: String?

  @Option(help: "Write all findings into this file for --baseline, and stop.", completion: .file())
  var writeBaseline: String?

  @Option(
    help: """
      Leave out the findings that this state has already: a file or folder, or a commit, whose files are read through git \
      without checking them out. Only what is new is reported.
      """)
  var against: String?

  @Flag(help: "With --baseline: exit with 1 where it holds findings that are there no more.")
  var baselineStrict = false

  func validate() throws {
    if baselineStrict, baseline == nil { throw ValidationError("--baseline-strict goes with --baseline") }
    if baseline != nil, writeBaseline != nil {
      throw ValidationError("--baseline and --write-baseline exclude each other")
    }
    if against != nil, baseline != nil || writeBaseline != nil {
      throw ValidationError("--against and a baseline exclude each other")
    }
  }

  /// Whether the findings' fingerprints are needed, whatever the format.
  var needsFingerprints: Bool { baseline != nil || writeBaseline != nil || against != nil }

  /// The file that `--baseline` names, before any work is done with it.
  func read() throws(CommandFailure) -> Baseline? {
    guard let baseline else { return nil }
    let name = SafeText(escaping: ArgumentText.shown(baseline))
    do {
      let bytes = try FileSystem.read(FilePath(argument: baseline), size: 1 << 16, limit: BaselineOptions.mostBytes)
      return try Baseline(SourceFile(id: FileID(0), path: baseline, bytes: bytes))
    } catch let fault as Baseline.Fault {
      throw CommandFailure("cannot use the baseline \(name): \(SafeText(escaping: fault.message))")
    } catch {
      throw CommandFailure("cannot read the baseline \(name): \(error as? Errno ?? .ioError)")
    }
  }

  private static let mostBytes = 64 << 20

  /// Writes the findings of a report; false when that failed.
  func write(_ report: Report, to output: Output) -> Bool {
    let baseline = Baseline(report)
    guard output.write({ baseline.write(to: &$0) }) else { return false }
    let name = SafeText(escaping: ArgumentText.shown(writeBaseline ?? ""))
    Output.say("netpol-lint: \(Summary.count(report.findings.count, "finding")) written to \(name)")
    return true
  }

  /// The report without what a baseline holds, and whether stale entries of it fail the run.
  func accept(
    _ known: Baseline?, in report: Report, _ run: Run, showsSuppressed: Bool
  ) -> (report: Report, fails: Bool) {
    guard let known else { return (report, false) }
    let (left, stale) = report.accepting(known, showsSuppressed: showsSuppressed)
    if let against {
      let gone = stale.reduce(0) { $0 + $1.count }
      if gone > 0, !run.isQuiet {
        let name = SafeText(escaping: ArgumentText.shown(against))
        Output.say("netpol-lint: \(Summary.count(gone, "finding")) of \(name) \(gone == 1 ? "is" : "are") gone")
      }
      return (left, false)
    }
    return (left, tell(stale, run) && baselineStrict)
  }

  /// Says which entries are there no more, as far as this run can know: their files were read, or are gone.
  ///
  /// - Returns: whether there are any.
  private func tell(_ stale: [Baseline.Entry], _ run: Run) -> Bool {
    let read = Set(run.project.sources.files.map(\.path))
    let gone = stale.filter { read.contains($0.file) || FileSystem.status(FilePath($0.file)) == nil }
    for entry in gone.prefix(BaselineOptions.mostNamed) {
      let times: SafeText = entry.count == 1 ? "" : " (\(entry.count) times)"
      Output.say(
        "netpol-lint: the baseline holds \(entry.rule) of \(entry.object) in \(entry.file)\(times), which is not found any more"
      )
    }
    if gone.count > BaselineOptions.mostNamed {
      Output.say("netpol-lint: and \(gone.count - BaselineOptions.mostNamed) more; --write-baseline writes it anew")
    }
    return !gone.isEmpty
  }

  private static let mostNamed = 10
}
