package import Diagnostics

/// Which rules run, and with which severity their findings are shown.
package struct RuleSelection: Sendable {
  /// Words that name no rule, with a hint.
  package struct UnknownRule: Error, Sendable {
    package let message: String
  }

  /// The ids of the rules that run.
  package let enabled: Set<RuleID>
  private let severities: [RuleID: Severity]
  private let notesShown: Set<RuleID>
  private let lowest: Severity

  /// - Parameters:
  ///   - select: replaces the profile's choice when it is not empty.
  ///   - ignore: is taken away at the end.
  ///   - minSeverity: findings below are not shown; `nil` shows notes where the profile does.
  package init(
    _ infos: [RuleInfo], _ configuration: Configuration, select: [String] = [], ignore: [String] = [],
    minSeverity: Severity? = nil
  ) throws(UnknownRule) {
    let written = configuration.rules.map(\.word) + configuration.protected.map(\.text)
    let accepted = configuration.ignores.flatMap(\.rules).map(\.text)
    for word in select + ignore + written + accepted where !infos.contains(where: { $0.isMeant(by: word) }) {
      // A config may speak of rules that this version does not have; on the command line that is a slip of the finger.
      if isIDOrPrefix(word), !(select + ignore).contains(word) { continue }
      throw UnknownRule(
        message: "there is no rule `\(word)`" + Suggestion.hint(for: word, among: infos.map(\.name)))
    }
    var enabled: Set<RuleID> = []
    var severities: [RuleID: Severity] = [:]
    var notesShown: Set<RuleID> = []
    for info in infos {
      let isSelected = select.contains { info.isMeant(by: $0) }
      let setting = configuration.rules.filter { info.isMeant(by: $0.word) && $0.level != nil }
        .max { specificity($0.word) < specificity($1.word) }
      if case .severity(let severity) = setting?.level { severities[info.id] = severity }
      let profile = configuration.profile
      let showsNotes =
        profile == .strict || profile == .hipaa || minSeverity == .note || isSelected || severities[info.id] != nil
      if showsNotes { notesShown.insert(info.id) }
      guard select.isEmpty ? isIn(profile, info.id) : isSelected, setting?.level != .off,
        !ignore.contains(where: { info.isMeant(by: $0) }), showsNotes || info.severity > .note
      else { continue }
      enabled.insert(info.id)
    }
    self.enabled = enabled
    self.severities = severities
    self.notesShown = notesShown
    lowest = minSeverity ?? .note
  }

  /// The finding as it is shown: with the configured severity; `nil` when it is not shown.
  package func shown(_ finding: Finding) -> Finding? {
    guard enabled.contains(finding.rule) else { return nil }
    var finding = finding
    if let severity = severities[finding.rule] { finding.severity = severity }
    if finding.severity < lowest || (finding.severity == .note && !notesShown.contains(finding.rule)) { return nil }
    return finding
  }
}

private func isIn(_ profile: Profile, _ id: RuleID) -> Bool {
  switch profile {
  case .recommended, .strict: id.number < 700 || id.number >= 800
  case .hipaa: true
  case .api: id.number < 100
  }
}

extension RuleInfo {
  /// Whether a word is the rule's id, its name, or the start of its id.
  package func isMeant(by word: String) -> Bool {
    let folded = word.lowercased()
    return name == folded || (folded.hasPrefix("np") && id.description.lowercased().hasPrefix(folded))
  }
}

private func isIDOrPrefix(_ word: String) -> Bool {
  word.uppercased().hasPrefix("NP") && word.count <= 5 && word.dropFirst(2).allSatisfy(\.isNumber)
}

/// Names and whole ids go before starts of ids, longer ones before shorter ones.
private func specificity(_ word: String) -> Int { word.uppercased().hasPrefix("NP") ? word.count : 6 }
