internal import Engine
internal import Facts
internal import Model
internal import Traffic

extension Analysis {
  /// The ports of a policy's pods that are meant to be reached from outside: what LoadBalancer and NodePort Services,
  /// ports of the nodes, Ingresses that send straight to pods, webhooks and APIServices lead to; of an ingress controller every port that a
  /// Service leads to, or that it declares where there is none. `nil` when nothing leads to any of them.
  func publishedPorts(of policy: NetworkPolicy) -> PortSet? {
    // A policy for all pods is no statement about what one of them publishes.
    if policy.podSelector.isEmpty { return nil }
    let pods = selection.pods(of: policy)
    var set = pods.hasNoCertain ? publishedPortsOfUnread(policy) : PortSet()
    for id in selection.certain(pods, among: published.workloads) { set.formUnion(published.ports[id] ?? PortSet()) }
    return set.isEmpty ? nil : set
  }

  /// Of pods that were not read, the ports that Services for their labels lead to; names cannot be looked up.
  private func publishedPortsOfUnread(_ policy: NetworkPolicy) -> PortSet {
    var set = PortSet()
    for id in world.serviceIDs(in: policy.meta.namespace) where services.isExposed(id) {
      let service = world[id]
      guard let selector = service.selector, policy.podSelector.selector.implies(selector) else { continue }
      for port in service.ports {
        if case .number(let target) = port.target { set.insert(target...target, port.transport) }
      }
    }
    return set
  }

  /// Whether a policy is for an ingress controller, of which no workload was read.
  func isUnreadIngressController(_ policy: NetworkPolicy) -> Bool {
    selection.pods(of: policy).isEmpty && isIngressController(policy.podSelector.matchLabels)
  }

  private func isIngressController(_ podLabels: [Label]) -> Bool {
    facts.labels.isIngressController(podLabels.map { ($0.key, $0.value) })
  }

  /// The ports that a rule allows on the policy's own workloads, with names resolved.
  func resolvedPorts(of rule: PolicyRule, in policy: NetworkPolicy) -> PortSet {
    var set = rule.certainPorts
    for port in rule.ports.items {
      guard case .named(let name) = port.number else { continue }
      for number in selection.numbers(ofPort: name, port.transport, on: selection.pods(of: policy)) {
        set.insert(number...number, port.transport)
      }
    }
    return set
  }
}

/// The workloads with ports that are meant to be reached from outside.
struct PublishedWorkloads: Sendable {
  private(set) var ports: [WorkloadID: PortSet] = [:]
  private(set) var workloads: Set<WorkloadID> = []
  /// Those with a Service in front of them that is open to the outside, in whatever way.
  private(set) var exposed: Set<WorkloadID> = []

  init(_ world: World, _ services: ServiceIndex, _ labels: LabelFacts) {
    for (id, workload) in world.identifiedWorkloads {
      var set = services.targetPorts(of: id, where: services.isExposed)
      for port in workload.ports where port.isOnNode { set.insert(port.number...port.number, port.transport) }
      if labels.isIngressController(workload.podLabels.map { ($0.key, $0.value) }) {
        // Its port of administration is declared too, and no Service leads there.
        let served = services.targetPorts(of: id)
        set.formUnion(served.isEmpty ? PortSet(workload.ports.map { ($0.number...$0.number, $0.transport) }) : served)
      }
      if services.services(of: id).contains(where: { world[$0].isExposed }) { exposed.insert(id) }
      if set.isEmpty { continue }
      ports[id] = set
      workloads.insert(id)
    }
  }
}
