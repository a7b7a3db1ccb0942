package import Model

/// An end of a connection as reports show it.
package enum ConnectionEnd: Hashable, Sendable {
  /// Addresses outside the cluster.
  case external(AddressSet)
  /// Whatever leads the traffic of Ingresses and Routes into the cluster.
  case ingressController
  /// A number in `Connections.nodes`.
  case node(Int)
}

/// A workload, or a witness for pods that were not read, as an end of connections.
package struct ConnectionNode: Hashable, Sendable {
  package let namespace: String
  /// The name; of a witness, the selector that it stands for.
  package let name: String
  /// Pods with a controller that was not read are shown as that controller.
  package let kind: String
  package let isInferred: Bool
}

extension ConnectionNode: Comparable {
  package static func < (a: ConnectionNode, b: ConnectionNode) -> Bool {
    (a.namespace, a.name, a.kind, a.isInferred ? 1 : 0) < (b.namespace, b.name, b.kind, b.isInferred ? 1 : 0)
  }
}

/// Everything that may be established for certain between two ends, with its ports.
package struct Connection: Sendable {
  package let source: ConnectionEnd
  package let destination: ConnectionEnd
  /// Number in `Connections.portSets`, so that writers can keep what they wrote for each.
  package let ports: Int
}

/// What connections are asked for.
package struct ConnectionOptions: Sendable {
  /// Witnesses of selectors that no read workload satisfies.
  package var includesInferred = false
  /// The traffic of a workload to its own replicas.
  package var includesSelf = false
  /// Only connections with an end among these.
  package var focus: Set<ConnectionNode>?

  package init() {}
}

