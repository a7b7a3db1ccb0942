/// The place of an object in one world: a number that stands for no object of another kind, and of no other world.
package protocol WorldID: Hashable, Comparable, Sendable {
  var index: Int { get }
  init(_ index: Int)
}

extension WorldID {
  package static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// A policy of a world: its place in `World.policies`.
package struct PolicyID: WorldID {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// A workload of a world: its place in `World.workloads`.
package struct WorkloadID: WorldID {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// A Service of a world: its place in `World.services`.
package struct ServiceID: WorldID {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// A policy for the whole cluster: its place in `World.clusterPolicies`.
package struct ClusterPolicyID: WorldID {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// A policy of any kind that is evaluated. NetworkPolicies come first.
package enum AnyPolicyID: Hashable, Sendable {
  case networkPolicy(PolicyID)
  case clusterPolicy(ClusterPolicyID)
}

/// An object of another kind: its place in `World.others`.
package struct ResourceID: WorldID {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// The ids of all objects of a kind, in order.
package typealias WorldIDs<ID: WorldID> = LazyMapCollection<Range<Int>, ID>

extension World {
  package subscript(_ id: PolicyID) -> NetworkPolicy { policies[id.index] }
  package subscript(_ id: WorkloadID) -> Workload { workloads[id.index] }
  package subscript(_ id: ServiceID) -> Service { services[id.index] }
  package subscript(_ id: ClusterPolicyID) -> ClusterPolicy { clusterPolicies[id.index] }
  package subscript(_ id: ResourceID) -> OtherResource { others[id.index] }

  package var policyIDs: WorldIDs<PolicyID> { policies.indices.lazy.map(PolicyID.init) }
  package var workloadIDs: WorldIDs<WorkloadID> { workloads.indices.lazy.map(WorkloadID.init) }
  package var serviceIDs: WorldIDs<ServiceID> { services.indices.lazy.map(ServiceID.init) }
  package var clusterPolicyIDs: WorldIDs<ClusterPolicyID> { clusterPolicies.indices.lazy.map(ClusterPolicyID.init) }
  package var resourceIDs: WorldIDs<ResourceID> { others.indices.lazy.map(ResourceID.init) }

  /// The objects of a kind, each with its id, in order.
  package var identifiedPolicies: Zip2Sequence<WorldIDs<PolicyID>, [NetworkPolicy]> { zip(policyIDs, policies) }
  package var identifiedClusterPolicies: Zip2Sequence<WorldIDs<ClusterPolicyID>, [ClusterPolicy]> {
    zip(clusterPolicyIDs, clusterPolicies)
  }
  package var identifiedWorkloads: Zip2Sequence<WorldIDs<WorkloadID>, [Workload]> { zip(workloadIDs, workloads) }
  package var identifiedServices: Zip2Sequence<WorldIDs<ServiceID>, [Service]> { zip(serviceIDs, services) }
  package var identifiedResources: Zip2Sequence<WorldIDs<ResourceID>, [OtherResource]> { zip(resourceIDs, others) }

  package func meta(of id: AnyPolicyID) -> ObjectMeta {
    switch id {
    case .networkPolicy(let id): self[id].meta
    case .clusterPolicy(let id): self[id].meta
    }
  }
}
