internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Input
internal import Reporting
internal import Rules
internal import SystemPackage
internal import Writing

extension RuleCatalogue.Format: ExpressibleByArgument {}

/// `netpol-lint rules`: the catalogue.
struct RulesCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract:
      "List all rules, with their profiles and the fixes that --fix makes (safe) or --fix --unsafe-fixes (unsafe).")

  @Option(help: "text, json or markdown.")
  var format: RuleCatalogue.Format = .text

  @Option(
    help: "Only these rules: ids, names, or starts of ids such as NP2; comma-separated.", completion: .rules)
  var select: [String] = []

  @Option(help: "Only the rules of a profile: recommended, strict, hipaa or api.")
  var profile: Profile?

  @Option(help: "Only rules of at least this severity: note, warning or error.")
  var minSeverity: Severity?

  @Flag(help: "Only rules with fixes.")
  var fixable = false

  func status() async throws(CommandFailure) -> ExitStatus {
    let words = RuleFlags.words(select)
    for word in words where !Registry.infos.contains(where: { $0.isMeant(by: word) }) {
      throw ExplainCommand.unknown(word)
    }
    let entries = Registry.infos.filter { info in
      (words.isEmpty || words.contains { info.isMeant(by: $0) }) && (profile.map { $0.runs(info) } ?? true)
        && info.severity >= minSeverity ?? .note && (!fixable || info.fix != nil)
    }.map(RuleCatalogue.Entry.init)
    return Output.standard.write({ RuleCatalogue.write(entries, as: format, to: &$0) }) ? .clean : .failure
  }
}

extension Profile {
  /// Whether a rule runs with it where nothing else is said.
  fileprivate func runs(_ info: RuleInfo) -> Bool {
    holds(info.id) && (info.severity > .note || self == .strict || self == .hipaa)
  }

  /// The names of the profiles that a rule runs with.
  fileprivate static func allOf(_ info: RuleInfo) -> [String] {
    allCases.filter { $0.runs(info) }.map(\.rawValue)
  }
}

extension RuleCatalogue.Entry {
  fileprivate init(_ info: RuleInfo) {
    self.init(
      info, profiles: Profile.allOf(info), page: ProjectAddress.current?.page(of: info.id, version: toolVersion))
  }
}

extension CompletionKind {
  /// The ids of all rules.
  static var rules: CompletionKind { .list(Registry.infos.map(\.id.description)) }
}

/// `netpol-lint explain NP203`: one rule's page.
struct ExplainCommand: StatusCommand {
  static let configuration = CommandConfiguration(commandName: "explain", abstract: "Explain a rule.")

  @Argument(help: "The rule's id or name.", completion: .rules)
  var rule: String

  @Option(help: "text, json or markdown; text on a terminal and markdown elsewhere, where none is named.")
  var format: RuleCatalogue.Format?

  @Option(help: "Colours: auto, always or never.")
  var color: ColorChoice = .auto

  func status() async throws(CommandFailure) -> ExitStatus {
    guard let info = Registry.info(rule) else { throw Self.unknown(rule) }
    let width = Output.terminalWidth
    let isWritten = Output.standard.write { out in
      switch format ?? (width == nil ? .markdown : .text) {
      case .markdown: out.append(RulePage.markdown(info))
      case .json: RuleCatalogue.write([RuleCatalogue.Entry(info)], as: .json, to: &out)
      case .text: RulePage.writeText(info, color: Output.usesColor(color), width: width, to: &out)
      }
    }
    return isWritten ? .clean : .failure
  }

  fileprivate static func unknown(_ rule: String) -> CommandFailure {
    let words = Registry.infos.map(\.name) + Registry.infos.map(\.id.description)
    return CommandFailure("there is no rule `\(ArgumentText.shown(rule))`\(Suggestion.hint(for: rule, among: words))")
  }
}

/// `netpol-lint docs DIR`: writes, or checks, the rules' pages.
struct DocsCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs", abstract: "Write the rules' pages.", shouldDisplay: false)

  @Flag(help: "Only compare them with what is there.")
  var check = false

  @Argument(help: "The folder of the pages.")
  var directory: String

  func status() async throws(CommandFailure) -> ExitStatus {
    var stale: [String] = []
    for info in Registry.infos {
      let path = "\(directory)/\(info.id).md"
      let page = RulePage.markdown(info)
      if check {
        let size = FileSystem.status(FilePath(path))?.size ?? 0
        let bytes = try? FileSystem.read(FilePath(path), size: size)
        if bytes.map({ String(decoding: $0, as: UTF8.self) }) != page { stale.append(path) }
      } else if try !Output.open(path).write({ $0.append(page) }) {
        return .failure
      }
    }
    let pages = Set(Registry.infos.map { "\($0.id).md" })
    let others = ((try? FileSystem.names(in: FilePath(directory))) ?? []).map(\.string).filter { !pages.contains($0) }
    for path in stale + others.map({ "\(directory)/\($0)" }) {
      Output.say("\(path) does not agree with the rules: run `make docs`")
    }
    return stale.isEmpty && others.isEmpty ? .clean : .findings
  }
}
