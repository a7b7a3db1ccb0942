internal import Diagnostics
internal import Model
internal import YAMLSource

/// The units that Flux makes, one for each Kustomization.
struct FluxReach {
  private let gitOps: GitOps
  private let sources: RepositorySources
  private let addresses: [String: String?]
  /// What sources leave out.
  private let ignored: [String: String]
  private var assembler: Assembler { gitOps.assembler }

  init(_ gitOps: GitOps, _ objects: EntryObjects) {
    self.gitOps = gitOps
    var addresses: [String: String?] = [:]
    var ignored: [String: String] = [:]
    for entry in objects.all(.source) {
      let metadata = entry.root["metadata"]
      let key = [entry.meta.kind, metadata?["namespace"]?.text ?? "default", metadata?["name"]?.text ?? ""]
      addresses[key.joined(separator: "/")] = entry.root["spec"]?["url"]?.text
      ignored[key.joined(separator: "/")] = entry.root["spec"]?["ignore"]?.text
    }
    self.ignored = ignored
    let kustomizations = objects.all(.flux).map { FluxKustomization($0.root) }
    for kustomization in kustomizations {
      addresses[kustomization.source, default: nil] = addresses[kustomization.source] ?? nil
    }
    let used = addresses.filter { entry in kustomizations.contains { $0.source == entry.key } }
    self.addresses = used
    sources = RepositorySources(
      remotes: gitOps.assembler.tree.remotes, sources: used,
      main: kustomizations.first { $0.name == "flux-system" }?.source)
  }

  /// What a source leaves out in a folder; everything where it leaves out the folder.
  private func ignore(_ source: String, _ directory: String) -> SourceIgnore {
    let root = assembler.tree.repository ?? assembler.commonFolder
    return SourceIgnore(assembler.tree, root: root, own: ignored[source]).reaching(directory)
      ?? SourceIgnore(assembler.tree, root: directory, own: "*")
  }

  /// Adds a Kustomization's unit; `nil` where its folder is not here.
  func add(_ kustomization: FluxKustomization, cluster: String?, _ used: inout UsedFiles) -> Int? {
    let tree = assembler.tree
    let directory = Paths.join(tree.repository ?? assembler.commonFolder, kustomization.path)
    let exists = tree.kind(of: directory) == .directory
    let isHere = sources.isHere(
      kustomization.source, address: addresses[kustomization.source] ?? nil, exists: exists)
    guard isHere, exists else {
      let what = isHere ? "there is no folder \(kustomization.path)" : "it is in another repository"
      gitOps.addRemote(
        .flux, named: kustomization.name, kustomization.title, at: kustomization.place, cluster: cluster,
        namespace: kustomization.targetNamespace,
        "the Flux Kustomization \(kustomization.name) was not built: \(what)")
      return nil
    }
    var entry = UnitEntry(.flux, directory, at: kustomization.place)
    entry.cluster = kustomization.isElsewhere ? "\(kustomization.namespace)/\(kustomization.name)" : cluster
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
