internal import Model

extension ConnectionMatrix {
  /// The same with one end for each namespace, whose cells stand for all pairs of workloads.
  package func byNamespace() -> ConnectionMatrix {
    var groups: [MatrixEnd] = []
    var sizes: [Int] = []
    var names: [String] = []
    var groupOfEnd: [Int] = []
    for end in ends {
      if let namespace = end.namespace {
        if names.last != namespace {
          names.append(namespace)
          groups.append(end)
          sizes.append(0)
        }
        sizes[sizes.count - 1] += 1
      } else {
        groups.append(end)
        sizes.append(1)
      }
      groupOfEnd.append(groups.count - 1)
    }
    for number in groups.indices {
      if let namespace = groups[number].namespace {
        groups[number] = .namespace(namespace, workloads: sizes[number])
      }
    }
    var tally = NamespaceTally(cells: cells)
    for (row, entries) in rows.enumerated() {
      for entry in entries where entry.column != row {
        tally.add(entry.cell, from: groupOfEnd[row], to: groupOfEnd[entry.column])
      }
    }
    return tally.matrix(groups, sizes)
  }
}

/// Puts cells of many pairs together.
private struct NamespaceTally {
  private struct Group {
    var cell: Int
    var count = 0
    var differs = false
  }

  private var table = CellTable()
  /// The table's number of each of the old cells.
  private let numbers: [Int]
  private var rows: [Int: [Int: Group]] = [:]

  init(cells: [MatrixCell]) {
    var table = CellTable()
    numbers = cells.map { table.number(of: $0) }
    self.table = table
  }

  mutating func add(_ cell: Int, from row: Int, to column: Int) {
    let cell = numbers[cell]
    guard var group = rows[row]?[column] else {
      rows[row, default: [:]][column] = Group(cell: cell, count: 1)
      return
    }
    group.count += 1
    if group.cell != cell {
      group.differs = true
      group.cell = table.union(group.cell, cell)
    }
    rows[row]?[column] = group
  }

  mutating func matrix(_ ends: [MatrixEnd], _ sizes: [Int]) -> ConnectionMatrix {
    var result: [[ConnectionMatrix.Entry]] = []
    for row in ends.indices {
      var entries: [ConnectionMatrix.Entry] = []
      for (column, group) in (rows[row] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let pairs = sizes[row] * sizes[column] - (row == column ? sizes[row] : 0)
        var cell = table.cells[group.cell]
        if group.differs || group.count != pairs {
          cell = MatrixCell(certain: cell.certain, possible: cell.possible, isPartial: true)
        }
        entries.append(ConnectionMatrix.Entry(column: column, cell: table.number(of: cell)))
      }
      result.append(entries)
    }
    return ConnectionMatrix(ends: ends, cells: table.cells, rows: result)
  }
}
