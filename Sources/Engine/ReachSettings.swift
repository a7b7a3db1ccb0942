package import Model

/// What the engine has to know beyond the manifests.
package struct ReachSettings: Sendable {
  /// The addresses that pods may have.
  package var podAddresses = AddressSet.everything
  /// Whether an `ipBlock` may match pods by their addresses: that hangs on the network plugin.
  package var ipBlocksMatchPods = true
  /// Policies of other APIs, which decide about traffic and are not evaluated.
  package var opaquePolicies: [OpaquePolicy] = []
  /// Pods that are asked about though no workload need have their labels; equal ones are one class.
  package var hypotheticalPods: [HypotheticalPod] = []
  /// Pods that exist though no manifest shows them; those with the labels of an ingress controller are one.
  package var declaredPods: [HypotheticalPod] = []
  /// Whether pods of a namespace and labels are an ingress controller.
  package var isIngressController: @Sendable (_ namespace: String, _ labels: LabelSet) -> Bool = { _, _ in false }

  package init() {}
}

/// A policy of another API that may select pods.
package struct OpaquePolicy: Hashable, Sendable {
  /// The only namespace whose pods it may select; `nil` for all.
  package let namespace: String?
  package let resource: ResourceID

  package init(namespace: String?, resource: ResourceID) {
    self.namespace = namespace
    self.resource = resource
  }
}

/// One pod with exactly these labels and no named ports.
package struct HypotheticalPod: Hashable, Sendable {
  package let namespace: String
  package let labels: LabelSet

  package init(namespace: String, labels: LabelSet) {
    self.namespace = namespace
    self.labels = labels
  }
}
