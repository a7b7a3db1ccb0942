import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing

/// The files of `Fixtures/rules/NPnnn`: `bad…` holds marks, `good…` is a trap in which the rule must stay silent. Lines
/// that start with `# config: ` are the config. What the rule's own examples show, `ExampleTests` replays.
@Suite struct RuleFixtureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: RuleID
    let testDescription: String
    let text: String
  }

  static let cases: [Case] = Registry.infos.flatMap { info in
    ((try? Fixture.files("rules/\(info.id)")) ?? []).map { file in
      Case(
        rule: info.id, testDescription: "\(info.id)/\(file.path)", text: String(decoding: file.bytes, as: UTF8.self))
    }
  }

  @Test(arguments: cases)
  func yieldsExactlyItsMarks(_ fixture: Case) async throws {
    let rule = try #require(Registry.rule(fixture.rule))
    let expected = Lint.marks(of: fixture.text)
    #expect(expected.isEmpty == !fixture.testDescription.contains("/bad"))
    let configuration = try Lint.configuration(in: fixture.text)
    #expect(await Lint.findings(of: fixture.text, [rule], configuration: configuration) == expected)
  }

  @Test(arguments: cases)
  func staysTheSameUnderMutations(_ fixture: Case) async throws {
    let rule = try #require(Registry.rule(fixture.rule))
    for mutation in MutationTests.mutations {
      let text = mutation.apply(fixture.text)
      let configuration = try Lint.configuration(in: text)
      let found = await Lint.findings(of: text, [rule], configuration: configuration)
      #expect(found == Lint.marks(of: text), "\(mutation.testDescription)")
    }
  }

  @Test func everyRuleHasAFileBeyondItsExamples() {
    let rules = Set(Self.cases.map(\.rule))
    for info in Registry.infos { #expect(rules.contains(info.id), "\(info.id)") }
  }

  @Test(arguments: cases)
  func repeatsNoExample(_ fixture: Case) throws {
    let info = try #require(Registry.rule(fixture.rule)).info
    for example in [info.bad, info.good] {
      let config = (example.config ?? "").split(separator: "\n").map { "# config: \($0)\n" }.joined()
      #expect(content(fixture.text) != content(config + example.manifest))
    }
  }

  /// What a text shows: without its marks, blank lines and the comment above its first document.
  private func content(_ text: String) -> [Substring] {
    let lines = Example(text).text.split(separator: "\n")
    let head = lines.prefix { $0.hasPrefix("#") }
    let body = lines.dropFirst(head.count)
    return body.first == "---" ? head.filter { $0.hasPrefix("# config: ") } + body.dropFirst() : lines
  }

  @Test func whatCannotBeDecidedIsListed() async throws {
    let rule = try #require(Registry.rule("NP201"))
    let text = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: shop}
      spec: {podSelector: {matchLabels: {app: redis}}, policyTypes: [Ingress]}
      """
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
    let result = await Lint.run([file], [rule])
    #expect(
      result.undecided == [Undecided(rule: "NP201", namespace: "shop", reason: "no workload manifests were read")])
  }
}
