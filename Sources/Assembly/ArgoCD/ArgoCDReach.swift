internal import Diagnostics
internal import Model
internal import YAMLSource

/// The units that Argo CD makes: one for each source of an Application.
struct ArgoCDReach {
  private let gitOps: GitOps
  private let applications: [ArgoCDApplication]
  private let sources: RepositorySources
  private var assembler: Assembler { gitOps.assembler }

  init(_ gitOps: GitOps, _ objects: EntryObjects) {
    self.gitOps = gitOps
    let tree = gitOps.assembler.tree
    var applications: [ArgoCDApplication] = []
    var sets: [EntryObjects.Entry] = []
    for entry in objects.applications {
      if entry.meta.kind == "ApplicationSet" {
        sets.append(entry)
      } else {
        applications.append(ArgoCDApplication(entry.root))
      }
    }
    let written =
      applications.flatMap(\.sources).filter { $0.chart == nil }.map(\.address)
      + sets.flatMap { ArgoCDApplicationSet.addresses($0.root) }
    let addresses = Set(written)
    sources = RepositorySources(
      remotes: tree.remotes, sources: Dictionary(addresses.map { ($0, $0) }) { $1 }, main: nil)
    for entry in sets {
      let base = tree.repository ?? gitOps.assembler.commonFolder
      let set = ArgoCDApplicationSet(entry.root, tree, base: base, sources)
      applications += set.applications
      if set.isOpen {
        let name = entry.meta.name.value
        gitOps.addOpen(name, "ApplicationSet \(entry.meta.namespace)/\(name)", at: entry.meta.name.span)
      }
    }
    self.applications = applications
  }

  func addUnits(_ used: inout UsedFiles) {
    let isOneCluster = Set(applications.map(\.cluster)).count < 2
    for application in applications {
      for source in application.sources {
        add(source, of: application, cluster: isOneCluster ? nil : application.cluster, &used)
      }
      if let namespace = application.managedNamespace(assembler) {
        assembler.assembly.units.append(namespace)
      }
    }
  }

  private func add(
    _ source: ArgoCDApplication.Source, of application: ArgoCDApplication, cluster: String?, _ used: inout UsedFiles
  ) {
    let tree = assembler.tree
    let directory = Paths.join(tree.repository ?? assembler.commonFolder, source.path ?? "")
    let exists = source.path != nil && tree.kind(of: directory) == .directory
    func leave(_ what: String) {
      gitOps.addRemote(
        .argoCD, named: application.name, application.title, at: application.place, cluster: cluster,
        namespace: application.namespace?.text,
        "the Application \(application.name) was not built: \(what)")
    }
    if source.chart != nil { return leave("its chart is not rendered") }
    if source.hasPlugin { return leave("its plugin is not run") }
    guard source.path != nil else { return }
    guard sources.isHere(source.address, address: source.address, exists: exists) else {
      return leave("it is in another repository")
    }
    guard exists else { return leave("there is no folder \(source.path ?? "")") }
    if tree.kind(of: Paths.join(directory, "Chart.yaml")) == .file { return leave("its chart is not rendered") }
    var entry = UnitEntry(.argoCD, directory, at: application.place)
    entry.owner = application.title
    entry.cluster = cluster
    entry.defaultNamespace = application.namespace
    if FolderManifests.hasKustomization(directory, tree), !source.isDirectory {
      let edits = source.edits(in: directory, tree)
      if !edits.isEmpty { entry.edits = edits }
    } else {
      entry.generated = FolderManifests(assembler).kustomization(
        of: directory, at: application.place,
        FolderManifests.Choice(
          isRecursive: source.isRecursive, include: source.include, exclude: source.exclude))
    }
    _ = gitOps.add(entry, &used)
  }
}
