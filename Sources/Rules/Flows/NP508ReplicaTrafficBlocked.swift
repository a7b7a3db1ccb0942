package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

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
    followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP501"],
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
      let passing = analysis.reach.ports(from: .workload(id), to: .workload(id)).possible
      var blocked = evidence.ports.subtracting(passing)
      // Where they do talk, ports that clients call may well be closed between them: those that are not for that alone,
      // or by their names for others, where none is.
      if blocked != evidence.ports {
        blocked =
          evidence.surely.isEmpty ? blocked.subtracting(evidence.clients) : blocked.intersection(evidence.surely)
      }
      guard evidence.ports.isEmpty ? passing.isEmpty : !blocked.isEmpty else { continue }
      let denials = PolicyType.allCases.flatMap {
        analysis.denials(from: .workload(id), to: .workload(id), blocked.isEmpty ? .all : blocked, $0)
      }
      let ports = passing.isEmpty ? "" : " on \(blocked.text)"
      sink.report(
        "the \(workload.replicas ?? 1) replicas of \(workload.meta.name.value) cannot connect to each other\(ports)",
        at: .name(of: workload.meta),
        .why("\(evidence.text), and \(analysis.blame(denials) ?? "no rule allows traffic between the replicas")"),
        .related(analysis.places(of: denials)),
        .related(blockingSides(of: id, blocked, analysis).flatMap { analysis.isolationPlaces(of: podClass, $0) }),
        .mayFollowFrom(causes(workload.meta, podClass, blocked, analysis)))
    }
  }

  private struct Evidence {
    let text: String
    /// The ports on which they may talk.
    var ports: PortSet
    /// Those of them that are for that alone.
    var surely: PortSet
    /// Those that are called like ports for clients.
    var clients = PortSet()
  }

  /// Why the replicas should talk to each other, and on which ports: a headless Service names them one by one, or ports
  /// are known to be for that. `nil` when nothing says so.
  private static func evidence(for workload: Workload, _ analysis: Analysis) -> Evidence? {
    let known = analysis.facts.portSets.replicationPorts
    let replication = workload.ports.filter { known.contains($0.number, $0.transport) }
    let ports = PortSet(replication.map { ($0.number...$0.number, $0.transport) })
    var evidence = Evidence(text: "a headless Service gives each replica a name", ports: ports, surely: ports)
    let governing = analysis.world.serviceIDs(in: workload.meta.namespace).lazy.map { analysis.world[$0] }
      .first { $0.isHeadless && $0.meta.name.value == workload.serviceName }
    if let governing {
      for port in governing.ports where !isForOthers(port, analysis) {
        // Its name stands for the pods themselves, whatever the target is.
        let number = analysis.services.target(of: port, on: workload) ?? port.number
        evidence.ports.insert(number...number, port.transport)
        if Words.mention(peerWords, in: port.name ?? "") { evidence.surely.insert(number...number, port.transport) }
        if Words.mention(clientWords, in: port.name ?? "") { evidence.clients.insert(number...number, port.transport) }
      }
      return evidence
    }
    return replication.first.map {
      Evidence(text: "port \($0.number) is for traffic between replicas", ports: ports, surely: ports)
    }
  }

  private static let peerWords: Set<String> = [
    "cluster", "controller", "election", "follower", "gossip", "internal", "leader", "membership", "node", "peer",
    "quorum", "raft", "replication", "serf", "sync", "transport",
  ]
  private static let clientWords: Set<String> = ["api", "client", "external", "http", "https", "management", "rest"]

  /// Whether a port of the Service is for those who look at the pods, not for the replicas.
  private static func isForOthers(_ port: Service.Port, _ analysis: Analysis) -> Bool {
    analysis.facts.portSets.exporterPorts.contains(port.number, port.transport)
      || Words.mention(
        ["admin", "console", "dashboard", "exporter", "health", "metric", "prometheus", "ui", "web"],
        in: port.name ?? "")
  }

  /// Where the causes are found: in rules for these very pods, at one of the two sides.
  private static func causes(
    _ meta: ObjectMeta, _ podClass: ClassID, _ ports: PortSet, _ analysis: Analysis
  ) -> [Subject] {
    [.flow(from: meta, to: meta, on: nil)] + ports.numbers(atMost: 8).map { .flow(from: meta, to: meta, on: $0) }
      + PolicyType.allCases.flatMap { direction in
        analysis.causes(of: podClass, direction, other: podClass)
          + analysis.portCauses(of: podClass, direction, other: podClass, on: ports)
      }
  }

  /// The directions that block by themselves; both where only their rules together leave nothing.
  private static func blockingSides(
    of workload: WorkloadID, _ ports: PortSet, _ analysis: Analysis
  ) -> [PolicyType] {
    func isBlocked(_ bounds: PortBounds) -> Bool {
      ports.isEmpty ? bounds.isBlocked : bounds.possible.intersection(ports).isEmpty
    }
    let ends = Endpoint.workload(workload)
    var sides: [PolicyType] = []
    if isBlocked(analysis.reach.ingressBounds(from: ends, to: ends)) { sides.append(.ingress) }
    if isBlocked(analysis.reach.egressBounds(from: ends, to: ends)) { sides.append(.egress) }
    return sides.isEmpty ? [.ingress, .egress] : sides
  }
}
