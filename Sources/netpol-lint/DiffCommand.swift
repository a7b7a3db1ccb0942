internal import ArgumentParser
internal import Evidence
internal import Facts
internal import Input
internal import Queries
internal import Reporting
internal import Rules
internal import SystemPackage
internal import Traffic
internal import Writing

extension DiffFormat: ExpressibleByArgument {}

/// `netpol-lint diff OLD NEW`: what a change newly allows and newly blocks.
struct DiffCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what a change newly allows and newly blocks.",
    discussion: """
      OLD and NEW are files or folders, each read as a run of its own with the same config and flags. Where they hold \
      several worlds, those of one name are compared; names are told from OLD and from NEW.
      """)

  /// `--fail-on`.
  enum Failure: String, CaseIterable {
    case added, removed, any
    case newClient = "new-client"
    case newEgress = "new-egress"
    case lostIsolation = "lost-isolation"
  }

  @Argument(help: "The manifests as they were.")
  var old: InputPath

  @Argument(help: "The manifests as they will be.")
  var new: InputPath

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions
  @OptionGroup var ends: EndOptions

  @Option(help: "\(DiffFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: DiffFormat = .text

  @Option(
    help:
      "Exit with 1 for such changes: added, removed or any, and for ePHI new-client, new-egress or lost-isolation; repeatable, or with commas."
  )
  var failOn: [String] = []

  @Option(help: "Write to this file in place of standard output.")
  var output: String?

  func validate() throws {
    guard !old.isStandardInput || !new.isStandardInput else {
      throw ValidationError("only one of OLD and NEW can be standard input")
    }
    for word in failureWords where Failure(rawValue: word) == nil {
      throw ValidationError(
        "--fail-on takes \(Failure.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word)'")
    }
  }

  func status() async throws(CommandFailure) -> ExitStatus {
    let output = try Output.open(output)
    let runs = [try await Run.load([old], input), try await Run.load([new], input)]
    for run in runs {
      run.tellSkippedInput()
      run.tellIgnoredPolicies()
    }
    let sides = zip(runs, [old, new]).map { run, path in
      // As the names of units are shown, however the path is written.
      DiffSide(run.project, root: ShownPath.text(FileSystem.workingDirectory.pushing(path.path)))
    }
    let diff = try compare(sides)
    let views = [diff.old, diff.new]
    let notes = runs.indices.flatMap { side -> [SafeText] in
      // Of a world that is not there, nothing is missing.
      if views[side].isEmpty, worlds.world != nil { return [] }
      return ConnectivitySummary(
        views[side], Places(sides[side].sources), unread: runs[side].unreadLines(beside: views[side]),
        listsInferred: ends.inferred
      ).notes.map { "\(side == 0 ? "OLD" : "NEW"): \($0)" }
    }
    var report = DiffReport(diff, old: sides[0].sources, new: sides[1].sources, notes: notes)
    let ephi = worlds.world == nil ? comparison(runs, roots: [old, new]) : nil
    report.addition = ephi.map { ephi in
      DiffAddition(lines: ephi.lines, markdown: ephi.markdown, json: { ephi.write(to: &$0) })
    }
    guard output.write({ report.write(format, to: &$0) }) else { return .failure }
    if format == .json, !input.quiet { Output.say(report.summary) }
    let fails =
      report.counts.keys.contains { failures.contains($0) }
      || failureWords.compactMap(Failure.init).compactMap(\.change).contains { ephi?.has($0) ?? false }
    return end(runs, fails ? .findings : .clean)
  }

  /// What the change does to ePHI; `nil` where the config declares no zones.
  private func comparison(_ runs: [Run], roots: [InputPath]) -> EvidenceComparison? {
    guard let catalogue = EvidenceCatalogue.all.first else { return nil }
    let materials = runs.map { EvidenceMaterial($0.project, LintResult(), catalogue, toolVersion: toolVersion) }
    let names = roots.map { ShownPath.text(FileSystem.workingDirectory.pushing($0.path)) }
    return EvidenceComparison(from: materials[0], to: materials[1]) { isOld, world in
      DiffSide.name(world, in: names[isOld ? 0 : 1])
    }
  }

  private func compare(_ sides: [DiffSide]) throws(CommandFailure) -> Diff {
    do throws(UnknownWorld) {
      return try Diff(sides[0], sides[1], ends.options, world: worlds.world.map(ArgumentText.shown))
    } catch {
      throw CommandFailure("\(error.message)")
    }
  }

  private var failureWords: [String] { failOn.flatMap { $0.split(separator: ",").map(String.init) } }

  private var failures: [DiffChange] {
    failureWords.compactMap(Failure.init).flatMap { $0.changes }
  }

  /// A side without anything is a first or a last step; two of them are a mistake.
  private func end(_ runs: [Run], _ status: ExitStatus) -> ExitStatus {
    if runs.contains(where: \.input.hasUnreadable) { return .failure }
    return runs.allSatisfy { $0.project.counts.policies == 0 } ? runs[1].endOfQuestion(status) : status
  }
}

extension DiffCommand.Failure {
  fileprivate var changes: [DiffChange] {
    switch self {
    case .added: [.added]
    case .removed: [.removed]
    case .any: DiffChange.allCases
    case .newClient, .newEgress, .lostIsolation: []
    }
  }

  /// The change for ePHI that is meant, if it is one.
  fileprivate var change: EvidenceComparison.Kind? { EvidenceComparison.Kind(rawValue: rawValue) }
}
