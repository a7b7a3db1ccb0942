internal import Engine
internal import Model

extension Analysis {
  /// What messages call the pods of a class: the first workload that makes them, or the labels that are asked for.
  func name(ofClass number: UInt32) -> String {
    let podClass = reach.classes[Int(number)]
    switch podClass.origin {
    case .read:
      guard let first = podClass.workloads.first else { return "pods" }
      let workload = world.workloads[first]
      return "\(workload.meta.kind) \(workload.meta.name.value)"
    case .inferred(let selector): return "\(selector)"
    case .hypothetical: return "pods of a component"
    case .ingressController: return "the ingress controller"
    }
  }
}
