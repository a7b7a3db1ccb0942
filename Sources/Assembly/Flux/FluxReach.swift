internal import Diagnostics
internal import Model
internal import YAMLSource

/// The units that Flux makes: from its entry points through all Kustomizations that their builds hold.
struct FluxReach {
  private let gitOps: GitOps
  private let objects: EntryObjects
  private let sources: RepositorySources
  private let addresses: [String: String?]
  /// What sources leave out.
  private let ignored: [String: String]
  private var assembler: Assembler { gitOps.assembler }

  init(_ gitOps: GitOps, _ objects: EntryObjects) {
    self.gitOps = gitOps
    self.objects = objects
    var addresses: [String: String?] = [:]
    var ignored: [String: String] = [:]
    for entry in objects.sources {
      let metadata = entry.root["metadata"]
      let key = [entry.meta.kind, metadata?["namespace"]?.text ?? "default", metadata?["name"]?.text ?? ""]
      addresses[key.joined(separator: "/")] = entry.root["spec"]?["url"]?.text
      ignored[key.joined(separator: "/")] = entry.root["spec"]?["ignore"]?.text
    }
    self.ignored = ignored
    let kustomizations = objects.flux.map { FluxKustomization($0.root) }
    for kustomization in kustomizations {
      addresses[kustomization.source, default: nil] = addresses[kustomization.source] ?? nil
    }
    let used = addresses.filter { entry in kustomizations.contains { $0.source == entry.key } }
    self.addresses = used
    sources = RepositorySources(
      remotes: gitOps.assembler.tree.remotes, sources: used,
      main: kustomizations.first { $0.name == "flux-system" }?.source)
  }

  func addUnits(_ used: inout UsedFiles) {
    let all = objects.flux.map { FluxKustomization($0.root) }
    let entryPoints = all.filter { $0.name == "flux-system" }
    if entryPoints.isEmpty {
      var seen: Set<String> = []
      for kustomization in all { follow(kustomization, cluster: nil, &seen, &used) }
      return
    }
    for entryPoint in entryPoints {
      var seen: Set<String> = []
      follow(entryPoint, cluster: entryPoint.path.isEmpty ? "." : entryPoint.path, &seen, &used)
    }
  }

  /// Adds a Kustomization's unit, and those of the Kustomizations that it holds.
  private func follow(
    _ kustomization: FluxKustomization, cluster: String?, _ seen: inout Set<String>, _ used: inout UsedFiles
  ) {
    var open = [kustomization]
    while let next = open.popLast() {
      guard seen.insert("\(next.namespace)/\(next.name)/\(next.path)").inserted else { continue }
      guard let number = add(next, cluster: cluster, &used) else { continue }
      for object in assembler.assembly.units[number].objects {
        guard case .other(let other) = object.manifest, EntryObjects.list(other.meta) == \.flux,
          let root = assembler.root(of: object)
        else { continue }
        open.append(FluxKustomization(root))
      }
    }
  }

  /// What a source leaves out in a folder; everything where it leaves out the folder.
  private func ignore(_ source: String, _ directory: String) -> SourceIgnore {
    let root = assembler.tree.repository ?? assembler.commonFolder
    return SourceIgnore(assembler.tree, root: root, own: ignored[source]).reaching(directory)
      ?? SourceIgnore(assembler.tree, root: directory, own: "*")
  }

  private func add(_ kustomization: FluxKustomization, cluster: String?, _ used: inout UsedFiles) -> Int? {
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