/// All connections of a world, in order of source and destination: outside addresses, the ingress controller, then
/// workloads by namespace, name and kind.
///
/// They are worked out while they are walked over. The cost follows the classes and the connections that there are.
package struct Connections: Sendable {
  /// The workloads and witnesses, sorted.
  package let nodes: [ConnectionNode]
  package private(set) var portSets = Interner<PortSet>()
  private let reach: Reach
  private let options: ConnectionOptions
  /// The classes of each node: one, or those of its twins.
  private let classesOfNode: [[UInt32]]
  /// The nodes of each class, sorted.
  private let nodesOfClass: [[Int]]
  /// The ports of each workload that an Ingress or a Route leads to.
  private let routedPorts: [Int: PortSet]
  /// The nodes of the workloads.
  private let nodeOfWorkload: [Int: Int]
  /// Profiles that let something in, by number.
  private let openProfiles: [Int]
  private var portsOfPair: [PairKey: Int] = [:]

  private struct PairKey: Hashable {
    let egress: Int
    let ingress: Int
    /// Only where names of ports matter.
    let destination: UInt32?
  }

  /// - Parameter routedPorts: for the number of a workload in `World.workloads`, its ports that Ingresses and Routes lead
  ///   to.
  package init(
    _ world: World, _ reach: Reach, routedPorts: [Int: PortSet], options: ConnectionOptions = ConnectionOptions()
  ) {
    self.reach = reach
    self.options = options
    self.routedPorts = routedPorts
    var members: [ConnectionNode: [UInt32]] = [:]
    var workloads: [ConnectionNode: [Int]] = [:]
    for (number, podClass) in reach.classes.enumerated() {
      switch podClass.origin {
      case .read:
        for workload in podClass.workloads {
          let node = ConnectionNode(world.workloads[workload])
          members[node, default: []].append(UInt32(number))
          workloads[node, default: []].append(workload)
        }
      case .inferred(let selector) where options.includesInferred:
        members[ConnectionNode(podClass, selector), default: []].append(UInt32(number))
      case .inferred, .hypothetical, .ingressController: break
      }
    }
    nodes = members.keys.sorted()
    var classesOfNode: [[UInt32]] = []
    var nodesOfClass = [[Int]](repeating: [], count: reach.classes.count)
    var nodeOfWorkload: [Int: Int] = [:]
    for (number, node) in nodes.enumerated() {
      let classes = Set(members[node] ?? []).sorted()
      classesOfNode.append(classes)
      for podClass in classes { nodesOfClass[Int(podClass)].append(number) }
      for workload in workloads[node] ?? [] { nodeOfWorkload[workload] = number }
    }
    self.classesOfNode = classesOfNode
    self.nodesOfClass = nodesOfClass
    self.nodeOfWorkload = nodeOfWorkload
    openProfiles = reach.ingress.profiles.indices.filter { number in
      reach.ingress.profiles[number].row.verdicts.contains { reach.mayAllow($0) }
    }
  }

  /// Calls `body` for each connection, in order, until it returns false.
  package mutating func forEach(_ body: (Connection, PortSet) -> Bool) {
    func emit(_ source: ConnectionEnd, _ destination: ConnectionEnd, _ ports: Int) -> Bool {
      let connection = Connection(source: source, destination: destination, ports: ports)
      return !isWanted(connection) || body(connection, portSets[ports])
    }
    for (addresses, node, ports) in connectionsFromOutside() {
      guard emit(.external(addresses), .node(node), ports) else { return }
    }
    for (node, ports) in connectionsFromController() {
      guard emit(.ingressController, .node(node), ports) else { return }
    }
    for source in nodes.indices {
      for (addresses, ports) in externalParts(classesOfNode[source], .egress) {
        guard emit(.node(source), .external(addresses), ports) else { return }
      }
      for (destination, ports) in row(of: source) {
        guard emit(.node(source), .node(destination), ports) else { return }
      }
    }
  }

  private func isWanted(_ connection: Connection) -> Bool {
    guard let focus = options.focus else { return true }
    return [connection.source, connection.destination].contains {
      if case .node(let number) = $0 { focus.contains(nodes[number]) } else { false }
    }
  }

  // MARK: Between workloads

  /// What a node may send to other nodes, in order.
  private mutating func row(of source: Int) -> [(node: Int, ports: Int)] {
    var found: [(node: Int, ports: Int)] = []
    for podClass in classesOfNode[source] {
      for (destination, ports) in destinations(of: podClass) {
        for node in nodesOfClass[Int(destination)] where node != source || isReplicated(source) {
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
  private mutating func destinations(of source: UInt32) -> [(podClass: UInt32, ports: Int)] {
    var found: [(podClass: UInt32, ports: Int)] = []
    let row = reach.profile(of: source, .egress).row
    if row.verdicts.count == 1 {
      // The source may send to all alike: those that let it in are found by what applies to them.
      guard reach.mayAllow(row.verdicts[0]) else { return [] }
      for number in openProfiles {
        let profile = reach.ingress.profiles[number]
        let verdict = profile.row.verdict(for: source)
        guard reach.mayAllow(verdict) else { continue }
        for range in profile.members.ranges {
          for destination in range { add(row.verdicts[0], verdict, destination, to: &found) }
        }
      }
      return found
    }
    for part in row.starts.indices where reach.mayAllow(row.verdicts[part]) {
      let end = part + 1 < row.starts.count ? row.starts[part + 1] : UInt32(reach.classes.count)
      for destination in row.starts[part]..<end {
        let profile = reach.ingress.profiles[reach.ingress.ofClass[Int(destination)]]
        add(row.verdicts[part], profile.row.verdict(for: source), destination, to: &found)
      }
    }
    return found
  }

  private mutating func add(
    _ egress: Int, _ ingress: Int, _ destination: UInt32, to found: inout [(podClass: UInt32, ports: Int)]
  ) {
    let usesNames = reach.usesNames(egress) || reach.usesNames(ingress)
    let key = PairKey(egress: egress, ingress: ingress, destination: usesNames ? destination : nil)
    let ports = portsOfPair[key] ?? certainPorts(egress, ingress, destination)
    portsOfPair[key] = ports
    if !portSets[ports].isEmpty { found.append((destination, ports)) }
  }

  private mutating func certainPorts(_ egress: Int, _ ingress: Int, _ destination: UInt32) -> Int {
    let sent = reach.bounds(of: egress, to: destination).certain
    return portSets.number(of: sent.intersection(reach.bounds(of: ingress, to: destination).certain))
  }

  // MARK: With the outside

  /// The addresses that a node's classes talk to, or that talk to them, as one set for each set of ports.
  private mutating func externalParts(
    _ classes: [UInt32], _ direction: PolicyType
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
    return sets.map { ($0.value, $0.key) }.sorted { Connections.precedes($0.0, $1.0) }
      .map { (addresses: $0.0, ports: $0.1) }
  }

  private mutating func connectionsFromOutside() -> [(addresses: AddressSet, node: Int, ports: Int)] {
    var result: [(addresses: AddressSet, node: Int, ports: Int)] = []
    for node in nodes.indices {
      for part in externalParts(classesOfNode[node], .ingress) { result.append((part.addresses, node, part.ports)) }
    }
    return result.sorted {
      $0.addresses == $1.addresses ? $0.node < $1.node : Connections.precedes($0.addresses, $1.addresses)
    }
  }

  /// By the lowest addresses, IPv4 before IPv6; of sets that begin alike, the smaller one first.
  private static func precedes(_ a: AddressSet, _ b: AddressSet) -> Bool {
    let (v4a, v4b) = (a.ipv4.ranges, b.ipv4.ranges)
    if v4a != v4b {
      if v4a.isEmpty || v4b.isEmpty { return v4b.isEmpty }
      return v4a.lexicographicallyPrecedes(v4b) { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
    return a.ipv6.ranges.lexicographicallyPrecedes(b.ipv6.ranges) {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
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

/// Keeps addresses with what is allowed for them, as disjoint sets.
enum AddressCells {
  static func add(_ addresses: AddressSet, _ ports: PortSet, to cells: inout [(addresses: AddressSet, ports: PortSet)])
  {
    var rest = addresses
    var result: [(addresses: AddressSet, ports: PortSet)] = []
    for cell in cells {
      let common = cell.addresses.intersection(addresses)
      if common.isEmpty {
        result.append(cell)
        continue
      }
      rest.subtract(common)
      result.append((common, cell.ports.union(ports)))
      let other = cell.addresses.subtracting(common)
      if !other.isEmpty { result.append((other, cell.ports)) }
    }
    if !rest.isEmpty { result.append((rest, ports)) }
    cells = result
  }
}

extension ConnectionNode {
  package init(_ workload: Workload) {
    let owner = workload.meta.kind == "Pod" ? workload.meta.controller : nil
    self.init(
      namespace: workload.meta.namespace, name: workload.meta.name.value, kind: owner?.kind ?? workload.meta.kind,
      isInferred: false)
  }

  fileprivate init(_ podClass: PodClass, _ selector: Selector) {
    self.init(namespace: podClass.namespace, name: "\(selector)", kind: "Pod", isInferred: true)
  }
}
