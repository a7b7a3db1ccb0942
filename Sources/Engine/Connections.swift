internal import Diagnostics
package import Model

/// Everything that may be established for certain between two ends, with its ports.
package struct Connection: Sendable {
  package let source: ConnectionEnd
  package let destination: ConnectionEnd
  /// Number in `Connections.portSets`, so that writers can keep what they wrote for each.
  package let ports: Int

  package init(source: ConnectionEnd, destination: ConnectionEnd, ports: Int) {
    self.source = source
    self.destination = destination
    self.ports = ports
  }
}

/// What connections are asked for.
package struct ConnectionOptions: Sendable {
  /// Witnesses of selectors that no read workload satisfies.
  package var includesInferred = false
  /// The traffic of a workload to its own replicas.
  package var includesSelf = false

  package init() {}
}

/// All connections of a world, in order of source and destination: outside addresses, the ingress controller, then
/// workloads by namespace, name and kind.
///
/// They are worked out source by source. The cost follows the classes and the connections that there are.
package struct Connections: Sendable {
  /// The workloads and witnesses, sorted.
  package let nodes: [ConnectionNode]
  package private(set) var portSets = Interner<PortSet>()
  private let reach: Reach
  private let options: ConnectionOptions
  /// The classes of each node: one, or those of its twins.
  private let classesOfNode: [[ClassID]]
  /// The nodes of each class, sorted.
  private let nodesOfClass: [[Int]]
  /// The ports of each workload that an Ingress or a Route leads to.
  private let routedPorts: [WorkloadID: PortSet]
  /// The nodes of the workloads.
  private let nodeOfWorkload: [WorkloadID: Int]
  /// For every class what lets it in: the destinations' profiles, by number.
  private let admitting: RangeIndex
  /// How many profiles let something in.
  private let openCount: Int
  private var portsOfPair: [PairKey: Int] = [:]

  private struct PairKey: Hashable {
    let egress: Int
    let ingress: Int
    /// Only where names of ports matter.
    let destination: ClassID?
  }

  /// - Parameter routedPorts: the ports of each workload that Ingresses and Routes lead to.
  package init(
    _ world: World, _ reach: Reach, routedPorts: [WorkloadID: PortSet], options: ConnectionOptions = ConnectionOptions()
  ) {
    self.reach = reach
    self.options = options
    self.routedPorts = routedPorts
    var members: [ConnectionNode: [ClassID]] = [:]
    var workloads: [ConnectionNode: [WorkloadID]] = [:]
    for (id, podClass) in zip(reach.classIDs, reach.classes) {
      switch podClass.origin {
      case .read:
        for workload in podClass.workloads {
          let node = ConnectionNode(world[workload])
          members[node, default: []].append(id)
          workloads[node, default: []].append(workload)
        }
      case .inferred(let selector) where options.includesInferred:
        members[ConnectionNode(podClass, selector), default: []].append(id)
      case .inferred, .hypothetical, .ingressController: break
      }
    }
    nodes = members.keys.sorted()
    var classesOfNode: [[ClassID]] = []
    var nodesOfClass = [[Int]](repeating: [], count: reach.classes.count)
    var nodeOfWorkload: [WorkloadID: Int] = [:]
    for (number, node) in nodes.enumerated() {
      let classes = Set(members[node] ?? []).sorted()
      classesOfNode.append(classes)
      for podClass in classes { nodesOfClass[podClass.index].append(number) }
      for workload in workloads[node] ?? [] { nodeOfWorkload[workload] = number }
    }
    self.classesOfNode = classesOfNode
    self.nodesOfClass = nodesOfClass
    self.nodeOfWorkload = nodeOfWorkload
    var entries: [RangeIndex.Entry] = []
    for (number, profile) in reach.ingress.profiles.enumerated() {
      for (range, verdict) in profile.row.parts(classCount: reach.classes.count) where reach.mayAllow(verdict) {
        entries.append(RangeIndex.Entry(range: range, owner: number, verdict: verdict))
      }
    }
    admitting = RangeIndex(entries)
    openCount = Set(entries.lazy.map(\.owner)).count
  }

  /// What may be established from one source, in order.
  package mutating func connections(from source: ConnectionSource) -> [Connection] {
    switch source {
    case .outside:
      return connectionsFromOutside().map {
        Connection(source: .external($0.addresses), destination: .node($0.node), ports: $0.ports)
      }
    case .ingressController:
      return connectionsFromController().map {
        Connection(source: .ingressController, destination: .node($0.node), ports: $0.ports)
      }
    case .node(let number):
      let outside = externalParts(classesOfNode[number], .egress).map {
        Connection(source: .node(number), destination: .external($0.addresses), ports: $0.ports)
      }
      return outside
        + row(of: number).map { Connection(source: .node(number), destination: .node($0.node), ports: $0.ports) }
    }
  }

  /// The number of a node; `nil` for one that is not there. O(log nodes).
  package func number(of node: ConnectionNode) -> Int? {
    let number = nodes.partitioningIndex { $0 >= node }
    return number < nodes.count && nodes[number] == node ? number : nil
  }

  /// The pods of a node: several where twins differ.
  package func endpoints(of node: Int) -> [Endpoint] { classesOfNode[node].map { .pods($0) } }

  // MARK: Between workloads

  /// What a node may send to other nodes, in order.
  private mutating func row(of source: Int) -> [(node: Int, ports: Int)] {
    var found: [(node: Int, ports: Int)] = []
    for podClass in classesOfNode[source] {
      for (destination, ports) in destinations(of: podClass) {
        for node in nodesOfClass[destination.index] where node != source || isReplicated(source) {
          found.append((node, ports))
        }
      }
    }
    found.sort { $0.node < $1.node }
    return merged(found)
  }

  /// Whether a node has replicas whose traffic to each other is asked for.
  private func isReplicated(_ node: Int) -> Bool { options.includesSelf && nodes[node].kind != "Pod" }

  /// Twins of one node count together.
  private mutating func merged(_ sorted: [(node: Int, ports: Int)]) -> [(node: Int, ports: Int)] {
    var result: [(node: Int, ports: Int)] = []
    result.reserveCapacity(sorted.count)
    for next in sorted {
      if let last = result.last, last.node == next.node {
        if last.ports != next.ports {
          result[result.count - 1].ports = portSets.number(of: portSets[last.ports].union(portSets[next.ports]))
        }
      } else {
        result.append(next)
      }
    }
    return result
  }

  /// Every class that a class may send to for certain.
  private mutating func destinations(of source: ClassID) -> [(podClass: ClassID, ports: Int)] {
    var found: [(podClass: ClassID, ports: Int)] = []
    let row = reach.profile(of: source, .egress).row
    let parts = row.parts(classCount: reach.classes.count).filter { reach.mayAllow($0.verdict) }
    let size = parts.reduce(0) { $0 + $1.range.count }
    if size <= openCount {
      // The source may send to few: each of them is asked whether it lets the source in.
      for (range, verdict) in parts {
        for destination in range.lazy.map({ ClassID($0) }) {
          let profile = reach.ingress.ofClass[destination.index]
          let admitted = reach.ingress.profiles[profile].row.verdict(for: source)
          if reach.mayAllow(admitted) { add(verdict, admitted, destination, to: &found) }
        }
      }
      return found
    }
    // It may send to many: those that let it in are found by what applies to them.
    let allowed = ClassSet(ordered: parts.lazy.map(\.range))
    for entry in admitting.holding(source.number) {
      for destination in reach.ingress.profiles[entry.owner].members.intersection(allowed).ids {
        add(row.verdict(for: destination), entry.verdict, destination, to: &found)
      }
    }
    return found
  }

  private mutating func add(
    _ egress: Int, _ ingress: Int, _ destination: ClassID, to found: inout [(podClass: ClassID, ports: Int)]
  ) {
    let usesNames = reach.usesNames(egress) || reach.usesNames(ingress)
    let key = PairKey(egress: egress, ingress: ingress, destination: usesNames ? destination : nil)
    let ports = portsOfPair[key] ?? certainPorts(egress, ingress, destination)
    portsOfPair[key] = ports
    if !portSets[ports].isEmpty { found.append((destination, ports)) }
  }

  private mutating func certainPorts(_ egress: Int, _ ingress: Int, _ destination: ClassID) -> Int {
    let sent = reach.bounds(of: egress, to: destination).certain
    return portSets.number(of: sent.intersection(reach.bounds(of: ingress, to: destination).certain))
  }

  // MARK: With the outside

  /// The addresses that a node's classes talk to, or that talk to them, as one set for each set of ports.
  private mutating func externalParts(
    _ classes: [ClassID], _ direction: PolicyType
  ) -> [(addresses: AddressSet, ports: Int)] {
    var cells: [(addresses: AddressSet, ports: PortSet)] = []
    for podClass in classes {
      let parts = direction == .ingress ? reach.portsFromOutside(to: podClass) : reach.portsToOutside(from: podClass)
      for part in parts where !part.ports.certain.isEmpty {
        AddressCells.add(part.addresses, part.ports.certain, to: &cells)
      }
    }
    var sets: [Int: AddressSet] = [:]
    for cell in cells { sets[portSets.number(of: cell.ports), default: AddressSet()].formUnion(cell.addresses) }
    return sets.map { ($0.value, $0.key) }.sorted { $0.0.precedes($1.0) }
      .map { (addresses: $0.0, ports: $0.1) }
  }

  private mutating func connectionsFromOutside() -> [(addresses: AddressSet, node: Int, ports: Int)] {
    var result: [(addresses: AddressSet, node: Int, ports: Int)] = []
    for node in nodes.indices {
      for part in externalParts(classesOfNode[node], .ingress) { result.append((part.addresses, node, part.ports)) }
    }
    return result.sorted {
      $0.addresses == $1.addresses ? $0.node < $1.node : $0.addresses.precedes($1.addresses)
    }
  }

  private mutating func connectionsFromController() -> [(node: Int, ports: Int)] {
    let controllers = reach.ingressControllers
    var found: [(node: Int, ports: Int)] = []
    for (workload, routed) in routedPorts.sorted(by: { $0.key < $1.key }) {
      guard let node = nodeOfWorkload[workload] else { continue }
      var allowed = PortSet()
      for controller in controllers {
        allowed.formUnion(reach.ports(from: .pods(controller), to: .workload(workload)).certain)
      }
      let ports = routed.intersection(allowed)
      if !ports.isEmpty { found.append((node, portSets.number(of: ports))) }
    }
    found.sort { $0.node < $1.node }
    return merged(found)
  }
}
