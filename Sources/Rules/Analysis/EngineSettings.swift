package import Config
package import Engine
package import Facts
package import Model

extension ReachSettings {
  /// What the config and the facts say to the engine about a world.
  package init(_ world: World, _ configuration: Configuration, _ facts: Facts) {
    self.init()
    podCIDRs = configuration.cluster.podCIDRs
    ipBlocksMatchPods = configuration.cluster.cni?.lowercased() != "cilium"
    for (number, other) in world.others.enumerated() {
      switch facts.labels.otherPolicyScope(other.meta) {
      case .none: break
      case .cluster: opaquePolicies.append(OpaquePolicy(namespace: nil, resource: number))
      case .namespace(let name): opaquePolicies.append(OpaquePolicy(namespace: name, resource: number))
      }
    }
    // A component with the labels of an ingress controller says that there is one, whether or not it was read.
    for component in configuration.components where facts.labels.isIngressController(component.labels) {
      declaredPods.append(HypotheticalPod(namespace: component.namespace, labels: component.labels))
    }
    isIngressController = { _, labels in facts.labels.isIngressController(labels) }
  }
}
