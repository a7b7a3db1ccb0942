internal import Engine
internal import Model
internal import Traffic

/// The workloads whose ports a rule speaks of. Those that policies do not apply to, on the node's network, are left out
/// where the name says `known`.
final class DestinationGroup {
  private let table: WorkloadPortsTable
  private let matches: [Matches]
  /// Whether pods may be meant that were not read, or addresses, for which other ports count.
  private(set) lazy var mayBeMore = analysis.mayBeMore(rule, policy)
  private let rule: PolicyRule
  private let policy: NetworkPolicy

  init(_ rule: PolicyRule, _ policy: NetworkPolicy, _ table: WorkloadPortsTable) {
    self.table = table
    self.rule = rule
    self.policy = policy
    let selection = table.analysis.selection
    matches =
      rule.type == .ingress ? [selection.pods(of: policy)] : rule.peers.items.map { selection.pods(of: $0, in: policy) }
    rest = walk(matches)
  }

  private var analysis: Analysis { table.analysis }

  // MARK: The workloads

  /// All of them, sorted.
  private(set) lazy var workloads: [WorkloadID] = {
    matches.count == 1 ? matches[0].certain : Set(matches.flatMap(\.certain)).sorted()
  }()

  /// Those that policies apply to, sorted.
  private(set) lazy var known: [WorkloadID] = workloads.filter { !analysis.world[$0].hostNetwork }

  /// Those of them whose containers have arguments.
  private(set) lazy var withArguments = known.filter { id in
    analysis.world[id].containers.contains { !$0.arguments.isEmpty }
  }

  var isEmpty: Bool { matches.allSatisfy(\.hasNoCertain) }

  private(set) lazy var hasNoKnown = !matches.contains { match in
    match.inAnyOrder.contains { !analysis.world[$0].hostNetwork }
  }

  // MARK: Their ports

  /// The ports that are used by those known ones that were looked at so far.
  private var used = PortSet()
  private var rest: AnyIterator<WorkloadID>
  /// Whether nothing shows which ports one of them has, or the config says it.
  private var isExempt = false

  /// Whether every one of the known workloads declares ports, or has a Service that leads to some, and none of them is one
  /// of these, and nothing else shows that one is used.
  func isOnNone(_ ports: PortSet) -> Bool {
    while !isExempt, ports.intersection(used).isEmpty {
      guard let id = rest.next() else { return true }
      if analysis.world[id].hostNetwork { continue }
      let own = table[id]
      isExempt = own.evident.isEmpty || own.isConfigured
      used.formUnion(own.used)
    }
    return false
  }

  /// The sets of ports that the known workloads declare, or to which Services lead where they declare none.
  private(set) lazy var evident: Set<PortSet> = Set(known.map { table[$0].evident })

  /// Whether none of the known workloads declares any port.
  private(set) lazy var declaresNone = known.allSatisfy { table[$0].declared.isEmpty }

  /// The ports that long-running containers of the known workloads declare, in order.
  private(set) lazy var declaredPorts: [ContainerPort] = known.flatMap { id in
    analysis.world[id].containers.lazy.filter(\.isLongRunning).flatMap(\.ports)
  }

  private struct PortName: Hashable {
    let name: String
    let transport: TransportProtocol
  }

  private lazy var names = Set(
    declaredPorts.lazy.compactMap { port in port.name.map { PortName(name: $0, transport: port.transport) } })

  /// Whether one of the known workloads declares a port of this name.
  func declares(_ name: String, _ transport: TransportProtocol) -> Bool {
    names.contains(PortName(name: name, transport: transport))
  }

  private lazy var shown = shownPorts(workloads)
  private lazy var shownOfKnown = shownPorts(known)
  private lazy var targets = ServiceTargets(workloads, analysis)
  private lazy var targetsOfKnown = ServiceTargets(known, analysis)

  private func shownPorts(_ ids: [WorkloadID]) -> PortSet {
    ids.reduce(into: PortSet()) { $0.formUnion(table[$1].shown) }
  }

  /// A Service that takes calls on this port and sends them to another one, where neither the rule nor a container shows
  /// that the port itself is meant.
  ///
  /// - Parameter allowed: the ports of the rule.
  func service(
    on number: UInt16, _ transport: TransportProtocol, _ allowed: PortSet, onlyKnown: Bool
  ) -> ServiceTargets.Target? {
    guard table.portsOfServices.contains(number, transport) else { return nil }
    if (onlyKnown ? shownOfKnown : shown).contains(number, transport) { return nil }
    return (onlyKnown ? targetsOfKnown : targets).first(on: number, transport, besides: allowed)
  }

  // MARK: What may be added to them

  /// What adds containers to the first of the known workloads that something does it to.
  private(set) lazy var addedContainers = known.lazy.compactMap { self.table.addedContainers(of: $0) }.first { _ in true
  }

  /// Whether a mesh puts a sidecar into one of the known workloads.
  private(set) lazy var hasSidecar = known.contains { analysis.sidecarMesh(of: analysis.world[$0]) != nil }
}

/// The workloads of several matches; some may come twice.
private func walk(_ matches: [Matches]) -> AnyIterator<WorkloadID> {
  AnyIterator(matches.lazy.flatMap(\.inAnyOrder).makeIterator())
}

/// Where the Services in front of some workloads lead to, by the ports that they take calls on.
struct ServiceTargets {
  struct Target {
    let service: ServiceID
    let port: Service.Port
    let number: UInt16
  }

  private struct Key: Hashable {
    let number: UInt16
    let transport: TransportProtocol
  }

  private var targets: [Key: [Target]] = [:]

  init(_ workloads: [WorkloadID], _ analysis: Analysis) {
    var seen: [Key: Set<UInt16>] = [:]
    for workload in workloads {
      for service in analysis.services.services(of: workload) {
        for port in analysis.world[service].ports {
          let key = Key(number: port.number, transport: port.transport)
          guard let target = analysis.services.target(of: port, on: analysis.world[workload]), target != port.number,
            seen[key, default: []].insert(target).inserted
          else { continue }
          targets[key, default: []].append(Target(service: service, port: port, number: target))
        }
      }
    }
  }

  /// The first one on a port that does not lead to some ports.
  func first(on number: UInt16, _ transport: TransportProtocol, besides ports: PortSet) -> Target? {
    targets[Key(number: number, transport: transport)]?.first { !ports.contains($0.number, transport) }
  }
}
