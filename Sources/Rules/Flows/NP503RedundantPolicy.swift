package import Diagnostics
internal import Model

/// A policy that others make superfluous.
package enum NP503RedundantPolicy: Rule {
  package static let policyScope = PolicyScope.namespace
  package static let info = RuleInfo(
    id: "NP503", name: "redundant-policy", severity: .warning,
    summary: "A policy that allows nothing that others do not allow, and isolates nothing that they do not.",
    rationale: """
      Policies add up. One whose pods, directions and rules are all covered by another policy, or by several together, \
      changes nothing: it is a leftover, or its author believed that it narrows what the others allow.
      """,
    remedy: "delete it, or narrow the policies that cover it",
    followsFrom: ["NP103", "NP312", "NP401", "NP402", "NP403", "NP409", "NP412"],
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
    for group in analysis.namespaceGroups
    where group.policies.count > 1 && sink.isAsked(analysis.world[group.policies[0]].meta.reference) {
      var comparison = Comparison(group, analysis)
      let most = max(mostComparisons.atLeast, mostComparisons.forEach * group.policies.count)
      // What one policy covers is told first: it covers nothing in turn.
      for isAlone in [true, false] {
        var budget = most
        for number in comparison.policies.indices where !comparison.covered.contains(number) {
          let policy = comparison.policies[number].policy
          let wide =
            isAlone
            ? comparison.first(covering: number, &budget) : comparison.together(covering: number, &budget)
          if budget < 0 {
            sink.giveUp(
              namespace: group.namespace, "there are more policies than are compared with each other",
              at: .name(of: policy.meta))
            break
          }
          guard !wide.isEmpty else { continue }
          comparison.cover(number)
          report(policy, wide, &sink)
        }
        if budget < 0 { break }
      }
    }
  }

  /// - Parameter wide: the policies that cover it.
  private static func report(_ policy: NetworkPolicy, _ wide: [NetworkPolicy], _ sink: inout FindingSink) {
    let names = wide.map(\.meta.name.value)
    let message =
      switch names.count {
      case 1: "\(names[0]) allows and isolates all that it does"
      case 2: "\(names[0]) and \(names[1]) together allow and isolate all that it does"
      default: "\(names[0]), \(names[1]) and \(names.count - 2) more together allow and isolate all that it does"
      }
    sink.report(
      "this policy changes nothing: \(message)", at: .name(of: policy.meta),
      .related(
        wide.prefix(5).map {
          RelatedPlace($0.nameSpan, wide.count == 1 ? "this policy covers it" : "this policy covers a part of it")
        }),
      .key(wide.map(\.meta.writtenName).joined(separator: " ")),
      .mayFollowFrom(
        PolicyType.allCases.filter { !policy.effectiveRules($0).isEmpty }.flatMap { type in
          wide.prefix(5).flatMap { wide in wide.effectiveRules(type).prefix(10).map { .width($0, of: wide) } }
        }))
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
    /// Those that others cover; they cover nothing themselves.
    private(set) var covered: Set<Int> = []
    private var coveredSpans: Set<SourceSpan> = []
    /// All policies of the namespace, those without rules too.
    private let all: [NetworkPolicy]
    private var indices: [PolicyType: CoverIndex] = [:]
    /// The policy of each rule in the index of a direction.
    private var owners: [PolicyType: [Int]] = [:]
    /// The number in that index of each policy's first rule.
    private var firstRule: [PolicyType: [Int]] = [:]
    /// What may cover the first rule of each policy, as far as it was looked for.
    private var candidatesOfFirst: [CoverIndex.Candidates?]

    init(_ group: NamespaceGroup, _ analysis: Analysis) {
      coverage = RuleCoverage(analysis.world)
      all = group.policies.map { analysis.world[$0] }.filter(\.isSound)
      policies = all.map(Member.init).filter { !($0.ingress.isEmpty && $0.egress.isEmpty) }
      candidatesOfFirst = Array(repeating: nil, count: policies.count)
      for type in PolicyType.allCases {
        var index = CoverIndex(analysis.world, group.namespace)
        var owners: [Int] = []
        var firsts: [Int] = []
        for (number, member) in policies.enumerated() {
          firsts.append(owners.count)
          for rule in member.rules(type) {
            index.append(rule.rule, for: member.policy.podSelector.selector)
            owners.append(number)
          }
        }
        indices[type] = index
        self.owners[type] = owners
        firstRule[type] = firsts
      }
    }

    /// The first policy that covers another one, alone; of two that cover each other the first one counts.
    mutating func first(covering number: Int, _ budget: inout Int) -> [NetworkPolicy] {
      let own = policies[number]
      guard let rule = own.rules(own.firstType).first, let owners = owners[own.firstType] else { return [] }
      var last: Int?
      for candidate in candidates(for: rule, own.firstType, of: number, isFirst: true) {
        let other = owners[candidate]
        if other == last || isTwin(other, number) { continue }
        last = other
        guard covers(other, number, &budget), other < number || !covers(number, other, &budget) else {
          if budget < 0 { return [] }
          continue
        }
        // Two builds of one base: to delete it would take it out of both.
        return policies[other].policy.nameSpan == own.policy.nameSpan ? [] : [policies[other].policy]
      }
      return []
    }

    /// The policies that cover another one together: each of its rules is covered by a rule of one of them, and each of
    /// its directions is isolated without it. Never those of a default deny.
    mutating func together(covering number: Int, _ budget: inout Int) -> [NetworkPolicy] {
      let own = policies[number]
      if own.policy.podSelector.isEmpty { return [] }
      var wide: Set<Int> = []
      for type in PolicyType.allCases {
        for (index, rule) in own.rules(type).enumerated() {
          let isFirst = index == 0 && type == own.firstType
          guard let other = owner(covering: rule, type, of: number, isFirst: isFirst, &budget) else { return [] }
          wide.insert(other)
        }
      }
      var covering = wide.sorted().map { policies[$0].policy }
      for type in PolicyType.allCases where own.policy.isolates(type) {
        if covering.contains(where: { isolates($0, type, own.policy) }) { continue }
        let isolating = all.first { other in
          budget -= 1
          return budget >= 0 && isolates(other, type, own.policy)
        }
        guard let isolating else { return [] }
        covering.append(isolating)
      }
      return covering
    }

    /// The first policy with a rule that allows all that one of another policy allows, and that is for all its pods.
    private mutating func owner(
      covering rule: CoverRule, _ type: PolicyType, of number: Int, isFirst: Bool, _ budget: inout Int
    ) -> Int? {
      guard let owners = owners[type] else { return nil }
      let policy = policies[number].policy
      let selector = policy.podSelector.selector
      for candidate in candidates(for: rule, type, of: number, isFirst: isFirst) {
        let other = owners[candidate]
        budget -= 1
        if budget < 0 { return nil }
        let wide = policies[other].policy
        if isTwin(other, number) || covered.contains(other) || wide.nameSpan == policy.nameSpan { continue }
        guard let first = firstRule[type]?[other], selector.implies(wide.podSelector.selector) else { continue }
        if coverage.covers(policies[other].rules(type)[candidate - first], rule, in: policy.meta.namespace) {
          return other
        }
      }
      return nil
    }

    /// The numbers of the rules that may cover a rule of a policy.
    private mutating func candidates(
      for rule: CoverRule, _ type: PolicyType, of number: Int, isFirst: Bool
    ) -> CoverIndex.Candidates {
      if isFirst, let known = candidatesOfFirst[number] { return known }
      guard let index = indices[type] else { return .none }
      let found = index.candidates(for: rule.rule, of: policies[number].policy.podSelector.selector)
      if isFirst { candidatesOfFirst[number] = found }
      return found
    }

    /// Notes that others cover a policy.
    mutating func cover(_ number: Int) {
      covered.insert(number)
      coveredSpans.insert(policies[number].policy.nameSpan)
    }

    /// Whether two are one policy, or of one name: of these the later one takes the place of the other.
    private func isTwin(_ a: Int, _ b: Int) -> Bool {
      a == b || policies[a].policy.meta.name.value == policies[b].policy.meta.name.value
    }

    /// Whether a policy isolates all pods of another one in a direction.
    private func isolates(_ other: NetworkPolicy, _ type: PolicyType, _ policy: NetworkPolicy) -> Bool {
      other.isolates(type) && other.nameSpan != policy.nameSpan
        && other.meta.name.value != policy.meta.name.value
        && policy.podSelector.selector.implies(other.podSelector.selector)
        && !coveredSpans.contains(other.nameSpan)
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
