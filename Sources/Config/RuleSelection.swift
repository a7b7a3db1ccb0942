package import Diagnostics

/// Which rules run, and with which severity their findings are shown.
package struct RuleSelection: Sendable {
  /// Words that name no rule, each with a hint.
  package enum UnknownRule: Error, Sendable {
    /// One of a flag.
    case flag(String)
    /// All of the config, in the order of the text.
    case config(ConfigProblems)
  }

  /// The ids of the rules that run.
  package let enabled: Set<RuleID>
  private let severities: [RuleID: Severity]
  private let notesShown: Set<RuleID>
  private let lowest: Severity
  /// The rules whose fixes are not offered.
  private let unfixable: Set<RuleID>

  /// What the command line says of rules: ids, names, or starts of ids.
  package struct Flags: Sendable {
    /// Replaces the profile's choice when it is not empty.
    package var select: [String] = []
    /// Comes in addition to the profile's choice, or to `select`.
    package var extend: [String] = []
    /// Is taken away at the end.
    package var ignore: [String] = []
    /// Replaces the config's choice when it is not empty.
    package var fixable: [String] = []
    /// Is taken away from `fixable` and from the config's choice.
    package var unfixable: [String] = []
    /// Findings below are not shown; `nil` shows notes where the profile does.
    package var minSeverity: Severity?

    package init() {}
  }

  package init(
    _ infos: [RuleInfo], _ configuration: Configuration, _ flags: Flags = Flags()
  ) throws(UnknownRule) {
    let (select, extend, ignore, minSeverity) = (flags.select, flags.extend, flags.ignore, flags.minSeverity)
    for word in select + extend + ignore + flags.fixable + flags.unfixable
    where !infos.contains(where: { $0.isMeant(by: word) }) {
      throw .flag(Self.message(on: word, infos))
    }
    // A config may speak of rules that this version does not have; on the command line that is a slip of the finger.
    let unknown = Self.unknownRules(in: configuration, infos).filter { !isIDOrPrefix($0.word) }
    let problems = unknown.map(\.problem) + Self.unknownOptions(in: configuration, infos)
    if !problems.isEmpty { throw .config(ConfigProblems(problems)) }
    var enabled: Set<RuleID> = []
    var severities: [RuleID: Severity] = [:]
    var notesShown: Set<RuleID> = []
    for info in infos {
      let isSelected = (select + extend).contains { info.isMeant(by: $0) }
      let setting = configuration.rules.filter { info.isMeant(by: $0.word) && $0.level != nil }
        .max { specificity($0.word) < specificity($1.word) }
      if case .severity(let severity) = setting?.level { severities[info.id] = severity }
      let profile = configuration.profile
      let showsNotes =
        profile == .strict || profile == .hipaa || minSeverity == .note || isSelected || severities[info.id] != nil
      if showsNotes { notesShown.insert(info.id) }
      guard isSelected || select.isEmpty && profile.holds(info.id), setting?.level != .off,
        !ignore.contains(where: { info.isMeant(by: $0) }), showsNotes || info.severity > .note
      else { continue }
      enabled.insert(info.id)
    }
    self.enabled = enabled
    self.severities = severities
    self.notesShown = notesShown
    lowest = minSeverity ?? .note
    unfixable = Self.unfixable(infos, configuration, flags)
  }

  private static func unfixable(_ infos: [RuleInfo], _ configuration: Configuration, _ flags: Flags) -> Set<RuleID> {
    let chosen = flags.fixable.isEmpty ? configuration.fixable?.map(\.text) : flags.fixable
    let barred = flags.unfixable + configuration.unfixable.map(\.text)
    return Set(
      infos.filter { info in
        barred.contains { info.isMeant(by: $0) } || !(chosen?.contains { info.isMeant(by: $0) } ?? true)
      }.map(\.id))
  }

  /// What the config says of rules that are not there, with the words that it calls them by.
  package static func unknownRules(
    in configuration: Configuration, _ infos: [RuleInfo]
  ) -> [(word: String, problem: ConfigProblem)] {
    let written =
      configuration.rules.map { ($0.word, $0.span) }
      + (configuration.protected + (configuration.fixable ?? []) + configuration.unfixable
      + configuration.ignores.flatMap(\.rules)).map { ($0.text, $0.span) }
    return written.filter { word, _ in !infos.contains { $0.isMeant(by: word) } }.map { word, span in
      (word, ConfigProblem(message(on: word, infos), at: span))
    }
  }

  /// Options that the config sets for rules without them.
  private static func unknownOptions(in configuration: Configuration, _ infos: [RuleInfo]) -> [ConfigProblem] {
    configuration.rules.flatMap { setting in
      let meant = infos.filter { $0.isMeant(by: setting.word) }
      return setting.options.keys.sorted().compactMap { name -> ConfigProblem? in
        if name == "severity" || meant.isEmpty { return nil }
        if meant.contains(where: { $0.options.contains { $0.name == name } }) { return nil }
        let known = infos.filter { $0.options.contains { $0.name == name } }.map { "\($0.id) \($0.name)" }
        let owner = known.isEmpty ? "" : "; it is an option of \(known.joined(separator: ", "))"
        return ConfigProblem("`\(setting.word)` has no option `\(name)`\(owner)", at: setting.span)
      }
    }
  }

  private static func message(on word: String, _ infos: [RuleInfo]) -> String {
    let isID = word.uppercased().hasPrefix("NP")
    let names = isID ? infos.map(\.id.description) : infos.map(\.name)
    return "there is no rule `\(word)`" + Suggestion.hint(for: isID ? word.uppercased() : word, among: names)
  }

  /// The severity that the config gives a rule; `nil` where it gives none.
  package func configuredSeverity(of rule: RuleID) -> Severity? { severities[rule] }

  /// The finding as it is shown: with the configured severity, and without the edits of a fix that is not offered, whose
  /// description stays; `nil` when it is not shown.
  package func shown(_ finding: Finding) -> Finding? {
    guard enabled.contains(finding.rule) else { return nil }
    var finding = finding
    if let severity = severities[finding.rule], finding.severity != severity { finding.severity = severity }
    if finding.fix != nil, unfixable.contains(finding.rule) { finding.fix?.edits = [] }
    if finding.severity < lowest || (finding.severity == .note && !notesShown.contains(finding.rule)) { return nil }
    return finding
  }
}

