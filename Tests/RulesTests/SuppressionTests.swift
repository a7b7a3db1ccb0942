import Config
import Diagnostics
import Rules
import TestSupport
import Testing
import Traffic

/// Which findings a suppression covers.
@Suite struct SuppressionTests {
  /// Every `HERE` marks a finding of NP402 and is replaced by nothing; `OFF` marks one that must be suppressed.
  private func suppressedLines(_ text: String, config: String = "{}", today: String = "2026-11-24") async throws -> (
    kept: [Int], suppressed: [Int], reasons: [String]
  ) {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
    var configuration = try ConfigReader.read(SourceFile(id: FileID(0), path: "c", bytes: Array(config.utf8))).get()
    configuration.today = today
    let rules = [Registry.rule("NP402"), Registry.rule("NP101")].compactMap(\.self)
    let result = await Lint.run([file], rules, configuration: configuration)
    let lines = LineIndex(file.bytes)
    func line(_ finding: Finding) -> Int { lines.position(of: finding.span.start).line }
    return (
      result.findings.filter { $0.rule == "NP402" }.map(line),
      result.suppressed.filter { $0.finding.rule == "NP402" }.map { line($0.finding) },
      result.suppressed.map(\.reason)
    )
  }

  /// Two rules with a finding each, on lines 9 and 12 before comments are added.
  private let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector: {}
          ports: [{port: 80}]
        - from:
            - namespaceSelector: {}
          ports: [{port: 81}]

    """

  private func inserting(_ comment: String, before line: Int) -> String {
    var lines = policy.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let blanks = String(lines[line - 1].prefix { $0 == " " })
    lines.insert(blanks + comment, at: line - 1)
    return lines.joined(separator: "\n")
  }

  private func appending(_ comment: String, to line: Int) -> String {
    var lines = policy.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[line - 1] += " " + comment
    return lines.joined(separator: "\n")
  }

  private let comment = "# netpol-lint: ignore[NP402]: why"

  @Test func aCommentAtTheEndCoversItsLine() async throws {
    let result = try await suppressedLines(appending(comment, to: 9))
    #expect(result.kept == [12] && result.suppressed == [9] && result.reasons == ["why"])
    #expect(try await suppressedLines(appending(comment, to: 8)).kept == [9, 12])
    #expect(try await suppressedLines(appending(comment, to: 10)).kept == [9, 12])
  }

  @Test func aCommentAloneCoversTheNodeBelow() async throws {
    #expect(try await suppressedLines(inserting(comment, before: 8)).kept == [13])
    #expect(try await suppressedLines(inserting(comment, before: 9)).kept == [13])
    #expect(try await suppressedLines(inserting(comment, before: 10)).kept == [9, 13])
    #expect(try await suppressedLines(inserting(comment, before: 7)).kept == [])
    #expect(try await suppressedLines(inserting(comment, before: 5)).kept == [10, 13])
    #expect(try await suppressedLines(inserting(comment, before: 4)).kept == [])
    // `metadata` has no finding, and is no document.
    #expect(try await suppressedLines(inserting(comment, before: 3)).kept == [10, 13])
  }

  @Test func furtherCommentsAndEmptyLinesMayStandBetween() async throws {
    let text = inserting(comment + "\n\n    # Another comment.\n", before: 8)
    #expect(try await suppressedLines(text).suppressed == [13])
  }

  @Test func aCommentInFrontCoversTheDocument() async throws {
    for text in [comment + "\n" + policy, "--- " + comment + "\n" + policy, comment + "\n---\n" + policy] {
      #expect(try await suppressedLines(text + "---\n" + policy).kept.count == 2, "\(text)")
    }
    // At the end of a document it stands above the next one.
    let text = policy + comment + "\n---\n" + policy
    #expect(try await suppressedLines(text).kept == [9, 12])
    #expect(try await suppressedLines(text).suppressed == [24, 27])
  }

  @Test func aFileIsCoveredFromItsBeginningOnly() async throws {
    let whole = comment.replacing("ignore[", with: "ignore-file[")
    #expect(try await suppressedLines(whole + "\n" + policy + "---\n" + policy).suppressed.count == 4)
    #expect(try await suppressedLines("---\n# a\n---\n" + whole + "\n" + policy).suppressed.count == 2)
    #expect(try await suppressedLines(policy + "---\n" + whole + "\n" + policy).suppressed.isEmpty)
  }

  @Test func anAnnotationCoversItsObject() async throws {
    let metadata = "metadata: {name: web, namespace: shop, annotations: {ignore.netpol-lint.io/NP402: why}}"
    let text = policy.replacing("metadata: {name: web, namespace: shop}", with: metadata)
    #expect(try await suppressedLines(text + "---\n" + policy).kept.count == 2)
    let list = """
      apiVersion: v1
      kind: List
      items:

