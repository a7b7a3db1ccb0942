package import Engine
package import Model

/// An end that has a row and a column in a matrix.
package enum MatrixEnd: Hashable, Sendable {
  /// Any address outside the cluster.
  case outside
  case ingressController
  /// A pod without labels in a namespace of which nothing was read.
  case otherPods
  /// A workload, or a witness of a selector.
  case workload(ConnectionNode)
  /// All workloads of a namespace together.
  case namespace(String, workloads: Int)

  /// `nil` for ends that are in none.
  package var namespace: String? {
    switch self {
    case .outside, .ingressController, .otherPods: nil
    case .workload(let node): node.namespace
    case .namespace(let name, _): name
    }
  }
}

/// What may be established from a row's end to a column's.
package struct MatrixCell: Hashable, Sendable {
  package let certain: PortSet
  /// A superset of `certain`; the difference is what cannot be told.
  package let possible: PortSet
  /// Whether the ports are not the same for all addresses, or all pairs of workloads, of the two ends: they are then those
  /// of at least one.
  package let isPartial: Bool

  package static let blocked = MatrixCell(certain: PortSet(), possible: PortSet(), isPartial: false)

  package var isBlocked: Bool { possible.isEmpty }
}

/// What may connect to what in one world: a row for each source, a column for each destination, the same ends in the same
/// order for both. Ends that nothing reaches and that reach nothing are there too.
///
/// Only cells in which something may be established take up memory.
package struct ConnectionMatrix: Hashable, Sendable {
  /// What a cell holds that is not blocked.
  package struct Entry: Hashable, Sendable {
    package let column: Int
    /// A number in `cells`.
    package let cell: Int

    package init(column: Int, cell: Int) {
      self.column = column
      self.cell = cell
    }
  }

  /// Outside, the ingress controller, other pods, then workloads or namespaces, sorted.
  package let ends: [MatrixEnd]
  /// The different cells; the first one is blocked.
  package let cells: [MatrixCell]
  /// For each end as a source, in order of columns.
  package let rows: [[Entry]]

  /// The numbers of a row's cells, one for each column; 0 where nothing may be established.
  package func cells(ofRow row: Int) -> [Int] {
    var result = [Int](repeating: 0, count: ends.count)
    for entry in rows[row] { result[entry.column] = entry.cell }
    return result
  }

  /// Whether there is no such question: outside the cluster no policy has a say, an ingress controller is no destination,
  /// and a workload's traffic to itself was not asked for.
  package func isMeaningless(_ row: Int, _ column: Int, _ cell: Int) -> Bool {
    switch (ends[row], ends[column]) {
    case (_, .ingressController), (.outside, .outside), (.otherPods, .otherPods): true
    case (.ingressController, .outside), (.ingressController, .otherPods): true
    case (.workload, .workload): row == column && cell == 0
    default: false
    }
  }

  /// How many cells hold something that cannot be told.
  package var uncertainCells: Int {
    rows.enumerated().reduce(0) { sum, row in
      sum
        + row.element.count { entry in
          cells[entry.cell].possible != cells[entry.cell].certain
            && !isMeaningless(row.offset, entry.column, entry.cell)
        }
    }
  }
}

extension ConnectionMatrix {
  /// The ends that are in no namespace.
  static let specialEnds: [MatrixEnd] = [.outside, .ingressController, .otherPods]

  /// The matrix of one world of a table that was made with `includesUncertain` and `otherPods`; where workloads are in
  /// focus, they and those that they have to do with.
  package init(_ table: inout ConnectionTable<Connections>, world: Int) {
    var cells = CellTable()
    var rows: [Int: [Int: Int]] = [:]
    let nodes = table.nodes
    func place(_ end: ConnectionEnd) -> Int {
      switch end {
      case .external, .unresolved: -3
      case .ingressController: -2
      case .node(let number): nodes[number] == .otherPods ? -1 : number
      }
    }
    table.walk(world: world) { connection, portSets in
      var isPartial = false
      for case .external(let addresses) in [connection.source, connection.destination] {
        isPartial = addresses != .everything
      }
      if case .unresolved = connection.destination { isPartial = true }
      let cell = cells.number(connection.ports, connection.possible, isPartial, portSets)
      let (row, column) = (place(connection.source), place(connection.destination))
      // Of addresses there may be several sets, each with ports of its own.
      let before = rows[row]?[column]
      rows[row, default: [:]][column] = before.map { cells.union($0, cell) } ?? cell
    }
    let met = Set(rows.keys).union(rows.values.lazy.flatMap(\.keys))
    let shown = table.nodes(ofWorld: world).filter {
      nodes[$0] != .otherPods && (table.isInFocus($0) || met.contains($0))
    }
    let order = [-3, -2, -1] + shown
    let numbers = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    self.init(
      ends: ConnectionMatrix.specialEnds + shown.map { .workload(nodes[$0]) }, cells: cells.cells,
      rows: order.map { end in
        (rows[end] ?? [:]).compactMap { column, cell in
          numbers[column].map { Entry(column: $0, cell: cell) }
        }.sorted { $0.column < $1.column }
      })
  }
}

/// Different cells, each once.
struct CellTable {
  private(set) var cells: [MatrixCell] = [.blocked]
  private var numbers: [MatrixCell: Int] = [.blocked: 0]
  private var numbersOfPorts: [PortKey: Int] = [:]

  private struct PortKey: Hashable {
    let certain: Int
    let possible: Int
    let isPartial: Bool
  }

  /// The number of a cell whose ports have numbers themselves.
  mutating func number(_ certain: Int, _ possible: Int, _ isPartial: Bool, _ portSets: Interner<PortSet>) -> Int {
    let key = PortKey(certain: certain, possible: possible, isPartial: isPartial)
    if let known = numbersOfPorts[key] { return known }
    let number = number(
      of: MatrixCell(certain: portSets[certain], possible: portSets[possible], isPartial: isPartial))
    numbersOfPorts[key] = number
    return number
  }

  mutating func number(of cell: MatrixCell) -> Int {
    if let known = numbers[cell] { return known }
    numbers[cell] = cells.count
    cells.append(cell)
    return cells.count - 1
  }

  /// The number of the cell that stands for parts with different ports.
  mutating func union(_ first: Int, _ second: Int) -> Int {
    let (a, b) = (cells[first], cells[second])
    return number(
      of: MatrixCell(
        certain: a.certain.union(b.certain), possible: a.possible.union(b.possible), isPartial: true))
  }
}
