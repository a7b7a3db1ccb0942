internal import Engine
internal import Model
internal import Writing

/// A picture of all connections as Graphviz or Mermaid text: workloads grouped by namespace, what comes in above them,
/// and the addresses that they talk to below.
///
/// What all workloads of a namespace have in common is one arrow from or to the namespace. Ids follow the order of the
/// connections, so that equal input gives equal text. The connections are walked over several times: for the ends, for what
/// they have in common, and for the arrows. Arrows of one of several worlds name it.
struct ConnectivityDiagram {
  private let syntax: any DiagramSyntax

  init(_ format: ConnectivityFormat) { syntax = format == .dot ? DotSyntax() : MermaidSyntax() }

  /// Writes the diagram; the number of connections of each share.
  func write(_ table: inout ConnectionTable<Connections>, to out: inout ByteWriter) -> [ConnectionShare: Int] {
    let ends = DiagramEnds(&table)
    out.append(syntax.start)
    for (number, addresses) in ends.sources.values.enumerated() {
      out.append("  \(syntax.node("from\(number)", DiagramLabel.addresses(addresses), .external))\n")
    }
    if ends.hasController { out.append("  \(syntax.node("controller", "ingress controller", .external))\n") }
    for (number, group) in ends.namespaces.enumerated() {
      out.append("  \(syntax.groupStart("ns\(number)", group.name))\n")
      for node in group.nodes { out.append("    \(self.node(node, table.nodes[node]))\n") }
      out.append("  \(syntax.groupEnd)\n")
    }
    for (number, addresses) in ends.destinations.values.enumerated() {
      out.append("  \(syntax.node("to\(number)", DiagramLabel.addresses(addresses), .external))\n")
    }
    var counts: [ConnectionShare: Int] = [:]
    for share in table.shares where !out.failed { counts[share] = writeArrows(share, ends, &table, to: &out) }
    out.append(syntax.end)
    return counts
  }

  /// Writes the arrows of a share, which name its world; the number of connections.
  private func writeArrows(
    _ share: ConnectionShare, _ ends: DiagramEnds, _ table: inout ConnectionTable<Connections>, to out: inout ByteWriter
  ) -> Int {
    var count = 0
    var drawn: Set<DiagramArrow> = []
    let world = table.name(of: share).map { "\($0): " } ?? ""
    table.walk(share) { entry, portSets in
      let arrow = ends.arrow(for: entry.connection, of: share)
      if !arrow.standsForMany || drawn.insert(arrow).inserted {
        let label = world + ConnectionText.ports(portSets[arrow.ports])
        out.append(
          "  \(syntax.arrow(ends.point(arrow.source), ends.point(arrow.destination, isTarget: true), label))\n")
      }
      count += 1
      return !out.failed
    }
    return count
  }

  private func node(_ number: Int, _ node: ConnectionNode) -> String {
    syntax.node(
      "w\(number)", "\(node.name)\n\(node.isInferred ? "inferred" : node.kind)", node.isInferred ? .inferred : .workload
    )
  }
}

/// Text in boxes.
private enum DiagramLabel {
  /// Long lists of addresses take several lines.
  static func addresses(_ set: AddressSet) -> String {
    var lines = [""]
    for word in ConnectionText.addresses(set).split(separator: " ") {
      if let last = lines.last, !last.isEmpty, last.hasSuffix(";") || last.count + word.count > 40 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.joined(separator: "\n")
  }
}

/// An end of an arrow.
private enum DiagramEnd: Hashable {
  case end(ConnectionEnd)
  /// All workloads of a namespace, by its number in the diagram.
  case namespace(Int)
}

private struct DiagramArrow: Hashable {
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

/// What an arrow touches.
private struct DiagramPoint {
  /// A box; where a group is meant, one in it.
  let id: String
  /// The group of boxes.
  var group: String?
}

/// The ends that occur in a diagram, and what all workloads of a namespace have in common.
private struct DiagramEnds {
  var sources = Interner<AddressSet>()
  var destinations = Interner<AddressSet>()
  var hasController = false
  var namespaces: [(name: String, nodes: [Int])] = []
  private var numbersOfSources: [AddressSet: Int] = [:]
  private var numbersOfDestinations: [AddressSet: Int] = [:]
  /// The namespace of each node that is used.
  private var namespaceOfNode: [Int: Int] = [:]
  /// How many connections a joint arrow would stand for.
  private var counts: [DiagramArrow: Int] = [:]

  init(_ table: inout ConnectionTable<Connections>) {
    var isUsed = [Bool](repeating: false, count: table.nodes.count)
    for share in table.shares {
      table.walk(share) { entry, _ in
        note(entry.connection, &isUsed)
        return true
      }
    }
    for number in table.nodes.indices where isUsed[number] {
      if namespaces.last?.name != table.nodes[number].namespace {
        namespaces.append((table.nodes[number].namespace, []))
      }
      namespaces[namespaces.count - 1].nodes.append(number)
      namespaceOfNode[number] = namespaces.count - 1
    }
    for share in table.shares {
      table.walk(share) { entry, _ in
        if let joint = joint(entry.connection, share) { counts[joint.arrow, default: 0] += 1 }
        return true
      }
    }
  }