      """
    let items = [text, policy].map { policy in
      "- " + policy.split(separator: "\n").joined(separator: "\n  ") + "\n"
    }
    #expect(try await suppressedLines(list + items.joined()).kept == [25, 28])
  }

  /// One fault: a suppression that is over is said with the finding that has come back.
  @Test func whatIsOverIsSaidWithTheFinding() async throws {
    func over(_ text: String) async -> (finding: FindingID?, saidWith: FindingID?) {
      var configuration = Configuration()
      configuration.today = "2026-11-25"
      let rules = ["NP402", "NP605"].compactMap { Registry.rule($0) }
      let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
      let found = await Lint.run([file], rules, configuration: configuration).findings
      return (found.first { $0.rule == "NP402" }?.id, found.first { $0.rule == "NP605" }?.saidWith)
    }
    let old = "# netpol-lint: ignore[NP402] until=2026-11-24: why"
    for text in [appending(old, to: 9), inserting(old, before: 8), inserting(old, before: 1)] {
      let (finding, saidWith) = await over(text)
      #expect(finding != nil && finding == saidWith)
    }
    // Of another rule, or where nothing has come back, it speaks for itself.
    #expect(await over(appending(old.replacing("NP402", with: "NP403"), to: 9)).saidWith == nil)
    #expect(await over(appending(old, to: 5)).saidWith == nil)
  }

  @Test func aDateIsInclusive() async throws {
    let text = appending("# netpol-lint: ignore[NP402] until=2026-11-24: why", to: 9)
    #expect(try await suppressedLines(text).suppressed == [9])
    #expect(try await suppressedLines(text, today: "2026-11-25").suppressed.isEmpty)
  }

  @Test func withoutAReasonNothingIsSuppressed() async throws {
    #expect(try await suppressedLines(appending("# netpol-lint: ignore[NP402]", to: 9)).suppressed.isEmpty)
  }

  @Test func theConfigIgnoresAndProtects() async throws {
    func kept(_ config: String) async throws -> Int { try await suppressedLines(policy, config: config).kept.count }
    #expect(try await kept("ignores: [{rules: [NP4], reason: r}]") == 0)
    #expect(try await kept("ignores: [{rules: [NP4], namespaces: [sh*], reason: r, until: 2026-11-24}]") == 0)
    #expect(try await kept("ignores: [{rules: [NP4], namespaces: [other], reason: r}]") == 2)
    #expect(try await kept("ignores: [{rules: [NP401], reason: r}]") == 2)
    #expect(try await kept("ignores: [{rules: [NP4], reason: r, until: 2026-11-23}]") == 2)
    #expect(try await kept("{ignores: [{rules: [NP4], reason: r}], protected: [NP402]}") == 2)
    #expect(try await suppressedLines(comment + "\n" + policy, config: "protected: [NP4]").kept.count == 2)
  }

  @Test func aNamespaceIsCoveredWhereItsFindingIs() async throws {
    func reasons(_ text: String, _ config: String = "{}") async throws -> [String] {
      try await suppressedLines(text, config: config).reasons
    }
    let first = comment.replacing("NP402", with: "NP101") + "\n" + policy
    #expect(try await reasons(first) == ["why"])
    let namespace =
      "# netpol-lint: ignore[NP101]: declared\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    #expect(try await reasons(namespace + policy) == ["declared"])
    #expect(
      try await reasons(policy, "ignores: [{rules: [NP101], namespaces: [shop], reason: platform}]") == ["platform"])
  }

  @Test func nothingIsSuppressedWhereThatIsNotAsked() async throws {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array((comment + "\n" + policy).utf8))
    let project = await Project.read([file], configuration: Configuration())
    let rules = [Registry.rule("NP402"), Registry.rule("NP604")].compactMap(\.self)
    #expect(await Linter(rules: rules, suppresses: false).lint(project).findings.map(\.rule) == ["NP402", "NP402"])
    #expect(await Linter(rules: rules).lint(project).findings.isEmpty)
  }

  @Test func aProtectedRuleAndAMisplacedCommentAreUnused() async throws {
    func messages(_ text: String, _ config: String = "{}") async throws -> [String] {
      let configuration = try ConfigReader.read(SourceFile(id: FileID(0), path: "c", bytes: Array(config.utf8))).get()
      let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
      let rules = [Registry.rule("NP402"), Registry.rule("NP604")].compactMap(\.self)
      return await Lint.run([file], rules, configuration: configuration).findings.filter { $0.rule == "NP604" }
        .map(\.message)
    }
    #expect(
      try await messages(comment + "\n" + policy, "protected: [NP4]") == [
        "this suppresses nothing: the config protects NP402"
      ])
    #expect(
      try await messages(inserting("# netpol-lint: ignore-file[NP402]: why", before: 8)) == [
        "this suppresses nothing: `ignore-file` must stand before the file's first key"
      ])
  }
}

/// Comments that the tool writes itself.
@Suite struct IgnoreWriterTests {
  private func write(_ text: String, _ rules: [RuleID] = ["NP402"]) async -> (text: String, left: Int) {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
    let asked = rules.compactMap { Registry.rule($0) }
    let findings = await Lint.run([file], asked).findings
    #expect(!findings.isEmpty)
    let writer = IgnoreWriter(findings, in: file, reason: "why not", Configuration())
    // What is written is believed only when the linter agrees.
    let changed = SourceFile(id: FileID(0), path: "a.yaml", bytes: writer.bytes)
    let after = await Lint.run([changed], asked)
    #expect(after.findings.count == writer.left.count && after.suppressed.count == writer.suppressed.count)
    return (String(decoding: writer.bytes, as: UTF8.self), writer.left.count)
  }

  private func policy(_ peer: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
        - from:
            \(peer)
          ports: [{port: 80}]
    """
  }

  @Test func aCommentIsWrittenAtTheEndOfTheLine() async {
    let result = await write(policy("- namespaceSelector: {}"))
    #expect(result.text.contains("- namespaceSelector: {} # netpol-lint: ignore[NP402]: why not\n") && result.left == 0)
  }

  @Test func whereAnotherCommentStandsItIsWrittenAbove() async {
    let result = await write(policy("- namespaceSelector: {} # all of them"))
    #expect(
      result.text.contains(
        "        # netpol-lint: ignore[NP402]: why not\n        - namespaceSelector: {} # all of them\n"))
  }

  @Test func lineEndsAndTheByteOrderMarkStay() async {
    let text = "\u{FEFF}" + policy("- namespaceSelector: {} # all").replacing("\n", with: "\r\n")
    let result = await write(text)
    #expect(result.text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) && result.left == 0)
    #expect(result.text.replacing("\r\n", with: "").utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A })
  }

  @Test func severalRulesShareAComment() async {
    let text = policy("- {namespaceSelector: {}, podSelector: {}}").replacing("port: 80", with: "port: 0")
    let result = await write(text, ["NP402", "NP005", "NP101"])
    #expect(result.left == 0)
  }

  @Test func jsonIsLeftAlone() async throws {
    let json = try #require(JSONText.convert(policy("- namespaceSelector: {}")))
    let result = await write(json)
    #expect(result.text == json && result.left == 1)
  }

  @Test func textInAnotherEncodingIsLeftAlone() async {
    let units = ("\u{FEFF}" + policy("- namespaceSelector: {}")).utf16
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    let findings = await Lint.run([file], [Registry.rule("NP402")].compactMap(\.self)).findings
    let writer = IgnoreWriter(findings, in: file, reason: "why not", Configuration())
    #expect(writer.suppressed.isEmpty && writer.left.count == 1)
  }

  /// A quoted text that goes on in the next line has no place for a comment at its end.
  @Test func aTextThatGoesOnIsNotBroken() async {
    let metadata = "metadata: {name: web, namespace: shop, annotations: {note: \"one\n    two\"}}"
    let text = policy("- podSelector: {}").replacing("metadata: {name: web, namespace: shop}", with: metadata)
    let result = await write(text, ["NP102"])
    #expect(result.text.contains("# netpol-lint: ignore[NP102]: why not\n" + metadata) && result.left == 0)
  }
}
