internal import ArgumentParser
internal import Diagnostics
internal import Input
internal import Reporting
internal import Rules
internal import SystemPackage
internal import Writing

/// `netpol-lint rules`: the catalogue.
struct RulesCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List all rules, with the fixes that --fix makes (safe) or --fix --unsafe-fixes (unsafe).")

  func status() async -> ExitStatus {
    let isWritten = Output.standard.write { out in
      for info in Registry.infos {
        let severity = info.severity.rawValue.padding(to: 8)
        let fix = info.fix.map { $0.safeties.map(\.rawValue).joined(separator: "/") } ?? "-"
        out.append("\(info.id)  \(severity) \(fix.padding(to: 11)) \(info.name.padding(to: 38)) \(info.summary)\n")
      }
    }
    return isWritten ? .clean : .failure
  }
}

/// `netpol-lint explain NP203`: one rule's page.
struct ExplainCommand: StatusCommand {
  static let configuration = CommandConfiguration(commandName: "explain", abstract: "Explain a rule.")

  @Argument(help: "The rule's id or name.")
  var rule: String

  func status() async throws(CommandFailure) -> ExitStatus {
    guard let info = Registry.info(rule) else {
      let words = Registry.infos.map(\.name) + Registry.infos.map(\.id.description)
      let hint = Suggestion.hint(for: rule, among: words)
      throw CommandFailure("there is no rule `\(ArgumentText.shown(rule))`\(hint)")
    }
    return Output.standard.write({ $0.append(RulePage.markdown(info)) }) ? .clean : .failure
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

extension String {
  /// The text with blanks behind it, up to a width.
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
