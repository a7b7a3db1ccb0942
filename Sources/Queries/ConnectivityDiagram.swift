internal import Engine
internal import Model
internal import Reporting

/// A picture of all connections as Graphviz or Mermaid text: workloads grouped by namespace, what comes in above them,
/// and the addresses that they talk to below.
///
/// Ids follow the order of the connections, so that equal input gives equal text. The connections are walked over twice:
/// once for the ends, which are few, and once for the arrows.
struct ConnectivityDiagram {
  private let syntax: any DiagramSyntax

  init(_ format: ConnectivityFormat) { syntax = format == .dot ? DotSyntax() : MermaidSyntax() }

  /// Writes the diagram; the number of connections.
  func write(_ table: inout ConnectionTable<Connections>, to out: inout ByteWriter) -> Int {
    let ends = DiagramEnds(&table)
    out.append(syntax.start)
    for (number, addresses) in ends.sources.enumerated() {
      out.append("  \(syntax.node("from\(number)", ConnectionText.addresses(addresses), .external))\n")
    }
    if ends.hasController { out.append("  \(syntax.node("controller", "ingress controller", .external))\n") }
    for (number, group) in ends.namespaces.enumerated() {
      out.append("  \(syntax.groupStart("ns\(number)", group.name))\n")
      for node in group.nodes {
        let kind = table.nodes[node].kind
        let isInferred = table.nodes[node].isInferred
        let label = "\(table.nodes[node].name)\n\(isInferred ? "inferred" : kind)"
        out.append("    \(syntax.node("w\(node)", label, isInferred ? .inferred : .workload))\n")
      }
      out.append("  \(syntax.groupEnd)\n")
    }
    for (number, addresses) in ends.destinations.enumerated() {
      out.append("  \(syntax.node("to\(number)", ConnectionText.addresses(addresses), .external))\n")
    }
    var count = 0
    table.forEach { entry, portSets in
      let connection = entry.connection
      let arrow = syntax.arrow(
        ends.id(ofSource: connection.source), ends.id(ofDestination: connection.destination),
        ConnectionText.ports(portSets[connection.ports]))
      out.append("  \(arrow)\n")
      count += 1
      return !out.failed
    }
    out.append(syntax.end)
    return count
  }
}

/// The ends that occur in a diagram.
private struct DiagramEnds {
  var sources: [AddressSet] = []
  var destinations: [AddressSet] = []
  var hasController = false
  var namespaces: [(name: String, nodes: [Int])] = []
  private var numbersOfSources: [AddressSet: Int] = [:]
  private var numbersOfDestinations: [AddressSet: Int] = [:]

  init(_ table: inout ConnectionTable<Connections>) {
    var isUsed = [Bool](repeating: false, count: table.nodes.count)
    table.forEach { entry, _ in
      switch entry.connection.source {
      case .external(let addresses): DiagramEnds.add(addresses, &numbersOfSources, &sources)
      case .ingressController: hasController = true
      case .node(let number): isUsed[number] = true
      }
      switch entry.connection.destination {
      case .external(let addresses): DiagramEnds.add(addresses, &numbersOfDestinations, &destinations)
      case .ingressController: break
      case .node(let number): isUsed[number] = true
      }
      return true
    }
    for number in table.nodes.indices where isUsed[number] {
      if namespaces.last?.name != table.nodes[number].namespace {
        namespaces.append((table.nodes[number].namespace, []))
      }
      namespaces[namespaces.count - 1].nodes.append(number)
    }
  }

  private static func add(_ addresses: AddressSet, _ numbers: inout [AddressSet: Int], _ list: inout [AddressSet]) {
    guard numbers[addresses] == nil else { return }
    numbers[addresses] = list.count
    list.append(addresses)
  }

  func id(ofSource end: ConnectionEnd) -> String {
    switch end {
    case .external(let addresses): "from\(numbersOfSources[addresses] ?? 0)"
    case .ingressController: "controller"
    case .node(let number): "w\(number)"
    }
  }

  func id(ofDestination end: ConnectionEnd) -> String {
    if case .external(let addresses) = end { return "to\(numbersOfDestinations[addresses] ?? 0)" }
    return id(ofSource: end)
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
  func arrow(_ source: String, _ destination: String, _ label: String) -> String
}

private struct DotSyntax: DiagramSyntax {
  let start = "digraph connectivity {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n"
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

  func arrow(_ source: String, _ destination: String, _ label: String) -> String {
    "\(source) -> \(destination) [label=\(quoted(label))];"
  }

  private func quoted(_ label: String) -> String {
    let lines = label.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // A backslash in a label starts an escape of Graphviz's own.
      DisplayText.escaped(String(line)).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
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

  func arrow(_ source: String, _ destination: String, _ label: String) -> String {
    "\(source) -->|\(quoted(label))| \(destination)"
  }

  /// Mermaid reads entities with `#` in place of `&`; a line of a label ends with `<br/>`.
  private func quoted(_ label: String) -> String {
    let lines = label.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var result = ""
      for character in DisplayText.escaped(String(line)) {
        switch character {
        case "#": result += "#35;"
        case "\"": result += "#quot;"
        case "<": result += "#lt;"
        case ">": result += "#gt;"
        case "&": result += "#amp;"
        case "`", "*", "_", "\\": result += "#\(character.asciiValue ?? 0);"
        default: result.append(character)
        }
      }
      return result
    }
    return "\"" + lines.joined(separator: "<br/>") + "\""
  }
}
