internal import Diagnostics
internal import Engine
internal import Model

extension Analysis {
  /// What messages call the pods of a class: the first workload that makes them, or the labels that are asked for.
  func name(ofClass id: ClassID) -> String {
    let podClass = reach[id]
    switch podClass.origin {
    case .read: return podClass.workloads.first.map { name(ofWorkload: $0) } ?? "pods"
    case .inferred(let selector): return "\(selector)"
    case .hypothetical: return "pods of a component"
    case .ingressController: return "the ingress controller"
    }
  }

  /// What messages call several pods: up to two by their names, of more the first two and how many others there are.
  func names(ofClasses ids: [ClassID]) -> (text: String, isOne: Bool) {
    if ids.count == 1, let name = nameOfOne(ids[0]) { return (name, true) }
    var names: [String] = []
    var count = 0
    var seen: Set<NamedThing> = []
    let (reach, twins) = (reach, workloadTwins)
    for id in ids {
      let podClass = reach[id]
      guard podClass.isRead else {
        let name = name(ofClass: id)
        guard seen.insert(.pods(podClass.namespace, name)).inserted else { continue }
        count += 1
        if names.count < 3 { names.append(name) }
        continue
      }
      // Most are several others.
      if names.count == 3, twins.isEmpty {
        count += podClass.workloads.count
        continue
      }
      for id in podClass.workloads {
        let meta = world[id].meta
        if twins.contains(id) {
          guard seen.insert(.object(meta.span)).inserted, seen.insert(.workload(world[id].identity)).inserted else {
            continue
          }
        }
        count += 1
        guard names.count < 3 else { continue }
        let name = name(ofWorkload: id)
        names.append(names.contains(name) ? meta.title : name)
      }
    }
    if count > 3 { return ("\(names[0]), \(names[1]) and \(count - 2) more", false) }
    if count < 2 { return (names.first ?? "pods", true) }
    return (names.dropLast().joined(separator: ", ") + " and \(names[count - 1])", false)
  }

  /// What is counted once: a workload by where it is written, and by what the cluster calls it; other pods by their names.
  private enum NamedThing: Hashable {
    case object(SourceSpan)
    case workload(WorkloadIdentity)
    case pods(String, String)
  }

  /// The name of a class that stands for one thing; `nil` where it is several workloads.
  private func nameOfOne(_ id: ClassID) -> String? {
    let podClass = reach[id]
    if !podClass.isRead { return name(ofClass: id) }
    return podClass.workloads.count == 1 ? name(ofWorkload: podClass.workloads[0]) : nil
  }

  /// `Deployment web`.
  func name(ofWorkload id: WorkloadID) -> String {
    let meta = world[id].meta
    return "\(meta.kind) \(meta.name.value)"
  }

  /// The policy that isolates a class, as its author thinks of it: the first one that selects some pods, else the first.
  func isolatingPolicy(of podClass: ClassID, _ direction: PolicyType) -> NetworkPolicy? {
    let policies = reach.policies(of: podClass, direction).map { world[$0] }
    return policies.first { !$0.podSelector.isEmpty } ?? policies.first
  }

  /// The policies that isolate a class, as places beside a finding; the first three.
  func isolationPlaces(of podClass: ClassID, _ direction: PolicyType) -> [RelatedPlace] {
    // A base may be there several times over, under as many names.
    var seen: Set<SourceSpan> = []
    let places = reach.policies(of: podClass, direction).map { world[$0].nameSpan }
    return places.filter { seen.insert($0).inserted }.prefix(3).map {
      RelatedPlace($0, "isolates \(name(ofClass: podClass)) for \(direction.field)")
    }
  }
}