  private mutating func note(_ connection: Connection, _ isUsed: inout [Bool]) {
    switch connection.source {
    case .external(let addresses): numbersOfSources[addresses] = sources.number(of: addresses)
    case .ingressController: hasController = true
    case .node(let number): isUsed[number] = true
    }
    switch connection.destination {
    case .external(let addresses): numbersOfDestinations[addresses] = destinations.number(of: addresses)
    case .ingressController: break
    case .node(let number): isUsed[number] = true
    }
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

  private func namespace(of end: ConnectionEnd) -> Int? {
    if case .node(let number) = end { namespaceOfNode[number] } else { nil }
  }

  func point(_ end: DiagramEnd, isTarget: Bool = false) -> DiagramPoint {
    switch end {
    case .namespace(let number): DiagramPoint(id: "w\(namespaces[number].nodes[0])", group: "ns\(number)")
    case .end(.node(let number)): DiagramPoint(id: "w\(number)")
    case .end(.ingressController): DiagramPoint(id: "controller")
    case .end(.external(let addresses)) where isTarget: DiagramPoint(id: "to\(numbersOfDestinations[addresses] ?? 0)")
    case .end(.external(let addresses)): DiagramPoint(id: "from\(numbersOfSources[addresses] ?? 0)")
    }
  }
}

private enum DiagramNode {
  case external, workload, inferred
}

/// How a diagram's parts are written.
private protocol DiagramSyntax {
  var start: String { get }
  var end: String { get }
  func groupStart(_ id: String, _ label: String) -> String
  var groupEnd: String { get }
  func node(_ id: String, _ label: String, _ shape: DiagramNode) -> String
  func arrow(_ source: DiagramPoint, _ destination: DiagramPoint, _ label: String) -> String
}

private struct DotSyntax: DiagramSyntax {
  let start = "digraph connectivity {\n  rankdir=TB;\n  compound=true;\n  node [shape=box, fontname=\"sans-serif\"];\n"
  let end = "}\n"
  let groupEnd = "}"

  func groupStart(_ id: String, _ label: String) -> String { "subgraph cluster_\(id) { label=\(quoted(label));" }

  func node(_ id: String, _ label: String, _ shape: DiagramNode) -> String {
    let style =
      switch shape {
      case .external: ", shape=ellipse"
      case .workload: ""
      case .inferred: ", style=dashed"
      }
    return "\(id) [label=\(quoted(label))\(style)];"
  }

  func arrow(_ source: DiagramPoint, _ destination: DiagramPoint, _ label: String) -> String {
    let tail = source.group.map { ", ltail=cluster_\($0)" } ?? ""
    let head = destination.group.map { ", lhead=cluster_\($0)" } ?? ""
    return "\(source.id) -> \(destination.id) [label=\(quoted(label))\(tail)\(head)];"
  }

  private func quoted(_ label: String) -> String {
    let lines = label.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // A backslash in a label starts an escape of Graphviz's own.
      DisplayText.escaped(String(line)).replacingScalars { scalar, _ in
        scalar == "\\" || scalar == "\"" ? "\\\(scalar)" : nil
      }
    }
    return "\"" + lines.joined(separator: "\\n") + "\""
  }
}

private struct MermaidSyntax: DiagramSyntax {
  let start = "flowchart TB\n"
  let end = "  classDef inferred stroke-dasharray: 4 4\n"
  let groupEnd = "end"

  func groupStart(_ id: String, _ label: String) -> String { "subgraph \(id)[\(quoted(label))]" }

  func node(_ id: String, _ label: String, _ shape: DiagramNode) -> String {
    switch shape {
    case .external: "\(id)([\(quoted(label))])"
    case .workload: "\(id)[\(quoted(label))]"
    case .inferred: "\(id)[\(quoted(label))]:::inferred"
    }
  }

  func arrow(_ source: DiagramPoint, _ destination: DiagramPoint, _ label: String) -> String {
    "\(source.group ?? source.id) -->|\(quoted(label))| \(destination.group ?? destination.id)"
  }

  /// Mermaid reads entities with `#` in place of `&`; a line of a label ends with `<br/>`.
  private func quoted(_ label: String) -> String {
    let lines = label.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      DisplayText.escaped(String(line)).replacingScalars { scalar, _ in
        switch scalar {
        case "\"": "#quot;"
        case "<": "#lt;"
        case ">": "#gt;"
        case "&": "#amp;"
        case "#", "`", "*", "_", "\\": "#\(scalar.value);"
        default: nil
        }
      }
    }
    return "\"" + lines.joined(separator: "<br/>") + "\""
  }
}
