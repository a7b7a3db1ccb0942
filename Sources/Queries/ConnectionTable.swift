internal import Diagnostics
package import Engine
package import Model

/// Connections that are worked out source by source.
package protocol ConnectionList: Sendable {
  /// Sorted; ends are numbers in here.
  var nodes: [ConnectionNode] { get }
  var portSets: Interner<PortSet> { get }
  /// What may be established from one source, in order.
  mutating func connections(from source: ConnectionSource) -> [Connection]
}

extension Connections: ConnectionList {}

/// The connections of all worlds of a run in one order, equal ones once.
///
/// Nothing is kept but what one source may connect to. Ends and ports are numbers in the table's own lists.
package struct ConnectionTable<List: ConnectionList>: Sendable {
  /// The workloads and witnesses of all worlds, sorted.
  package let nodes: [ConnectionNode]
  package private(set) var portSets = Interner<PortSet>()
  private var parts: [Part]
  private var isInFocus: [Bool]?

  /// One connection, and the list that it comes from.
  package struct Entry: Sendable {
    package let connection: Connection
    package let list: Int
  }

  private struct Part {
    var list: List
    /// The table's number of each of the list's nodes.
    let numbers: [Int]
    /// The list's number of the table's nodes.
    let ownNumbers: [Int: Int]
    /// The table's number of each of the list's port sets.
    var ports: [Int] = []

    /// The list's own name for a source of the table; `nil` when it does not have it.
    func own(_ source: ConnectionSource) -> ConnectionSource? {
      if case .node(let number) = source { ownNumbers[number].map { .node($0) } } else { source }
    }
  }

  package init(_ lists: [List]) {
    let nodes = lists.count == 1 ? lists[0].nodes : Set(lists.flatMap(\.nodes)).sorted()
    let numberOfNode = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
    self.nodes = nodes
    parts = lists.map { list in
      let numbers = list.nodes.map { numberOfNode[$0] ?? 0 }
      let own = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
      return Part(list: list, numbers: numbers, ownNumbers: own)
    }
  }

  /// Calls `body` for each connection, in order, until it returns false.
  package mutating func walk(_ body: (Entry, Interner<PortSet>) -> Bool) {
    for source in [.outside, .ingressController] + nodes.indices.map(ConnectionSource.node) {
      for entry in entries(from: source) {
        guard body(entry, portSets) else { return }
      }
    }
  }

  private mutating func entries(from source: ConnectionSource) -> [Entry] {
    var result: [Entry] = []
    for part in parts.indices {
      guard let own = parts[part].own(source) else { continue }
      for connection in parts[part].list.connections(from: own) {
        let entry = Entry(connection: renumbered(connection, part), list: part)
        if isWanted(entry.connection) { result.append(entry) }
      }
    }
    return parts.count > 1 ? distinct(result) : result
  }

  private func distinct(_ entries: [Entry]) -> [Entry] {
    let sorted = entries.sorted { a, b in
      let (x, y) = (a.connection, b.connection)
      if x.source != y.source { return x.source < y.source }
      if x.destination != y.destination { return x.destination < y.destination }
      if x.ports != y.ports { return portSets[x.ports].text < portSets[y.ports].text }
      return a.list < b.list
    }
    var result: [Entry] = []
    for entry in sorted {
      if let last = result.last?.connection, last.ports == entry.connection.ports,
        last.source == entry.connection.source, last.destination == entry.connection.destination
      {
        continue
      }
      result.append(entry)
    }
    return result
  }

  private mutating func renumbered(_ connection: Connection, _ part: Int) -> Connection {
    let known = parts[part].ports.count
    if connection.ports >= known {
      for number in known...connection.ports {
        parts[part].ports.append(portSets.number(of: parts[part].list.portSets[number]))
      }
    }
    func end(_ end: ConnectionEnd) -> ConnectionEnd {
      if case .node(let number) = end { .node(parts[part].numbers[number]) } else { end }
    }
    return Connection(
      source: end(connection.source), destination: end(connection.destination),
      ports: parts[part].ports[connection.ports])
  }

  private func isWanted(_ connection: Connection) -> Bool {
    guard let isInFocus else { return true }
    return [connection.source, connection.destination].contains {
      if case .node(let number) = $0 { isInFocus[number] } else { false }
    }
  }
}

// MARK: Focus

/// A `--focus` that names nothing.
package struct UnknownFocus: Error {
  package let message: String
}

extension ConnectionTable {
  /// Leaves only connections with an end among those that are named, `NS/NAME` or `NS/KIND/NAME`; no names mean all.
  package mutating func focus(on names: [String]) throws(UnknownFocus) {
    if names.isEmpty { return }
    var chosen = [Bool](repeating: false, count: nodes.count)
    for name in names {
      let found = nodes.indices.filter { nodes[$0].isNamed(name) }
      guard !found.isEmpty else { throw UnknownFocus(message: message(unknown: name)) }
      for number in found { chosen[number] = true }
    }
    isInFocus = chosen
  }

  private func message(unknown name: String) -> String {
    guard name.contains("/") else { return "--focus takes NS/NAME or NS/KIND/NAME, not `\(name)`" }
    let known = nodes.map { "\($0.namespace)/\($0.name)" } + nodes.map { "\($0.namespace)/\($0.kind)/\($0.name)" }
    return "no workload is called `\(name)`" + Suggestion.hint(for: name, among: known)
  }
}

extension ConnectionNode {
  fileprivate func isNamed(_ text: String) -> Bool {
    guard text.hasPrefix(namespace + "/") else { return false }
    let rest = text.dropFirst(namespace.count + 1)
    if rest == name { return true }
    guard rest.hasSuffix("/" + name) else { return false }
    return rest.dropLast(name.count + 1).lowercased() == kind.lowercased()
  }
}
