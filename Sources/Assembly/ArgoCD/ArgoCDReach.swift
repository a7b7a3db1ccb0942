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
    let base = tree.repository ?? gitOps.assembler.commonFolder
    let proven = applications.flatMap(\.sources).filter { source in
      guard let path = source.path, path != "." else { return false }
      return tree.kind(of: Paths.join(base, path)) == .directory
    }
    sources = RepositorySources(
      remotes: tree.remotes, sources: Dictionary(Set(written).map { ($0, $0) }) { $1 }, main: nil,
      proven: Set(proven.map(\.address)))
  }

  /// Adds the units of an ApplicationSet's Applications.
  func add(setOf entry: EntryObject, _ used: inout UsedFiles) -> [Int] {
    let base = assembler.tree.repository ?? assembler.commonFolder
    let set = ArgoCDApplicationSet(entry.root, assembler.tree, base: base, sources)
    if set.isOpen {
      let name = entry.meta.name.value
      let reason = "the Applications that the ApplicationSet \(name) makes are not written down"
      let place = entry.meta.name.span
      gitOps.addRemote(
        .argoCD, named: name, "ApplicationSet \(entry.meta.namespace)/\(name)", at: place, cluster: nil,
        namespace: nil, reason)
      gitOps.addOpen(
        OpenEntry(
          folder: base, takesAll: true, places: OpenEntry.places(set.namespace), reason: reason, span: place))
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
    let base = tree.repository ?? assembler.commonFolder
    let directory = Paths.join(base, source.path ?? "")
    let known = OpenEntry.knownPart(of: source.path ?? "", base)
    let exists = source.path != nil && tree.kind(of: known) == .directory
    let isHere = sources.isHere(source.address, address: source.address, exists: exists)
    func leave(_ what: String, isOpen: Bool = false) -> Int? {
      let reason = "the Application \(application.name) was not built: \(what)"
      gitOps.addRemote(
        .argoCD, named: application.name, application.title, at: application.place, cluster: cluster,
        namespace: application.namespace?.text, reason)
      if isOpen, isHere {
        gitOps.addOpen(
          OpenEntry(
            folder: known, takesAll: false, places: OpenEntry.places(application.namespace?.text), reason: reason,
            span: application.place))
      }
      return nil
    }
    if source.chart != nil { return leave("its chart is not rendered") }
    if source.hasPlugin { return leave("its plugin is not run", isOpen: source.path != nil) }
    guard let path = source.path else { return nil }
    guard isHere else { return leave("it is in another repository") }
    if PlaceholderTexts.isPlaceholder(path) {
      return leave("nothing that was read gives a value for its path `\(path)`", isOpen: true)
    }
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
    guard exists else {
      return gitOps.addMissing(entry, "Argo CD", source.pathNode, namespace: application.namespace?.text)
    }
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
