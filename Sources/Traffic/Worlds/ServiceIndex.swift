package import Engine
package import Facts
package import Model

/// Which workloads stand behind which Services, and which of their ports are meant to be reached from outside.
package struct ServiceIndex: Sendable {
  /// For each Service of the world the workloads behind it.
  private let backends: [[WorkloadID]]
  /// For each workload the Services in front of it.
  private let fronts: [[ServiceID]]
  /// Services whose pods something outside the cluster, or the API server, calls: by an Ingress that sends straight to
  /// the pods, a webhook or an APIService.
  private let called: Set<ServiceID>
  /// Those of them to which a load balancer sends from outside of the cluster.
  private let balanced: Set<ServiceID>
  private let byName: [Name: [ServiceID]]
  private let world: World

  private struct Name: Hashable {
    let namespace: String
    let name: String
  }

  package init(_ world: World, _ selection: Selection, _ labels: LabelFacts) {
    self.world = world
    var backends: [[WorkloadID]] = []
    var fronts = [[ServiceID]](repeating: [], count: world.workloads.count)
    var byName: [Name: [ServiceID]] = [:]
    for (id, service) in world.identifiedServices {
      let matches = service.selector.map { selection.pods($0, in: service.meta.namespace) } ?? Matches()
      let workloads = matches.certain
      backends.append(workloads)
      for workload in workloads { fronts[workload.index].append(id) }
      byName[Name(namespace: service.meta.namespace, name: service.meta.name.value), default: []].append(id)
    }
    self.backends = backends
    self.fronts = fronts
    self.byName = byName
    var called: Set<ServiceID> = []
    func call(_ name: String, in namespace: String) {
      called.formUnion(byName[Name(namespace: namespace, name: name)] ?? [])
    }
    let madeForGateways = world.workloads.filter { labels.isMadeForGateway($0.labels) }
    func hasPods(_ path: IngressPath) -> Bool {
      !path.gateways.isEmpty
        && path.gateways.allSatisfy { gateway in
          madeForGateways.contains {
            labels.role(of: $0.labels, in: $0.meta.namespace, for: gateway, gatewayClass: nil) == .certain
          }
        }
    }
    var balanced: Set<ServiceID> = []
    for path in world.ingressPaths where labels.mayLeadToPods(path) && !hasPods(path) {
      for backend in path.backends {
        let namespace = backend.namespace ?? path.meta.namespace
        call(backend.service, in: namespace)
        guard labels.hasLoadBalancer(path) else { continue }
        balanced.formUnion(byName[Name(namespace: namespace, name: backend.service)] ?? [])
      }
    }
    self.balanced = balanced
    for other in world.others {
      for reference in other.serviceReferences { call(reference.name, in: reference.namespace) }
    }
    self.called = called
  }

  /// The workloads behind a Service.
  package func backends(of service: ServiceID) -> [WorkloadID] { backends[service.index] }

  /// The Services in front of a workload.
  package func services(of workload: WorkloadID) -> [ServiceID] { fronts[workload.index] }

  /// Whether something outside the cluster, or the API server, has a way to the Service.
  package func isExposed(_ service: ServiceID) -> Bool { world[service].isExposed || called.contains(service) }

  /// Whether a load balancer outside of the cluster sends to the Service, by itself or for an Ingress.
  package func isBalanced(_ service: ServiceID) -> Bool {
    world[service].kind == .loadBalancer || balanced.contains(service)
  }

  /// The ports of a workload that a Service sends to.
  package func targetPorts(of workload: WorkloadID, where isWanted: (ServiceID) -> Bool = { _ in true }) -> PortSet {
    var set = PortSet()
    for service in fronts[workload.index] where isWanted(service) {
      for port in world[service].ports {
        guard let number = target(of: port, on: world[workload]) else { continue }
        set.insert(number...number, port.transport)
      }
    }
    return set
  }

  /// The port of a workload that a Service's port leads to; `nil` for a name that it does not declare.
  package func target(of port: Service.Port, on workload: Workload) -> UInt16? {
    switch port.target {
    case .number(let number): number
    case .named(let name): workload.port(named: name, port.transport)
    }
  }

  /// The ports of each workload that Ingresses and Routes lead to.
  package func routedPorts() -> [WorkloadID: PortSet] {
    var result: [WorkloadID: PortSet] = [:]
    for path in world.ingressPaths {
      for backend in path.backends {
        for (workload, ports) in targets(of: backend, in: path.meta.namespace) {
          result[workload, default: PortSet()].formUnion(ports)
        }
      }
    }
    return result
  }

  /// The workloads that an Ingress's or a Route's backend leads to, and their ports that are called; without those that
  /// do not declare a port that the Service names. Ingresses and Routes speak TCP only.
  package func targets(of backend: IngressPath.Backend, in namespace: String) -> [(
    workload: WorkloadID, ports: PortSet
  )] {
    services(named: backend.service, in: backend.namespace ?? namespace).flatMap { service in
      targets(of: service) { $0.transport == .tcp && matches(backend.port, $0, leadingTo: $1) }
    }
  }

  /// The workloads that a webhook, an APIService or a conversion leads to, and their ports that are called.
  package func targets(of reference: ServiceReference) -> [(workload: WorkloadID, ports: PortSet)] {
    services(named: reference.name, in: reference.namespace).flatMap { service in
      targets(of: service) { port, _ in port.number == reference.port }
    }
  }

  /// The workloads behind a Service, and the ports of theirs that it leads to; without those that do not declare a port
  /// that it names.
  package func targets(
    of service: ServiceID, where isWanted: (_ port: Service.Port, _ target: UInt16) -> Bool = { _, _ in true }
  ) -> [(workload: WorkloadID, ports: PortSet)] {
    backends(of: service).compactMap { workload in
      var ports = PortSet()
      for port in world[service].ports {
        guard let target = target(of: port, on: world[workload]), isWanted(port, target) else { continue }
        ports.insert(target...target, port.transport)
      }
      return ports.isEmpty ? nil : (workload, ports)
    }
  }

  /// The Services of a name; several only where alternatives are live together.
  package func services(named name: String, in namespace: String) -> [ServiceID] {
    byName[Name(namespace: namespace, name: name)] ?? []
  }

  /// Whether a backend means a port of a Service: by its number or name; a Route also by the port of the pod that it
  /// leads to.
  private func matches(_ wanted: IngressPath.Backend.Port, _ port: Service.Port, leadingTo target: UInt16) -> Bool {
    switch wanted {
    case .any: true
    case .number(let number): port.number == number
    case .named(let name): port.name == name
    case .target(.number(let number)): target == number || port.number == number
    case .target(.named(let name)): port.target == .named(name) || port.name == name
    }
  }
}
