internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Which pods bring the traffic of an Ingress or a route into the cluster.
struct GatewayPods {
  private let analysis: Analysis
  private let classOfGateway: [IngressPath.Gateway: String]
  /// The controllers that were made for no single Gateway.
  private let others: [ClassID]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    var classes: [IngressPath.Gateway: String] = [:]
    for other in analysis.world.others {
      guard let name = other.gatewayClass else { continue }
      classes[IngressPath.Gateway(namespace: other.meta.namespace, name: other.meta.name.value)] = name
    }
    classOfGateway = classes
    others = analysis.reach.ingressControllers.filter {
      !analysis.facts.labels.isMadeForGateway(analysis.reach[$0].labels)
    }
  }

  /// The pods that call the backends of a path; none where it cannot be told which they are. Pods that were made for a
  /// Gateway serve its routes and nothing else.
  func callers(of path: IngressPath) -> [ClassID] {
    let all = analysis.reach.ingressControllers
    if path.gateways.isEmpty { return others }
    if all.contains(where: { analysis.reach[$0].origin == .ingressController }) { return all }
    return all.filter { id in
      let pods = analysis.reach[id]
      return path.gateways.contains { gateway in
        analysis.facts.labels.role(
          of: pods.labels, in: pods.namespace, for: gateway, gatewayClass: classOfGateway[gateway]) == .certain
      }
    }
  }
}
