package import Diagnostics
package import Model

/// The objects of one namespace, as far as rules about a whole namespace are concerned.
///
/// Objects that name no namespace end up wherever they are applied: each build and, outside of builds, each directory of
/// them is taken for a namespace of its own, so that two unrelated ones say nothing about each other. Where an object names
/// the namespace that they are in by default, all are in it.
package struct NamespaceGroup: Sendable {
  package let namespace: String
  package let declaration: NamespaceManifest?
  package fileprivate(set) var policies: [PolicyID] = []
  package fileprivate(set) var workloads: [WorkloadID] = []

  /// Where findings about the namespace point: its manifest's name, else the first policy, else the first workload, each
  /// at its namespace, or at its name where it has none.
  package func place(in world: World) -> Place? {
    let first = policies.first.map { world[$0].meta } ?? workloads.first.map { world[$0].meta }
    let span = declaration?.meta.name.span ?? first.map { $0.declaredNamespace?.span ?? $0.name.span }
    return span.map { Place($0, of: reference) }
  }

  package var reference: ObjectReference {
    ObjectReference(group: "", kind: "Namespace", namespace: nil, name: namespace)
  }
}

extension NamespaceGroup {
  /// The groups of a world that hold a policy or a workload, in order of namespace, then of their first object.
  static func all(of world: World, sources: SourceTable) -> [NamespaceGroup] {
    var groups: [NamespaceGroup] = []
    var numbers: [String: Int] = [:]
    func place(_ meta: ObjectMeta) -> String {
      let place = world.build(of: meta).map { "build \($0)" } ?? String(directory(of: meta, sources))
      return "\(meta.namespace)\n\(place)"
    }
    let metas = world.policies.map(\.meta) + world.workloads.map(\.meta)
    let namesAll = metas.allSatisfy(\.isPlaced)
    let named = namesAll ? [] : Set(metas.lazy.filter(\.isPlaced).map(\.namespace))
    func number(_ meta: ObjectMeta) -> Int {
      let key = namesAll || named.contains(meta.namespace) ? meta.namespace : place(meta)
      if let number = numbers[key] { return number }
      groups.append(
        NamespaceGroup(namespace: meta.namespace, declaration: world.declaredNamespaces[meta.namespace]))
      numbers[key] = groups.count - 1
      return groups.count - 1
    }
    for (id, policy) in world.identifiedPolicies { groups[number(policy.meta)].policies.append(id) }
    for (id, workload) in world.identifiedWorkloads { groups[number(workload.meta)].workloads.append(id) }
    return groups.enumerated().sorted { ($0.element.namespace, $0.offset) < ($1.element.namespace, $1.offset) }
      .map(\.element)
  }

  private static func directory(of meta: ObjectMeta, _ sources: SourceTable) -> Substring {
    let path = sources.path(of: meta.span)
    return path.lastIndex(of: "/").map { path[..<$0] } ?? ""
  }
}
