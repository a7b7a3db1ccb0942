internal import Diagnostics
internal import Model
internal import YAMLSource

/// Releases that Helm controllers install: charts are not rendered, so that pods exist which nobody read.
struct HelmReleases {
  private let gitOps: GitOps
  private var assembler: Assembler { gitOps.assembler }

  init(_ gitOps: GitOps) { self.gitOps = gitOps }

  /// Adds what the releases of all units install, each in the namespace in which its build puts it, and in the unit's
  /// cluster.
  func addUnits() {
    for unit in assembler.assembly.units where unit.isApplied {
      for object in unit.objects {
        guard let entry = EntryObject(object, assembler), entry.kind == .release else { continue }
        add(entry, cluster: unit.cluster)
      }
    }
  }

  private func add(_ release: EntryObject, cluster: String?) {
    let name = release.meta.name.value
    gitOps.addRemote(
      .release, named: name, "\(release.meta.kind) \(release.meta.namespace)/\(name)", at: release.meta.name.span,
      cluster: cluster, namespace: release.root["spec"]?["targetNamespace"]?.text ?? release.meta.namespace,
      "the chart of \(release.meta.kind) \(name) was not rendered")
  }
}
