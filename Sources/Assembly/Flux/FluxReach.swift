internal import Diagnostics
internal import Model
internal import YAMLSource

/// The units that Flux makes, one for each Kustomization.
struct FluxReach {
  private let gitOps: GitOps
  private var sources: FluxSources
  private var assembler: Assembler { gitOps.assembler }

  init(_ gitOps: GitOps, _ objects: EntryObjects) {
    self.gitOps = gitOps
    let tree = gitOps.assembler.tree
    let base = tree.repository ?? gitOps.assembler.commonFolder
    sources = FluxSources(
      objects.all(.source).map(\.root), objects.all(.flux).map { FluxKustomization($0.root) },
      remotes: tree.remotes, exists: { tree.kind(of: Paths.join(base, $0)) == .directory })
  }

  /// Takes a source as a build leaves it.
  mutating func add(source: TreeNode) { sources.add(source) }

  /// What a source leaves out in a folder; everything where it leaves out the folder.
  private func ignore(_ source: FluxSources.Reference, _ directory: String) -> SourceIgnore {
    let root = assembler.tree.repository ?? assembler.commonFolder
    return SourceIgnore(assembler.tree, root: root, own: sources.ignore(source)).reaching(directory)
      ?? SourceIgnore(assembler.tree, root: directory, own: "*")
  }

  /// Adds a Kustomization's unit; `nil` where its folder is not here.
  func add(_ kustomization: FluxKustomization, cluster: String?, _ used: inout UsedFiles) -> Int? {
    let tree = assembler.tree
    let base = tree.repository ?? assembler.commonFolder
    let directory = Paths.join(base, kustomization.path)
    let known = OpenEntry.knownPart(of: kustomization.path, base)
    let exists = tree.kind(of: known) == .directory
    func leave(_ what: String) -> String {
      let reason = "the Flux Kustomization \(kustomization.name) was not built: \(what)"
      gitOps.addRemote(
        .flux, named: kustomization.name, kustomization.title, at: kustomization.place, cluster: cluster,
        namespace: kustomization.targetNamespace, reason)
      return reason
    }
    guard sources.isHere(kustomization.source, exists: exists) else {
      _ = leave("it is in another repository")
      return nil
    }
    if PlaceholderTexts.isPlaceholder(kustomization.path) {
      let places = kustomization.targetNamespace.map(OpenEntry.places) ?? .asWritten
      gitOps.addOpen(
        OpenEntry(
          folder: known, takesAll: false, places: places,
          reason: leave("nothing that was read gives a value for its path `\(kustomization.path)`"),
          span: kustomization.place))
      return nil
    }
    var entry = UnitEntry(.flux, directory, at: kustomization.place)
    entry.cluster = kustomization.otherCluster ?? cluster
    entry.owner = kustomization.title
    entry.isRestricted = false
    entry.isSuspended = kustomization.isSuspended
    entry.labels = kustomization.labels
    entry.annotations = kustomization.annotations
    entry.substitution = kustomization.substitution
    guard exists else {
      return gitOps.addMissing(entry, "Flux", kustomization.pathNode, namespace: kustomization.targetNamespace)
    }
    var edits = kustomization.edits
    if kustomization.ignoresMissingComponents { edits.dropMissingComponents(in: directory, tree) }
    if !edits.isEmpty { entry.edits = edits }
    if !FolderManifests.hasKustomization(directory, tree) {
      entry.generated = FolderManifests(assembler).kustomization(
        of: directory, at: kustomization.place,
        FolderManifests.Choice(isRecursive: true, ignore: ignore(kustomization.source, directory)))
    }
    return gitOps.add(entry, &used)
  }
}
