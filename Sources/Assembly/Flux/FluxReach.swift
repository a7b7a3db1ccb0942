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
    sources = FluxSources(
      objects.all(.source).map(\.root), objects.all(.flux).map { FluxKustomization($0.root) },
      remotes: gitOps.assembler.tree.remotes)
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
    let directory = Paths.join(tree.repository ?? assembler.commonFolder, kustomization.path)
    let exists = tree.kind(of: directory) == .directory
    let isHere = sources.isHere(kustomization.source, exists: exists)
    guard isHere, exists else {
      let what = isHere ? "there is no folder \(kustomization.path)" : "it is in another repository"
      gitOps.addRemote(
        .flux, named: kustomization.name, kustomization.title, at: kustomization.place, cluster: cluster,
        namespace: kustomization.targetNamespace,
        "the Flux Kustomization \(kustomization.name) was not built: \(what)")
      return nil
    }
    var entry = UnitEntry(.flux, directory, at: kustomization.place)
    entry.cluster = kustomization.otherCluster ?? cluster
    entry.owner = kustomization.title
    entry.isRestricted = false
    entry.labels = kustomization.labels
    entry.annotations = kustomization.annotations
    entry.substitution = kustomization.substitution
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
