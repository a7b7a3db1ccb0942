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
  /// What was drawn.
  struct Outcome {
    /// The connections of each share.
    var connections: [ConnectionShare: Int]
    /// What is to be said of the picture.
    var note: SafeText?
  }

  private let syntax: any DiagramSyntax
  private let grouping: MatrixGrouping?

  /// - Parameter grouping: by namespace where there are more workloads than can be drawn, if nobody says it.
  init(_ format: ConnectivityFormat, _ grouping: MatrixGrouping?) {
    syntax = format == .dot ? DotSyntax() : MermaidSyntax()
    self.grouping = grouping
  }

  func write(_ table: inout ConnectionTable<Connections>, to out: inout ByteWriter) -> Outcome {
    let ends = DiagramEnds(&table)
    if grouping != .namespace, grouping == .workload || ends.arrowCount <= syntax.mostArrows {
      var text = ByteWriter()
      let counts = writeWorkloads(ends, &table, to: &text)
      if grouping == .workload || text.count <= syntax.mostBytes {
        out.append(bytes: text.bytes)
        return Outcome(connections: counts, note: excess(ends.arrowCount, text.count))
      }
    }
    let diagram = NamespaceDiagram(syntax, ends, &table)
    var text = ByteWriter()
    let arrows = diagram.write({ table.name(of: $0) }, to: &text)
    out.append(bytes: text.bytes)
    let collapsed: SafeText? =
      grouping == .namespace
      ? nil
      : """
      \(ends.arrowCount) arrows are more than is drawn (\(syntax.mostArrows)\(limitOfText)), so that each namespace is one \
      box: --focus draws a part, --by workload everything.
      """
    return Outcome(
      connections: diagram.counts,
      note: [collapsed, excess(arrows, text.count)].compactMap(\.self).reduce(nil) { $0.map { $0 + "\n" } ?? $1 })
  }

  private var limitOfText: SafeText { syntax.mostBytes == .max ? "" : ", and \(syntax.mostBytes) bytes of text" }

  /// What is said of a picture that is too large.
  private func excess(_ arrows: Int, _ bytes: Int) -> SafeText? {
    guard arrows > syntax.mostArrows || bytes > syntax.mostBytes else { return nil }
    return """
      The picture has \(arrows) arrows in \(bytes) bytes, which is more than is drawn (\(syntax.mostArrows)\(limitOfText)): \
      --format matrix shows all, --focus a part.
      """
  }

  private func writeWorkloads(
    _ ends: DiagramEnds, _ table: inout ConnectionTable<Connections>, to out: inout ByteWriter
  ) -> [ConnectionShare: Int] {
    out.append(syntax.start)
    for (number, addresses) in ends.sources.values.enumerated() {
      out.append("  \(syntax.node("from\(number)", DiagramLabel.addresses(addresses), .outside))\n")
    }
    if ends.hasController { out.append("  \(syntax.node("controller", "ingress controller", .outside))\n") }
    for (number, group) in ends.namespaces.enumerated() {
      out.append("  \(syntax.groupStart("ns\(number)", group.name))\n")
      for node in group.nodes { out.append("    \(self.node(node, table.nodes[node], ends))\n") }
      out.append("  \(syntax.groupEnd)\n")
    }
    for (number, end) in ends.destinations.values.enumerated() {
      let label =
        if case .external(let addresses) = end { DiagramLabel.addresses(addresses) } else {
          ConnectionText.end(end, [])
        }
      out.append("  \(syntax.node("to\(number)", label, .outside))\n")
    }
    var counts: [ConnectionShare: Int] = [:]
    var paths: [DiagramPath] = []
    for share in table.shares { counts[share] = writeArrows(share, ends, &table, &paths, to: &out) }
    out.append(syntax.end(paths))
    return counts
  }

  /// Writes the arrows of a share, which name its world; the number of connections.
  private func writeArrows(
    _ share: ConnectionShare, _ ends: DiagramEnds, _ table: inout ConnectionTable<Connections>,
    _ paths: inout [DiagramPath], to out: inout ByteWriter
  ) -> Int {
    var count = 0
    var drawn: Set<DiagramArrow> = []
    let world = table.name(of: share).map { "\($0): " } ?? ""
    table.walk(share) { entry, portSets in
      let arrow = ends.arrow(for: entry.connection, of: share)
      if !arrow.standsForMany || drawn.insert(arrow).inserted {
        let label = world + ConnectionText.ports(portSets[arrow.ports])
        let (from, to) = (ends.point(arrow.source), ends.point(arrow.destination, isTarget: true))
        out.append("  \(syntax.arrow(from, to, label, entry.connection.path))\n")
        paths.append(entry.connection.path)
      }
      count += 1
      return true
    }
    return count
  }

  private func node(_ number: Int, _ node: ConnectionNode, _ ends: DiagramEnds) -> String {
    syntax.node(
      "w\(number)", "\(node.name)\n\(node.isInferred ? "inferred" : node.kind)",
      ends.kind(number, isInferred: node.isInferred))
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
