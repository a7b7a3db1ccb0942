internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Evidence
internal import Facts
internal import Input
internal import Reporting
internal import Rules
internal import SystemPackage
internal import Traffic
internal import Writing

extension EvidenceFormat: ExpressibleByArgument {}

/// `netpol-lint report …`: documents about the policies.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a report: hipaa or html.",
    subcommands: [HIPAAReportCommand.self, HTMLReportCommand.self])
}

/// `netpol-lint report hipaa [PATH…]`: what the policies are evidence for, and what they cannot show.
struct HIPAAReportCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "hipaa", abstract: "Write what the policies are evidence for under the HIPAA Security Rule.",
    discussion: """
      The config says which workloads hold or work on ePHI (`components.NAME.data`, `hipaa.zoneLabel`). The report lists \
      what supports a paragraph, what speaks against it, and what cannot be told; it has no overall result. Equal input and \
      an equal --today give equal bytes.
      """)

  /// `--fail-on`.
  enum Failure: String, CaseIterable {
    case fail, undecided, change, never
    case newClient = "new-client"
    case newEgress = "new-egress"
    case lostIsolation = "lost-isolation"

    /// Whether it asks for an earlier report.
    var isAboutChange: Bool {
      switch self {
      case .change, .newClient, .newEgress, .lostIsolation: true
      case .fail, .undecided, .never: false
      }
    }
  }

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions

  @Option(help: "\(EvidenceFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: EvidenceFormat = .markdown

  @Option(help: "The framework: \(EvidenceCatalogue.all.map(\.id).joined(separator: ", ")).")
  var framework = "hipaa"

  @Option(help: "An earlier report in JSON: what has changed for ePHI since then.")
  var compare: String?

  @Option(help: "A folder of earlier reports in JSON: their dates, gaps between them, and what changed.")
  var history: String?

  @Option(help: "Where the changes since then are acknowledged, such as a ticket.")
  var acknowledge: String?

  @Option(help: "What the input is, such as a repository with its commit.")
  var source: String?

  @Option(help: "Of a live export: its cluster, context, time and command.")
  var liveExport: String?

  @Flag(help: "List what is proposed and not in force, marked so.")
  var proposed = false

  @Flag(help: "Print the framework as a catalogue in OSCAL, which assessment results refer to, and stop.")
  var oscalCatalog = false

  @Option(
    help:
      "Exit with 1 for: \(Failure.allCases.map(\.rawValue).joined(separator: ", ")); repeatable, or with commas.")
  var failOn: [String] = []

  @Option(name: [.customShort("o"), .long], help: "Write to this file in place of standard output.")
  var output: String?

  private var failureWords: [String] { failOn.flatMap { $0.split(separator: ",").map(String.init) } }

  func validate() throws {
    let words = Failure.allCases.map(\.rawValue)
    for word in failureWords where Failure(rawValue: word) == nil {
      throw ValidationError("--fail-on takes \(words.joined(separator: ", ")), not '\(word)'")
    }
    if compare == nil, let word = failureWords.first(where: { Failure(rawValue: $0)?.isAboutChange ?? false }) {
      throw ValidationError("--fail-on \(word) needs --compare: there is nothing that a change could be seen by")
    }
    guard EvidenceCatalogue.named(framework) != nil else {
      throw ValidationError("--framework takes \(EvidenceCatalogue.all.map(\.id).joined(separator: ", "))")
    }
  }

  func status() async throws(CommandFailure) -> ExitStatus {
    guard let catalogue = EvidenceCatalogue.named(framework) else { return .failure }
    let reports = EarlierReports(catalogue)
    let earlier = try compare.map { name throws(CommandFailure) in try reports.read(name, flag: "--compare") }
    let kept = try history.map { name throws(CommandFailure) in try reports.all(in: name) }
    let output = try Output.open(output)
    if oscalCatalog { return output.write({ OSCALCatalogue.write(catalogue, to: &$0) }) ? .clean : .failure }
    let run = try await Run.load(paths, input).choosing(worlds)
    run.tellSkippedInput()
    run.tellIgnoredPolicies()
    if let compare, let date = earlier?.report.date, date > run.configuration.today {
      throw CommandFailure(
        "--compare \(SafeText(escaping: ArgumentText.shown(compare))): it is of \(date), after this report, of "
          + "\(run.configuration.today) (--today)")
    }
    var configuration = run.configuration
    configuration.profile = .hipaa
    // What the config switches off or accepts is no less found.
    configuration.rules = []
    let selection = try RuleFlags.selection(configuration)
    let job = LintJob(
      rules: Registry.all.filter { selection.enabled.contains($0.info.id) }, selection: selection,
      context: run.input.context, named: run.namedFiles, jobs: input.jobs, suppresses: true)
    var material = EvidenceMaterial(
      run.project, await job.lint(run.project), catalogue, toolVersion: toolVersion)
    material.arguments = ["netpol-lint"] + ArgumentText.ofProcess.map(ArgumentText.quoted)
    material.source = source.map(ArgumentText.shown)
    material.liveExport = liveExport.map(ArgumentText.shown)
    material.acknowledgement = acknowledge.map(ArgumentText.shown)
    material.showsProposed = proposed
    material.skipped = run.skipped
    material.earlier = earlier
    material.history = kept
    let report = EvidenceReport(material)
    guard output.write({ report.write(format, to: &$0) }) else { return .failure }
    if !input.quiet { Output.say("\(EvidenceSummary.text(report))") }
    return run.end(fails(report) || cannotTell(report) ? .findings : .clean)
  }

  /// Whether it is asked for changes, and nobody can tell that there are none; says so on standard error.
  private func cannotTell(_ report: EvidenceReport) -> Bool {
    guard let reason = report.comparison?.cannotTell,
      let word = failureWords.first(where: { Failure(rawValue: $0)?.isAboutChange ?? false })
    else { return false }
    Output.say("netpol-lint: --fail-on \(word): \(SafeText(escaping: reason))")
    return true
  }

  private func fails(_ report: EvidenceReport) -> Bool {
    failureWords.compactMap(Failure.init).contains { failure in
      switch failure {
      case .never: false
      case .fail: report.has(.fail)
      case .undecided: report.has(.undecided)
      case .change: !(report.comparison?.isEmpty ?? true)
      case .newClient: report.comparison?.has(.newClient) ?? false
      case .newEgress: report.comparison?.has(.newEgress) ?? false
      case .lostIsolation: report.comparison?.has(.lostIsolation) ?? false
      }
    }
  }
}
