import Config
import Diagnostics
import Model
import Testing

/// Config files laid over one another, and what is shown of them.
@Suite struct LayerTests {
  private func layers(_ texts: String...) throws -> [ConfigLayer] {
    try texts.enumerated().map { index, text in
      try ConfigReader.layer(SourceFile(id: FileID(index), path: "\(index).yaml", bytes: Array(text.utf8)))
    }
  }

  @Test func mapsMergeAndListsAndScalarsAreReplaced() throws {
    let configuration = try ConfigReader.configuration(
      of: layers(
        """
        profile: strict
        rules: {NP402: off, NP306: off, NP307: {severity: warning, max: 100}}
        exclude: [a, b]
        components: {web: {namespace: shop, labels: {app: web}, clients: [x]}}
        cluster: {dns: {namespace: dns}}
        """,
        """
        rules: {NP306: error, NP307: {max: 10}}
        exclude: [c]
        components: {web: {labels: {tier: front}, clients: []}}
        """))
    #expect(configuration.profile == .strict && configuration.exclude == ["c"])
    #expect(configuration.rules.map(\.level) == [.off, .severity(.error), .severity(.warning)])
    #expect(configuration.rules[2].options["max"] == "10")
    #expect(configuration.components[0].labels.pairs.map(\.key) == ["app", "tier"])
    #expect(configuration.components[0].clients?.isEmpty == true && configuration.components[0].namespace == "shop")
    #expect(configuration.cluster.dns.namespace == "dns")
  }

  @Test func onlyTheWholeMustBeComplete() throws {
    let base = "components: {web: {namespace: shop}}"
    #expect(throws: ConfigProblems.self) { try ConfigReader.configuration(of: layers(base)) }
    #expect(throws: Never.self) {
      try ConfigReader.configuration(of: layers(base, "components: {web: {labels: {app: web}}}"))
    }
  }

  @Test func valuesAreShownWithTheirOrigin() throws {
    let text = ConfigDisplay.text(
      try layers("exclude: ['**/a', b c]\nprofile: api\n", "rules:\n  NP402: off\n"),
      flags: [(key: "profile", value: "hipaa", flag: "--profile")])
    #expect(text.contains("exclude: [\"**/a\", \"b c\"]  # 0.yaml:1\n"))
    #expect(text.contains("  NP402: off  # 1.yaml:2\n"))
    #expect(text.contains("profile: hipaa  # --profile\n"))
    #expect(text.contains("  reviewIntervalDays: 90  # default\n"))
  }

  /// What is shown is a config that means the same.
  @Test func whatIsShownReadsBack() throws {
    let written = try layers(
      """
      components: {web: {namespace: shop, labels: {"a/b": "\\"x: #"}, ports: [80, 53/UDP]}}
      flows: [{name: "it's: a [name]", from: [web, "shop:app=x,tier=y"], to: internet, expect: deny}]
      roots: ["clusters/*"]
      ignores: []
      """)
    let shown = try layers(ConfigDisplay.text(written))
    let (first, second) = (
      try ConfigReader.configuration(of: written), try ConfigReader.configuration(of: shown)
    )
    #expect(first.components.map(\.labels) == second.components.map(\.labels))
    #expect(first.flows.map(\.name) == second.flows.map(\.name))
    #expect(first.flows[0].from.map(\.text) == second.flows[0].from.map(\.text))
    #expect(ConfigDisplay.text(shown).contains("roots: [\"clusters/*\"]"))
  }

  @Test func flowFilesHoldFlowsAlone() throws {
    func flows(_ text: String) throws -> [Flow] {
      try ConfigReader.flows(SourceFile(id: FileID(0), path: "a.flows.yaml", bytes: Array(text.utf8)))
    }
    let flow = try #require(try flows("flows: [{from: a, to: b, port: 80-90/UDP, expect: deny}]").first)
    #expect(flow.name == "a to b on 80-90/UDP: deny" && flow.ports?.first?.number == .range(80...90))
    #expect(throws: ConfigProblems.self) { try flows("flows: []\nprofile: strict\n") }
    #expect(throws: ConfigProblems.self) { try flows("other: 1\n") }
    #expect(ConfigReader.isFlowFile("a/b.flows.yaml") && !ConfigReader.isFlowFile("flows.yaml"))
  }

  @Test func theInnermostRootHoldsAFile() throws {
    var configuration = try ConfigReader.configuration(of: layers("roots: ['clusters/*', 'clusters/a/sub/']"))
    #expect(configuration.root(of: "clusters/a/x.yaml") == "clusters/a")
    #expect(configuration.root(of: "clusters/a/sub/deep/x.yaml") == "clusters/a/sub")
    #expect(configuration.root(of: "clusters/x.yaml") == nil && configuration.root(of: "other/a/x.yaml") == nil)
    configuration.workingDirectory = "clusters"
    #expect(configuration.root(of: "a/x.yaml") == "a" && configuration.root(of: "clusters/a/x.yaml") == "clusters")
  }

  @Test func versionsAreComparedByTheirNumbers() throws {
    let (old, new) = try (#require(VersionNumber("0.9")), #require(VersionNumber("v0.10.1-rc.1")))
    #expect(old < new && !(new < old))
    #expect(VersionNumber("1.34")?.minor == 34 && VersionNumber("1")?.minor == 0)
    for text in ["", "1.", "a", "1.2.3.4", "-1"] { #expect(VersionNumber(text) == nil, "\(text)") }
  }
}

/// gitignore(5), case by case.
@Suite struct GlobTests {
  private func matches(_ glob: String, _ path: String, isDirectory: Bool = false) -> Bool {
    let names = path.utf8.split(separator: UInt8(ascii: "/")).map { ArraySlice(Array($0)) }
    return Glob(glob)?.matches(names, isDirectory: isDirectory) ?? false
  }

  @Test(arguments: [
    ("a.yaml", "a.yaml"), ("a.yaml", "x/y/a.yaml"), ("/a.yaml", "a.yaml"), ("x/a.yaml", "x/a.yaml"),
    ("*.yaml", "x/a.yaml"), ("x/**", "x/a/b"), ("x/**/b", "x/b"), ("x/**/b", "x/a/c/b"), ("**/b", "b"),
    ("a?c", "abc"), ("[a-c]x", "bx"), ("[!a]x", "bx"), ("[]a]x", "]x"), ("\\*x", "*x"), ("a*b*c", "aXbYbZc"),
    ("*", "é"), ("**/charts/**", "k8s/charts/a/x.yaml"),
  ])
  func match(_ glob: String, _ path: String) { #expect(matches(glob, path)) }

  @Test(arguments: [
    ("/a.yaml", "x/a.yaml"), ("x/a.yaml", "y/x/a.yaml"), ("x/**", "x"), ("x/*", "x/a/b"), ("a?c", "a/c"),
    ("[a-c]x", "dx"), ("[a", "[a"), ("", "a"), ("/", "a"), ("a/", "a"), ("*.yaml", "a.yml"),
  ])
  func doNotMatch(_ glob: String, _ path: String) { #expect(!matches(glob, path)) }

  @Test func aSlashAtTheEndAsksForAFolder() {
    #expect(matches("a/", "x/a", isDirectory: true) && matches("x/a/", "x/a", isDirectory: true))
  }

  /// Wildcards in a row must not take exponential time.
  @Test func manyWildcardsAreCheap() {
    let glob = String(repeating: "*a", count: 60) + "b"
    #expect(!matches(glob, String(repeating: "a", count: 5_000)))
  }
}
