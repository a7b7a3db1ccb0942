import Config
import Diagnostics
import Testing

@Suite struct RuleSelectionTests {
  private static func info(_ id: RuleID, _ name: String, _ severity: Severity) -> RuleInfo {
    RuleInfo(
      id: id, name: name, severity: severity, summary: "", rationale: "", remedy: "", bad: Example(""),
      good: Example(""))
  }

  private let infos = [
    info("NP001", "invalid-yaml", .error), info("NP203", "split-peer", .error),
    info("NP601", "missing-rationale", .note),
    info("NP703", "mislabelled-citation", .error),
  ]

  private func enabled(
    _ profile: Profile, rules: String = "{}", select: [String] = [], extend: [String] = [],
    ignore: [String] = [], _ lowest: Severity? = nil
  ) throws -> [String] {
    let file = SourceFile(
      id: FileID(0), path: "c", bytes: Array("profile: \(profile.rawValue)\nrules: \(rules)\n".utf8))
    let configuration = try ConfigReader.read(file).get()
    var flags = RuleSelection.Flags()
    (flags.select, flags.extend, flags.ignore, flags.minSeverity) = (select, extend, ignore, lowest)
    return try RuleSelection(infos, configuration, flags).enabled.sorted().map(\.description)
  }

  /// The rules whose fix is offered.
  private func offered(_ config: String, fixable: [String] = [], unfixable: [String] = []) throws -> [String] {
    let file = SourceFile(id: FileID(0), path: "c", bytes: Array("profile: hipaa\n\(config)\n".utf8))
    var flags = RuleSelection.Flags()
    (flags.fixable, flags.unfixable) = (fixable, unfixable)
    let selection = try RuleSelection(infos, try ConfigReader.read(file).get(), flags)
    let span = SourceSpan(file: FileID(0), start: 0, end: 1)
    return infos.compactMap { info in
      let finding = Finding(
        rule: info.id, severity: .error, message: "m", at: Place(span),
        .fix(Fix(.safe, "write it", edits: [Fix.Edit(span, "x")])))
      let shown = selection.shown(finding)
      #expect(shown?.fix?.description == "write it")
      return shown?.fix?.edits.isEmpty == false ? info.id.description : nil
    }
  }

  @Test func fixesOfSomeRulesAreNotOffered() throws {
    #expect(try offered("") == ["NP001", "NP203", "NP601", "NP703"])
    #expect(try offered("unfixable: [split-peer, NP6]") == ["NP001", "NP703"])
    #expect(try offered("fixable: [NP2, NP7]\nunfixable: [NP703]") == ["NP203"])
    #expect(try offered("fixable: []") == [])
    // A flag replaces what the config chooses, and not what it bars.
    #expect(try offered("fixable: [NP2]", fixable: ["NP6", "NP7"]) == ["NP601", "NP703"])
    #expect(try offered("unfixable: [NP7]", fixable: ["NP6", "NP7"], unfixable: ["NP6"]) == [])
    #expect(throws: RuleSelection.UnknownRule.self) { try offered("", fixable: ["split-pear"]) }
    #expect(throws: RuleSelection.UnknownRule.self) { try offered("unfixable: [split-pear]") }
  }

  @Test func profilesChooseRules() throws {
    #expect(try enabled(.recommended) == ["NP001", "NP203"])
    #expect(try enabled(.strict) == ["NP001", "NP203", "NP601"])
    #expect(try enabled(.hipaa) == ["NP001", "NP203", "NP601", "NP703"])
    #expect(try enabled(.api) == ["NP001"])
    #expect(try enabled(.recommended, .note) == ["NP001", "NP203", "NP601"])
  }

  @Test func flagsAndSettingsAddAndTakeAway() throws {
    #expect(try enabled(.recommended, select: ["NP6", "split-peer"]) == ["NP203", "NP601"])
    #expect(try enabled(.recommended, select: ["NP"], ignore: ["np2"]) == ["NP001", "NP601", "NP703"])
    #expect(try enabled(.recommended, extend: ["NP6"]) == ["NP001", "NP203", "NP601"])
    #expect(try enabled(.recommended, select: ["NP7"], extend: ["NP6", "NP2"], ignore: ["NP2"]) == ["NP601", "NP703"])
    #expect(try enabled(.recommended, rules: "{NP2: off}", extend: ["NP2"]) == ["NP001"])
    #expect(throws: RuleSelection.UnknownRule.self) { try enabled(.strict, extend: ["split-pear"]) }
    #expect(try enabled(.recommended, rules: "{NP2: off}") == ["NP001"])
    #expect(try enabled(.recommended, rules: "{NP2: off, NP203: warning}") == ["NP001", "NP203"])
    #expect(throws: RuleSelection.UnknownRule.self) { try enabled(.strict, select: ["split-pear"]) }
    #expect(throws: RuleSelection.UnknownRule.self) { try enabled(.strict, select: ["NP999"]) }
    #expect(throws: RuleSelection.UnknownRule.self) { try enabled(.strict, ignore: ["NP8"]) }
    #expect(try enabled(.recommended, rules: "{NP999: off}") == ["NP001", "NP203"])
  }
}
