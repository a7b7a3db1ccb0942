internal import Model

/// Follows entries to their units, and on to the entries that these hold as their builds leave them.
struct EntryFollower {
  private let gitOps: GitOps
  private let flux: FluxReach
  private let argoCD: ArgoCDReach
  /// Entries that a build has held: as they are written, they are applied by nobody.
  private var held: Set<EntryObject.Origin> = []
  private var seen: Set<String> = []
  /// Why nobody knows what entries say: the build that holds them was not done.
  private var doubts: [EntryObject.Origin: BuildGap] = [:]

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
    let key = [cluster ?? "", entry.meta.namespace, entry.meta.name.value] + entry.paths
    switch entry.kind {
    case .flux:
      guard seen.insert("flux\n" + key.joined(separator: "\n")).inserted else { return [] }
      return flux.add(FluxKustomization(entry.root), cluster: cluster, &used).map { [$0] } ?? []
    case .application:
      guard seen.insert("argo\n" + key.joined(separator: "\n")).inserted else { return [] }
      return argoCD.add(ArgoCDApplication(entry.root), &used)
    case .applicationSet:
      guard seen.insert("set\n" + key.joined(separator: "\n")).inserted else { return [] }
      return argoCD.add(setOf: entry, &used)
    case .source, .release: return []
    }
  }

  private mutating func entries(of unit: Int, isInCluster: Bool = true) -> [(EntryObject, String?)] {
    let unit = gitOps.assembler.assembly.units[unit]
    let entries = unit.objects.compactMap { EntryObject($0, gitOps.assembler) }
    held.formUnion(entries.map(\.origin))
    if let (reason, span) = unit.doubt {
      let gap = BuildGap(.everything, "\(reason), and it says how this is built", at: span)
      for entry in entries { doubts[entry.origin] = gap }
    }
    return entries.map { ($0, isInCluster ? unit.cluster : nil) }
  }
}
