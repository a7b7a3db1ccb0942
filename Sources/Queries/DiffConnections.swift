package import Engine
package import Model
internal import Synchronization

/// What one world allows and another one does not: for each pair of ends the ports that only the first one has.
///
/// Worked out source by source like the connections themselves; addresses are compared as sets.
package struct DiffConnections: ConnectionList {
  package let nodes: [ConnectionNode]
  package private(set) var portSets = Interner<PortSet>()
  private var kept: Connections?
  private var taken: Connections?
  /// The number in `taken` of each node of `kept`.
  private let numbersInTaken: [Int?]
  private let unchanged: UnchangedSources?
  /// Whether what one world leaves open is looked for, and not what it allows.
  private let isUndecided: Bool

  /// - Parameters:
  ///   - kept: whose connections remain; none when `nil`.
  ///   - taken: whose connections are taken away; none when `nil`.
  ///   - unchanged: shared with the other direction of the same comparison.
  init(_ kept: Connections?, without taken: Connections?, unchanged: UnchangedSources? = nil) {
    self.init(kept, taken, unchanged, isUndecided: false)
  }

  /// What one world leaves open and another one blocks.
  ///
  /// - Parameters:
  ///   - kept: with uncertain connections, as `taken`.
  init(undecidedOf kept: Connections, without taken: Connections?) { self.init(kept, taken, nil, isUndecided: true) }

  private init(_ kept: Connections?, _ taken: Connections?, _ unchanged: UnchangedSources?, isUndecided: Bool) {
    self.unchanged = unchanged
    self.isUndecided = isUndecided
    self.kept = kept
    self.taken = taken
    nodes = kept?.nodes ?? []
    numbersInTaken = nodes.map { taken?.number(of: $0) }
  }

  /// The ports of a connection of `kept` that are looked for.
  private func ownPorts(_ connection: Connection) -> PortSet {
    guard let sets = kept?.portSets else { return PortSet() }
    return isUndecided ? sets[connection.possible].subtracting(sets[connection.ports]) : sets[connection.ports]
  }

  /// The ports of a connection of `taken` that are taken away.
  private func othersPorts(_ connection: Connection) -> PortSet {
    taken.map { $0.portSets[isUndecided ? connection.possible : connection.ports] } ?? PortSet()
  }

  package mutating func connections(from source: ConnectionSource) -> [Connection] {
    var node: ConnectionNode?
    if case .node(let number) = source { node = nodes[number] }
    if let node, unchanged?.contains(node) ?? false { return [] }
    guard let own = kept?.connections(from: source), !own.isEmpty else { return [] }
    let theirs = takenConnections(from: source)
    var others = DiffPartners(theirs, othersPorts)
    if source == .outside { return fromOutside(own, &others) }
    let result = between(own, &others)
    if let node, result.isEmpty, own.count == theirs.count, isEqual(own, &others) { unchanged?.insert(node) }
    return result
  }

  /// Whether the other side has nothing more either: as many connections, each with the same ports.
  private mutating func isEqual(_ own: [Connection], _ others: inout DiffPartners) -> Bool {
    for connection in own {
      switch connection.destination {
      case .node(let node):
        guard numbersInTaken[node].flatMap({ others.ports[$0] }) == ownPorts(connection) else { return false }
      case .unresolved(let end): guard others.unresolved[end] == ownPorts(connection) else { return false }
      case .external, .ingressController: continue
      }
    }
    return others.outside.isEmpty || rest(of: others.outside, without: DiffPartners(own, ownPorts).outside).isEmpty
  }

  private mutating func takenConnections(from source: ConnectionSource) -> [Connection] {
    guard case .node(let number) = source else { return taken?.connections(from: source) ?? [] }
    return numbersInTaken[number].flatMap { taken?.connections(from: .node($0)) } ?? []
  }

  /// Outside addresses may be cut into other sets on each side, so that they are compared together for each node.
  private mutating func fromOutside(_ own: [Connection], _ others: inout DiffPartners) -> [Connection] {
    var result: [Connection] = []
    for (node, cells) in DiffPartners(own, ownPorts).cells.sorted(by: { $0.key < $1.key }) {
      let otherCells = numbersInTaken[node].flatMap { others.cells[$0] } ?? []
      for (addresses, ports) in rest(of: cells, without: otherCells) {
        result.append(Connection(source: .external(addresses), destination: .node(node), ports: ports))
      }
    }
    return result.sorted { ($0.source, $0.destination) < ($1.source, $1.destination) }
  }

  private mutating func between(_ own: [Connection], _ others: inout DiffPartners) -> [Connection] {
    var result: [Connection] = []
    let cells = DiffPartners(own, ownPorts).outside
    if let first = own.first, !cells.isEmpty {
      for (addresses, ports) in rest(of: cells, without: others.outside) {
        result.append(Connection(source: first.source, destination: .external(addresses), ports: ports))
      }
      result.sort { $0.destination < $1.destination }
    }
    for connection in own {
      let ports = ownPorts(connection)
      let other: PortSet
      switch connection.destination {
      case .node(let node): other = numbersInTaken[node].flatMap { others.ports[$0] } ?? PortSet()
      // What leads to every address leads to this one too.
      case .unresolved(let end): other = (others.unresolved[end] ?? PortSet()).union(others.everywhere)
      case .external, .ingressController: continue
      }
      if ports.isSubset(of: other) { continue }
      let number = portSets.number(of: ports.subtracting(other))
      result.append(Connection(source: connection.source, destination: connection.destination, ports: number))
    }
    return result
  }

  private mutating func rest(of cells: [DiffCell], without others: [DiffCell]) -> [(AddressSet, Int)] {
    var sets: [Int: AddressSet] = [:]
    func add(_ addresses: AddressSet, _ ports: PortSet) {
      if addresses.isEmpty || ports.isEmpty { return }
      sets[portSets.number(of: ports), default: AddressSet()].formUnion(addresses)
    }
    for cell in cells {
      var left = cell.addresses
      for other in others {
        let common = left.intersection(other.addresses)
        left.subtract(common)
        add(common, cell.ports.subtracting(other.ports))
      }
      add(left, cell.ports)
    }
    return sets.sorted { $0.key < $1.key }.map { ($0.value, $0.key) }
  }
}

