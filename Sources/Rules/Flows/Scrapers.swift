internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// The Prometheus servers that were read.
struct Scrapers {
  private let analysis: Analysis
  let workloads: [WorkloadID]
  /// The namespaces with something that may make pods of its own.
  private let makingPods: Set<String>

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let labels = analysis.facts.labels
    workloads = analysis.world.identifiedWorkloads.filter { _, workload in
      workload.labels.pairs.contains { labels.nameKeys.contains($0.key) && labels.scraperNames.contains($0.value) }
    }.map(\.0)
    makingPods = Set(analysis.world.others.lazy.map(\.meta).filter(labels.mayMakePods).map(\.namespace))
  }

  /// Whether all of them are in other namespaces than a workload that lets its own namespace alone in on some ports, and
  /// nothing there may make another one.
  func areKeptOut(of id: WorkloadID, _ ports: PortSet) -> Bool {
    let world = analysis.world
    let namespace = world[id].meta.namespace
    guard !workloads.isEmpty, world.clusterPolicies.isEmpty,
      workloads.allSatisfy({ world[$0].meta.namespace != namespace }), world.addition(in: namespace) == nil,
      analysis.reach.isIsolated(analysis.reach.podClass(of: id), .ingress) == .yes
    else { return false }
    let policies = analysis.reach.policies(of: analysis.reach.podClass(of: id), .ingress, isCertain: false)
    return !makingPods.contains(namespace) && policies.allSatisfy { letsOwnNamespaceIn(world[$0], ports) }
  }

  /// Whether what a policy lets in on some ports are pods of its own namespace, if anything.
  private func letsOwnNamespaceIn(_ policy: NetworkPolicy, _ ports: PortSet) -> Bool {
    policy.isSound
      && policy.effectiveRules(.ingress).allSatisfy { rule in
        guard rule.allowsAllPorts || analysis.resolvedPorts(of: rule, in: policy).intersects(ports) else { return true }
        return !rule.allowsAllPeers
          && rule.peers.items.allSatisfy { $0.ipBlock == nil && $0.namespaceSelector == nil }
      }
  }
}
