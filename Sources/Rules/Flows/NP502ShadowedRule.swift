package import Diagnostics
internal import Model

/// A rule whose traffic another rule of the same policy allows anyway.
package enum NP502ShadowedRule: Rule {
  package static let policyScope = PolicyScope.policy
  package static let info = RuleInfo(
    id: "NP502", name: "shadowed-rule", severity: .warning,
    summary: "A rule that adds nothing to its policy: another rule of it allows the same and more.",
    rationale: """
      The rules of a policy add up. A narrow rule beside a wide one does not narrow anything: what its author wanted to \
      limit is open, or the rule is left over.
      """,
    remedy: "delete the wide rule if the narrow one says what is meant, otherwise the narrow one",
    citations: ["164.312(a)(1)"],
    followsFrom: ["NP201", "NP312", "NP401", "NP402", "NP403", "NP404", "NP409", "NP412", "NP405"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from: # expect: NP502
              - podSelector: {matchLabels: {app: web}}
            ports: [{port: 8080}]
          - from:
              - namespaceSelector: {}
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - podSelector: {matchLabels: {app: web}}
            ports: [{port: 8080}]
          - from:
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
            ports: [{port: 9090}]
      """))

  /// As many comparisons are made among the rules of one direction of a policy. Only rules whose peers and ports have
  /// something in common are compared at all.
  private static let mostComparisons = 200_000

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let coverage = RuleCoverage(analysis.world)
    for policy in analysis.askedPolicies where policy.isSound {
      for type in PolicyType.allCases {
        let rules = policy.effectiveRules(type)
        guard rules.count > 1 else { continue }
        check(rules.map(CoverRule.init), policy, coverage, analysis, &sink)
      }
    }
  }

  private static func check(
    _ rules: [CoverRule], _ policy: NetworkPolicy, _ coverage: RuleCoverage, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let namespace = policy.meta.namespace
    var index = CoverIndex(analysis.world, namespace)
    for rule in rules { index.append(rule.rule) }
    var budget = mostComparisons
    for (number, rule) in rules.enumerated() {
      for candidate in index.candidates(for: rule.rule) where candidate != number {
        budget -= 1 + rule.rule.peers.items.count
        if budget < 0 {
          return sink.giveUp(
            namespace: namespace, "\(policy.meta.name.value) has more rules than are compared with each other",
            at: .name(of: policy.meta))
        }
        if shadows(candidate, number, rules, namespace, coverage) {
          report(rule.rule, by: rules[candidate].rule, policy, &sink)
          break
        }
      }
    }
  }

  /// Of two equal rules the first one counts.
  private static func shadows(
    _ wide: Int, _ number: Int, _ rules: [CoverRule], _ namespace: String, _ coverage: RuleCoverage
  ) -> Bool {
    coverage.covers(rules[wide], rules[number], in: namespace)
      && (wide < number || !coverage.covers(rules[number], rules[wide], in: namespace))
  }

  private static func report(
    _ rule: PolicyRule, by wide: PolicyRule, _ policy: NetworkPolicy, _ sink: inout FindingSink
  ) {
    sink.report(
      "this rule adds nothing: \(wide.path) allows all of it", at: .rule(rule, of: policy),
      .why("the rules of a policy add up, so that this one limits nothing"),
      .related(wide.firstKeySpan, "this rule allows the same and more"), .mayFollowFrom([.width(wide, of: policy)]))
  }
}
