package import Diagnostics
internal import Engine
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
    for group in analysis.namespaceGroups {
      for type in PolicyType.allCases where !DefaultDeny.exists(in: group, type, analysis.world) {
        // Selectors of the policies that allow something in the direction.
        let opening = Set(
          group.policies.map { analysis.world[$0] }.filter { !$0.effectiveRules(type).isEmpty }
            .map(\.podSelector.selector))
        for id in group.policies {
          let policy = analysis.world[id]
          // A policy that speaks of no direction at all is a deny, and is meant so.
          guard policy.isSound, !policy.podSelector.isEmpty, policy.isolates(type), policy.rules(type).isAbsent,
            !policy.policyTypes.items.isEmpty, !policy.rules(type.opposite).items.isEmpty,
            type == .egress || mayBeCalled(policy, analysis),
            !isOpened(policy, type, opening, analysis)
          else { continue }
          sink.report(
            "policyTypes lists \(type.rawValue) and there is no `\(type.field)`: these pods are cut off",
            at: policy.nameSpan, in: policy, path: "metadata.name",
            remedy: "write `\(type.field): []` if that is meant, or drop \(type.rawValue) from policyTypes",
            related: policy.policyTypes.span.map { [RelatedPlace($0, "\(type.rawValue) is listed here")] } ?? [],
            key: type.field)
        }
      }
    }
  }

  /// Whether one of the policy's pods takes calls, as far as they were read.
  private static func mayBeCalled(_ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    let workloads = analysis.selection.pods(of: policy).certain
    return workloads.isEmpty || workloads.contains { analysis.world[$0].mayBeCalled }
  }

  /// Whether another policy allows something to a workload that this one selects; where none was read, to any pod that
  /// both could select.
  private static func isOpened(
    _ policy: NetworkPolicy, _ type: PolicyType, _ opening: Set<Selector>, _ analysis: Analysis
  ) -> Bool {
    let classes = analysis.reach.subjects(of: policy).ids.filter { analysis.reach[$0].isRead }
    if classes.isEmpty {
      let selector = policy.podSelector.selector
      return opening.contains(selector) || opening.contains { $0.overlaps(selector) }
    }
    return classes.contains { podClass in
      analysis.reach.policies(of: podClass, type, isCertain: false).contains {
        !analysis.world[$0].effectiveRules(type).isEmpty
      }
    }
  }
}
