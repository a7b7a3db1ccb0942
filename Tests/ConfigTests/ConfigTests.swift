import Config
import Diagnostics
import Model
import Testing

@Suite struct ConfigTests {
  private func read(_ text: String) -> (configuration: Configuration?, problems: [String]) {
    let file = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(text.utf8))
    switch ConfigReader.read(file) {
    case .success(let configuration): return (configuration, [])
    case .failure(let error):
      let index = LineIndex(file.bytes)
      return (
        nil,
        error.problems.map {
          let place = index.position(of: $0.span.start)
          return "\(place.line):\(place.column) \($0.message)"
        }
      )
    }
  }

  @Test func anEmptyFileMeansTheDefaults() throws {
    let configuration = try #require(read("# nothing\n").configuration)
    #expect(configuration.profile == .recommended && configuration.cluster.kubernetesMinor == 35)
    #expect(configuration.cluster.podCIDRs == nil)
  }

  @Test func everythingIsRead() throws {
    let configuration = try #require(
      read(
        """
        profile: strict
        rules: {NP402: off, NP306: error, NP307: {severity: warning, max: 100}}
        exclude: ["**/charts/**"]
        cluster:
          kubernetesVersion: "1.36"
          podCIDRs: [10.244.0.0/16]
          namespaces: {ingress-nginx: {labels: {team: edge}}}
        components:
          postgres: {namespace: shop, labels: {app: postgres}, portSet: postgresql, data: ephi, clients: [web]}
          web: {namespace: shop, labels: {app: web}, ports: [8000/TCP, 53/UDP]}
        flows:
          - {name: n, from: web, to: postgres, port: [5432, 53/UDP], expect: allow}
        """
      ).configuration)
    #expect(configuration.profile == .strict)
    #expect(configuration.rules.map(\.level) == [.off, .severity(.error), .severity(.warning)])
    #expect(configuration.rules[2].options["max"] == "100")
    #expect(configuration.cluster.kubernetesMinor == 36)
    #expect(configuration.cluster.podCIDRs?.cidrs.map(\.description) == ["10.244.0.0/16"])
    #expect(configuration.components.map(\.name) == ["postgres", "web"])
    #expect(configuration.components[1].ports?.text == "TCP 8000; UDP 53")
    #expect(configuration.components[0].data == .ephi)
    #expect(configuration.unusedKeys == ["flows"])
  }

  @Test(arguments: [
    ("profil: strict", "1:1 there is no key `profil`; did you mean 'profile'?"),
    (
      "profile: strickt",
      "1:10 profile must be one of recommended, strict, hipaa, api, not `strickt`; did you mean 'strict'?"
    ),
    ("cluster:\n  podCIDR: []", "2:3 there is no key `podCIDR` in cluster; did you mean 'podCIDRs'?"),
    (
      "cluster: {podCIDRs: [10.0.0.0]}", "1:22 cluster.podCIDRs[0] must be a CIDR such as 10.244.0.0/16, not `10.0.0.0`"
    ),
    ("components: {a: {namespace: x}}", "1:18 components.a lacks the key `labels`"),
    ("flows: [{to: a, expect: maybe}]", "1:25 flows[0].expect must be one of allow, deny, only, not `maybe`"),
    ("flows: [{to: a, expect: allow, port: 0}]", "1:38 flows[0].port must be a port such as 8000/TCP, not `0`"),
    (
      "ignores: [{rules: [NP101], reason: r, until: 2027-02-30}]",
      "1:46 ignores[0].until must be a date such as 2027-01-31, not `2027-02-30`"
    ),
    ("exclude: x", "1:10 exclude must be a list"),
    ("- a", "1:3 the config must be a mapping"),
    ("profile: strict\nprofile: api", "2:1 profile stands here twice"),
  ])
  func whatIsWrongIsSaidWithItsPlace(_ text: String, _ message: String) {
    #expect(read(text).problems == [message])
  }

  @Test func allProblemsAreSaidAtOnce() { #expect(read("a: 1\nb: 2\n").problems.count == 2) }
}

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
    _ profile: Profile, rules: String = "{}", select: [String] = [], ignore: [String] = [], _ lowest: Severity? = nil
  ) throws -> [String] {
    let file = SourceFile(
      id: FileID(0), path: "c", bytes: Array("profile: \(profile.rawValue)\nrules: \(rules)\n".utf8))
    let configuration = try ConfigReader.read(file).get()
    return try RuleSelection(infos, configuration, select: select, ignore: ignore, minSeverity: lowest).enabled.sorted()
      .map(\.description)
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
    #expect(try enabled(.recommended, rules: "{NP2: off}") == ["NP001"])
    #expect(try enabled(.recommended, rules: "{NP2: off, NP203: warning}") == ["NP001", "NP203"])
    #expect(throws: RuleSelection.UnknownRule.self) { try enabled(.strict, select: ["split-pear"]) }
  }

  @Test(arguments: [
    ("2026-11-24", "2026-11-24", 0), ("2025-11-21", "2026-02-21", 92), ("2024-02-28", "2024-03-01", 2),
    ("2023-02-28", "2023-03-01", 1), ("1999-12-31", "2000-01-01", 1), ("2000-02-28", "2000-03-01", 2),
    ("2026-03-01", "2026-02-28", -1), ("2000-01-01", "2400-01-01", 146_097),
  ])
  func daysBetweenDates(_ start: String, _ end: String, _ days: Int) {
    #expect(DateText.days(from: start, to: end) == days)
  }

  @Test func whatIsNoDateHasNoDistance() {
    #expect(DateText.days(from: "2026-02-30", to: "2026-03-01") == nil)
    #expect(DateText.days(from: "2026-02-01", to: "") == nil)
  }
}
