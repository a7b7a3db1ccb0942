internal import Diagnostics
internal import Model
internal import YAMLSource

/// Releases that Helm controllers install: charts are not rendered, so that pods exist which nobody read.
struct HelmReleases {
  private let gitOps: GitOps
  private let objects: EntryObjects

  init(_ gitOps: GitOps, _ objects: EntryObjects) {
    self.gitOps = gitOps
    self.objects = objects
  }

  func addUnits() {
    for entry in objects.releases {
      let metadata = entry.root["metadata"]
      let name = metadata?["name"]?.text ?? ""
      let target = entry.root["spec"]?["targetNamespace"]?.text ?? metadata?["namespace"]?.text ?? "default"
      let owner = "\(entry.meta.kind) \(entry.meta.namespace)/\(name)"
      gitOps.addRemote(
        .release, named: name, owner, at: metadata?["name"]?.span ?? entry.root.firstPlace, cluster: nil,
        namespace: target,
        "the chart of \(entry.meta.kind) \(name) was not rendered")
    }
  }
}
