package import Diagnostics
internal import Model

/// A rule of a policy for the whole cluster that is never reached.
package enum NP516ShadowedAdminRule: Rule {
  package static let info = RuleInfo(
    id: "NP516", name: "shadowed-admin-rule", severity: .warning,
    summary: "A rule of a policy for the whole cluster that an earlier rule of its tier covers.",
    rationale: """
      The first rule that matches counts: in one object by the order of its rules, among objects by their priorities. A \
      rule behind one that matches all of its pods, peers and ports is never reached, whatever its action.
      """,
    remedy: "put the narrow rule before the wide one, or delete it",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: policy.networking.k8s.io/v1alpha2
      kind: ClusterNetworkPolicy
      metadata: {name: tenants}
      spec:
        tier: Admin
        priority: 20
        subject: {namespaces: {}}
        ingress:
          - name: nothing from tenants
            action: Deny
            from: [{namespaces: {matchLabels: {tenant: "yes"}}}]
          - name: but their probes # expect: NP516
            action: Accept
            from: [{pods: {namespaceSelector: {matchLabels: {tenant: "yes"}}, podSelector: {matchLabels: {app: probe}}}}]
      """),
    good: Example(
      """
      apiVersion: policy.networking.k8s.io/v1alpha2
      kind: ClusterNetworkPolicy
      metadata: {name: tenants}
      spec:
        tier: Admin
        priority: 20
        subject: {namespaces: {}}
        ingress:
          - name: the probes of tenants
            action: Accept
            from: [{pods: {namespaceSelector: {matchLabels: {tenant: "yes"}}, podSelector: {matchLabels: {app: probe}}}}]
          - name: and nothing else of theirs
            action: Deny
            from: [{namespaces: {matchLabels: {tenant: "yes"}}}]
      """))

  /// As many comparisons are made in one direction of a tier.
  private static let mostComparisons = 200_000

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for tier in PolicyTier.allCases {
      let policies = analysis.world.identifiedClusterPolicies.filter { id, policy in
        policy.tier == tier && policy.isSound && policy.subject != nil
          && analysis.world.disputedClusterPolicies[id] == nil
      }.map(\.1)
      for type in PolicyType.allCases { check(policies, type, analysis.world, &sink) }
    }
  }

  private struct PlacedRule {
    let policy: ClusterPolicy
    let rule: ClusterRule
  }

  private static func check(
    _ policies: [ClusterPolicy], _ type: PolicyType, _ world: World, _ sink: inout FindingSink
  ) {
    let rules = policies.flatMap { policy in
      policy.rules(type).filter(\.isSound).map { PlacedRule(policy: policy, rule: $0) }
    }
    var budget = mostComparisons
    for narrow in rules {
      for wide in rules where precedes(wide, narrow) {
        budget -= 1
        if budget < 0 {
          return sink.giveUp(
            namespace: nil, "the policies for the whole cluster have more rules than are compared with each other",
            at: .name(of: policies[0].meta))
        }
        guard ClusterRuleCoverage.covers(wide.policy, wide.rule, narrow.policy, narrow.rule) else { continue }
        // What hangs on an alternative need not be there together with the other one.
        let branch = world.branch(of: wide.policy.meta)
        guard branch == nil || branch == world.branch(of: narrow.policy.meta) else { continue }
        report(narrow, by: wide, &sink)
        break
      }
    }
  }

  private static func precedes(_ wide: PlacedRule, _ narrow: PlacedRule) -> Bool {
    if wide.policy.meta.span == narrow.policy.meta.span { return wide.rule.index < narrow.rule.index }
    guard let first = wide.policy.priority?.value, let second = narrow.policy.priority?.value else { return false }
    return first < second
  }

  private static func report(_ narrow: PlacedRule, by wide: PlacedRule, _ sink: inout FindingSink) {
    let isOwn = wide.policy.meta.span == narrow.policy.meta.span
    let place = isOwn ? wide.rule.path : "\(wide.policy.title) \(wide.rule.path)"
    let isSame = wide.rule.action?.value == narrow.rule.action?.value
    sink.report(
      "this rule is never reached: \(place) matches all of it first\(isSame ? ", and does the same" : "")",
      at: .rule(narrow.rule, of: narrow.policy),
      .why(isOwn ? nil : "its priority, \(wide.policy.priority?.value ?? 0), is lower"),
      .remedy(isSame ? "delete one of the two" : nil),
      .related(wide.rule.firstKeySpan, "this rule matches the same and more"))
  }
}

/// Whether one rule matches all that another one matches, whatever pods there are.
enum ClusterRuleCoverage {
  static func covers(
    _ widePolicy: ClusterPolicy, _ wide: ClusterRule, _ narrowPolicy: ClusterPolicy, _ narrow: ClusterRule
  ) -> Bool {
    guard let subject = widePolicy.subject, let narrowSubject = narrowPolicy.subject else { return false }
    return covers(subject, narrowSubject) && coversPorts(wide, narrow)
      && narrow.peers.items.allSatisfy { covers(wide.peers.items, $0) }
  }

  private static func covers(_ wide: NamespacedPods, _ narrow: NamespacedPods) -> Bool {
    narrow.namespaces.implies(wide.namespaces) && narrow.pods.implies(wide.pods)
  }

  private static func covers(_ wide: [ClusterPeer], _ narrow: ClusterPeer) -> Bool {
    let networks = AddressSet(unionOf: wide.map(\.networks))
    if networks == .everything { return true }
    switch narrow.content {
    case .pods(let pods): return wide.contains { $0.pods.map { covers($0, pods) } ?? false }
    case .networks: return narrow.networks.isSubset(of: networks)
    case .nodes(let nodes):
      return wide.contains { peer in
        if case .nodes(let all) = peer.content { nodes.selector.implies(all.selector) } else { false }
      }
    case .domainNames(let names):
      let known = wide.flatMap(\.names)
      return names.allSatisfy { name in
        DomainName(name.value).map { name in known.contains { $0.covers(name) } } ?? false
      }
    case .nothing: return false
    }
  }

  /// A name stands for a port of any protocol: only the same name, or every port, covers it.
  private static func coversPorts(_ wide: ClusterRule, _ narrow: ClusterRule) -> Bool {
    if wide.ports.items.isEmpty { return true }
    if narrow.ports.items.isEmpty { return false }
    let (all, some) = (Ports(wide), Ports(narrow))
    return some.numbers.isSubset(of: all.numbers) && (some.names.isSubset(of: all.names) || all.numbers == .all)
  }

  private struct Ports {
    let numbers: PortSet
    let names: Set<String>

    init(_ rule: ClusterRule) {
      numbers = PortSet(
        rule.ports.items.compactMap { port in
          if case .range(let range, let transport) = port.content { (range, transport) } else { nil }
        })
      names = Set(rule.ports.items.compactMap { if case .named(let name) = $0.content { name } else { nil } })
    }
  }
}

extension ClusterPeer {
  /// Its domain names.
  fileprivate var names: [DomainName] {
    if case .domainNames(let names) = content { names.compactMap { DomainName($0.value) } } else { [] }
  }
}
