internal import Config
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// The pods behind rules, and what is known of all their ports together.
///
/// Rules with the same selectors speak of the same pods: each such group is looked at once, and no further than until a
/// question is answered; what hangs on a single workload is found out once for all groups.
final class DestinationGroups {
  private let table: WorkloadPortsTable
  private var groups: [Key: DestinationGroup] = [:]

  private enum Key: Hashable {
    case own(Selector, namespace: String)
    case peers([PeerKey], namespace: String)
  }

  private struct PeerKey: Hashable {
    let pods: Selector?
    let namespaces: Selector?
    let isBlock: Bool
  }

  init(_ analysis: Analysis) { table = WorkloadPortsTable(analysis) }

  func group(of rule: PolicyRule, in policy: NetworkPolicy) -> DestinationGroup {
    let key = DestinationGroups.key(rule, policy)
    if let known = groups[key] { return known }
    let group = DestinationGroup(rule, policy, table)
    groups[key] = group
    return group
  }

  private static func key(_ rule: PolicyRule, _ policy: NetworkPolicy) -> Key {
    let namespace = policy.meta.namespace
    if rule.type == .ingress { return .own(policy.podSelector.selector, namespace: namespace) }
    let peers = rule.peers.items.map { peer in
      PeerKey(
        pods: peer.podSelector?.selector, namespaces: peer.namespaceSelector?.selector, isBlock: peer.ipBlock != nil)
    }
    return .peers(peers, namespace: namespace)
  }
}

/// What is known of the ports of each workload; each is looked at once.
final class WorkloadPortsTable {
  let analysis: Analysis
  private var ports: [WorkloadPorts?]
  private var additions: [String??]
  /// Whether some Service takes calls on a port.
  private(set) lazy var portsOfServices = PortSet(
    analysis.world.services.flatMap(\.ports).map { ($0.number...$0.number, $0.transport) })

  init(_ analysis: Analysis) {
    self.analysis = analysis
    ports = Array(repeating: nil, count: analysis.world.workloads.count)
    additions = Array(repeating: nil, count: analysis.world.workloads.count)
  }

  subscript(_ id: WorkloadID) -> WorkloadPorts {
    if let known = ports[id.index] { return known }
    let result = WorkloadPorts(id, analysis)
    ports[id.index] = result
    return result
  }

  /// What adds containers to a workload's pods that its manifest does not show.
  func addedContainers(of id: WorkloadID) -> String? {
    if let known = additions[id.index] { return known }
    let reason = analysis.addedContainers(of: analysis.world[id])
    additions[id.index] = .some(reason)
    return reason
  }
}

/// What is known of the ports of one workload.
struct WorkloadPorts {
  /// Those that its long-running containers declare.
  let declared: PortSet
  /// Those that a Service leads to.
  let served: PortSet
  /// Those that any of its containers declares, or a Service leads to.
  let shown: PortSet
  /// Those that are declared; where none is, those that a Service leads to.
  var evident: PortSet { declared.isEmpty ? served : declared }
  /// Those on which something shows that it listens, declared or not.
  let used: PortSet
  /// Whether the config says which ports it uses: NP304 measures rules by that.
  let isConfigured: Bool

  init(_ id: WorkloadID, _ analysis: Analysis) {
    let workload = analysis.world[id]
    let facts = analysis.facts
    let targets = analysis.services.targetPorts(of: id)
    func ports(_ containers: some Sequence<Container>) -> PortSet {
      PortSet(containers.flatMap(\.ports).map { ($0.number...$0.number, $0.transport) })
    }
    declared = ports(workload.containers.lazy.filter(\.isLongRunning))
    served = targets
    shown = ports(workload.containers).union(targets)
    var used = declared.union(targets)
    for annotation in workload.podAnnotations where annotation.key.hasSuffix("/port") {
      if let number = UInt16(annotation.value) { used.insert(number...number, .tcp) }
    }
    // What the component is known to listen on it need not declare.
    let kind = facts.portSets.recognise(
      names: workload.labels.pairs.filter { facts.labels.identityKeys.contains($0.key) }.map(\.value),
      images: workload.containers.compactMap { $0.image?.value })
    if let kind { used.formUnion(kind.portSet) }
    self.used = used
    isConfigured = analysis.configuration.components.contains { component in
      component.namespace == workload.meta.namespace && (component.ports != nil || component.portSet != nil)
        && workload.labels.includes(component.labels)
    }
  }
}
