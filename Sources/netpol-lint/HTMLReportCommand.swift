internal import ArgumentParser
internal import Config
internal import Engine
internal import Input
internal import Page
internal import Queries
internal import Reporting
internal import SystemPackage
internal import Traffic
internal import Writing

/// `netpol-lint report html [PATH…]`: what may connect to what, why, and what is wrong, as one page.
struct HTMLReportCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "html", abstract: "Write one HTML page: what may connect to what, why, and all findings.",
    discussion: """
      The page is one file that loads nothing. It holds the matrix of all workloads with the rules that decide, the \
      findings, and what is not certain; without scripts it shows tables. With --against it shows what changes.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions
  @OptionGroup var rules: RuleFlags

  @Option(
    help: "Show what changes from this state on: a file or folder, or a commit, whose files are read through git.")
  var against: String?

  @Option(name: [.customShort("o"), .long], help: "Write to this file in place of standard output.")
  var output: String?

  /// More changes of a kind than these are counted.
  private static let mostChanges = 1_000

  func status() async throws(CommandFailure) -> ExitStatus {
    let output = try Output.open(output)
    let change: @Sendable (inout Configuration) -> Void = { if let profile = rules.profile { $0.profile = profile } }
    let run = try await Run.load(paths, input, changing: change).choosing(worlds)
    run.tellSkippedInput()
    let views = run.views.map { $0.asking([Strangers.elsewhere]) }
    let report = try await run.linted(try rules.selection(run.configuration))
    // The report says itself which input was skipped.
    let summary = ConnectivitySummary(
      views, Places(run.project.sources), unread: run.unreadLines(beside: views, skipped: []), listsInferred: nil)
    let counts = run.project.counts
    let head = Page.Head(
      version: toolVersion, date: run.configuration.today,
      input: "\(Summary.count(counts.policies, "policy")), \(Summary.count(counts.workloads, "workload")) in "
        + Summary.count(run.input.files.count, "file"))
    let changes = try await changes(run, change)
    var page = Page(head, report, views, notes: summary.notes, flows: Verify(run.project), changes: changes)
    page.hasUnread = run.hasUnread
    guard output.write({ page.write(to: &$0) }) else { return .failure }
    if !input.quiet, !output.isStandard { Output.say(Summary(report).text) }
    return run.endOfQuestion(.clean)
  }

  private func changes(
    _ run: Run, _ change: @Sendable (inout Configuration) -> Void
  ) async throws(CommandFailure) -> Page.Changes? {
    guard let against else { return nil }
    let state = try State(against, flag: "--against")
    let old = try await state.load(paths, input, changing: change)
    let root = paths.count == 1 ? paths[0].path : "."
    let sides = [(old, state.path ?? root), (run, root)].map { run, path in
      DiffSide(
        run.project, root: ShownPath.text(FileSystem.workingDirectory.pushing(path)), asking: [Strangers.elsewhere])
    }
    var options = ConnectionOptions()
    options.otherPods = Strangers.ends(in: [])
    let diff: Diff
    do throws(UnknownWorld) {
      diff = try Diff(sides[0], sides[1], options, world: worlds.world.map(ArgumentText.shown))
    } catch {
      throw CommandFailure("\(error.message)")
    }
    var report = DiffReport(diff, old: sides[0].sources, new: sides[1].sources, notes: [])
    let entries = report.entries(most: HTMLReportCommand.mostChanges)
    return Page.Changes(
      entries: entries, added: report.counts[.added] ?? 0, removed: report.counts[.removed] ?? 0,
      against: ArgumentText.shown(against))
  }
}