extension Profile {
  /// Whether rules of this id run with it, as far as they report more than notes.
  package func holds(_ id: RuleID) -> Bool {
    switch self {
    case .recommended, .strict: id.group != .hipaa
    case .hipaa: true
    case .api: id.group == .reading
    }
  }
}

extension RuleInfo {
  /// Whether a word is the rule's id, its name, one that it had, or the start of its id.
  package func isMeant(by word: String) -> Bool {
    let folded = word.lowercased()
    return name == folded || aliases.contains(folded)
      || (folded.hasPrefix("np") && id.description.lowercased().hasPrefix(folded))
  }
}

private func isIDOrPrefix(_ word: String) -> Bool {
  word.uppercased().hasPrefix("NP") && word.count <= 5 && word.dropFirst(2).allSatisfy(\.isNumber)
}

/// Names and whole ids go before starts of ids, longer ones before shorter ones.
private func specificity(_ word: String) -> Int { word.uppercased().hasPrefix("NP") ? word.count : 6 }

extension Configuration {
  /// What counts for an option of a rule: the setting that speaks of the rule most closely, the last one of those.
  package func value(of option: RuleOption, of info: RuleInfo) -> Int {
    let settings = rules.filter { info.isMeant(by: $0.word) && $0.options[option.name] != nil }
    let closest = settings.enumerated().max {
      (specificity($0.element.word), $0.offset) < (specificity($1.element.word), $1.offset)
    }
    return closest?.element.options[option.name].flatMap { Int($0) } ?? option.standard
  }
}
