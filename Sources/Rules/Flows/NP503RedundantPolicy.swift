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
    followsFrom: ["NP312", "NP401", "NP402", "NP403", "NP412"],
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

  /// As many comparisons of rules are made for each policy of a namespace, on average, and at least as many in all. Only
  /// policies whose selectors, peers and ports have something in common are compared.
  private static let mostComparisons = (forEach: 100, atLeast: 200_000)

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for group in analysis.namespaceGroups where group.policies.count > 1 {
      var comparison = Comparison(group, analysis)
      var budget = max(mostComparisons.atLeast, mostComparisons.forEach * group.policies.count)
      for number in comparison.policies.indices {
        guard let wide = comparison.first(covering: number, &budget) else {
          if budget >= 0 { continue }
          let policy = comparison.policies[number].policy
          sink.giveUp(
            namespace: group.namespace, "there are more policies than are compared with each other",
            at: policy.nameSpan, object: policy.meta.reference, path: policy.meta.pathPrefix + "metadata.name")
          break
        }
        let policy = comparison.policies[number].policy
        // Two builds of one base: to delete it would take it out of both.
        if wide.nameSpan == policy.nameSpan { continue }
        sink.report(
          "this policy changes nothing: \(wide.meta.name.value) allows and isolates all that it does",
          at: policy.nameSpan, in: policy, path: "metadata.name",
          related: [RelatedPlace(wide.nameSpan, "this policy covers it")], key: wide.meta.writtenName,
          mayFollowFrom: PolicyType.allCases.filter { !policy.effectiveRules($0).isEmpty }
            .flatMap { wide.effectiveRules($0).prefix(10) }.map { .width($0, of: wide) }
        )
      }
    }
  }

  /// Compares the policies of a namespace with each other. A policy without rules says what is denied: that is worth its
  /// lines even where another one says so too, and it covers none.
  private struct Comparison {
    struct Member {
      let policy: NetworkPolicy
      let ingress: [CoverRule]
      let egress: [CoverRule]

      init(_ policy: NetworkPolicy) {
        self.policy = policy
        ingress = policy.effectiveRules(.ingress).map(CoverRule.init)
        egress = policy.effectiveRules(.egress).map(CoverRule.init)
      }

      func rules(_ type: PolicyType) -> [CoverRule] { type == .ingress ? ingress : egress }
      /// The direction of its first rule.
      var firstType: PolicyType { ingress.isEmpty ? .egress : .ingress }
    }

    private let coverage: RuleCoverage
    let policies: [Member]
    private var indices: [PolicyType: CoverIndex] = [:]
    /// The policy of each rule in the index of a direction.
    private var owners: [PolicyType: [Int]] = [:]

    init(_ group: NamespaceGroup, _ analysis: Analysis) {
      coverage = RuleCoverage(analysis.world)
      policies = group.policies.map { Member(analysis.world[$0]) }.filter {
        $0.policy.isSound && !($0.ingress.isEmpty && $0.egress.isEmpty)
      }
      for type in PolicyType.allCases {
        var index = CoverIndex(analysis.world, group.namespace)
        var owners: [Int] = []
        for (number, member) in policies.enumerated() {
          for rule in member.rules(type) {
            index.append(rule.rule, for: member.policy.podSelector.selector)
            owners.append(number)
          }
        }
        indices[type] = index
        self.owners[type] = owners
      }
    }

    /// The first policy that covers another one; of two that cover each other the first one counts.
    mutating func first(covering number: Int, _ budget: inout Int) -> NetworkPolicy? {
      let own = policies[number]
      guard let rule = own.rules(own.firstType).first, let index = indices[own.firstType],
        let owners = owners[own.firstType]
      else { return nil }
      var last: Int?
      for candidate in index.candidates(for: rule.rule, of: own.policy.podSelector.selector) {
        let other = owners[candidate]
        // Of two with one name the later one takes the place of the other.
        if other == number || other == last || policies[other].policy.meta.name.value == own.policy.meta.name.value {
          continue
        }
        last = other
        guard covers(other, number, &budget), other < number || !covers(number, other, &budget) else {
          if budget < 0 { return nil }
          continue
        }
        return policies[other].policy
      }
      return nil
    }

    /// Whether a policy applies to all pods of another one, in all its directions, and allows all that it allows.
    private func covers(_ wide: Int, _ narrow: Int, _ budget: inout Int) -> Bool {
      let (wide, narrow) = (policies[wide], policies[narrow])
      budget -= 1
      guard narrow.policy.podSelector.selector.implies(wide.policy.podSelector.selector) else { return false }
      return PolicyType.allCases.allSatisfy { type in
        guard narrow.policy.isolates(type) else { return true }
        return wide.policy.isolates(type)
          && narrow.rules(type).allSatisfy { rule in
            wide.rules(type).contains { candidate in
              budget -= 1
              return budget >= 0 && coverage.covers(candidate, rule, in: narrow.policy.meta.namespace)
            }
          }
      }
    }
  }
}
