package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A policy that cuts its pods off in a direction without a word about it.
package enum NP106IsolatesWithoutSaying: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP106", name: "isolates-without-saying", severity: .warning,
    summary: "A direction in policyTypes without rules, on a policy for some pods that nothing else opens.",
    rationale: """
      A direction that is listed in policyTypes and has no key of its own denies everything. On a policy that is \
      otherwise about the other direction that is easily an oversight, and its pods are cut off.
      """,
    remedy: "write `ingress: []` or `egress: []` if the pods are to be cut off, or drop the direction",
    yieldsTo: ["NP108"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web # expect: NP106
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress, Egress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress, Egress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports: [{port: 8080}]
        egress: []
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var opened: [PolicyType: ClassSet] = [:]
    for group in analysis.namespaceGroups {
      for type in PolicyType.allCases where !DefaultDeny.exists(in: group, type, analysis.world) {
        // Selectors of the policies that allow something in the direction.
        let opening = SelectorOverlaps(
          Set(
            group.policies.map { analysis.world[$0] }.filter { !$0.effectiveRules(type).isEmpty }
              .map(\.podSelector.selector)))
        for id in group.policies {
          let policy = analysis.world[id]
          // A policy that speaks of no direction at all is a deny, and is meant so.
          guard policy.isSound, !policy.podSelector.isEmpty, policy.isolates(type), saysNothing(policy.rules(type)),
            !policy.policyTypes.items.isEmpty, !isMeant(policy, type, analysis),
            type == .egress || mayBeCalled(policy, analysis),
            !isOpened(policy, type, opening, &opened, analysis)
          else { continue }
          sink.report(
            "policyTypes lists \(type.rawValue) and there is no `\(type.field)`: these pods are cut off",
            at: .name(of: policy.meta),
            .remedy("write `\(type.field): []` if that is meant, or drop \(type.rawValue) from policyTypes"),
            .related(policy.policyTypes.span, "\(type.rawValue) is listed here"), .key(type.field),
            .accountsFor(analysis.lostTraffic(type, of: policy) + [.cutOff(type, by: policy)]))
        }
      }
    }
  }

  /// Whether a policy without rules of the other direction is a deny that is meant so: one that speaks of ingress too, or
  /// says so by its name.
  private static func isMeant(_ policy: NetworkPolicy, _ type: PolicyType, _ analysis: Analysis) -> Bool {
    guard policy.rules(type.opposite).items.isEmpty else { return false }
    return type == .ingress || policy.isolates(.ingress)
      || Words.mention(analysis.facts.labels.denyWords, in: policy.meta.name.value)
  }

  /// Whether nothing is written for a direction: no key, or a key without a value.
  private static func saysNothing(_ rules: ListField<PolicyRule>) -> Bool {
    switch rules {
    case .absent, .null: true
    case .invalid, .list: false
    }
  }

  /// Whether one of the policy's pods takes calls, as far as they were read.
  private static func mayBeCalled(_ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    let pods = analysis.selection.pods(of: policy)
    return pods.hasNoCertain || pods.inAnyOrder.contains { analysis.world[$0].mayBeCalled }
  }

  /// Whether another policy allows something to a workload that this one selects; where none was read, to any pod that
  /// both could select.
  ///
  /// - Parameter opened: the classes to which a policy applies that allows something, by direction.
  private static func isOpened(
    _ policy: NetworkPolicy, _ type: PolicyType, _ opening: SelectorOverlaps, _ opened: inout [PolicyType: ClassSet],
    _ analysis: Analysis
  ) -> Bool {
    let subjects = analysis.reach.subjects(of: policy)
    guard subjects.ids.contains(where: { analysis.reach[$0].isRead }) else {
      return opening.overlaps(policy.podSelector.selector)
    }
    let open =
      opened[type] ?? analysis.reach.classes(type) { !analysis.world[$0].effectiveRules(type).isEmpty }
    opened[type] = open
    return subjects.intersection(open).ids.contains { analysis.reach[$0].isRead }
  }
}
