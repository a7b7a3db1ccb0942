internal import ArgumentParser
internal import Diagnostics
internal import Engine
internal import Input
internal import Model
internal import Queries
internal import Reporting
internal import SystemPackage
internal import Traffic
internal import Writing

extension ConnectivityFormat: ExpressibleByArgument {}
extension MatrixGrouping: ExpressibleByArgument {}

/// `netpol-lint connectivity PATH…`: every connection that may be established for certain.
struct ConnectivityCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "connectivity", abstract: "List every allowed connection, or draw them.",
    discussion: "Connections that cannot be told for certain are not listed; the summary names what is missing.")

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions
  @OptionGroup var ends: EndOptions

  @Option(help: "\(ConnectivityFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ConnectivityFormat = .text

  @Option(help: "Only connections of this workload: NS/NAME or NS/KIND/NAME. Repeatable.")
  var focus: [String] = []

  @Option(
    help: """
      What has a row of its own, or a box: workload or namespace. Otherwise namespace where there are more workloads than \
      fit. For matrix, matrix-markdown, dot and mermaid.
      """)
  var by: MatrixGrouping?

  @Option(help: "Write to this file in place of standard output.")
  var output: String?

  func validate() throws {
    if by != nil, ![.matrix, .matrixMarkdown, .dot, .mermaid].contains(format) {
      throw ValidationError("--by goes with --format matrix, matrix-markdown, dot or mermaid")
    }
  }

  func status() async throws(CommandFailure) -> ExitStatus {
    let isFile = output != nil
    let output = try Output.open(output)
    let run = try await Run.load(paths, input).choosing(worlds)
    run.tellSkippedInput()
    let views = format.isMatrix ? run.views.map { $0.asking([Strangers.elsewhere]) } : run.views
    var table = ConnectionTable(views.map { ($0.context.name, Connections($0, ends.options)) })
    do throws(UnknownFocus) {
      try table.focus(on: focus.map(ArgumentText.shown))
    } catch {
      throw CommandFailure("\(error.message)")
    }
    let summary = ConnectivitySummary(
      views, Places(run.project.sources), unread: run.unreadLines(beside: views), listsInferred: ends.inferred)
    var report = ConnectivityReport(
      table, summary, matrices: format.isMatrix ? try matrices(views, isFile: isFile) : nil, grouping: by)
    guard output.write({ report.write(format, to: &$0) }) else { return .failure }
    if !format.holdsSummary, !input.quiet { Output.say(report.summary.text) }
    return run.endOfQuestion(.clean)
  }

  private func matrices(_ views: [WorldView], isFile: Bool) throws(CommandFailure) -> MatrixReport {
    var options = MatrixReport.Options()
    options.grouping = by
    options.width = isFile ? Output.widthOfFiles : Output.width
    do throws(UnknownFocus) {
      return try MatrixReport(views, ends.options, focus: focus.map(ArgumentText.shown), options)
    } catch {
      throw CommandFailure("\(error.message)")
    }
  }
}

/// Which ends connections are listed for.
struct EndOptions: ParsableArguments {
  @Flag(help: "List pods too that selectors ask for and that no workload makes.")
  var inferred = false

  @Flag(name: .customLong("self"), help: "List the traffic of a workload to its own replicas.")
  var toItself = false

  var options: ConnectionOptions {
    var options = ConnectionOptions()
    options.includesInferred = inferred
    options.includesSelf = toItself
    return options
  }
}

extension Run {
  /// The worlds in which there is something to ask about.
  var views: [WorldView] { project.worlds.filter { !$0.isEmpty } }

  /// Documents and policies that could not be read, in lines: one for each reason.
  ///
  /// - Parameters:
  ///   - views: worlds of which it is said already what keeps their connections from being told.
  ///   - skipped: what else was not read; empty where that is said in other words.
  func unreadLines(beside views: [WorldView] = [], skipped: [SkippedInput]) -> [SafeText] {
    let told = Set(views.flatMap { $0.world.doubts.map(\.reason) + $0.world.additions.map(\.reason) })
    var places = Places(project.sources)
    let kinds: [ManifestProblem.Kind] = [.invalidYAML, .template, .unsupportedVersion]
    var found = project.problems.filter { kinds.contains($0.kind) }.map { problem in
      (place: "\(places.path(of: problem.span)):\(places.range(of: problem.span).start.line)", reason: problem.message)
    }
    found += skipped.map { ($0.file, $0.reason) }
    found.removeAll { told.contains($0.reason) }
    let notes = Set(skipped.lazy.filter(\.isNote).map(\.reason))
    var placesOfReason: [String: [String]] = [:]
    for (place, reason) in found { placesOfReason[reason, default: []].append(place) }
    var seen: Set<String> = []
    return found.filter { seen.insert($0.reason).inserted }.map { place, reason in
      let more = (placesOfReason[reason]?.count ?? 1) - 1
      let others: SafeText = more > 0 ? " and \(more) more places" : ""
      return "\(notes.contains(reason) ? "Note" : "Not read"): \(place)\(others): \(reason)."
    }
  }

  func unreadLines(beside views: [WorldView] = []) -> [SafeText] { unreadLines(beside: views, skipped: skipped) }

  /// Whether connections may be missing because something was not read.
  var hasUnread: Bool { !unreadLines(skipped: skipped.filter { !$0.isNote }).isEmpty }

  /// Says on standard error what could not be read, for answers that have no summary to say it in: a policy may be among
  /// it.
  ///
  /// What was read, and is noted all the same, is a notice, which `-q` keeps back.
  func tellUnreadLines() {
    let said = isQuiet ? skipped.filter { !$0.isNote } : skipped
    for line in unreadLines(skipped: said) { Output.say("netpol-lint: \(line)") }
  }

  /// How a question ends: there is an answer where workloads were read, be there policies or not.
  func endOfQuestion(_ status: ExitStatus) -> ExitStatus {
    if project.counts.workloads == 0 { return end(status) }
    return input.hasUnreadable ? .failure : status
  }
}
