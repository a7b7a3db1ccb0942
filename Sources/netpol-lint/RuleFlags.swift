internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Input
internal import Rules
internal import Writing

extension Profile: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}

/// The flags that choose rules.
struct RuleFlags: ParsableArguments {
  @Option(help: "Only these rules: ids, names, or starts of ids such as NP2; comma-separated.", completion: .rules)
  var select: [String] = []

  @Option(help: "These rules too, beside those of the profile or of --select.", completion: .rules)
  var extendSelect: [String] = []

  @Option(help: "Not these rules.", completion: .rules)
  var ignore: [String] = []

  @Option(help: "recommended, strict (notes too), hipaa (strict and NP7xx), or api (NP0xx alone).")
  var profile: Profile?

  @Option(help: "Leave out findings below: note, warning or error.")
  var minSeverity: Severity?

  @Option(help: "Make the fixes of these rules alone; in place of `fixable` of the config.", completion: .rules)
  var fixable: [String] = []

  @Option(help: "Make no fixes of these rules; beside `unfixable` of the config.", completion: .rules)
  var unfixable: [String] = []

  /// What these flags and the config choose.
  func selection(_ configuration: Configuration) throws(CommandFailure) -> RuleSelection {
    var flags = RuleSelection.Flags()
    flags.select = Self.words(select)
    flags.extend = Self.words(extendSelect)
    flags.ignore = Self.words(ignore)
    flags.fixable = Self.words(fixable)
    flags.unfixable = Self.words(unfixable)
    flags.minSeverity = minSeverity
    do throws(RuleSelection.UnknownRule) {
      return try RuleSelection(Registry.infos, configuration, flags)
    } catch {
      throw CommandFailure(error, configuration)
    }
  }

  /// What the config alone chooses.
  static func selection(_ configuration: Configuration) throws(CommandFailure) -> RuleSelection {
    do throws(RuleSelection.UnknownRule) {
      return try RuleSelection(Registry.infos, configuration)
    } catch {
      throw CommandFailure(error, configuration)
    }
  }

  /// The words of a flag that may be given several times, each a list.
  static func words(_ lists: [String]) -> [String] {
    lists.flatMap { $0.split(separator: ",") }.map { String($0).filter { $0 != " " } }
  }
}

extension CommandFailure {
  /// Rules that are not there, each with its place where it has one.
  init(_ unknown: RuleSelection.UnknownRule, _ configuration: Configuration) {
    switch unknown {
    case .flag(let message): self.init("\(message); `netpol-lint rules` lists them")
    case .config(let problems): self.init(.invalid(problems, in: configuration.files))
    }
  }
}
