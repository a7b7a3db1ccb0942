package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// A workload that policies leave without any connection.
package enum NP111WorkloadCutOff: Rule {
  package static let asksReach = true
  package static let missesUnreadObjects = true
  package static let info = RuleInfo(
    id: "NP111", name: "workload-cut-off", severity: .warning, lower: [.note],
    summary: "Policies leave a workload without any connection, in both directions.",
    rationale: """
      A default deny of both directions cuts off every pod that no other policy opens. For a task that needs no network \
      that is right, and then it is best said: `ingress: []` and `egress: []` in a policy for that very workload. For \
      one with a Service it is nearly always an oversight, and a warning.
      """,
    remedy:
      "allow what the workload needs; if it needs nothing, say so by a policy with `ingress: []` and `egress: []`",
    followsFrom: SelectorFaults.rules,
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web # expect: NP111
        namespace: shop
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: report, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: report}}
        policyTypes: [Ingress, Egress]
        ingress: []
        egress: []
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: report
        namespace: shop
      spec:
        selector: {matchLabels: {app: report}}
        template:
          metadata: {labels: {app: report}}
          spec: {containers: [{name: report, image: report}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var known: [ClassID: Bool] = [:]
    for (id, workload) in analysis.world.identifiedWorkloads where !workload.hostNetwork {
      let podClass = analysis.reach.podClass(of: id)
      let isCutOff = known[podClass] ?? isCutOff(podClass, analysis)
      known[podClass] = isCutOff
      guard isCutOff else { continue }
      let services = analysis.services.services(of: id)
      sink.report(
        "policies isolate this workload in both directions, and none allows anything: it has no connection at all",
        at: .name(of: workload.meta),
        .severity(services.isEmpty ? .note : .warning), .label("this \(workload.meta.kind)"),
        .related(analysis.isolationPlaces(of: podClass, .egress)),
        .accountsFor(PolicyType.allCases.map { .traffic($0, of: workload.meta) }),
        .mayFollowFrom(PolicyType.allCases.map { .anything($0, of: workload.meta) }))
    }
  }

  /// Whether the pods are isolated in both directions for certain and no rule of either could apply to them, nor one of
  /// the admin tier; not where a policy for just these pods says so.
  private static func isCutOff(_ podClass: ClassID, _ analysis: Analysis) -> Bool {
    PolicyType.allCases.allSatisfy { type in
      guard analysis.reach.isIsolated(podClass, type) == .yes, !analysis.reach.mayBeAccepted(podClass, type, .all)
      else { return false }
      let policies = analysis.reach.policies(of: podClass, type, isCertain: false).lazy.map { analysis.world[$0] }
      return policies.allSatisfy { policy in
        policy.isSound && policy.effectiveRules(type).isEmpty
          && (policy.podSelector.isEmpty || !policy.rules(type).isWrittenEmpty)
      }
    }
  }
}

extension ListField {
  /// Whether an empty list is written: nothing is meant to be allowed.
  fileprivate var isWrittenEmpty: Bool { if case .list(let items, _) = self { items.isEmpty } else { false } }
}
