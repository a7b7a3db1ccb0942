internal import Diagnostics
internal import Model
internal import YAMLSource

/// The units that Argo CD makes, one for each source of an Application.
struct ArgoCDReach {
  private let gitOps: GitOps
  private let sources: RepositorySources
  private var assembler: Assembler { gitOps.assembler }

  init(_ gitOps: GitOps, _ objects: EntryObjects) {
    self.gitOps = gitOps
    let tree = gitOps.assembler.tree
    let applications = objects.all(.application).map { ArgoCDApplication($0.root) }
    let sets = objects.all(.applicationSet)
    let written =
      applications.flatMap(\.sources).filter { $0.chart == nil }.map(\.address)
      + sets.flatMap { ArgoCDApplicationSet.addresses($0.root) }
    let sources = RepositorySources(
      remotes: tree.remotes, sources: Dictionary(Set(written).map { ($0, $0) }) { $1 }, main: nil)
    self.sources = sources
  }

  /// Adds the units of an ApplicationSet's Applications.
  func add(setOf entry: EntryObject, _ used: inout UsedFiles) -> [Int] {
    let base = assembler.tree.repository ?? assembler.commonFolder
    let set = ArgoCDApplicationSet(entry.root, assembler.tree, base: base, sources)
    if set.isOpen {
      let name = entry.meta.name.value
      gitOps.addOpen(name, "ApplicationSet \(entry.meta.namespace)/\(name)", at: entry.meta.name.span)
    }
    return set.applications.flatMap { add($0, &used) }
  }

  /// Adds an Application's units, one for each source that is here.
  func add(_ application: ArgoCDApplication, _ used: inout UsedFiles) -> [Int] {
    let cluster = application.cluster
    let numbers = application.sources.compactMap { add($0, of: application, cluster: cluster, &used) }
    if var namespace = application.managedNamespace(assembler) {
      namespace.cluster = cluster
      assembler.assembly.units.append(namespace)
    }
    return numbers
  }

  private func add(
    _ source: ArgoCDApplication.Source, of application: ArgoCDApplication, cluster: String?, _ used: inout UsedFiles
  ) -> Int? {
    let tree = assembler.tree
    let directory = Paths.join(tree.repository ?? assembler.commonFolder, source.path ?? "")
    let exists = source.path != nil && tree.kind(of: directory) == .directory
    func leave(_ what: String) -> Int? {
      gitOps.addRemote(
        .argoCD, named: application.name, application.title, at: application.place, cluster: cluster,
        namespace: application.namespace?.text,
        "the Application \(application.name) was not built: \(what)")
      return nil
    }
    if source.chart != nil { return leave("its chart is not rendered") }
    if source.hasPlugin { return leave("its plugin is not run") }
    guard source.path != nil else { return nil }
    guard sources.isHere(source.address, address: source.address, exists: exists) else {
      return leave("it is in another repository")
    }
    guard exists else { return leave("there is no folder \(source.path ?? "")") }
    let hasKustomization = FolderManifests.hasKustomization(directory, tree)
    // Where nothing is said, a kustomization counts before a chart.
    let hasChart = tree.kind(of: Paths.join(directory, "Chart.yaml")) == .file
    if source.isChart || (hasChart && !hasKustomization && !source.isDirectory) {
      return leave("its chart is not rendered")
    }
    var entry = UnitEntry(.argoCD, directory, at: application.place)
    entry.owner = application.title
    entry.cluster = cluster
    entry.defaultNamespace = application.namespace
    if hasKustomization, !source.isDirectory {
      let edits = source.edits(in: directory, tree)
      if !edits.isEmpty { entry.edits = edits }
    } else {
      let generated = FolderManifests(assembler).kustomization(
        of: directory, at: application.place,
        FolderManifests.Choice(
          isRecursive: source.isRecursive, include: source.include, exclude: source.exclude))
      // Argo CD has nothing to apply then, and says nothing.
      if generated["resources"]?.items.isEmpty ?? true { return gitOps.addEmpty(entry) }
      entry.generated = generated
    }
    return gitOps.add(entry, &used)
  }
}
