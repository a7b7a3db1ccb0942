import Diagnostics
import Rules
import TestSupport
import Testing

/// What asks for more work than a rule does.
@Suite struct LimitTests {
  /// Rules that have a peer's trait in common, and none of which covers another one.
  private static func policy(rules: Int) -> String {
    let rules = (0..<rules).map { number in
      "{from: [{podSelector: {matchExpressions: [{key: app, operator: Exists}, {key: k\(number), operator: Exists}]}}], "
        + "ports: [{port: 80}]}"
    }
    return """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: shop} # here
      spec: {podSelector: {}, policyTypes: [Ingress], ingress: [\(rules.joined(separator: ", "))]}
      """
  }

  private func limits(_ rules: Int) async -> (findings: [String], undecided: [String]) {
    let text = Self.policy(rules: rules)
    let asked: [any Rule.Type] = [NP001InvalidYAML.self, NP502ShadowedRule.self]
    let result = await Lint.run(Lint.files(of: text), asked)
    let marks = await Lint.findings(of: text, asked).map { "\($0.line) \($0.rule)" }
    return (marks, result.undecided.map(\.rule.description))
  }

  @Test func aRuleThatGivesUpSaysWhere() async {
    let (findings, undecided) = await limits(500)
    #expect(findings == ["3 NP001"])
    #expect(undecided == ["NP502"])
  }

  @Test func aFewRulesAreAllCompared() async {
    let (findings, undecided) = await limits(50)
    #expect(findings.isEmpty && undecided.isEmpty)
  }
}
