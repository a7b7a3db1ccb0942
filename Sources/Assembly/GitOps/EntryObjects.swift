internal import Diagnostics
internal import Model
internal import YAMLSource

/// An object that says what is applied, as it is written or as a build leaves it.
struct EntryObject {
  enum Kind {
    case flux, source, application, applicationSet, release
  }

  let kind: Kind
  let root: TreeNode
  let meta: ObjectMeta

  /// Where it is written: what a build made of it has the same place.
  var origin: ObjectOrigin { meta.origin }

  /// `nil` for an object that says nothing of what is applied, and where its file cannot be read.
  init?(_ object: UnitObject, _ assembler: Assembler) {
    guard case .other(let other) = object.manifest, let kind = EntryObject.kind(other.meta),
      let root = assembler.root(of: object)
    else { return nil }
    self.kind = kind
    self.root = root
    meta = other.meta
  }

  static func kind(_ meta: ObjectMeta) -> Kind? {
    switch (meta.group, meta.kind) {
    case (FluxKustomization.group, "Kustomization"): .flux
    case ("source.toolkit.fluxcd.io", "GitRepository"), ("source.toolkit.fluxcd.io", "OCIRepository"),
      ("source.toolkit.fluxcd.io", "Bucket"):
      .source
    case ("argoproj.io", "Application"): .application
    case ("argoproj.io", "ApplicationSet"): .applicationSet
    case ("helm.toolkit.fluxcd.io", "HelmRelease"), ("helm.cattle.io", "HelmChart"): .release
    default: nil
    }
  }

  /// The folders that it leads to as far as it says them, from the repository's root.
  var paths: [String] {
    switch kind {
    case .flux: [FluxKustomization(root).path]
    case .application: ArgoCDApplication(root).sources.compactMap(\.path)
    case .applicationSet, .source, .release: []
    }
  }
}

/// The entries of the input as they are written.
struct EntryObjects {
  private(set) var all: [EntryObject] = []

  init(_ assembler: Assembler) {
    for file in assembler.files {
      all += file.contents.manifests.compactMap { EntryObject(UnitObject($0), assembler) }
    }
  }

  func all(_ kind: EntryObject.Kind) -> [EntryObject] { all.filter { $0.kind == kind } }
}

/// Where following the entries begins.
struct EntryRoots {
  /// In the order in which they are followed: what others may hold comes last, and is passed over once a build has held
  /// it.
  private(set) var all: [(entry: EntryObject, cluster: String?)] = []
  /// Whether Flux has entry points: what they do not reach is not applied.
  private(set) var hasEntryPoints = false
  /// Kustomizations that hold entries, those first to which none of these leads.
  private(set) var kustomizations: [String] = []

  init(_ objects: EntryObjects, _ folders: KustomizationFolders, _ assembler: Assembler) {
    let entries = objects.all.filter { $0.kind != .source && $0.kind != .release }
    if entries.isEmpty { return }
    let files = Dictionary(grouping: entries) { assembler.path(of: $0.meta.document.file) ?? "" }
    var listed: Set<String> = []
    for directory in folders.tops {
      let own = FilesOfRefusedBuild(assembler, directory).files.filter { $0.role == .resource }.map(\.path)
      listed.formUnion(own)
      if own.contains(where: { files[$0] != nil }) { kustomizations.append(directory) }
    }
    let base = assembler.tree.repository ?? assembler.commonFolder
    let targets = TargetFolders(entries.map { entry in entry.paths.map { Paths.join(base, $0) } })
    func isInner(_ path: String, except own: Int? = nil) -> Bool { targets.hold(path, except: own) }
    let outer = kustomizations.filter { !isInner(Paths.join($0, "-")) }
    kustomizations = outer + kustomizations.filter { !outer.contains($0) }
    addRoots(entries, listed, ForgottenEntries(files, folders, assembler), assembler, isInner: isInner)
  }

