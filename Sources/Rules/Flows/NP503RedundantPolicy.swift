package import Diagnostics
internal import Model

/// A policy that another one makes superfluous.
package enum NP503RedundantPolicy: Rule {
  package static let info = RuleInfo(
    id: "NP503", name: "redundant-policy", severity: .warning,
    summary: "A policy that allows nothing that another one does not allow, and isolates nothing that it does not.",
    rationale: """
      Policies add up. One whose pods, directions and rules are all covered by another policy changes nothing: it is a \
      leftover, or its author believed that it narrows what the other one allows.
      """,
    remedy: "delete it, or narrow the policy that covers it",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: allow-namespace, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {}}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web-to-api # expect: NP503
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web-to-api
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports: [{port: 8080}]
      """))

  /// More policies with one selector than this are not compared with each other: each comparison is cheap, but the number
  /// grows with the square.
  private static let mostCompared = 50

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let coverage = RuleCoverage(analysis.world)
    for group in analysis.namespaceGroups where group.policies.count > 1 {
      let candidates = Candidates(group.policies.map { ($0, analysis.world[$0]) })
      for id in group.policies {
        let policy = analysis.world[id]
        // A policy without rules says what is denied: that is worth its lines even where another one says so too.
        guard policy.isSound, PolicyType.allCases.contains(where: { !policy.effectiveRules($0).isEmpty }) else {
          continue
        }
        for other in candidates.mayCover(policy) where other != id {
          let wide = analysis.world[other]
          guard covers(wide, policy, coverage), other < id || !covers(policy, wide, coverage) else { continue }
          sink.report(
            "this policy changes nothing: \(wide.meta.name.value) allows and isolates all that it does",
            at: policy.nameSpan, in: policy, path: "metadata.name",
            related: [RelatedPlace(wide.nameSpan, "this policy covers it")], key: wide.meta.name.value)
          break
        }
      }
    }
  }

  /// Whether a policy applies to all pods of another one, in all its directions, and allows all that it allows.
  private static func covers(_ wide: NetworkPolicy, _ policy: NetworkPolicy, _ coverage: RuleCoverage) -> Bool {
    guard wide.isSound, policy.podSelector.selector.implies(wide.podSelector.selector) else { return false }
    return PolicyType.allCases.allSatisfy { type in
      guard policy.isolates(type) else { return true }
      let rules = wide.effectiveRules(type)
      return wide.isolates(type)
        && policy.effectiveRules(type).allSatisfy { rule in
          rules.contains { coverage.covers($0, rule, in: policy.meta.namespace) }
        }
    }
  }

  /// Finds the policies of a namespace whose selectors another one's may imply: those that ask for nothing, or first for
  /// a label that it asks for too.
  private struct Candidates {
    private var byFirstRequirement: [SelectorRequirement?: [PolicyID]] = [:]

    init(_ policies: [(id: PolicyID, policy: NetworkPolicy)]) {
      for (id, policy) in policies
      where PolicyType.allCases.contains(where: { !policy.effectiveRules($0).isEmpty }) {
        byFirstRequirement[policy.podSelector.selector.requirements.first, default: []].append(id)
      }
    }

    func mayCover(_ policy: NetworkPolicy) -> [PolicyID] {
      let wanted: [SelectorRequirement?] = [nil] + policy.podSelector.selector.requirements
      return wanted.flatMap { byFirstRequirement[$0, default: []].prefix(NP503RedundantPolicy.mostCompared) }.sorted()
    }
  }
}
