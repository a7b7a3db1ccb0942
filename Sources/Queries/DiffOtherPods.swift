internal import Engine
internal import Writing

/// Tells the connections of pods that no manifest shows (`Strangers`) from those of known ends.
///
/// What opens a workload to every pod of a namespace changes nothing between the workloads that were read, and is what a
/// reviewer wants to know first. Connections have to be shown to it in their order.
struct OtherPodFilter {
  enum Kind {
    case ofKnownEnds
    case ofOtherPods
    /// Nobody's: it leads from other pods to other pods or outside, or the pods of every namespace have it.
    case untold
  }

  private let nodes: [ConnectionNode]
  /// The ports between the pods of any namespace and each workload.
  private var intoWorkloads: [Int: Int] = [:]
  private var fromWorkloads: [Int: Int] = [:]

  init(_ nodes: [ConnectionNode]) { self.nodes = nodes }

  mutating func kind(of connection: Connection) -> Kind {
    let (source, destination) = (number(connection.source), number(connection.destination))
    let (isFromOthers, isToOthers) = (isOther(source), isOther(destination))
    if !isFromOthers, !isToOthers { return .ofKnownEnds }
    guard let source, let destination, isFromOthers != isToOthers else { return .untold }
    return isFromOthers
      ? kind(source, destination, connection.ports, &intoWorkloads)
      : kind(destination, source, connection.ports, &fromWorkloads)
  }

  private func kind(_ others: Int, _ workload: Int, _ ports: Int, _ everywhere: inout [Int: Int]) -> Kind {
    if nodes[others] == .otherPods {
      everywhere[workload] = ports
    } else if everywhere[workload] == ports {
      return .untold
    }
    return .ofOtherPods
  }

  private func number(_ end: ConnectionEnd) -> Int? { if case .node(let number) = end { number } else { nil } }

  private func isOther(_ number: Int?) -> Bool { number.map { nodes[$0].isOtherPods } ?? false }
}

/// What a diff says in text of pods that no manifest shows: what they may newly do, and how much they may not do any more.
struct DiffOtherPods {
  /// More are only counted.
  private static let most = 20

  private var lines: [String] = []
  private var left = DiffOtherPods.most
  private(set) var counts: [DiffChange: Int] = [:]

  /// - Parameters:
  ///   - text: the connection, in words.
  ///   - reasons: worked out for those that are shown.
  mutating func add(_ change: DiffChange, _ text: @autoclosure () -> String, reasons: () -> [String]) {
    counts[change, default: 0] += 1
    guard change == .added, left > 0 else { return }
    left -= 1
    lines.append("+ \(text())\n")
    lines += reasons().map { "    \($0)\n" }
  }

  func write(to out: inout ByteWriter) {
    if lines.isEmpty { return }
    out.append("For pods that no manifest shows, newly allowed:\n" as SafeText)
    for line in lines { out.append(line) }
    let more = (counts[.added] ?? 0) - DiffOtherPods.most
    if more > 0 { out.append("and \(more) more\n" as SafeText) }
    out.newline()
  }
}
