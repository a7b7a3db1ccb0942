internal import Diagnostics
internal import Model

/// Workloads that are there several times over: those of a base under as many names, those of an object that stands in
/// several files.
enum WorkloadTwins {
  /// Those that are written at one place, or that the cluster calls the same. O(workloads).
  static func find(in world: World) -> Set<WorkloadID> {
    var places: [SourceSpan: WorkloadID] = [:]
    var names: [WorkloadIdentity: WorkloadID] = [:]
    var twins: Set<WorkloadID> = []
    for (id, workload) in world.identifiedWorkloads {
      if let known = places[workload.meta.span] {
        twins.formUnion([known, id])
      } else {
        places[workload.meta.span] = id
      }
      if let known = names[workload.identity] { twins.formUnion([known, id]) } else { names[workload.identity] = id }
    }
    return twins
  }
}
