internal import Config
internal import Engine
internal import Model

/// Finds what the ends of flows name: built once for a world, for a config may declare as many flows as there are
/// workloads.
struct EndIndex: Sendable {
  private struct Name: Hashable {
    let namespace: String
    let name: String
  }

  private var workloads: [Name: [WorkloadID]] = [:]
  private var workloadsOfName: [String: [WorkloadID]] = [:]
  private var servicesOfName: [String: [ServiceID]] = [:]
  private var components: [String: Component] = [:]
  let namespaces: Set<String>
  /// The names of workloads and Services, each once.
  let bareNames: [String]

  init(_ world: World, _ configuration: Configuration) {
    for (id, workload) in world.identifiedWorkloads {
      let name = Name(namespace: workload.meta.namespace, name: workload.meta.name.value)
      workloads[name, default: []].append(id)
      workloadsOfName[name.name, default: []].append(id)
    }
    for (id, service) in world.identifiedServices {
      servicesOfName[service.meta.name.value, default: []].append(id)
    }
    bareNames = Set(workloadsOfName.keys).union(servicesOfName.keys).sorted()
    for component in configuration.components where components[component.name] == nil {
      components[component.name] = component
    }
    namespaces = Set(world.namespaces)
  }

  /// The workloads of a name, of any kind, in order.
  func workloads(_ namespace: String, _ name: String) -> [WorkloadID] {
    workloads[Name(namespace: namespace, name: name)] ?? []
  }

  /// The workloads of a name in whatever namespace, in order.
  func workloads(named name: String) -> [WorkloadID] { workloadsOfName[name] ?? [] }

  /// The Services of a name in whatever namespace, in order.
  func services(named name: String) -> [ServiceID] { servicesOfName[name] ?? [] }

  /// The first component of a name.
  func component(_ name: String) -> Component? { components[name] }
}
