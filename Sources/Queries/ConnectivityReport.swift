package import Engine
internal import Model
package import Writing

/// `connectivity --format`.
package enum ConnectivityFormat: String, CaseIterable, Sendable {
  case text, json, csv, markdown, dot, mermaid, matrix
  case matrixMarkdown = "matrix-markdown"

  package var isMatrix: Bool { self == .matrix || self == .matrixMarkdown }

  /// Whether the report ends with the summary.
  package var holdsSummary: Bool { self == .text || self == .matrix }
}

/// Every connection of a run, in one of the formats: written while it is worked out.
///
/// Of several worlds, what all have in common comes first, then what each has besides, under its name.
package struct ConnectivityReport: Sendable {
  private var table: ConnectionTable<Connections>
  /// What is said beside the connections.
  package var summary: ConnectivitySummary
  private let matrices: MatrixReport?
  private let grouping: MatrixGrouping?

  /// - Parameters:
  ///   - matrices: for the formats that show them.
  ///   - grouping: for pictures.
  package init(
    _ table: ConnectionTable<Connections>, _ summary: ConnectivitySummary, matrices: MatrixReport? = nil,
    grouping: MatrixGrouping? = nil
  ) {
    self.table = table
    self.summary = summary
    self.matrices = matrices
    self.grouping = grouping
    if let note = matrices?.note { self.summary.notes.insert(note, at: 0) }
  }

  /// Writes the report; the formats for terminals end with the summary, in which the connections are counted.
  package mutating func write(_ format: ConnectivityFormat, to out: inout ByteWriter) {
    summary.connections = [:]
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    case .csv: writeCSV(to: &out)
    case .markdown: writeMarkdown(to: &out)
    case .dot, .mermaid:
      let outcome = ConnectivityDiagram(format, grouping).write(&table, to: &out)
      summary.connections = outcome.connections
      if let note = outcome.note { summary.notes.insert(note, at: 0) }
    case .matrix:
      countConnections()
      matrices?.writeText(to: &out)
      out.append(summary.text)
      out.newline()
    case .matrixMarkdown:
      countConnections()
      matrices?.writeMarkdown(to: &out)
      out.append(
        summary.text.text.split(separator: "\n").map { Markdown.escaped(String($0)) }.joined(separator: "\n\n"))
      out.newline()
    }
  }

  private mutating func countConnections() {
    var counts: [ConnectionShare: Int] = [:]
    for share in table.shares {
      counts[share] = 0
      table.walk(share) { _, _ in
        counts[share, default: 0] += 1
        return true
      }
    }
    summary.connections = counts
  }

  private mutating func writeText(to out: inout ByteWriter) {
    var fragments = ConnectionFragments.text(table.nodes)
    for share in table.shares {
      if let name = table.name(of: share) { out.append("world \(name):\n" as SafeText) }
      let indent = table.name(of: share) == nil ? "" : "  "
      forEach(share, &out) { connection, portSets, out in
        out.append(indent)
        fragments.append(connection.source, to: &out)
        out.append(" -> ")
        fragments.append(connection.destination, to: &out)
        out.append(": ")
        fragments.append(connection.ports, portSets, to: &out)
        out.newline()
      }
      if summary.connections[share] ?? 0 > 0 {
        out.newline()
      } else if table.name(of: share) != nil {
        out.append("  nothing else\n\n")
      }
    }
    out.append(summary.text)
    out.newline()
  }

  private mutating func writeJSON(to out: inout ByteWriter) {
    var fragments = ConnectionFragments.json(table.nodes)
    var table = table
    var counts: [ConnectionShare: Int] = [:]
    func write(_ share: ConnectionShare, _ json: inout JSONWriter) {
      json.array("connections") { json in
        table.walk(share) { entry, portSets in
          fragments.write(entry.connection, portSets, to: &json)
          counts[share, default: 0] += 1
          return !json.failed
        }
      }
    }
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        write(.common, &json)
        json.worlds(table.shares.dropFirst(), table.names) { write($0, &$1) }
      }
    }
    summary.connections = counts
  }

  /// One row for each range of ports; the addresses of an outside end stand in one field, with spaces. Of several worlds
  /// the last field is the one that has it, empty where all have.
  private mutating func writeCSV(to out: inout ByteWriter) {
    let nodes = table.nodes
    var fragments = ConnectionFragments(nodes, end: { ConnectionFragments.columns($0, nodes) }, ports: { _ in [] })
    for end in ["source", "destination"] {
      for column in ["kind", "namespace", "name", "workload_kind", "inferred", "cidrs"] {
        out.append("\(end)_\(column),")
      }
    }
    let hasWorlds = table.shares.count > 1
    out.append("protocol,from,to\(hasWorlds ? ",world" : "")\n")
    for share in table.shares {
      let world = hasWorlds ? "," + CSV.field(table.name(of: share) ?? "") : ""
      forEach(share, &out) { connection, portSets, out in
        let ports = portSets[connection.ports]
        for transport in TransportProtocol.allCases {
          for range in ports[transport].ranges {
            fragments.append(connection.source, to: &out)
            fragments.append(connection.destination, to: &out)
            out.append("\(transport.rawValue),\(range.lowerBound),\(range.upperBound)\(world)\n")
          }
        }
      }
    }
  }

  private mutating func writeMarkdown(to out: inout ByteWriter) {
    var fragments = ConnectionFragments.text(table.nodes, escape: Markdown.escaped)
    for share in table.shares {
      if let name = table.name(of: share) { out.append("\n**\(Markdown.escaped(DisplayText.escaped(name)))**\n\n") }
      out.append("| Source | Destination | Ports |\n|---|---|---|\n")
      forEach(share, &out) { connection, portSets, out in
        out.append("| ")
        fragments.append(connection.source, to: &out)
        out.append(" | ")
        fragments.append(connection.destination, to: &out)
        out.append(" | ")
        fragments.append(connection.ports, portSets, to: &out)
        out.append(" |\n")
      }
    }
  }

  /// Walks over the connections of a share until writing fails, and counts them.
  private mutating func forEach(
    _ share: ConnectionShare, _ out: inout ByteWriter,
    _ body: (Connection, Interner<PortSet>, inout ByteWriter) -> Void
  ) {
    if out.failed { return }
    var count = 0
    table.walk(share) { entry, portSets in
      body(entry.connection, portSets, &out)
      count += 1
      return !out.failed
    }
    summary.connections[share] = count
  }
}

