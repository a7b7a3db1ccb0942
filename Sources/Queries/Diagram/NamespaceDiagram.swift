internal import Engine
internal import Model
internal import Writing

/// A picture of connections with one box for each namespace: for more of them than a picture of workloads can show.
///
/// One arrow for each pair of namespaces, with the ports of all its connections; what the addresses outside are is left
/// out.
struct NamespaceDiagram {
  private struct Arrow: Hashable {
    let source: Box
    let destination: Box
    let share: ConnectionShare
  }

  /// In the order in which they are drawn.
  private enum Box: Hashable, Comparable {
    case outside
    case controller
    case namespace(Int)
    case addresses

    var id: String {
      switch self {
      case .outside: "from0"
      case .controller: "controller"
      case .namespace(let number): "ns\(number)"
      case .addresses: "to0"
      }
    }
  }

  private let syntax: any DiagramSyntax
  private let ends: DiagramEnds
  private var arrows: [Arrow: PortSet] = [:]
  /// How many connections each share has.
  private(set) var counts: [ConnectionShare: Int] = [:]

  init(_ syntax: any DiagramSyntax, _ ends: DiagramEnds, _ table: inout ConnectionTable<Connections>) {
    self.syntax = syntax
    self.ends = ends
    for share in table.shares {
      counts[share] = 0
      table.walk(share) { entry, portSets in
        let connection = entry.connection
        let source: Box =
          switch connection.source {
          case .external, .unresolved: .outside
          case .ingressController: .controller
          case .node: .namespace(ends.namespace(of: connection.source) ?? 0)
          }
        let destination: Box = ends.namespace(of: connection.destination).map { .namespace($0) } ?? .addresses
        let arrow = Arrow(source: source, destination: destination, share: share)
        arrows[arrow, default: PortSet()].formUnion(portSets[connection.ports])
        counts[share, default: 0] += 1
        return true
      }
    }
  }

  /// - Parameter names: the names of worlds, by share.
  func write(_ name: (ConnectionShare) -> String?, to out: inout ByteWriter) -> Int {
    out.append(syntax.start)
    out.append("  \(syntax.comment("by namespace: an arrow has the ports of all connections that it stands for"))\n")
    let boxes = Set(arrows.keys.flatMap { [$0.source, $0.destination] })
    let exposed = Set(arrows.keys.lazy.filter { $0.source == .outside }.map(\.destination))
    let reached = Set(arrows.keys.lazy.filter { $0.source != $0.destination }.map(\.destination))
    if boxes.contains(.outside) { out.append("  \(syntax.node("from0", "outside", .outside))\n") }
    if boxes.contains(.controller) { out.append("  \(syntax.node("controller", "ingress controller", .outside))\n") }
    for (number, namespace) in ends.namespaces.enumerated() {
      let box = Box.namespace(number)
      let kind: DiagramNode = exposed.contains(box) ? .exposed : reached.contains(box) ? .inside : .unreached
      let size = namespace.nodes.count
      out.append(
        "  \(syntax.node(box.id, "\(namespace.name)\n\(size) workload\(size == 1 ? "" : "s")", kind))\n")
    }
    if boxes.contains(.addresses) { out.append("  \(syntax.node("to0", "outside", .outside))\n") }
    return writeArrows(name, to: &out)
  }

  private func writeArrows(_ name: (ConnectionShare) -> String?, to out: inout ByteWriter) -> Int {
    let sorted = arrows.sorted { a, b in
      (a.key.share.order, a.key.source, a.key.destination) < (b.key.share.order, b.key.source, b.key.destination)
    }
    var paths: [DiagramPath] = []
    for (arrow, ports) in sorted where !out.failed {
      let world = name(arrow.share).map { "\($0): " } ?? ""
      let path: DiagramPath =
        arrow.source == .outside ? .fromOutside : arrow.destination == .addresses ? .toOutside : .inside
      out.append(
        "  \(syntax.arrow(DiagramPoint(id: arrow.source.id), DiagramPoint(id: arrow.destination.id), world + NamespaceDiagram.text(ports), path))\n"
      )
      paths.append(path)
    }
    out.append(syntax.end(paths))
    return sorted.count
  }

  /// More ranges than this are counted.
  private static let mostRanges = 4

  private static func text(_ ports: PortSet) -> String {
    let count = TransportProtocol.allCases.reduce(0) { $0 + ports[$1].ranges.count }
    return ports == .all || count <= mostRanges ? ConnectionText.ports(ports) : "\(count) ranges of ports"
  }
}

extension ConnectionShare {
  /// The common part first.
  fileprivate var order: Int { if case .own(let number) = self { number } else { -1 } }
}
