package import Diagnostics
package import Engine
package import Traffic

/// One side of a comparison: a run of its own.
package struct DiffSide: Sendable {
  package let sources: SourceTable
  /// The worlds in which there is something, each with its name below the path that was given.
  private(set) var worlds: [(name: String, view: WorldView)]
  /// Whether the world that was chosen is not there.
  package private(set) var isUnpaired = false

  /// - Parameter root: the path that was given, as reports show it.
  package init(_ project: Project, root: String) {
    sources = project.sources
    worlds = project.worlds.filter { !$0.isEmpty }.map { (DiffSide.name($0.context.name, in: root), $0) }
  }

  package var views: [WorldView] { worlds.map(\.view) }

  /// A path in the name is told from the root: `.` for the root itself.
  private static func name(_ name: String, in root: String) -> String {
    // An alternative in a cluster is called by both.
    name.split(separator: ": ", omittingEmptySubsequences: false).map { part in
      if part == root { return "." }
      return part.hasPrefix(root + "/") ? String(part.dropFirst(root.count + 1)) : String(part)
    }.joined(separator: ": ")
  }

  /// Both sides with no other world than one, which one of them has at least.
  package static func choosing(
    world name: String?, _ old: DiffSide, _ new: DiffSide
  ) throws(UnknownWorld) -> (old: DiffSide, new: DiffSide) {
    guard let name else { return (old, new) }
    let known = (old.worlds + new.worlds).map(\.name)
    guard known.contains(name) else { throw UnknownWorld(name, among: known) }
    func only(_ side: DiffSide) -> DiffSide {
      var side = side
      side.worlds.removeAll { $0.name != name }
      side.isUnpaired = side.worlds.isEmpty
      return side
    }
    return (only(old), only(new))
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
/// Where each run is one world these are compared. Otherwise each world is compared with the one of the same name, and
/// what has no counterpart with nothing: an overlay's change must not hide behind another overlay that has it already.
package struct Diff: Sendable {
  let pairs: [DiffPair]
  /// The names of the worlds of one side that the other one does not have.
  let unpaired: (old: [String], new: [String])

  package init(_ old: DiffSide, _ new: DiffSide, _ options: ConnectionOptions) {
    func side(_ view: WorldView?) -> DiffPair.Side? {
      view.map { DiffPair.Side(view: $0, connections: Connections($0, options)) }
    }
    if old.worlds.count <= 1, new.worlds.count <= 1 {
      let name = (new.worlds.first ?? old.worlds.first)?.name ?? ""
      pairs = [DiffPair(name: name, old: side(old.worlds.first?.view), new: side(new.worlds.first?.view))]
      unpaired = (new.isUnpaired ? [name] : [], old.isUnpaired ? [name] : [])
      return
    }
    let names = Set((old.worlds + new.worlds).map(\.name)).sorted()
    pairs = names.map { name in
      DiffPair(
        name: name, old: side(old.worlds.first { $0.name == name }?.view),
        new: side(new.worlds.first { $0.name == name }?.view))
    }
    unpaired = (pairs.filter { $0.new == nil }.map(\.name), pairs.filter { $0.old == nil }.map(\.name))
  }

  /// The connections of a change.
  package func table(_ change: DiffChange) -> ConnectionTable<DiffConnections> {
    ConnectionTable(
      pairs.map { pair in
        (
          pair.name, DiffConnections(pair.having(change)?.connections, without: pair.lacking(change)?.connections)
        )
      })
  }
}

/// Two worlds that are compared; one of them may be missing.
struct DiffPair: Sendable {
  struct Side: Sendable {
    let view: WorldView
    let connections: Connections
  }

  let name: String
  let old: Side?
  let new: Side?

  /// The side that has the connections of a change.
  func having(_ change: DiffChange) -> Side? { change == .added ? new : old }
  /// The side that does not have them.
  func lacking(_ change: DiffChange) -> Side? { change == .added ? old : new }
}