extension JSONWriter {
  /// What each world has besides the common part, if there are several.
  mutating func worlds(
    _ shares: some Sequence<ConnectionShare>, _ names: [String], _ body: (ConnectionShare, inout JSONWriter) -> Void
  ) {
    let owners = shares.compactMap { share in if case .own(let list) = share { (share, names[list]) } else { nil } }
    if owners.isEmpty { return }
    withLines(to: 4) { json in
      json.array("worlds") { json in
        for (share, name) in owners where !json.failed {
          json.object { json in
            json.member("name", name)
            body(share, &json)
          }
        }
      }
    }
  }
}

extension ConnectionFragments {
  /// A connection as a JSON object.
  mutating func write(_ connection: Connection, _ portSets: Interner<PortSet>, to json: inout JSONWriter) {
    json.object { json in
      json.key("source")
      json.value { append(connection.source, to: &$0) }
      json.key("destination")
      json.value { append(connection.destination, to: &$0) }
      json.key("ports")
      json.value { append(connection.ports, portSets, to: &$0) }
    }
  }
}

extension ConnectionFragments {
  /// The six columns of an end, with a comma behind each.
  fileprivate static func columns(_ end: ConnectionEnd, _ nodes: [ConnectionNode]) -> [UInt8] {
    let fields: [String] =
      switch end {
      case .external(let addresses):
        ["external", "", "", "", "", addresses.cidrs.map(\.description).joined(separator: " ")]
      case .unresolved(.domain(let name)): ["domain", "", name.description, "", "", ""]
      case .unresolved(.nodes(let selector)): ["nodes", "", selector == .everything ? "" : "\(selector)", "", "", ""]
      case .ingressController: ["ingress-controller", "", "", "", "", ""]
      case .node(let number):
        [
          "workload", nodes[number].namespace, nodes[number].name, nodes[number].kind,
          nodes[number].isInferred ? "true" : "false", "",
        ]
      }
    return Array((fields.map(CSV.field).joined(separator: ",") + ",").utf8)
  }
}
