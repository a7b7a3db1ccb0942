internal import Facts
internal import Model
internal import Traffic

/// A component of `rules/port-sets.yaml` that workloads of the input are recognised as.
struct RecognisedComponent {
  /// What the config calls it: the workload's name, behind its namespace where several have it.
  var name: String
  let namespace: String
  let labels: LabelSet
  let kind: ComponentKind

  /// The components of all worlds, each once, by name.
  static func all(of project: Project) -> [RecognisedComponent] {
    var found: [Key: RecognisedComponent] = [:]
    for view in project.worlds {
      // One whose name the API server refuses, or that is generated, has none to know it by.
      for workload in view.world.workloads where NameSyntax.subdomain(workload.meta.name.value) == nil {
        guard let component = RecognisedComponent(workload, view.facts) else { continue }
        let key = Key(namespace: component.namespace, name: component.name)
        if found[key] == nil { found[key] = component }
      }
    }
    let namesakes = Dictionary(grouping: found.keys, by: \.name).mapValues(\.count)
    return found.values.map { component in
      var component = component
      if namesakes[component.name, default: 0] > 1 { component.name = "\(component.namespace)-\(component.name)" }
      return component
    }.sorted { ($0.name, $0.namespace) < ($1.name, $1.namespace) }
  }

  private struct Key: Hashable {
    let namespace: String
    let name: String
  }

  /// `nil` for a workload that is no known component, or has no label to know it by.
  private init?(_ workload: Workload, _ facts: Facts) {
    let names = workload.labels.pairs.filter { facts.labels.identityKeys.contains($0.key) }
    let images = workload.containers.compactMap { $0.image?.value }
    guard let kind = facts.portSets.recognise(names: names.map(\.value), images: images) else { return nil }
    let written = workload.podLabels.filter { !facts.labels.unstableLabels.contains($0.key) && !$0.isUnknown }
    let telling = written.filter { facts.labels.identityKeys.contains($0.key) }
    let labels = telling.isEmpty ? written : telling
    guard !labels.isEmpty else { return nil }
    name = workload.meta.name.value
    namespace = workload.meta.namespace
    self.labels = LabelSet(labels.map { ($0.key, $0.value) })
    self.kind = kind
  }
}
