internal import Engine
internal import Model

/// An end of an arrow.
enum DiagramEnd: Hashable {
  case end(ConnectionEnd)
  /// All workloads of a namespace, by its number in the diagram.
  case namespace(Int)
}

struct DiagramArrow: Hashable {
  let source: DiagramEnd
  let destination: DiagramEnd
  let ports: Int
  let share: ConnectionShare

  var standsForMany: Bool {
    switch (source, destination) {
    case (.namespace, _), (_, .namespace): true
    case (.end, .end): false
    }
  }
}

/// The ends that occur in a diagram, and what all workloads of a namespace have in common.
struct DiagramEnds {
  var sources = Interner<AddressSet>()
  /// Addresses, and names for such.
  var destinations = Interner<ConnectionEnd>()
  var hasController = false
  var namespaces: [(name: String, nodes: [Int])] = []
  /// How many arrows there are.
  private(set) var arrowCount = 0
  private var numbersOfSources: [AddressSet: Int] = [:]
  private var numbersOfDestinations: [ConnectionEnd: Int] = [:]
  /// The namespace of each node that is shown.
  private var namespaceOfNode: [Int: Int] = [:]
  private var isExposed: Set<Int> = []
  private var isReached: Set<Int> = []
  /// How many connections a joint arrow would stand for.
  private var counts: [DiagramArrow: Int] = [:]

  init(_ table: inout ConnectionTable<Connections>) {
    // Workloads without any connection are shown too.
    var isShown = table.nodes.indices.map { table.isInFocus($0) }
    for share in table.shares {
      table.walk(share) { entry, _ in
        note(entry.connection, &isShown)
        return true
      }
    }
    for number in table.nodes.indices where isShown[number] {
      if namespaces.last?.name != table.nodes[number].namespace {
        namespaces.append((table.nodes[number].namespace, []))
      }
      namespaces[namespaces.count - 1].nodes.append(number)
      namespaceOfNode[number] = namespaces.count - 1
    }
    for share in table.shares {
      table.walk(share) { entry, _ in
        if let joint = joint(entry.connection, share) { counts[joint.arrow, default: 0] += 1 }
        arrowCount += 1
        return true
      }
    }
    for (arrow, count) in counts where count == size(of: arrow) && count > 1 { arrowCount -= count - 1 }
  }

  private mutating func note(_ connection: Connection, _ isShown: inout [Bool]) {
    switch connection.source {
    case .external(let addresses): numbersOfSources[addresses] = sources.number(of: addresses)
    case .ingressController: hasController = true
    case .unresolved: break
    case .node(let number): isShown[number] = true
    }
    switch connection.destination {
    case .external, .unresolved:
      numbersOfDestinations[connection.destination] = destinations.number(of: connection.destination)
    case .ingressController: break
    case .node(let number):
      isShown[number] = true
      isReached.insert(number)
      if case .external = connection.source { isExposed.insert(number) }
    }
  }

  /// What a workload's box shows of it.
  func kind(_ number: Int, isInferred: Bool) -> DiagramNode {
    if isInferred { return .inferred }
    return isExposed.contains(number) ? .exposed : isReached.contains(number) ? .inside : .unreached
  }

  /// The number of workloads in the namespace that a joint arrow starts from or leads to.
  private func size(of arrow: DiagramArrow) -> Int {
    for case .namespace(let number) in [arrow.source, arrow.destination] { return namespaces[number].nodes.count }
    return 1
  }

  /// The arrow that stands for a connection.
  func arrow(for connection: Connection, of share: ConnectionShare) -> DiagramArrow {
    if let joint = joint(connection, share), namespaces[joint.namespace].nodes.count > 1,
      counts[joint.arrow] == namespaces[joint.namespace].nodes.count
    {
      return joint.arrow
    }
    return DiagramArrow(
      source: .end(connection.source), destination: .end(connection.destination), ports: connection.ports, share: share)
  }

  /// The arrow that stands for a connection if its whole namespace has the like.
  private func joint(_ connection: Connection, _ share: ConnectionShare) -> (arrow: DiagramArrow, namespace: Int)? {
    let namespace = self.namespace(of: connection.destination)
    if let own = self.namespace(of: connection.source) {
      guard own != namespace else { return nil }
      let arrow = DiagramArrow(
        source: .namespace(own), destination: .end(connection.destination), ports: connection.ports, share: share)
      return (arrow, own)
    }
    guard let namespace else { return nil }
    let arrow = DiagramArrow(
      source: .end(connection.source), destination: .namespace(namespace), ports: connection.ports, share: share)
    return (arrow, namespace)
  }

  /// The namespace of a node that is shown, by its number in the diagram.
  func namespace(of end: ConnectionEnd) -> Int? {
    if case .node(let number) = end { namespaceOfNode[number] } else { nil }
  }

  func point(_ end: DiagramEnd, isTarget: Bool = false) -> DiagramPoint {
    switch end {
    case .namespace(let number): DiagramPoint(id: "w\(namespaces[number].nodes[0])", group: "ns\(number)")
    case .end(.node(let number)): DiagramPoint(id: "w\(number)")
    case .end(.ingressController): DiagramPoint(id: "controller")
    case .end(let end) where isTarget: DiagramPoint(id: "to\(numbersOfDestinations[end] ?? 0)")
    case .end(.external(let addresses)): DiagramPoint(id: "from\(numbersOfSources[addresses] ?? 0)")
    case .end(.unresolved(let end)): DiagramPoint(id: "to\(numbersOfDestinations[.unresolved(end)] ?? 0)")
    }
  }
}

extension Connection {
  /// Where its arrow leads.
  var path: DiagramPath {
    if case .external = source { return .fromOutside }
    switch destination {
    case .external, .unresolved: return .toOutside
    case .node, .ingressController: return .inside
    }
  }
}
