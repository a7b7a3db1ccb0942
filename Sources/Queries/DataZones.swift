internal import Config
package import Engine
internal import Facts
internal import Model
package import Traffic

/// Which workloads hold health data, as the config says it: a component's `data: ephi`, or the label `hipaa.zoneLabel`.
package enum DataZones {
  /// The workloads of a world that hold ePHI; none where the config says nothing.
  package static func ephi(_ view: WorldView) -> Set<ConnectionNode> {
    let components = view.configuration.components.filter { $0.data == .ephi }
    let key = view.configuration.hipaa.zoneLabel
    guard !components.isEmpty || key != nil else { return [] }
    return Set(
      view.world.workloads.lazy.filter { workload in
        components.contains { $0.namespace == workload.meta.namespace && workload.labels.includes($0.labels) }
          || key.flatMap(workload.labels.value).map { view.facts.hipaa.ephiZones.contains($0.lowercased()) } ?? false
      }.map { ConnectionNode($0) })
  }
}
