package import Model

/// What the engine has to know beyond the manifests.
package struct ReachSettings: Sendable {
  /// The addresses that pods may have.
  package var podAddresses = AddressSet.everything
  /// Whether `podAddresses` is known, and not only likely.
  package var knowsPodAddresses = false
  /// The addresses that nodes may have.
  package var nodeAddresses = AddressSet.everything
  /// That, where it is known, and not only likely.
  package var knownNodeAddresses: AddressSet?
  /// Whether an `ipBlock` may match pods by their addresses: that hangs on the network plugin.
  package var ipBlocksMatchPods = true
  /// Addresses outside the cluster's pods that an `ipBlock` matches or not, depending on the network plugin.
  package var uncertainAddresses = AddressSet()
  /// What decides about traffic and is not evaluated: policies of other APIs, and of builds that were not done.
  package var opaquePolicies: [OpaquePolicy] = []
  /// Pods that are asked about though no workload need have their labels; equal ones are one class.
  package var hypotheticalPods: [HypotheticalPod] = []
  /// Pods that exist though no manifest shows them; those with the labels of an ingress controller are one.
  package var declaredPods: [HypotheticalPod] = []
  /// Whether pods of a namespace and labels are an ingress controller.
  package var isIngressController: @Sendable (_ namespace: String, _ labels: LabelSet) -> Bool = { _, _ in false }
  /// So many rules are put together in all answers, counted anew for each part of the pods that they tell apart. Real
  /// clusters come to a few hundred thousand.
  package var mostRowEntries = 8_000_000

  package init() {}
}

/// Something that may decide about pods and that nobody can evaluate.
package struct OpaquePolicy: Hashable, Sendable {
  /// The pods that it may concern.
  package enum Scope: Hashable, Sendable {
    case cluster
    case namespace(String)
    /// Workloads of whose pods nobody knows the labels: what selects peers may match them or not.
    case workloads([WorkloadID])
  }

  /// What it is.
  package enum Source: Hashable, Sendable {
    /// A policy of another API.
    case resource(ResourceID)
    /// A build that was not done: its number in `World.doubts`.
    case doubt(Int)
  }

  package let scope: Scope
  package let source: Source

  package init(_ scope: Scope, _ source: Source) {
    self.scope = scope
    self.source = source
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
