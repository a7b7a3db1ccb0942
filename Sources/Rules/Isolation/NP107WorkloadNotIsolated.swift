package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A workload that no policy selects, in a namespace that has policies.
package enum NP107WorkloadNotIsolated: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP107", name: "workload-not-isolated", severity: .warning,
    summary: "A workload that no policy selects in a direction, in a namespace that has policies.",
    rationale: """
      Policies only concern the pods that they select. A workload that none selects is open in that direction, \
      although its neighbours are guarded.
      """,
    remedy: "add a policy that selects the workload, or a default deny for the namespace",
    citations: ["164.312(a)(1)"],
    yieldsTo: ["NP101", "NP102"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: dns
        namespace: kube-system # expect: NP107
      spec:
        podSelector: {matchLabels: {k8s-app: kube-dns}}
        policyTypes: [Ingress]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: metrics, namespace: kube-system, labels: {app: metrics}}
      spec: {containers: [{name: metrics, image: metrics, ports: [{containerPort: 4443}]}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: metrics
        namespace: kube-system
      spec:
        podSelector: {matchLabels: {app: metrics}}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: metrics, namespace: kube-system, labels: {app: metrics}}
      spec: {containers: [{name: metrics, image: metrics, ports: [{containerPort: 4443}]}]}
      """))

  package static let missesUnreadObjects = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for group in analysis.namespaceGroups where !group.policies.isEmpty && !group.workloads.isEmpty {
      for type in PolicyType.allCases {
        // A namespace in which no policy speaks of a direction has left it open on purpose.
        guard let place = group.place(in: analysis.world),
          group.policies.contains(where: { analysis.world[$0].isolates(type) })
        else { continue }
        if let other = analysis.otherPolicyAPI(in: group.namespace), mayBeOpen(group, type, analysis) {
          sink.undecided(namespace: group.namespace, other.isNotEvaluated)
          continue
        }
        let open = DefaultDeny.openWorkloads(in: group, type, analysis).filter { type == .egress || $0.mayBeCalled }
        guard let first = open.first else { continue }
        let others = open.count == 1 ? "" : " and \(open.count - 1) more"
        sink.report(
          "no policy isolates \(first.meta.kind) \(first.meta.name.value)\(others) for \(type.field)", at: place,
          .related(open.prefix(5).map { RelatedPlace($0.meta.name.span, "open for \(type.field)") }), .key(type.field),
          .mayFollowFrom([.defaultDeny(type, in: group.reference)]))
      }
    }
  }

  /// Whether a workload is isolated only if a policy that is not evaluated does it.
  private static func mayBeOpen(_ group: NamespaceGroup, _ type: PolicyType, _ analysis: Analysis) -> Bool {
    group.workloads.contains { workload in
      let podClass = analysis.reach.podClass(of: workload)
      return analysis.reach.isIsolated(podClass, type) == .unknown
        && analysis.reach.policies(of: podClass, type).isEmpty
        && (type == .egress || analysis.world[workload].mayBeCalled)
    }
  }
}

extension Workload {
  /// Whether its pods take calls: tasks, and pods without ports, take none.
  var mayBeCalled: Bool { !isTask && !ports.isEmpty }
}
