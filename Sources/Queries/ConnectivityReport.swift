package import Engine
internal import Model
package import Writing

/// `connectivity --format`.
package enum ConnectivityFormat: String, CaseIterable, Sendable {
  case text, json, csv, markdown, dot, mermaid
}

/// Every connection of a run, in one of the formats: written while it is worked out.
package struct ConnectivityReport: Sendable {
  private var table: ConnectionTable<Connections>
  /// What is said beside the connections.
  package var summary: ConnectivitySummary

  package init(_ table: ConnectionTable<Connections>, _ summary: ConnectivitySummary) {
    self.table = table
    self.summary = summary
  }

  /// Writes the report; the text format ends with the summary, in which the connections are counted.
  package mutating func write(_ format: ConnectivityFormat, to out: inout ByteWriter) {
    summary.connections = 0
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    case .csv: writeCSV(to: &out)
    case .markdown: writeMarkdown(to: &out)
    case .dot, .mermaid: summary.connections = ConnectivityDiagram(format).write(&table, to: &out)
    }
  }

  private mutating func writeText(to out: inout ByteWriter) {
    var fragments = ConnectionFragments.text(table.nodes)
    forEach(&out) { connection, portSets, out in
      fragments.append(connection.source, to: &out)
      out.append(" -> ")
      fragments.append(connection.destination, to: &out)
      out.append(": ")
      fragments.append(connection.ports, portSets, to: &out)
      out.newline()
    }
    if summary.connections > 0 { out.newline() }
    out.append(summary.text)
    out.newline()
  }

  private mutating func writeJSON(to out: inout ByteWriter) {
    var fragments = ConnectionFragments.json(table.nodes)
    var table = table
    var count = 0
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        json.array("connections") { json in
          table.walk { entry, portSets in
            fragments.write(entry.connection, portSets, to: &json)
            count += 1
            return !json.failed
          }
        }
      }
    }
    summary.connections = count
  }

  /// One row for each range of ports; the addresses of an outside end stand in one field, with spaces.
  private mutating func writeCSV(to out: inout ByteWriter) {
    let nodes = table.nodes
    var fragments = ConnectionFragments(nodes, end: { ConnectionFragments.columns($0, nodes) }, ports: { _ in [] })
    for end in ["source", "destination"] {
      for column in ["kind", "namespace", "name", "workload_kind", "inferred", "cidrs"] {
        out.append("\(end)_\(column),")
      }
    }
    out.append("protocol,from,to\n")
    forEach(&out) { connection, portSets, out in
      let ports = portSets[connection.ports]
      for transport in TransportProtocol.allCases {
        for range in ports[transport].ranges {
          fragments.append(connection.source, to: &out)
          fragments.append(connection.destination, to: &out)
          out.append("\(transport.rawValue),\(range.lowerBound),\(range.upperBound)\n")
        }
      }
    }
  }

  private mutating func writeMarkdown(to out: inout ByteWriter) {
    var fragments = ConnectionFragments.text(table.nodes, escape: Markdown.escaped)
    out.append("| Source | Destination | Ports |\n|---|---|---|\n")
    forEach(&out) { connection, portSets, out in
      out.append("| ")
      fragments.append(connection.source, to: &out)
      out.append(" | ")
      fragments.append(connection.destination, to: &out)
      out.append(" | ")
      fragments.append(connection.ports, portSets, to: &out)
      out.append(" |\n")
    }
  }

  /// Walks over the connections until writing fails, and counts them.
  private mutating func forEach(
    _ out: inout ByteWriter, _ body: (Connection, Interner<PortSet>, inout ByteWriter) -> Void
  ) {
    var count = 0
    table.walk { entry, portSets in
      body(entry.connection, portSets, &out)
      count += 1
      return !out.failed
    }
    summary.connections = count
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
