internal import Model
internal import YAMLSource

/// Follows entries to their units, and on to the entries that these hold as their builds leave them.
struct EntryFollower {
  private let gitOps: GitOps
  private var flux: FluxReach
  private let argoCD: ArgoCDReach
  /// Entries that a build has held: as they are written, they are applied by nobody.
  private var held: Set<ObjectOrigin> = []
  private var seen: Set<Followed> = []
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
    follow([(entry, cluster)], &used)
  }

  /// Follows the entries that a unit holds.
  mutating func followEntries(of unit: Int, _ used: inout UsedFiles) { follow(entries(of: unit), &used) }

  private mutating func follow(_ entries: [(EntryObject, String?)], _ used: inout UsedFiles) {
    var open = Array(entries.reversed())
    while let (entry, cluster) = open.popLast() {
      for unit in units(of: entry, cluster, &used) {
        if let doubt = doubts[entry.origin] { gitOps.assembler.assembly.units[unit].gaps.append(doubt) }
        // What Argo CD is told, it is told where it runs: the entries themselves name their clusters.
        open += self.entries(of: unit, isInCluster: entry.kind == .flux).reversed()
      }
    }
  }

  private mutating func units(of entry: EntryObject, _ cluster: String?, _ used: inout UsedFiles) -> [Int] {
    guard seen.insert(Followed(origin: entry.origin, root: entry.root, cluster: cluster)).inserted,
      counts[entry.origin, default: 0] < EntryFollower.mostOfOne
    else { return [] }
    counts[entry.origin, default: 0] += 1
    switch entry.kind {
    case .flux: return flux.add(FluxKustomization(entry.root), cluster: cluster, &used).map { [$0] } ?? []
    case .application: return argoCD.add(ArgoCDApplication(entry.root), &used)
    case .applicationSet: return argoCD.add(setOf: entry, &used)
    case .source, .release: return []
    }
  }

  private mutating func entries(of unit: Int, isInCluster: Bool = true) -> [(EntryObject, String?)] {
    let unit = gitOps.assembler.assembly.units[unit]
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
    return entries.map { ($0, isInCluster ? unit.cluster : nil) }
  }
}