/// Sources from which both sides of a comparison allow the same: whoever asks for what is new finds it out, and whoever asks
/// for what is gone need not work it out again.
final class UnchangedSources: Sendable {
  private let nodes = Mutex<Set<ConnectionNode>>([])

  func contains(_ node: ConnectionNode) -> Bool { nodes.withLock { $0.contains(node) } }
  func insert(_ node: ConnectionNode) { nodes.withLock { _ = $0.insert(node) } }
}

/// Outside addresses with what is allowed for them.
typealias DiffCell = (addresses: AddressSet, ports: PortSet)

/// The connections of one source, by partner.
private struct DiffPartners {
  /// The ports for each node, where the source is no address.
  var ports: [Int: PortSet] = [:]
  /// The addresses for each node, where the source is outside.
  var cells: [Int: [DiffCell]] = [:]
  /// The addresses that the source talks to.
  var outside: [DiffCell] = []
  /// The ports of each named end that the source talks to.
  var unresolved: [UnresolvedEnd: PortSet] = [:]

  /// The ports on which the source talks to every address.
  var everywhere: PortSet {
    guard AddressSet(unionOf: outside.map(\.addresses)) == .everything else { return PortSet() }
    return outside.reduce(.all) { $0.intersection($1.ports) }
  }

  init(_ connections: [Connection], _ portsOf: (Connection) -> PortSet) {
    for connection in connections {
      let set = portsOf(connection)
      switch (connection.source, connection.destination) {
      case (.external(let addresses), .node(let node)): cells[node, default: []].append((addresses, set))
      case (_, .external(let addresses)): outside.append((addresses, set))
      case (_, .node(let node)): ports[node] = set
      case (_, .unresolved(let end)): unresolved[end] = set
      case (_, .ingressController): break
      }
    }
  }
}
