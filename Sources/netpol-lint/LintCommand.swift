internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Reporting
internal import Rules

extension ReportFormat: ExpressibleByArgument {}
extension Profile: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}

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
  var paths: [String] = ["."]

  @Option(help: "How findings are written: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ReportFormat = .text

  @Option(help: "FORMAT[:PATH]; repeatable. Without a path: standard output, in place of --format.")
  var output: [String] = []

  @Option(help: "Only these rules: ids, names, or starts of ids such as NP2; comma-separated.")
  var select: [String] = []

  @Option(help: "Not these rules.")
  var ignore: [String] = []

  @Option(help: "recommended, strict (notes too), hipaa (strict and NP7xx), or api (NP0xx alone).")
  var profile: Profile?

  @Option(help: "Leave out findings below: note, warning or error.")
  var minSeverity: Severity?

  @Option(help: "Exit with 1 from this severity on: error, warning, note or never.")
  var failOn: FailureLevel = .warning

  @Option(help: "The config file; otherwise .netpol-lint.yaml is looked for, up to the root of the repository.")
  var config: String?

  @Flag(help: "Use no config file.")
  var noConfig = false

  @Option(help: "A folder or file that is read for facts; nothing is reported there. Repeatable.")
  var context: [String] = []

  @Option(help: "A glob of files that are not read. Repeatable.")
  var exclude: [String] = []

  @Option(help: "The name that reports give to standard input.")
  var stdinFilename = "<stdin>"

  @Flag(help: "A folder without any NetworkPolicy is no failure.")
  var allowEmpty = false

  @Option(name: [.customShort("n"), .long], help: "The namespace of objects that name none.")
  var namespace = "default"

  @Option(help: "The date that counts as today, such as 2027-01-31.")
  var today: String?

  @Option(help: "How many tasks may run at once.")
  var jobs: Int = FileSystem.processorCount

  @Option(help: "Colours: auto, always or never.")
  var color: ColorChoice = .auto

  @Flag(help: "List the files that would be read, and stop.")
  var listFiles = false

  @Flag(name: [.customShort("q"), .long], help: "No summary on standard error.")
  var quiet = false

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs must be at least 1") }
    if let today, !DateText.isValid(today) { throw ValidationError("--today must be a date such as 2027-01-31") }
  }

  func status() async -> ExitStatus {
    do throws(ConfigFinder.Failure) {
      return await run(try effectiveConfiguration(), try outputs())
    } catch {
      for line in error.lines { Output.say(line) }
      return .failure
    }
  }

  /// The config with the flags laid over it.
  private func effectiveConfiguration() throws(ConfigFinder.Failure) -> Configuration {
    var configuration = try ConfigFinder.load(named: config, isOff: noConfig)
    if let profile { configuration.profile = profile }
    configuration.defaultNamespace = namespace
    configuration.today = today ?? FileSystem.today
    if !quiet, !configuration.unusedKeys.isEmpty {
      let keys = configuration.unusedKeys.joined(separator: ", ")
      Output.say("netpol-lint: these config keys are checked for their form and not used yet: \(keys)")
    }
    return configuration
  }

  private func run(_ configuration: Configuration, _ outputs: [ReportOutput]) async -> ExitStatus {
    let selection: RuleSelection
    do throws(RuleSelection.UnknownRule) {
      selection = try RuleSelection(
        Registry.infos, configuration, select: words(select), ignore: words(ignore), minSeverity: minSeverity)
    } catch {
      Output.say("netpol-lint: \(error.message); `netpol-lint rules` lists them")
      return .failure
    }
    var finder = InputFinder(exclude: configuration.exclude + exclude, standardInputName: stdinFilename)
    let input = finder.read(paths, context: context)
    if let missing = input.missing {
      Output.say(missingMessage(missing))
      return .failure
    }
    if listFiles {
      let names = input.files.map { $0.path + "\n" }.joined()
      return Output.standard.write(names) ? (input.hasUnreadable ? .failure : .clean) : .failure
    }
    let rules = Registry.all.filter { selection.enabled.contains($0.info.id) }
    let result = await Linter(configuration: configuration, rules: rules, jobs: jobs).lint(input.files)
    let shown = result.findings.filter { !input.context.contains($0.span.file) }.compactMap(selection.shown)
    let report = report(result, input, shown, rules.map { $0.info }, outputs)
    guard write(report, outputs, skippedInput: input.skipped) else { return .failure }
    return status(result, input, shown)
  }

  private func status(_ result: LintResult, _ input: Input, _ shown: [Finding]) -> ExitStatus {
    if input.hasUnreadable { return .failure }
    if shown.contains(where: { failOn.isReached($0.severity) }) { return .findings }
    if result.policies == 0, input.hasDirectory, !allowEmpty {
      Output.say(
        "netpol-lint: no NetworkPolicy was found in \(paths.joined(separator: ", ")) (--allow-empty accepts that)")
      return .nothingFound
    }
    return .clean
  }

  private func report(
    _ result: LintResult, _ input: Input, _ shown: [Finding], _ rules: [RuleInfo], _ outputs: [ReportOutput]
  ) -> Report {
    let sources = SourceTable(input.files)
    // Fingerprints are worked out only where they are written.
    let needsFingerprints = outputs.contains { $0.format.holdsFingerprints }
    var paths = ContentPaths(sources)
    var findings: [ReportedFinding] = []
    findings.reserveCapacity(shown.count)
    for finding in shown {
      findings.append(ReportedFinding(finding, contentPath: needsFingerprints ? paths.path(of: finding) : finding.path))
    }
    ReportedFinding.makeUnique(&findings, in: sources)
    return Report(
      version: toolVersion,
      input: InputCounts(
        files: input.files.count - input.context.count, documents: result.documents, policies: result.policies,
        workloads: result.workloads, namespaces: result.namespaces),
      findings: findings, undecided: result.undecided, skipped: result.skipped + input.skipped, sources: sources,
      rules: rules, policyFiles: result.policyFiles)
  }

  /// Writes all reports; the summary goes to standard error where no text report holds it.
  private func write(_ report: Report, _ outputs: [ReportOutput], skippedInput: [SkippedInput]) -> Bool {
    for skipped in skippedInput { Output.say("netpol-lint: \(skipped.file): \(skipped.reason)") }
    for output in outputs {
      let isTerminal = output.path == nil
      let options = ReportOptions(color: isTerminal && Output.usesColor(color), paths: FileSystem.repositoryPaths)
      let isWritten =
        if let path = output.path {
          Output.replace(path) { output.format.write(report, options: options, to: &$0) }
        } else {
          Output.standard.write { output.format.write(report, options: options, to: &$0) }
        }
      guard isWritten else { return false }
    }
    if !quiet, !outputs.contains(where: { $0.format == .text && $0.path == nil }) {
      var text = ByteWriter()
      Summary(report).write(to: &text)
      Output.say(String(decoding: text.bytes.dropLast(), as: UTF8.self))
    }
    return true
  }

  /// `FORMAT[:PATH]` of each `--output`; `--format` when there is none.
  private func outputs() throws(ConfigFinder.Failure) -> [ReportOutput] {
    if output.isEmpty { return [ReportOutput(format: format, path: nil)] }
    var result: [ReportOutput] = []
    for text in output {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let format = ReportFormat(rawValue: String(parts[0])) else {
        let hint = Suggestion.hint(for: String(parts[0]), among: ReportFormat.allCases.map(\.rawValue))
        throw ConfigFinder.Failure(lines: ["netpol-lint: --output: there is no format `\(parts[0])`\(hint)"])
      }
      result.append(ReportOutput(format: format, path: parts.count > 1 ? String(parts[1]) : nil))
    }
    guard result.count(where: { $0.path == nil }) <= 1 else {
      throw ConfigFinder.Failure(lines: ["netpol-lint: only one --output can go to standard output"])
    }
    return result
  }

  private func missingMessage(_ path: String) -> String {
    let commands = NetpolLint.configuration.subcommands.compactMap { $0.configuration.commandName }
    let hint = Suggestion.nearest(to: path, among: commands).map { "; did you mean the command `\($0)`?" } ?? ""
    return "netpol-lint: there is no file or folder `\(path)`\(hint)"
  }

  private func words(_ lists: [String]) -> [String] {
    lists.flatMap { $0.split(separator: ",") }.map { String($0).filter { $0 != " " } }
  }
}

/// One report that is written.
struct ReportOutput {
  let format: ReportFormat
  /// `nil` for standard output.
  let path: String?
}
