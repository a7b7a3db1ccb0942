import Diagnostics
import Reporting
import Testing

/// What list items are recognised by is promised to those who keep baselines: it must never change.
@Suite struct ContentPathTests {
  private let text = #"""
    spec:
      ports: [80, 8.5, yes, null, "a \"b\" ## é", 0x10]
      ingress:
      - from:
        - podSelector: {matchLabels: {b: x, a: "1", 80: z}}
        - {}
        - []
      - ports: &all
        - {protocol: TCP, port: 53}
      - ports: *all
    ---
    base: &base {from: [one]}
    spec:
      ingress:
      - from: [two]
      ingress:
      - <<: *base
        ports: []
    """#

  /// The field path that the fingerprint of a finding at `place` holds, if it is `expected`.
  private func isNamed(_ paths: [(path: String, expected: String)], at place: String = "spec:") async -> Bool {
    let start = UInt32(
      text.firstRange(of: place).map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0)
    let findings = paths.map {
      Finding(
        rule: "NP203", severity: .error, message: "m",
        at: Place(SourceSpan(file: FileID(0), start: start, end: start + 1), path: $0.path))
    }
    let sources = SourceTable([SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))])
    let report = await Report.assemble(
      Report.Material(
        input: InputCounts(files: 1, documents: 2, policies: 0, workloads: 0, namespaces: 0), findings: findings,
        sources: sources, rules: []),
      version: "1", fingerprinting: true, showsSuppressed: false, jobs: 1)
    return zip(findings, paths).allSatisfy { finding, path in
      report.findings.contains {
        $0.finding == finding && $0.fingerprint == Fingerprint.of(finding, contentPath: path.expected)
      }
    }
  }

  private func digest(_ json: String) -> String { Fingerprint.digest(of: Array(json.utf8)) }

  @Test func itemsAreNamedByTheirCanonicalJSON() async {
    let rule = digest(#"{"from":[{"podSelector":{"matchLabels":{"80":"z","a":"1","b":"x"}}},{},[]]}"#)
    #expect(
      await isNamed([
        ("spec.ingress[0]", "spec.ingress[\(rule)]"),
        ("spec.ingress[0].from[1].podSelector", "spec.ingress[\(rule)].from[\(digest("{}"))].podSelector"),
        ("spec.ingress[0].from[2]", "spec.ingress[\(rule)].from[\(digest("[]"))]"),
      ]))
  }

  @Test func scalarsAreNamedByTheirValue() async {
    let written = ["80", "8.5", "true", "null", #""a \"b\" #\u0023 é""#, "16"]
    let paths = written.enumerated().map { ("spec.ports[\($0)]", "spec.ports[\(digest($1))]") }
    #expect(await isNamed(paths))
  }

  @Test func anAliasIsNamedAsWhatItStandsFor() async {
    let (rule, port) = (digest(#"{"ports":[{"port":53,"protocol":"TCP"}]}"#), digest(#"{"port":53,"protocol":"TCP"}"#))
    #expect(
      await isNamed([
        ("spec.ingress[1].ports[0].port", "spec.ingress[\(rule)].ports[\(port)].port"),
        ("spec.ingress[2].ports[0]", "spec.ingress[\(rule)].ports[\(port)]"),
      ]))
  }

  @Test func ofEqualKeysTheLastOneCountsAndMergeKeysAreFollowed() async {
    let rule = digest(#"{"from":["one"],"ports":[]}"#)
    #expect(
      await isNamed(
        [
          ("spec.ingress[0].from[0]", "spec.ingress[\(rule)].from[\(digest(#""one""#))]"),
          ("base.from[0]", "base.from[\(digest(#""one""#))]"),
        ], at: "base:"))
  }

  @Test func whatIsNotThereKeepsItsNumber() async {
    let rule = digest(#"{"from":[{"podSelector":{"matchLabels":{"80":"z","a":"1","b":"x"}}},{},[]]}"#)
    let paths = [
      "spec.ingress[9].from[0]", "spec.egress[0]", "spec[0]", "[0]", "spec..ingress[0]", "spec.ingress[0]x.from[0]",
      "spec.ingress[99999999999999999999]", "spec.ports[0].a[0]",
    ]
    let expected = paths.map {
      $0.replacing("spec.ingress[0]x", with: "spec.ingress[\(rule)]x")
        .replacing("spec.ports[0]", with: "spec.ports[\(digest("80"))]")
    }
    #expect(await isNamed(Array(zip(paths, expected))))
  }
}
