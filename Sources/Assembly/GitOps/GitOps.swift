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
  private var isOpen = false

  init(_ assembler: Assembler) { self.assembler = assembler }

  /// Notes entries that are made from what is not written down: they may lead to any folder.
  ///
  /// - Parameter owner: the ApplicationSet, as `Kind namespace/name`.
  func addOpen(_ name: String, _ owner: String, at place: SourceSpan) {
    isOpen = true
    addRemote(
      .argoCD, named: name, owner, at: place, cluster: nil, namespace: nil,
      "the Applications that the ApplicationSet \(name) makes are not written down")
  }

  /// Whether what no entry leads to is not applied.
  var isClosed: Bool { hasEntries && !isOpen }

  /// Whether an entry leads to a folder, or to something that takes it.
  func reaches(_ directory: String) -> Bool { reached.contains(directory) }

  /// Adds the units of all entries that the input holds.
  func addUnits(_ used: inout UsedFiles) {
    let objects = EntryObjects(assembler)
    FluxReach(self, objects).addUnits(&used)
    ArgoCDReach(self, objects).addUnits(&used)
    HelmReleases(self, objects).addUnits()
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
      SkippedInput(file: assembler.path(of: place.file).map(assembler.tree.shown) ?? name, reason: reason))
  }
}

/// The objects of the input that say what is applied, with their trees.
struct EntryObjects {
  struct Entry {
    let root: TreeNode
    /// The folder of its file, absolute.
    let directory: String
    let meta: ObjectMeta
  }

  private(set) var flux: [Entry] = []
  private(set) var sources: [Entry] = []
  private(set) var applications: [Entry] = []
  private(set) var releases: [Entry] = []

  init(_ assembler: Assembler) {
    for file in assembler.files {
      for manifest in file.contents.manifests { add(manifest, file, assembler) }
    }
  }

  private mutating func add(_ manifest: Manifest, _ file: AssemblyFile, _ assembler: Assembler) {
    guard case .other(let other) = manifest, let list = EntryObjects.list(other.meta),
      let root = assembler.root(of: UnitObject(manifest))
    else { return }
    self[keyPath: list].append(
      Entry(root: root, directory: Paths.directory(of: file.path), meta: other.meta))
  }

  /// Where an object belongs; `nil` for one that says nothing of what is applied.
  static func list(_ meta: ObjectMeta) -> WritableKeyPath<EntryObjects, [Entry]>? {
    switch (meta.group, meta.kind) {
    case (FluxKustomization.group, "Kustomization"): \.flux
    case ("source.toolkit.fluxcd.io", "GitRepository"), ("source.toolkit.fluxcd.io", "OCIRepository"),
      ("source.toolkit.fluxcd.io", "Bucket"):
      \.sources
    case ("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet"): \.applications
    case ("helm.toolkit.fluxcd.io", "HelmRelease"), ("helm.cattle.io", "HelmChart"): \.releases
    default: nil
    }
  }
}
