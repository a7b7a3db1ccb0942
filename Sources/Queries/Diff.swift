package import Diagnostics
package import Engine
package import Traffic

/// One side of a comparison: a run of its own.
package struct DiffSide: Sendable {
  package let sources: SourceTable
  /// The worlds in which there is something, each with its name below the path that was given.
  fileprivate let worlds: [(name: String, view: WorldView)]

  /// - Parameter root: the path that was given, as reports show it.
  package init(_ project: Project, root: String) {
    sources = project.sources
    worlds = project.worlds.filter { !$0.isEmpty }.map { (DiffSide.name($0.context.name, in: root), $0) }
  }

  package var views: [WorldView] { worlds.map(\.view) }

  private static func name(_ name: String, in root: String) -> String {
    if name == root { return "" }
    return name.hasPrefix(root + "/") ? String(name.dropFirst(root.count + 1)) : name
  }
}

/// Which of two runs allows a connection.
package enum DiffChange: String, CaseIterable, Sendable {
  /// Only the new one does.
  case added
  /// Only the old one did.
  case removed
}

/// What a change newly allows and newly blocks.
///
/// Where each run is one world these are compared. Otherwise each build is compared with the one at the same place, and
/// what has no counterpart with nothing: an overlay's change must not hide behind another overlay that has it already.
package struct Diff: Sendable {
  let pairs: [DiffPair]

  package init(_ old: DiffSide, _ new: DiffSide, _ options: ConnectionOptions) {
    func side(_ view: WorldView?) -> DiffPair.Side? {
      view.map { DiffPair.Side(view: $0, connections: Connections($0, options)) }
    }
    if old.worlds.count <= 1, new.worlds.count <= 1 {
      pairs = [DiffPair(old: side(old.worlds.first?.view), new: side(new.worlds.first?.view))]
      return
    }
    let names = Set((old.worlds + new.worlds).map(\.name)).sorted()
    pairs = names.map { name in
      DiffPair(
        old: side(old.worlds.first { $0.name == name }?.view),
        new: side(new.worlds.first { $0.name == name }?.view))
    }
  }

  /// The connections of a change.
  package func table(_ change: DiffChange) -> ConnectionTable<DiffConnections> {
    ConnectionTable(
      pairs.map { DiffConnections($0.having(change)?.connections, without: $0.lacking(change)?.connections) })
  }
}

/// Two worlds that are compared; one of them may be missing.
struct DiffPair: Sendable {
  struct Side: Sendable {
    let view: WorldView
    let connections: Connections
  }

  let old: Side?
  let new: Side?

  /// The side that has the connections of a change.
  func having(_ change: DiffChange) -> Side? { change == .added ? new : old }
  /// The side that does not have them.
  func lacking(_ change: DiffChange) -> Side? { change == .added ? old : new }
}
