internal import Model
internal import YAMLSource

/// Follows entries to their units, and on to the entries that these hold as their builds leave them.
struct EntryFollower {
  private let gitOps: GitOps
  private var flux: FluxReach
  private let argoCD: ArgoCDReach
  /// Entries that a build has held: as they are written, they are applied by nobody.
  private var held: Set<ObjectOrigin> = []
  /// The units that entries led to.
  private var seen: [Followed: Range<Int>] = [:]
  /// How often each entry was followed: one that holds itself, changed each time, comes to an end.
  private var counts: [ObjectOrigin: Int] = [:]
  private static let mostOfOne = 32

  /// An entry as it was followed: where it is written, what builds made of it, and where it is live.
  private struct Followed: Hashable {
    let origin: ObjectOrigin
    let root: TreeNode
    let cluster: String?
  }

  /// Why nobody knows what entries say: the build that holds them was not done.
  private var doubts: [ObjectOrigin: BuildGap] = [:]

  init(_ gitOps: GitOps, _ flux: FluxReach, _ argoCD: ArgoCDReach) {
    self.gitOps = gitOps
    self.flux = flux
    self.argoCD = argoCD
  }

  /// - Parameter entry: as it is written.
  mutating func follow(_ entry: EntryObject, cluster: String?, _ used: inout UsedFiles) {
    if held.contains(entry.origin) { return }
    follow([Step(entry: entry, cluster: cluster, holder: nil)], &used)
  }

  /// Follows the entries that a unit holds.
  mutating func followEntries(of unit: Int, _ used: inout UsedFiles) { follow(entries(of: unit), &used) }

  /// An entry that is to be followed, and the unit that holds it, where that is known.
  private struct Step {
    let entry: EntryObject
    let cluster: String?
    let holder: Int?
  }

  private mutating func follow(_ steps: [Step], _ used: inout UsedFiles) {
    var open = Array(steps.reversed())
    while let step = open.popLast() {
      for unit in units(of: step, &used) {
        if let doubt = doubts[step.entry.origin] { gitOps.assembler.assembly.units[unit].gaps.append(doubt) }
        // What Argo CD is told, it is told where it runs: the entries themselves name their clusters.
        open += entries(of: unit, isInCluster: step.entry.kind == .flux).reversed()
      }
    }
  }

  /// The units that an entry leads to, if it was not followed before.
  private mutating func units(of step: Step, _ used: inout UsedFiles) -> [Int] {
    let entry = step.entry
    let followed = Followed(origin: entry.origin, root: entry.root, cluster: step.cluster)
    if let known = seen[followed] {
      if let holder = step.holder { gitOps.assembler.assembly.add(holder: holder, to: known) }
      return []
    }
    guard counts[entry.origin, default: 0] < EntryFollower.mostOfOne else { return [] }
    counts[entry.origin, default: 0] += 1
    let first = gitOps.assembler.assembly.units.count
    let result = makeUnits(of: entry, step.cluster, &used)
    let made = first..<gitOps.assembler.assembly.units.count
    seen[followed] = made
    for unit in made { gitOps.assembler.assembly.units[unit].entry = EntryOfUnit(entry) }
    if let holder = step.holder { gitOps.assembler.assembly.add(holder: holder, to: made) }
    return result
  }

  private mutating func makeUnits(of entry: EntryObject, _ cluster: String?, _ used: inout UsedFiles) -> [Int] {
    switch entry.kind {
    case .flux: return flux.add(FluxKustomization(entry.root), cluster: cluster, &used).map { [$0] } ?? []
    case .application: return argoCD.add(ArgoCDApplication(entry.root), &used)
    case .applicationSet: return argoCD.add(setOf: entry, &used)
    case .source, .release: return []
    }
  }

  private mutating func entries(of unit: Int, isInCluster: Bool = true) -> [Step] {
    let number = unit
    let unit = gitOps.assembler.assembly.units[number]
    var entries: [EntryObject] = []
    for object in unit.objects {
      guard let entry = EntryObject(object, gitOps.assembler) else { continue }
      entries.append(entry)
      if entry.kind == .source { flux.add(source: entry.root) }
      doubts[entry.origin] = object.doubt.map { BuildGap(.everything, $0.reason, at: $0.span) }
    }
    held.formUnion(entries.map(\.origin))
    if let (reason, span) = unit.doubt {
      let gap = BuildGap(.everything, "\(reason), and it says how this is built", at: span)
      for entry in entries { doubts[entry.origin] = gap }
    }
    return entries.map { Step(entry: $0, cluster: isInCluster ? unit.cluster : nil, holder: number) }
  }
}
