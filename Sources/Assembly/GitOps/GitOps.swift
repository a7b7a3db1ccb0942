internal import Diagnostics
internal import Model
internal import YAMLSource

/// What Flux and Argo CD say is applied: the entries that the input holds, and the units that they lead to.
final class GitOps {
  let assembler: Assembler
  /// The folders that entries lead to, and those that their builds take.
  private var reached: Set<String> = []
  /// The files that are plain parts of an entry's folder.
  private(set) var files: Set<String> = []
  private var hasEntries = false
  /// The entries that lead to folders which nobody knows.
  private var open: [OpenEntry] = []

  init(_ assembler: Assembler) { self.assembler = assembler }

  /// Notes an entry of which nobody knows all folders that it leads to.
  func addOpen(_ entry: OpenEntry) { open.append(entry) }

  /// Says of a unit to which no entry is known to lead whether it is applied.
  func judge(_ unit: inout Unit) {
    let entries = open.filter { Paths.lies(unit.directory, in: $0.folder) }
    if let entry = entries.first(where: { !$0.takesAll }) ?? entries.first {
      entry.leaveOpen(&unit)
    } else if hasEntries {
      unit.status = .notApplied(assembler.leftOut.cause(of: unit.directory).map { .leftOut($0) } ?? .notReached)
    }
  }

  /// Why a file that entries lead to is left out by them; `nil` where another one takes it.
  func causeOfLeavingOut(_ path: String) -> LeftOutPaths.Cause? {
    files.contains(path) ? nil : assembler.leftOut.cause(of: path)
  }

  /// Whether an entry leads to a folder, or to something that takes it.
  func reaches(_ directory: String) -> Bool { reached.contains(directory) }

  /// Adds the units of all entries that are live: the outermost ones as they are written, then those that the builds
  /// hold as these leave them. An entry that a build takes is never followed as it is written.
  func addUnits(_ kustomizations: KustomizationFolders, _ used: inout UsedFiles) {
    let objects = EntryObjects(assembler)
    let roots = EntryRoots(objects, kustomizations, assembler)
    var follower = EntryFollower(self, FluxReach(self, objects), ArgoCDReach(self, objects))
    for root in roots.all {
      let path = assembler.path(of: root.entry.meta.document.file) ?? ""
      if causeOfLeavingOut(path) == nil { follower.follow(root.entry, cluster: root.cluster, &used) }
    }
    defer { forgetOnlyCluster() }
    if roots.hasEntryPoints { return }
    // Somebody has to begin: a kustomization that holds entries, and to which none leads, is applied by hand.
    for directory in roots.kustomizations where !reaches(directory) {
      let place = assembler.documents.place(ofKustomizationIn: directory, assembler.tree)
      guard let number = add(UnitEntry(.kustomization, directory, at: place), &used) else { continue }
      follower.followEntries(of: number, &used)
    }
  }

  /// Where all that Argo CD applies goes to one cluster, it is the cluster of everything.
  private func forgetOnlyCluster() {
    let units = assembler.assembly.units.indices.filter { assembler.assembly.units[$0].kind == .argoCD }
    guard Set(units.map { assembler.assembly.units[$0].cluster }).count < 2 else { return }
    for unit in units { assembler.assembly.units[unit].cluster = nil }
  }

  /// Adds a unit that holds no object, for an entry whose folder holds none.
  func addEmpty(_ entry: UnitEntry) -> Int {
    hasEntries = true
    reached.insert(entry.directory)
    var unit = Unit(
      entry.kind, name: assembler.tree.shown(entry.directory), directory: entry.directory, place: entry.place)
    unit.cluster = entry.cluster
    unit.owner = entry.owner
    assembler.assembly.units.append(unit)
    return assembler.assembly.units.count - 1
  }

  /// Adds the unit of an entry whose folder is not there: nothing is applied.
  ///
  /// - Parameters:
  ///   - tool: who builds it.
  ///   - path: the folder as it is written.
  ///   - namespace: where its objects would go.
  func addMissing(_ entry: UnitEntry, _ tool: String, _ path: TreeNode?, namespace: String?) -> Int? {
    guard let place = path?.span ?? entry.place else { return nil }
    let refusal = BuildRefusal(
      "\(tool) cannot build this: there is no folder `\(DisplayLine.first(of: path?.text ?? ""))`", at: place,
      remedy: "name a folder of this repository, from its root")
    let number = addEmpty(entry)
    assembler.assembly.units[number].refusal = refusal
    assembler.assembly.units[number].places = OpenEntry.places(namespace)
    assembler.problems.add(ManifestProblem(refusal: refusal))
    return number
  }

  /// Adds an entry's unit; `nil` where its folder is not here.
  func add(_ entry: UnitEntry, _ used: inout UsedFiles) -> Int? {
    hasEntries = true
    let number = assembler.addUnit(entry, &used)
    reached.insert(entry.directory)
    reached.formUnion(assembler.assembly.units[number].directories)
    for item in entry.generated?["resources"]?.items ?? [] {
      if let text = item.text { files.insert(Paths.join(entry.directory, text)) }
    }
    return number
  }

  /// Notes an entry that leads nowhere here: objects are applied that nobody read.
  ///
  /// - Parameter owner: the entry, as `Kind namespace/name`.
  func addRemote(
    _ kind: Unit.Kind, named name: String, _ owner: String, at place: SourceSpan, cluster: String?, namespace: String?,
    _ reason: String
  ) {
    var unit = Unit(kind, name: name, directory: "", place: place)
    unit.owner = owner
    unit.cluster = cluster
    unit.additions = [Addition(namespace: namespace, reason, at: place)]
    assembler.assembly.units.append(unit)
    assembler.assembly.skipped.append(
      SkippedInput(file: assembler.shownPath(of: place.file) ?? name, reason: reason))
  }
}
