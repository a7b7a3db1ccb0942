internal import ArgumentParser
internal import Engine
internal import Evidence
internal import Facts
internal import Input
internal import Model
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
      OLD and NEW are files or folders, each read as a run of its own with the same config and flags; with --git BASE they \
      are two commits, and HEAD is the second one unless another is named. Where they hold several worlds, those of one \
      name are compared; names are told from OLD and from NEW. Markdown is one comment for a pull request: findings that \
      are new or gone stand in it, and in JSON, too.
      """)

  /// `--fail-on`.
  enum Failure: String, CaseIterable {
    case added, removed, any
    case newClient = "new-client"
    case newEgress = "new-egress"
    case lostIsolation = "lost-isolation"
  }

  @Argument(
    help: ArgumentHelp(
      "OLD and NEW; with --git the commit to compare with BASE (HEAD otherwise), then what to read of both (. otherwise).",
      valueName: "old> <new"))
  var paths: [InputPath] = []

  @Option(
    help: ArgumentHelp(
      """
      Compare two commits of the repository: the files are read through git, without checking them out. The config is \
      that of the working directory.
      """, valueName: "base"))
  var git: String?

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
    if git == nil, paths.count != 2 { throw ValidationError("diff takes OLD and NEW, or --git BASE [HEAD] [PATH…]") }
    guard paths.count(where: \.isStandardInput) <= (git == nil ? 1 : 0) else {
      throw ValidationError(
        git == nil ? "only one of OLD and NEW can be standard input" : "standard input is in no commit")
    }
    for word in failureWords where Failure(rawValue: word) == nil {
      throw ValidationError(
        "--fail-on takes \(Failure.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word)'")
    }
  }

  func status() async throws(CommandFailure) -> ExitStatus {
    let output = try Output.open(output)
    let (runs, roots) = try await load()
    for run in runs {
      run.tellSkippedInput()
      run.tellIgnoredPolicies()
    }
    // Pods that no manifest shows are asked about: what opens a workload to everybody is no news between the others.
    let namespaces = Set(runs.flatMap { $0.views.flatMap(\.world.namespaces) }).sorted()
    let sides = zip(runs, roots).map { run, path in
      // As the names of units are shown, however the path is written.
      DiffSide(
        run.project, root: ShownPath.text(FileSystem.workingDirectory.pushing(path.path)),
        asking: Strangers.pods(in: namespaces))
    }
    let diff = try compare(sides, namespaces)
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
    report.unread = unread(runs, roots)
    let ephi = worlds.world == nil ? comparison(runs, roots: roots) : nil
    if ephi == nil, let word = failureWords.first(where: { Failure(rawValue: $0)?.change != nil }) {
      Output.say("--fail-on \(word) looks at nothing: no zone of ePHI is declared, or a single world was asked for")
    }
    report.addition = ephi.map { ephi in
      DiffAddition(lines: ephi.lines, markdown: ephi.markdown, json: { ephi.write(to: &$0) })
    }
    // A comment is for people who want to know what else a change does, and JSON for what writes others.
    if format != .text { report.findings = try await findings(runs) }
    guard output.write({ report.write(format, to: &$0) }) else { return .failure }
    if format == .json, !input.quiet { Output.say(report.summary) }
    let fails =
      report.counts.keys.contains { failures.contains($0) }
      || failures.contains(.added) && [.added, .undecided].contains { report.otherPods[$0] != nil }
      || failureWords.compactMap(Failure.init).compactMap(\.change).contains { ephi?.has($0) ?? false }
    let isOpen = cannotTell(report.unread, ephi)
    return end(runs, fails || isOpen ? .findings : .clean)
  }

  /// What was not read of each side and may be a policy. What somebody chose to leave out of both is no news.
  private func unread(_ runs: [Run], _ roots: [InputPath]) -> [DiffReport.Unread] {
    let inputs = runs.map { UnreadInput.all($0.project, $0.skipped).filter(\.mayHoldPolicies) }
    // Two folders that are compared have paths of their own: a file is the same one where it lies alike in both.
    let names = roots.map { ShownPath.text(FileSystem.workingDirectory.pushing($0.path)) }
    func path(_ input: UnreadInput, _ side: Int) -> String {
      let file = FilePath(input.place { _ in "" })
      return DiffSide.name(ShownPath.text(FileSystem.workingDirectory.pushing(file)), in: names[side])
    }
    let ignored = inputs.indices.map { side in Set(inputs[side].filter(\.isIgnored).map { path($0, side) }) }
    return runs.indices.flatMap { side -> [DiffReport.Unread] in
      var places = Places(runs[side].project.sources)
      return inputs[side].filter { !$0.isIgnored || !ignored[1 - side].contains(path($0, side)) }.map { input in
        DiffReport.Unread(isOld: side == 0, place: input.place { places.text(of: $0) }, reason: input.reason)
      }
    }
  }

  /// Whether it is asked for changes, and nobody can tell that there are none; says so on standard error.
  private func cannotTell(_ unread: [DiffReport.Unread], _ ephi: EvidenceComparison?) -> Bool {
    guard let first = unread.first, let word = failureWords.first(where: { Failure(rawValue: $0)?.change == nil })
    else { return cannotTell(ephi) }
    let more: SafeText = unread.count == 1 ? "" : " and \(unread.count - 1) more"
    Output.say(
      """
      netpol-lint: --fail-on \(word): a policy may be in what was not read: \(first.isOld ? "OLD" : "NEW"): \
      \(SafeText(escaping: first.place)): \(SafeText(escaping: first.reason))\(more)
      """)
    return true
  }

  /// Whether it is asked for changes for ePHI, and nobody can tell that there are none; says so on standard error.
  private func cannotTell(_ ephi: EvidenceComparison?) -> Bool {
    guard let reason = ephi?.cannotTell,
      let word = failureWords.first(where: { Failure(rawValue: $0)?.change != nil })
    else { return false }
    Output.say("netpol-lint: --fail-on \(word): \(SafeText(escaping: reason))")
    return true
  }

  /// What the change does to ePHI; `nil` where the config declares no zones.
  private func comparison(_ runs: [Run], roots: [InputPath]) -> EvidenceComparison? {
    guard let catalogue = EvidenceCatalogue.all.first else { return nil }
    let materials = runs.map { run in
      var material = EvidenceMaterial(run.project, LintResult(), catalogue, toolVersion: toolVersion)
      material.skipped = run.skipped
      return material
    }
    let names = roots.map { ShownPath.text(FileSystem.workingDirectory.pushing($0.path)) }
    return EvidenceComparison(from: materials[0], to: materials[1]) { isOld, world in
      DiffSide.name(world, in: names[isOld ? 0 : 1])
    }
  }

  /// Both sides, each with the path that names are told from.
  private func load() async throws(CommandFailure) -> (runs: [Run], roots: [InputPath]) {
    guard let git else {
      return ([try await Run.load([paths[0]], input), try await Run.load([paths[1]], input)], paths)
    }
    let read = paths.count > 1 ? Array(paths.dropFirst()) : [InputPath(".")]
    if let head = paths.first, let root = Repository.root(above: FileSystem.workingDirectory),
      FileSystem.exists(head.path), !GitTree.hasCommit(head.path.bytes, in: root)
    {
      throw CommandFailure(
        """
        --git: `\(head.description)` is no commit, but a path: paths stand behind both commits, as in \
        `diff --git \(git) HEAD \(head.description)`
        """)
    }
    var runs: [Run] = []
    for commit in [InputPath(git), paths.first ?? InputPath("HEAD")] {
      runs.append(try await Run.load(commit: commit, flag: "--git", read, input))
    }
    if let missing = read.first(where: { path in
      !runs.contains { $0.paths.contains { $0.description == path.description } }
    }) {
      throw CommandFailure("there is no file or folder `\(missing.description)` in either commit")
    }
    let root = read.count == 1 ? read[0] : InputPath(".")
    return (runs, [root, root])
  }

  private func findings(_ runs: [Run]) async throws(CommandFailure) -> DiffFindings {
    var reports: [Report] = []
    // A world that one side does not have has no findings there.
    for run in runs { reports.append(try await ((try? run.choosing(worlds)) ?? run).linted()) }
    return DiffFindings(old: reports[0], new: reports[1])
  }

  private func compare(_ sides: [DiffSide], _ namespaces: [String]) throws(CommandFailure) -> Diff {
    var options = ends.options
    options.otherPods = Strangers.ends(in: namespaces)
    do throws(UnknownWorld) {
      return try Diff(sides[0], sides[1], options, world: worlds.world.map(ArgumentText.shown))
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
    case .added: [.added, .undecided]
    case .removed: [.removed, .possiblyRemoved]
    case .any: DiffChange.allCases
    case .newClient, .newEgress, .lostIsolation: []
    }
  }

  /// The change for ePHI that is meant, if it is one.
  fileprivate var change: EvidenceComparison.Kind? { EvidenceComparison.Kind(rawValue: rawValue) }
}
