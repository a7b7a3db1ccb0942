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
    applications = objects.applications.flatMap { ArgoCDApplication.all($0.root, gitOps.assembler) }
    for entry in objects.applications where entry.meta.kind == "ApplicationSet" {
      if !ArgoCDApplicationSet(entry.root, gitOps.assembler).isWrittenDown {
        gitOps.addOpen(entry.meta.name.value, at: entry.meta.name.span)
      }
    }
    let addresses = Set(applications.flatMap(\.sources).filter { $0.chart == nil }.map(\.address))
    sources = RepositorySources(
      remotes: gitOps.assembler.tree.remotes, sources: Dictionary(addresses.map { ($0, $0) }) { $1 }, main: nil)
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
        .argoCD, named: application.name, at: application.place, cluster: cluster,
        namespace: application.namespace?.text,
        "the Application \(application.name) was not built: \(what)")
    }
    if source.chart != nil { return leave("its chart is not rendered") }
    guard source.path != nil else { return }
    guard sources.isHere(source.address, address: source.address, exists: exists) else {
      return leave("it is in another repository")
    }
    guard exists else { return leave("there is no folder \(source.path ?? "")") }
    if tree.kind(of: Paths.join(directory, "Chart.yaml")) == .file { return leave("its chart is not rendered") }
    var entry = UnitEntry(.argoCD, directory, at: application.place)
    entry.cluster = cluster
    entry.defaultNamespace = application.namespace
    if FolderManifests.hasKustomization(directory, tree) {
      if !source.edits.isEmpty { entry.edits = source.edits }
    } else {
      entry.generated = FolderManifests(assembler).kustomization(
        of: directory, at: application.place,
        FolderManifests.Choice(
          isRecursive: source.isRecursive, include: source.include, exclude: source.exclude))
    }
    _ = gitOps.add(entry, &used)
  }
}
