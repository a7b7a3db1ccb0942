internal import Assembly
package import Diagnostics
package import Engine
package import Traffic

/// One side of a comparison: a run of its own.
package struct DiffSide: Sendable {
  /// A world in which there is something.
  struct Member: Sendable {
    /// A path in it is told from the root.
    let name: String
    /// The units and clusters that are part of it, called alike.
    let parts: Set<String>
    let view: WorldView
  }

  package let sources: SourceTable
  let worlds: [Member]

  /// - Parameters:
  ///   - root: the path that was given, as reports show it.
  ///   - pods: that are asked about though no manifest shows them.
  package init(_ project: Project, root: String, asking pods: [HypotheticalPod] = []) {
    sources = project.sources
    let units = project.assembly.units
    worlds = zip(project.plans, project.worlds).filter { !$1.isEmpty }.map { plan, view in
      let parts = plan.units.lazy.map { units[$0] }.flatMap { [$0.name, $0.cluster].compactMap(\.self) }
      return Member(
        name: DiffSide.name(plan.name, in: root), parts: Set(parts.map { DiffSide.name($0, in: root) }),
        view: view.asking(pods))
    }
  }

  /// The world of the same name; else the only one that has a part of this name, as where alternatives have become equal.
  func counterpart(of name: String) -> Int? {
    if let same = worlds.firstIndex(where: { $0.name == name }) { return same }
    let holders = worlds.indices.filter { worlds[$0].parts.contains(name) }
    return holders.count == 1 ? holders[0] : nil
  }

  /// A path in the name is told from the root: `.` for the root itself.
  package static func name(_ name: String, in root: String) -> String {
    // An alternative in a cluster is called by both.
    name.split(separator: ": ", omittingEmptySubsequences: false).map { part in
      if part == root { return "." }
      return part.hasPrefix(root + "/") ? String(part.dropFirst(root.count + 1)) : String(part)
    }.joined(separator: ": ")
  }
}

/// Which of two runs allows a connection.
package enum DiffChange: String, CaseIterable, Sendable {
  /// Only the new one does.
  case added
  /// Only the old one did. Of the new one it may be that nobody can tell: then the reasons say so.
  case removed
  /// The old one did not, and of the new one nobody can tell.
  case undecided
  /// Of the old one nobody can tell, and the new one does not.
  case possiblyRemoved

  /// What one side allows for certain, and the other one does not allow for certain: it blocks it, or leaves it open.
  package static let certain: [DiffChange] = [.added, .removed]

  /// Whether the old run is the one that has such connections, or may have them.
  var isOfOld: Bool { self == .removed || self == .possiblyRemoved }
  /// Whether nobody can tell of the side that may have such connections.
  var isOpen: Bool { self == .undecided || self == .possiblyRemoved }
}

/// What a change newly allows and newly blocks.
///
/// Where each run is one world these are compared. Otherwise each world is compared with its counterpart, and what has
/// none with nothing: an overlay's change must not hide behind another overlay that has it already.
package struct Diff: Sendable {
  let pairs: [DiffPair]
  /// The names of the worlds of one side that the other one does not have.
  let unpaired: (old: [String], new: [String])

  /// - Parameter world: the name of the only one to compare; all of them when `nil`.
  package init(
    _ old: DiffSide, _ new: DiffSide, _ options: ConnectionOptions, world: String? = nil
  ) throws(UnknownWorld) {
    let matches = Diff.matches(old, new).filter { world == nil || $0.name == world }
    if let world, matches.isEmpty { throw UnknownWorld(world, among: Diff.matches(old, new).map(\.name)) }
    func side(_ side: DiffSide, _ number: Int?) -> DiffPair.Side? {
      number.map { DiffPair.Side(side.worlds[$0].view, options) }
    }
    pairs = matches.map { DiffPair(name: $0.name, old: side(old, $0.old), new: side(new, $0.new)) }
    // A side without anything is a first or a last step.
    let lacks = old.worlds.count > 1 || new.worlds.count > 1
    unpaired =
      lacks
      ? (matches.filter { $0.new == nil }.map(\.name), matches.filter { $0.old == nil }.map(\.name)) : ([], [])
  }

  /// Two worlds by their numbers.
  private struct Match {
    let name: String
    let old: Int?
    let new: Int?
  }

  /// In order of the names.
  private static func matches(_ old: DiffSide, _ new: DiffSide) -> [Match] {
    if old.worlds.count <= 1, new.worlds.count <= 1 {
      let name = (new.worlds.first ?? old.worlds.first)?.name ?? ""
      return [Match(name: name, old: old.worlds.indices.first, new: new.worlds.indices.first)]
    }
    var matches: [String: Match] = [:]
    for (number, world) in old.worlds.enumerated() {
      guard let other = new.counterpart(of: world.name) else { continue }
      matches[world.name] = Match(name: world.name, old: number, new: other)
    }
    for (number, world) in new.worlds.enumerated() where matches[world.name] == nil {
      guard let other = old.counterpart(of: world.name) else { continue }
      matches[world.name] = Match(name: world.name, old: other, new: number)
    }
    let (pairedOld, pairedNew) = (Set(matches.values.map(\.old)), Set(matches.values.map(\.new)))
    for (number, world) in old.worlds.enumerated() where !pairedOld.contains(number) {
      matches[world.name] = Match(name: world.name, old: number, new: nil)
    }
    for (number, world) in new.worlds.enumerated() where !pairedNew.contains(number) {
      matches[world.name] = Match(name: world.name, old: nil, new: number)
    }
    return matches.values.sorted { $0.name < $1.name }
  }

  /// The worlds of a side that are compared, each once.
  package var old: [WorldView] { Diff.distinct(pairs.compactMap { $0.old?.view }) }
  package var new: [WorldView] { Diff.distinct(pairs.compactMap { $0.new?.view }) }

  private static func distinct(_ views: [WorldView]) -> [WorldView] {
    var seen: Set<String> = []
    return views.filter { seen.insert($0.context.name).inserted }
  }

  /// The connections of a change.
  package func table(_ change: DiffChange) -> ConnectionTable<DiffConnections> {
    ConnectionTable(
      pairs.map { ($0.name, $0.connections(change)) })
  }
}

/// Two worlds that are compared; one of them may be missing.
struct DiffPair: Sendable {
  struct Side: Sendable {
    let view: WorldView
    let connections: Connections
    private let options: ConnectionOptions

    init(_ view: WorldView, _ options: ConnectionOptions) {
      self.view = view
      self.options = options
      connections = Connections(view, options)
    }

    /// With those of which nobody can tell.
    var possible: Connections {
      var options = options
      options.includesUncertain = true
      return Connections(view, options)
    }
  }

  let name: String
  let old: Side?
  let new: Side?
  let unchanged = UnchangedSources()

  /// The side that has the connections of a change, or may have them.
  func having(_ change: DiffChange) -> Side? { change.isOfOld ? old : new }
  /// The side that does not have them.
  func lacking(_ change: DiffChange) -> Side? { change.isOfOld ? new : old }

  func connections(_ change: DiffChange) -> DiffConnections {
    let (having, lacking) = (having(change), lacking(change))
    if !change.isOpen {
      return DiffConnections(having?.connections, without: lacking?.connections, unchanged: unchanged)
    }
    guard let having, having.view.leavesOpen else { return DiffConnections(nil, without: nil) }
    return DiffConnections(undecidedOf: having.possible, without: lacking?.possible)
  }
}