  /// Where there are entry points, they are all that Flux begins with, each in a cluster of its own.
  private mutating func addRoots(
    _ entries: [EntryObject], _ listed: Set<String>, _ forgotten: ForgottenEntries, _ assembler: Assembler,
    isInner: (String, Int?) -> Bool
  ) {
    var forgotten = forgotten
    let flux = entries.filter { $0.kind == .flux }.map { FluxKustomization($0.root) }
    hasEntryPoints = flux.contains { $0.name == "flux-system" }
    // What goes to another cluster than the one that holds it leaves the rest in a cluster too.
    let home = flux.contains { $0.otherCluster != nil } ? "default" : nil
    var inner: [(EntryObject, String?)] = []
    for (number, entry) in entries.enumerated() {
      let path = assembler.path(of: entry.meta.document.file) ?? ""
      if entry.kind == .flux, hasEntryPoints {
        let kustomization = FluxKustomization(entry.root)
        guard kustomization.name == "flux-system" else { continue }
        all.append((entry, kustomization.path.isEmpty ? "." : kustomization.path))
      } else if !listed.contains(path), !forgotten.contains(entry, at: path) {
        let cluster = entry.kind == .flux ? home : nil
        if isInner(path, number) { inner.append((entry, cluster)) } else { all.append((entry, cluster)) }
      }
    }
    // Flux and Argo CD side by side: what Flux applies comes before what is plain.
    all = all.filter { $0.entry.kind == .flux } + all.filter { $0.entry.kind != .flux } + inner
  }
}

/// Entries that lie beside others and that the kustomization of their folder does not list with these: nobody applies
/// them.
private struct ForgottenEntries {
  private let files: [String: [EntryObject]]
  private let folders: KustomizationFolders
  private let assembler: Assembler
  private var known: [String: Bool] = [:]

  /// - Parameter files: the entries by their files.
  init(_ files: [String: [EntryObject]], _ folders: KustomizationFolders, _ assembler: Assembler) {
    self.files = files
    self.folders = folders
    self.assembler = assembler
  }

  /// - Parameter path: the file of an entry that no kustomization lists.
  mutating func contains(_ entry: EntryObject, at path: String) -> Bool {
    guard let folder = folders.folder(above: path), organises(folder) else { return false }
    // What applies the folder is applied by hand.
    let base = assembler.tree.repository ?? assembler.commonFolder
    return !entry.paths.contains { Paths.lies(folder, in: Paths.join(base, $0)) }
  }

  /// Whether a kustomization lists entries.
  private mutating func organises(_ folder: String) -> Bool {
    if let known = known[folder] { return known }
    let result = FilesOfRefusedBuild(assembler, folder).files.contains { $0.role == .resource && files[$0.path] != nil }
    known[folder] = result
    return result
  }
}

/// The folders that entries lead to.
private struct TargetFolders {
  /// For each folder one entry that leads there, and whether there are others.
  private var owners: [String: (first: Int, hasOthers: Bool)] = [:]

  /// - Parameter folders: of each entry.
  init(_ folders: [[String]]) {
    for (number, folders) in folders.enumerated() {
      for folder in folders {
        let known = owners[folder]
        owners[folder] = (known?.first ?? number, known.map { $0.hasOthers || $0.first != number } ?? false)
      }
    }
  }

  /// Whether a path is, or lies below, a folder of another entry than `own`. O(depth of the path).
  func hold(_ path: String, except own: Int?) -> Bool {
    // What lies at no path in particular holds everything, as the root does.
    if isOwned("", except: own) || isOwned("/", except: own) { return true }
    var folder = path
    while !folder.isEmpty, folder != "/" {
      if isOwned(folder, except: own) { return true }
      folder = Paths.directory(of: folder)
    }
    return false
  }

  private func isOwned(_ folder: String, except own: Int?) -> Bool {
    owners[folder].map { $0.hasOthers || $0.first != own } ?? false
  }
}
