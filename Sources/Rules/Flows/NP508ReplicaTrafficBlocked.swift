package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A StatefulSet whose replicas are cut off from each other.
package enum NP508ReplicaTrafficBlocked: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP508", name: "replica-traffic-blocked", severity: .warning,
    summary: "An isolated StatefulSet with several replicas, and no rule for the traffic between them.",
    rationale: """
      Replicas are different pods: what one sends to another is subject to the policies of both sides, even where a \
      policy selects all of them. Members of a cluster that cannot talk to each other elect no leader and replicate \
      nothing.
      """,
    remedy: "let the pods talk to each other: a rule whose podSelector is the policy's own, for ingress and for egress",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 5432}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata:
        name: db # expect: NP508
        namespace: shop
      spec:
        replicas: 3
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: db}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}, {podSelector: {matchLabels: {app: db}}}]
            ports: [{port: 5432}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata:
        name: db
        namespace: shop
      spec:
        replicas: 3
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: db}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for (id, workload) in analysis.world.identifiedWorkloads
    where workload.meta.kind == "StatefulSet" && (workload.replicas ?? 1) > 1 {
      guard let evidence = evidence(for: workload, analysis) else { continue }
      let podClass = analysis.reach.podClass(of: id)
      let isUnknown = PolicyType.allCases.contains { analysis.reach.isIsolated(podClass, $0) == .unknown }
      if isUnknown, sink.undecidedByOtherPolicyAPI(podClass, analysis) { continue }
      guard analysis.reach.ports(from: .workload(id), to: .workload(id)).isBlocked else { continue }
      let denials = PolicyType.allCases.flatMap {
        analysis.denials(from: .workload(id), to: .workload(id), .all, $0)
      }
      sink.report(
        "the \(workload.replicas ?? 1) replicas of \(workload.meta.name.value) cannot connect to each other",
        at: workload.meta.name.span,
        why: "\(evidence), and \(analysis.blame(denials) ?? "no rule allows traffic between the replicas")",
        object: workload.meta.reference, path: workload.meta.pathPrefix + "metadata.name",
        related: analysis.places(of: denials)
          + blockingSides(of: id, analysis).flatMap { analysis.isolationPlaces(of: podClass, $0) })
    }
  }

  /// Why the replicas should talk to each other: a headless Service names them one by one, or a port is known to be for
  /// that. `nil` when nothing says so.
  private static func evidence(for workload: Workload, _ analysis: Analysis) -> String? {
    let isHeadless = analysis.world.serviceIDs(in: workload.meta.namespace).contains { id in
      let service = analysis.world[id]
      return service.isHeadless && service.meta.name.value == workload.serviceName
    }
    if isHeadless { return "a headless Service gives each replica a name" }
    let ports = analysis.facts.portSets.replicationPorts
    let port = workload.ports.first { ports.contains($0.number, $0.transport) }
    return port.map { "port \($0.number) is for traffic between replicas" }
  }

  /// The directions that block by themselves; both where only their rules together leave nothing.
  private static func blockingSides(of workload: WorkloadID, _ analysis: Analysis) -> [PolicyType] {
    let ends = Endpoint.workload(workload)
    var sides: [PolicyType] = []
    if analysis.reach.ingressBounds(from: ends, to: ends).isBlocked { sides.append(.ingress) }
    if analysis.reach.egressBounds(from: ends, to: ends).isBlocked { sides.append(.egress) }
    return sides.isEmpty ? [.ingress, .egress] : sides
  }
}
