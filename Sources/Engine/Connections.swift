internal import Diagnostics
package import Model

/// Everything that may be established for certain between two ends, with its ports.
package struct Connection: Sendable {
  package let source: ConnectionEnd
  package let destination: ConnectionEnd
  /// Number in `Connections.portSets`, so that writers can keep what they wrote for each.
  package let ports: Int
  /// The number of the ports on which it may be established, a superset; equal to `ports` unless uncertain ones are asked
  /// for.
  package let possible: Int

  package init(source: ConnectionEnd, destination: ConnectionEnd, ports: Int, possible: Int? = nil) {
    self.source = source
    self.destination = destination
    self.ports = ports
    self.possible = possible ?? ports
  }

  fileprivate init(_ source: ConnectionEnd, _ destination: ConnectionEnd, _ ports: PortNumbers) {
    self.init(source: source, destination: destination, ports: ports.certain, possible: ports.possible)
  }
}

/// The numbers of the ports that are certain, and of those that are possible.
private struct PortNumbers: Hashable {
  var certain: Int
  var possible: Int
}

/// What connections are asked for.
package struct ConnectionOptions: Sendable {
  /// Witnesses of selectors that no read workload satisfies.
  package var includesInferred = false
  /// The traffic of a workload to its own replicas.
  package var includesSelf = false
  /// Connections of which it cannot be told whether they may be established, on all of their ports or on some.
  package var includesUncertain = false
  /// Pods that the engine was asked about (`ReachSettings.hypotheticalPods`), as ends in their own right.
  package var otherPods: [HypotheticalPod: ConnectionNode] = [:]

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
  private var portsOfPair: [PairKey: PortNumbers] = [:]
  /// The pairs of verdicts that allow nothing together.
  private var blockedPairs: Set<PairKey> = []
  /// What rules name whose addresses nobody knows.
  private let unresolvedEnds: [UnresolvedEnd]
  /// What is allowed to each of these, by the number of the source's profile.
  private var unresolvedOfProfile: [Int: [UnresolvedPart]] = [:]

  private struct UnresolvedPart {
    let ports: PortBounds
    /// Whether that is more than what is allowed to every address.
    let isMore: Bool
  }

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
    let otherPods = Dictionary(
      options.otherPods.compactMap { pod, node in reach.podClass(of: pod).map { ($0, node) } }
    ) { min($0, $1) }
    for (id, podClass) in zip(reach.classIDs, reach.classes) {
      // A selector may mean such pods too, and one that was read may be like them.
      if let node = otherPods[id] { members[node, default: []].append(id) }
      switch podClass.origin {
      case .read:
        for workload in podClass.workloads {
          let node = ConnectionNode(world[workload])
          members[node, default: []].append(id)
          workloads[node, default: []].append(workload)
        }
      case .inferred(let selector) where options.includesInferred:
        members[ConnectionNode(podClass, selector), default: []].append(id)
      case .hypothetical, .inferred, .ingressController: break
      }
    }
    nodes = members.keys.sorted()
    unresolvedEnds = reach.unresolvedEnds
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
      return connectionsFromOutside().map { Connection(.external($0.addresses), .node($0.node), $0.ports) }
    case .ingressController:
      return connectionsFromController().map { Connection(.ingressController, .node($0.node), $0.ports) }
    case .node(let number):
      let outside = externalParts(classesOfNode[number], .egress).map {
        Connection(.node(number), .external($0.addresses), $0.ports)
      }
      let unresolved = unresolvedParts(classesOfNode[number]).map {
        Connection(.node(number), .unresolved($0.end), $0.ports)
      }
      return outside + unresolved + row(of: number).map { Connection(.node(number), .node($0.node), $0.ports) }
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
  private mutating func row(of source: Int) -> [(node: Int, ports: PortNumbers)] {
    var found: [(node: Int, ports: PortNumbers)] = []
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
  private mutating func merged(_ sorted: [(node: Int, ports: PortNumbers)]) -> [(node: Int, ports: PortNumbers)] {
    var result: [(node: Int, ports: PortNumbers)] = []
    result.reserveCapacity(sorted.count)
    for next in sorted {
      if let last = result.last, last.node == next.node {
        if last.ports != next.ports { result[result.count - 1].ports = union(last.ports, next.ports) }
      } else {
        result.append(next)
      }
    }
    return result
  }

  private mutating func union(_ a: PortNumbers, _ b: PortNumbers) -> PortNumbers {
    PortNumbers(
      certain: portSets.number(of: portSets[a.certain].union(portSets[b.certain])),
      possible: portSets.number(of: portSets[a.possible].union(portSets[b.possible])))
  }

  /// The numbers of what is allowed; `nil` where nothing is that is asked for.
  private mutating func numbers(_ bounds: PortBounds) -> PortNumbers? {
    let isListed = !(options.includesUncertain ? bounds.possible : bounds.certain).isEmpty
    guard isListed else { return nil }
    let certain = portSets.number(of: bounds.certain)
    return PortNumbers(
      certain: certain, possible: options.includesUncertain ? portSets.number(of: bounds.possible) : certain)
  }

  /// Every class that a class may send to.
  private mutating func destinations(of source: ClassID) -> [(podClass: ClassID, ports: PortNumbers)] {
    var found: [(podClass: ClassID, ports: PortNumbers)] = []
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
    _ egress: Int, _ ingress: Int, _ destination: ClassID, to found: inout [(podClass: ClassID, ports: PortNumbers)]
  ) {
    let usesNames = reach.usesNames(egress) || reach.usesNames(ingress)
    let key = PairKey(egress: egress, ingress: ingress, destination: usesNames ? destination : nil)
    if let known = portsOfPair[key] {
      found.append((destination, known))
    } else if !blockedPairs.contains(key) {
      let sent = reach.bounds(of: egress, to: destination)
      let ports = numbers(sent.intersection(reach.bounds(of: ingress, to: destination)))
      portsOfPair[key] = ports
      if let ports { found.append((destination, ports)) } else { blockedPairs.insert(key) }
    }
  }

  // MARK: With the outside

  /// The addresses that a node's classes talk to, or that talk to them, as one set for each set of ports.
  private mutating func externalParts(
    _ classes: [ClassID], _ direction: PolicyType
  ) -> [(addresses: AddressSet, ports: PortNumbers)] {
    var cells: [AddressCell] = []
    for podClass in classes {
      let parts = direction == .ingress ? reach.portsFromOutside(to: podClass) : reach.portsToOutside(from: podClass)
      for part in parts { AddressCells.add(part.addresses, part.ports, to: &cells) }
    }
    var sets: [PortNumbers: AddressSet] = [:]
    for cell in cells {
      if let ports = numbers(cell.ports) { sets[ports, default: AddressSet()].formUnion(cell.addresses) }
    }
    return sets.map { ($0.value, $0.key) }.sorted { $0.0.precedes($1.0) }
      .map { (addresses: $0.0, ports: $0.1) }
  }

  /// The named ends that a node's classes may send more to than to every address.
  private mutating func unresolvedParts(_ classes: [ClassID]) -> [(end: UnresolvedEnd, ports: PortNumbers)] {
    if unresolvedEnds.isEmpty { return [] }
    let parts = classes.map { unresolvedParts(of: $0) }
    return unresolvedEnds.enumerated().compactMap { number, end in
      guard parts.contains(where: { $0[number].isMore }) else { return nil }
      return numbers(parts.reduce(PortBounds.none) { $0.union($1[number].ports) }).map { (end, $0) }
    }
  }

  /// What a class may send to each of them: the same for all classes to which the same policies apply.
  private mutating func unresolvedParts(of podClass: ClassID) -> [UnresolvedPart] {
    let profile = reach.profileNumber(of: podClass, .egress)
    if let known = unresolvedOfProfile[profile] { return known }
    let everywhere = reach.portsToOutside(from: podClass).reduce(PortSet.all) { $0.intersection($1.ports.certain) }
    let parts = unresolvedEnds.map { end in
      let ports = reach.egressBounds(from: .pods(podClass), to: .unresolved(end))
      return UnresolvedPart(ports: ports, isMore: !ports.certain.isSubset(of: everywhere))
    }
    unresolvedOfProfile[profile] = parts
    return parts
  }

  private mutating func connectionsFromOutside() -> [(addresses: AddressSet, node: Int, ports: PortNumbers)] {
    var result: [(addresses: AddressSet, node: Int, ports: PortNumbers)] = []
    for node in nodes.indices {
      for part in externalParts(classesOfNode[node], .ingress) { result.append((part.addresses, node, part.ports)) }
    }
    return result.sorted {
      $0.addresses == $1.addresses ? $0.node < $1.node : $0.addresses.precedes($1.addresses)
    }
  }

  private mutating func connectionsFromController() -> [(node: Int, ports: PortNumbers)] {
    let controllers = reach.ingressControllers
    var found: [(node: Int, ports: PortNumbers)] = []
    for (workload, routed) in routedPorts.sorted(by: { $0.key < $1.key }) {
      guard let node = nodeOfWorkload[workload] else { continue }
      var (certain, possible) = (PortSet(), PortSet())
      for controller in controllers {
        let bounds = reach.ports(from: .pods(controller), to: .workload(workload))
        certain.formUnion(bounds.certain)
        possible.formUnion(bounds.possible)
      }
      let bounds = PortBounds(certain: routed.intersection(certain), possible: routed.intersection(possible))
      if let ports = numbers(bounds) { found.append((node, ports)) }
    }
    found.sort { $0.node < $1.node }
    return merged(found)
  }
}
