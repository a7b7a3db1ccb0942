internal import Engine
internal import Model
internal import Writing

/// What a change opens and closes, as a table of Markdown: rows are sources, columns destinations, and only ends are in it
/// that something changes for. Where these are too many, they are namespaces, and cells hold numbers of connections.
struct ChangeMatrix {
  private struct End: Hashable {
    let text: String
    let namespace: String?
  }

  private struct Entry {
    let source: End
    let destination: End
    let ports: PortSet
    let change: DiffChange
  }

  private static let mostColumns = 12
  private static let mostRows = 30
  /// Fewer changes than these are clear from their list.
  private static let fewestChanges = 3
  /// Longer lists of ports are counted.
  private static let longestPorts = 20

  private var entries: [Entry] = []

  /// Takes one connection that changes.
  ///
  /// - Parameter nodes: what its numbers mean.
  mutating func add(_ connection: Connection, _ ports: PortSet, _ change: DiffChange, _ nodes: [ConnectionNode]) {
    func end(_ end: ConnectionEnd) -> End {
      switch end {
      case .external(let addresses):
        let text = ConnectionText.addresses(addresses)
        return End(text: text.utf8.count > 40 ? "some addresses" : text, namespace: nil)
      case .unresolved(let end): return End(text: "\(end)", namespace: nil)
      case .ingressController: return End(text: "ingress controller", namespace: nil)
      case .node(let number):
        if nodes[number].isOtherPods { return End(text: ConnectionText.otherPods(nodes[number]), namespace: nil) }
        return End(text: "\(nodes[number].namespace)/\(nodes[number].name)", namespace: nodes[number].namespace)
      }
    }
    entries.append(
      Entry(source: end(connection.source), destination: end(connection.destination), ports: ports, change: change))
  }

  /// Nothing where a list says it as well, or where even namespaces are too many.
  var text: String? {
    guard entries.count >= ChangeMatrix.fewestChanges else { return nil }
    return table({ $0.text }, ChangeMatrix.ports) ?? table({ $0.namespace ?? $0.text }, ChangeMatrix.counts)
  }

  private func table(_ name: (End) -> String, _ cell: ([Entry]) -> String) -> String? {
    var rows: [String] = []
    var columns: [String] = []
    var cells: [String: [String: [Entry]]] = [:]
    for entry in entries {
      let (row, column) = (name(entry.source), name(entry.destination))
      if cells[row] == nil { rows.append(row) }
      if !columns.contains(column) { columns.append(column) }
      guard columns.count <= ChangeMatrix.mostColumns, rows.count <= ChangeMatrix.mostRows else { return nil }
      cells[row, default: [:]][column, default: []].append(entry)
    }
    columns.sort()
    var text = "| from \\ to | \(columns.map(Markdown.escaped).joined(separator: " | ")) |\n|---|"
    text += String(repeating: ":-:|", count: columns.count) + "\n"
    for row in rows.sorted() {
      let values = columns.map { column in cells[row]?[column].map(cell) ?? " " }
      text += "| \(Markdown.escaped(row)) | \(values.joined(separator: " | ")) |\n"
    }
    return text
  }

  /// `**+5432** −80`.
  private static func ports(_ entries: [Entry]) -> String {
    DiffChange.allCases.compactMap { change in
      let ports = entries.filter { $0.change == change }.reduce(PortSet()) { $0.union($1.ports) }
      if ports.isEmpty { return nil }
      let text = ConnectionText.ports(ports)
      let shown = text.utf8.count > longestPorts ? "several ports" : text
      return change.mark(shown, after: " ")
    }.joined(separator: "<br>")
  }

  /// `**+3** −1`.
  private static func counts(_ entries: [Entry]) -> String {
    DiffChange.allCases.compactMap { change in
      let count = entries.count { $0.change == change }
      return count == 0 ? nil : change.mark("\(count)", after: "")
    }.joined(separator: " ")
  }
}

extension DiffChange {
  fileprivate func mark(_ text: String, after space: String) -> String {
    switch self {
    case .added: "**+\(space)\(text)**"
    case .removed: "−\(space)\(text)"
    case .undecided: "?\(space)\(text)"
    case .possiblyRemoved: "−?\(space)\(text)"
    }
  }
}
