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

/// A part of the connections of several worlds.
package enum ConnectionShare: Hashable, Sendable {
  /// What all lists have: the same ends with the same ports.
  case common
  /// What a list has and not all the others.
  case own(Int)
}

/// The connections of several worlds in one order: what all of them have, then what each has besides.
///
/// Nothing is kept but what one source may connect to, and one bit for each connection of several worlds. Ends and ports
/// are numbers in the table's own lists.
package struct ConnectionTable<List: ConnectionList>: Sendable {
  /// The workloads and witnesses of all worlds, sorted.
  package let nodes: [ConnectionNode]
  /// The name of each list's world.
  package let names: [String]
  package private(set) var portSets = Interner<PortSet>()
  private var parts: [Part]
  private var isInFocus: [Bool]?
  /// For each list, which of its connections all lists have, in the order in which they are worked out; `nil` until the
  /// common ones have been asked for.
  private var isCommon: [BitRow]?

  /// One connection, and a list that has it.
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

  /// - Parameter lists: each with the name of its world.
  package init(_ lists: [(name: String, list: List)]) {
    let nodes = lists.count == 1 ? lists[0].list.nodes : Set(lists.flatMap(\.list.nodes)).sorted()
    let numberOfNode = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
    self.nodes = nodes
    names = lists.map(\.name)
    parts = lists.map { _, list in
      let numbers = list.nodes.map { numberOfNode[$0] ?? 0 }
      let own = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
      return Part(list: list, numbers: numbers, ownNumbers: own)
    }
  }

  /// All there is to walk over, in order: the common connections alone where there is one list.
  package var shares: [ConnectionShare] { [.common] + (parts.count > 1 ? parts.indices.map { .own($0) } : []) }

  /// The world that a share belongs to; `nil` for what all have.
  package func name(of share: ConnectionShare) -> String? {
    if case .own(let list) = share { names[list] } else { nil }
  }

  /// Calls `body` for each connection of a share, in order, until it returns false.
  package mutating func walk(_ share: ConnectionShare = .common, _ body: (Entry, Interner<PortSet>) -> Bool) {
    switch share {
    case .common where parts.count > 1: walkCommon(body)
    case .common: if !parts.isEmpty { walk(list: 0, body) }
    case .own(let list):
      if isCommon == nil { walkCommon { _, _ in true } }
      walk(list: list, body)
    }
  }

  /// The nodes of the table that a world has, in order.
  package func nodes(ofWorld number: Int) -> [Int] { parts[number].numbers }

  /// Whether a node is one of those in focus; all are where none was chosen.
  package func isInFocus(_ node: Int) -> Bool { isInFocus?[node] ?? true }

  /// Walks over everything that one world has, by the place of its list, whether or not others have it too.
  package mutating func walk(world number: Int, _ body: (Connection, Interner<PortSet>) -> Void) {
    for source in sources {
      for connection in connections(of: number, from: source) { body(connection, portSets) }
    }
  }

  private var sources: [ConnectionSource] {
    [.outside, .ingressController] + nodes.indices.map(ConnectionSource.node)
  }

  /// Walks over what a list has, less what all have.
  private mutating func walk(list: Int, _ body: (Entry, Interner<PortSet>) -> Bool) {
    var number = 0
    for source in sources {
      for connection in connections(of: list, from: source) {
        defer { number += 1 }
        if isCommon?[list][number] ?? false { continue }
        guard body(Entry(connection: connection, list: list), portSets) else { return }
      }
    }
  }

  private struct Key: Hashable {
    let source: ConnectionEnd
    let destination: ConnectionEnd
    let ports: Int
    let possible: Int

    init(_ connection: Connection) {
      source = connection.source
      destination = connection.destination
      ports = connection.ports
      possible = connection.possible
    }
  }

  /// Walks over what all lists have, and notes it; a walk that is ended early notes nothing.
  private mutating func walkCommon(_ body: (Entry, Interner<PortSet>) -> Bool) {
    var rows = parts.map { _ in BitRow() }
    for source in sources {
      let all = parts.indices.map { connections(of: $0, from: source) }
      var counts: [Key: Int] = [:]
      for (list, connections) in all.enumerated() {
        for key in connections.lazy.map(Key.init) where counts[key, default: 0] == list { counts[key] = list + 1 }
      }
      for (list, connections) in all.enumerated() {
        for connection in connections { rows[list].append(counts[Key(connection)] == all.count) }
      }
      for connection in all[0] where counts[Key(connection)] == all.count {
        guard body(Entry(connection: connection, list: 0), portSets) else { return }
      }
    }
    isCommon = rows
  }

  /// What may be established from a source of the table in one list, in the table's numbers.
  private mutating func connections(of list: Int, from source: ConnectionSource) -> [Connection] {
    guard let own = parts[list].own(source) else { return [] }
    return parts[list].list.connections(from: own).map { renumbered($0, list) }.filter(isWanted)
  }

  private mutating func renumbered(_ connection: Connection, _ part: Int) -> Connection {
    let known = parts[part].ports.count
    let last = max(connection.ports, connection.possible)
    if last >= known {
      for number in known...last {
        parts[part].ports.append(portSets.number(of: parts[part].list.portSets[number]))
      }
    }
    func end(_ end: ConnectionEnd) -> ConnectionEnd {
      if case .node(let number) = end { .node(parts[part].numbers[number]) } else { end }
    }
    return Connection(
      source: end(connection.source), destination: end(connection.destination),
      ports: parts[part].ports[connection.ports], possible: parts[part].ports[connection.possible])
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

/// A row of truth values, one bit each.
private struct BitRow: Sendable {
  private var words: [UInt64] = []
  private var count = 0

  mutating func append(_ bit: Bool) {
    if count.isMultiple(of: 64) { words.append(0) }
    if bit { words[count / 64] |= 1 << UInt64(count % 64) }
    count += 1
  }

  subscript(_ number: Int) -> Bool { words[number / 64] >> UInt64(number % 64) & 1 == 1 }
}
