internal import Diagnostics
internal import Engine
internal import Model
internal import Queries
internal import Traffic
internal import Writing

/// What `can-reach` says of each cell of a small matrix, side by side: sentences, each once.
struct PageReasons: Sendable {
  /// Larger matrices have no sentences of their own: the script puts them together from the rules.
  static let mostEnds = 63
  /// The same where there are policies for the whole cluster, of which the script knows nothing.
  static let mostEndsBelowTiers = 153

  private(set) var sentences: [String] = []
  /// For each row a column, the sentence of the egress side and that of the ingress side, and so on; -1 for none.
  private(set) var rows: [[Int]] = []
  private var numbers: [String: Int] = [:]

  private typealias NamedEnd = (end: TrafficEnd, endpoint: Endpoint)

  init(_ view: WorldView, _ matrix: ConnectionMatrix, _ connections: Connections, _ sources: SourceTable) {
    var workloads: [ConnectionNode: [WorkloadID]] = [:]
    for (id, workload) in view.world.identifiedWorkloads { workloads[ConnectionNode(workload), default: []].append(id) }
    let ends = matrix.ends.map { PageReasons.ends($0, view, connections, workloads) }
    var places = Places(sources)
    for row in matrix.ends.indices {
      var entries: [Int] = []
      let cells = matrix.cells(ofRow: row)
      for column in matrix.ends.indices where row != column && !matrix.isMeaningless(row, column, cells[column]) {
        let cell = matrix.cells[cells[column]]
        let ports = cell.isBlocked ? .all : cell.certain.isEmpty ? cell.possible : cell.certain
        guard let (from, to) = PageReasons.pair(ends[row], ends[column], ports, isAllowed: !cell.isBlocked, view) else {
          continue
        }
        let reason = view.reason(from: from, to: to, ports)
        func number(_ type: PolicyType) -> Int {
          guard let side = reason.sides.first(where: { $0.side == type }) else { return -1 }
          return self.number(of: PageReasons.text(side.sentence, &places))
        }
        entries += [column, number(.egress), number(.ingress)]
      }
      rows.append(entries)
    }
  }

  private static func text(_ sentence: Sentence, _ places: inout Places) -> String {
    let text = sentence.text { "\(places.path(of: $0)):\(places.line(of: $0))" }
    let stranger = "a pod without labels in \(Strangers.elsewhere.namespace)"
    return DisplayText.escaped(text.replacing(stranger, with: "other pods"))
  }

  private mutating func number(of sentence: String) -> Int {
    if let known = numbers[sentence] { return known }
    numbers[sentence] = sentences.count
    sentences.append(sentence)
    return sentences.count - 1
  }

  /// What an end stands for: several where twins differ, none for addresses, which are many.
  private static func ends(
    _ end: MatrixEnd, _ view: WorldView, _ connections: Connections, _ workloads: [ConnectionNode: [WorkloadID]]
  ) -> [NamedEnd] {
    switch end {
    case .workload(let node):
      let own = workloads[node] ?? []
      return (connections.number(of: node).map(connections.endpoints) ?? []).compactMap { endpoint in
        guard case .pods(let id) = endpoint else { return nil }
        return (.pods(id, workloads: own.filter { view.reach.podClass(of: $0) == id }), endpoint)
      }
    case .otherPods:
      return view.reach.podClass(of: Strangers.elsewhere).map { [(.pods($0, workloads: []), .pods($0))] } ?? []
    case .ingressController: return view.reach.ingressControllers.map { (.pods($0, workloads: []), .pods($0)) }
    case .outside, .namespace: return []
    }
  }

  /// The pair that shows a cell's answer.
  private static func pair(
    _ sources: [NamedEnd], _ destinations: [NamedEnd], _ ports: PortSet, isAllowed: Bool, _ view: WorldView
  ) -> (NamedEnd, NamedEnd)? {
    let pairs = sources.flatMap { source in destinations.map { (source, $0) } }
    let shown = pairs.first { pair in
      (view.reach.ports(from: pair.0.endpoint, to: pair.1.endpoint).answer(for: ports) == .yes) == isAllowed
    }
    return shown ?? pairs.first
  }
}
