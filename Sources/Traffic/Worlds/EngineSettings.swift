internal import Config
internal import Engine
internal import Facts
internal import Model

extension ReachSettings {
  /// What the config, the facts and the cluster's network plugin say to the engine about a world.
  init(_ world: World, _ configuration: Configuration, _ facts: Facts, _ plugins: [NetworkPlugin]) {
    self.init()
    let likely = AddressSet(facts.labels.likelyPodRanges.compactMap { CIDR.parse($0)?.cidr })
    podAddresses = configuration.cluster.podCIDRs ?? likely
    knowsPodAddresses = configuration.cluster.podCIDRs != nil
    nodeAddresses = configuration.cluster.nodeCIDRs ?? likely
    knownNodeAddresses = configuration.cluster.nodeCIDRs
    // Where several plugins may be at work, all of them have to leave pods out.
    ipBlocksMatchPods = plugins.isEmpty || !plugins.allSatisfy { $0.lacks.contains(.ipBlockOnPods) }
    if plugins.contains(where: { $0.lacks.contains(.ipBlockOnPods) }) {
      let known = [configuration.cluster.nodeCIDRs, configuration.cluster.apiServerCIDRs].compactMap(\.self)
      uncertainAddresses = AddressSet(unionOf: known)
    }
    for (id, other) in world.identifiedResources {
      switch facts.labels.otherPolicyScope(other) {
      case .none: break
      case .cluster: opaquePolicies.append(OpaquePolicy(.cluster, .resource(id)))
      case .namespace(let name): opaquePolicies.append(OpaquePolicy(.namespace(name), .resource(id)))
      }
    }
    for (number, doubt) in world.doubts.enumerated() {
      switch doubt.scope {
      case .everywhere: opaquePolicies.append(OpaquePolicy(.cluster, .doubt(number)))
      case .namespace(let name): opaquePolicies.append(OpaquePolicy(.namespace(name), .doubt(number)))
      case .workloads(let ids): opaquePolicies.append(OpaquePolicy(.workloads(ids), .doubt(number)))
      }
    }
    // A component with the labels of an ingress controller says that there is one, whether or not it was read.
    for component in configuration.components
    where component.hasPods && facts.labels.isIngressController(component.labels) {
      declaredPods.append(HypotheticalPod(namespace: component.namespace, labels: component.labels))
    }
    isIngressController = { _, labels in facts.labels.isIngressController(labels) }
  }
}
