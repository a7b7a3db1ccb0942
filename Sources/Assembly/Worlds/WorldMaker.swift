internal import Model

/// Divides the units into worlds: what is live together.
struct WorldMaker {
  private let specs: WrittenSpecs
  private let options: AssemblyOptions

  init(_ specs: WrittenSpecs, _ options: AssemblyOptions) {
    self.specs = specs
    self.options = options
  }

  func addWorlds(to assembly: inout Assembly, _ tree: any FileTree) {
    let applied = assembly.units.indices.filter { assembly.units[$0].isApplied }
    if let root = options.root {
      addRoots(root, applied, tree, to: &assembly)
    } else {
      addClusters(applied, to: &assembly)
    }
    if assembly.worlds.count == 1 {
      assembly.worlds[0] = WorldPlan(name: WorldMaker.only, units: assembly.worlds[0].units)
    }
    assembly.worlds = WorldMaker.distinct(assembly.worlds)
  }

  /// Worlds of one name get numbers: a name means one of them.
  private static func distinct(_ worlds: [WorldPlan]) -> [WorldPlan] {
    var counts: [String: Int] = [:]
    return worlds.map { world in
      counts[world.name, default: 0] += 1
      guard let count = counts[world.name], count > 1 else { return world }
      return WorldPlan(name: "\(world.name) (\(count))", units: world.units, branches: world.branches)
    }
  }

  /// What goes to several clusters is never live together.
  private func addClusters(_ applied: [Int], to assembly: inout Assembly) {
    let clusters = Set(applied.compactMap { assembly.units[$0].cluster }).sorted()
    if clusters.isEmpty { return addAlternatives(of: applied, in: nil, to: &assembly) }
    for cluster in clusters {
      let units = applied.filter { assembly.units[$0].cluster.map { $0 == cluster } ?? true }
      addAlternatives(of: units, in: cluster, to: &assembly)
    }
  }

  /// The config's own division; what belongs to no root is a world of its own.
  private func addRoots(
    _ root: (String) -> String?, _ applied: [Int], _ tree: any FileTree, to assembly: inout Assembly
  ) {
    let groups = Dictionary(grouping: applied) { root(assembly.units[$0].place(forRootsOf: tree)) ?? "" }
    for (name, units) in groups.sorted(by: { $0.key < $1.key }) {
      assembly.worlds.append(
        WorldPlan(name: name.isEmpty ? WorldMaker.only : name, units: units.sorted()))
    }
  }

  private func addAlternatives(of applied: [Int], in cluster: String?, to assembly: inout Assembly) {
    let alternatives = Alternatives(assembly.units, applied, specs)
    assembly.conflicts += alternatives.conflicts
    let pairing = Pairing(alternatives.groups, assembly.units)
    guard !pairing.worlds.isEmpty else {
      assembly.worlds.append(WorldPlan(name: cluster ?? WorldMaker.only, units: applied))
      return
    }
    let members = Set(alternatives.groups.flatMap { $0.members.joined() })
    let shared = applied.filter { !members.contains($0) }
    for (number, units) in pairing.worlds.enumerated() {
      assembly.worlds.append(
        WorldPlan(
          name: WorldMaker.name(cluster, assembly.units[pairing.names[number]].name),
          units: Set(shared + units).sorted(),
          branches: pairing.branches[number]))
    }
  }

  private static func name(_ cluster: String?, _ member: String) -> String {
    cluster.map { "\($0): \(member)" } ?? member
  }

  /// The name of the only world.
  private static let only = "default"
}

extension Unit {
  /// A path in its folder, as the config's roots have paths.
  fileprivate func place(forRootsOf tree: any FileTree) -> String {
    directory.isEmpty ? name : Paths.join(tree.shown(directory), "-")
  }
}
