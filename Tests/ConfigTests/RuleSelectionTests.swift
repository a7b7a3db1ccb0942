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
    return try RuleSelection(
      infos, configuration, select: select, extend: extend, ignore: ignore, minSeverity: lowest
    ).enabled.sorted().map(\.description)
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
