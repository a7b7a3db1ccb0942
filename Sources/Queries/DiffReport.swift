package import Diagnostics
internal import Engine
internal import Model
internal import Reporting
package import Writing

/// `diff --format`.
package enum DiffFormat: String, CaseIterable, Sendable {
  case text, json, markdown
}

/// What a change newly allows and newly blocks, in one of the formats.
package struct DiffReport: Sendable {
  private let diff: Diff
  private let old: SourceTable
  private let new: SourceTable
  /// Sentences on what cannot be told.
  private let notes: [SafeText]
  /// How many connections there are of each change; set by `write`.
  package private(set) var counts: [DiffChange: Int] = [:]

  package init(_ diff: Diff, old: SourceTable, new: SourceTable, notes: [SafeText]) {
    self.diff = diff
    self.old = old
    self.new = new
    self.notes = notes
  }

  /// Writes the report and counts the changes; the formats for people end with the summary.
  package mutating func write(_ format: DiffFormat, to out: inout ByteWriter) {
    counts = [:]
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    case .markdown: writeMarkdown(to: &out)
    }
  }

  /// Sentences, one a line, without a line end behind the last one.
  package var summary: SafeText { summaryLines.joined(separator: "\n") }

  private var summaryLines: [SafeText] {
    var lines: [SafeText] = ["No connection changes."]
    let (added, removed) = (counts[.added] ?? 0, counts[.removed] ?? 0)
    if added + removed > 0 { lines = ["\(Summary.count(added, "connection")) added, \(removed) removed."] }
    return lines + notes + [ConnectivitySummary.limits]
  }

  private mutating func writeJSON(to out: inout ByteWriter) {
    var counts: [DiffChange: Int] = [:]
    out.json(lineDepth: 2) { json in
      json.object { json in
        for change in DiffChange.allCases {
          var table = diff.table(change)
          var fragments = ConnectionFragments.json(table.nodes)
          json.array(change.rawValue) { json in
            table.walk { entry, portSets in
              fragments.write(entry.connection, portSets, to: &json)
              counts[change, default: 0] += 1
              return !json.failed
            }
          }
        }
      }
    }
    self.counts = counts
  }

  private mutating func writeText(to out: inout ByteWriter) {
    for change in DiffChange.allCases {
      forEach(change, &out) { connection, ports, nodes, reasons, out in
        out.append(change == .added ? "+ " : "- ")
        out.append("\(DiffReport.text(connection, nodes)): \(ConnectionText.ports(ports))\n")
        for reason in reasons { out.append("    \(reason)\n") }
      }
    }
    if !counts.isEmpty { out.newline() }
    out.append(summary)
    out.newline()
  }

  /// For a comment on a pull request: what is newly allowed stands first.
  private mutating func writeMarkdown(to out: inout ByteWriter) {
    out.append("### Network policies: changed connections\n\n")
    for change in DiffChange.allCases {
      var isFirst = true
      forEach(change, &out) { connection, ports, nodes, reasons, out in
        if isFirst {
          let title = change == .added ? "Newly allowed" : "Newly blocked"
          out.append("**\(title)**\n\n| Source | Destination | Ports | Because |\n|---|---|---|---|\n")
          isFirst = false
        }
        let cells = [
          ConnectionText.end(connection.source, nodes), ConnectionText.end(connection.destination, nodes),
          ConnectionText.ports(ports),
        ]
        let because = reasons.map(Markdown.escaped).joined(separator: "<br>")
        out.append("| \(cells.map(Markdown.escaped).joined(separator: " | ")) | \(because) |\n")
      }
      if !isFirst { out.newline() }
    }
    out.append(summaryLines.map { Markdown.escaped($0.text) }.joined(separator: "\n\n") + "\n")
  }

  private static func text(_ connection: Connection, _ nodes: [ConnectionNode]) -> String {
    "\(ConnectionText.end(connection.source, nodes)) -> \(ConnectionText.end(connection.destination, nodes))"
  }

  /// Walks over the connections of a change, each with its reasons, and counts them.
  private mutating func forEach(
    _ change: DiffChange, _ out: inout ByteWriter,
    _ body: (Connection, PortSet, [ConnectionNode], [String], inout ByteWriter) -> Void
  ) {
    var table = diff.table(change)
    let nodes = table.nodes
    var reasons = DiffReasons(diff, change, old: Places(old), new: Places(new))
    var count = 0
    table.walk { entry, portSets in
      let ports = portSets[entry.connection.ports]
      let lines = reasons.lines(entry.connection, ports, list: entry.list, nodes)
      body(entry.connection, ports, nodes, lines, &out)
      count += 1
      return !out.failed
    }
    if count > 0 { counts[change] = count }
  }
}
