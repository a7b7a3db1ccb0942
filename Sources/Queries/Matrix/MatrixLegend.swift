internal import Engine
internal import Model
internal import Writing

/// A sign for each of a matrix's cells, and what the signs stand for.
struct MatrixLegend {
  /// The sign of each cell, by its number in the matrix.
  let signs: [String]
  /// Signs that stand for ports, in the order in which the rows have them, each with its meaning.
  let ports: [(sign: String, text: String)]
  /// Whether some cells had to share a sign.
  let hasOthers: Bool

  static let blocked = "."
  static let everything = "*"
  static let unknown = "?"
  static let others = "+"
  static let meaningless = " "
  private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)

  init(_ matrix: ConnectionMatrix) {
    var signs = [String](repeating: MatrixLegend.blocked, count: matrix.cells.count)
    var ports: [(sign: String, text: String)] = []
    var hasOthers = false
    var seen: Set<Int> = [0]
    for entry in matrix.rows.joined() where seen.insert(entry.cell).inserted {
      let cell = matrix.cells[entry.cell]
      if cell.certain == .all, !cell.isPartial {
        signs[entry.cell] = MatrixLegend.everything
      } else if cell.certain.isEmpty {
        signs[entry.cell] = MatrixLegend.unknown
      } else if ports.count < MatrixLegend.letters.count {
        signs[entry.cell] = MatrixLegend.letters[ports.count]
        ports.append((MatrixLegend.letters[ports.count], MatrixLegend.text(cell)))
      } else {
        signs[entry.cell] = MatrixLegend.others
        hasOthers = true
      }
    }
    self.signs = signs
    self.ports = ports
    self.hasOthers = hasOthers
  }

  /// `TCP 443`, `TCP 443, for some`, `TCP 443, perhaps more`.
  static func text(_ cell: MatrixCell) -> String {
    ConnectionText.ports(cell.certain) + (cell.isPartial ? ", for some" : "")
      + (cell.possible != cell.certain ? ", perhaps more" : "")
  }

  /// What "for some" means in a matrix; `nil` where nothing is partial.
  static func meaningOfSome(_ matrix: ConnectionMatrix) -> String? {
    guard matrix.rows.joined().contains(where: { matrix.cells[$0.cell].isPartial }) else { return nil }
    let isByNamespace = matrix.ends.contains { if case .namespace = $0 { true } else { false } }
    return isByNamespace
      ? "for some: not for all pairs of workloads, or not for all addresses" : "for some: not for all addresses"
  }

  /// The name of an end in its row.
  static func name(_ end: MatrixEnd, isAlone: Bool) -> String {
    switch end {
    case .outside: "outside"
    case .ingressController: "ingress controller"
    case .otherPods: "other pods"
    case .workload(let node) where node.isInferred: "\(node.name) [inferred]"
    case .workload(let node): isAlone ? node.name : "\(node.name) [\(node.kind)]"
    case .namespace(let name, let workloads): "\(name) (\(workloads))"
    }
  }

  /// The names of all ends; the kind stands with those that have one name in one namespace.
  static func names(_ matrix: ConnectionMatrix) -> [String] {
    var counts: [[String]: Int] = [:]
    func key(_ end: MatrixEnd) -> [String] {
      if case .workload(let node) = end { [node.namespace, node.name] } else { [] }
    }
    for end in matrix.ends { counts[key(end), default: 0] += 1 }
    return matrix.ends.map { name($0, isAlone: counts[key($0)] == 1) }
  }

  /// What a row of an ingress controller means that leads nothing anywhere; `nil` for others, which show it.
  static func ingressController(_ matrix: ConnectionMatrix) -> String? {
    guard let row = matrix.ends.firstIndex(of: .ingressController), matrix.rows[row].isEmpty else { return nil }
    return "ingress controller: what the Ingresses and Routes that were read lead to"
  }

  /// What the last lines under a matrix say of its ends.
  static let otherPods = "other pods: a pod without labels, in a namespace that was not read"
}
