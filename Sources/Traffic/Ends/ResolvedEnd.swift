internal import Config
internal import Diagnostics
internal import Engine
internal import Model

/// What an end stands for in one world: never nothing.
package struct ResolvedEnd: Sendable {
  package let end: End
  package let parts: [TrafficEnd]
  let component: Component?
  /// The Service that it names: `parts` are the workloads behind it, and ports are the Service's.
  var service: ServiceID?
  /// `namespace/name` of what a name without a namespace stands for.
  package var bareName: String?

  /// The namespace that the end speaks of; `nil` for addresses.
  var namespace: String? {
    switch end.meaning {
    case .workloads(let namespace, _, _): namespace
    case .pod(let pod): pod.namespace
    case .word: component?.namespace
    case .addresses: nil
    }
  }
}

extension WorldView {
  /// Looks up what an end stands for.
  ///
  /// - Parameter isSource: whether traffic starts there.
  package func resolve(_ end: End, isSource: Bool) throws(EndProblem) -> ResolvedEnd {
    switch end.meaning {
    case .word(let word): return try resolve(word: word, end, isSource: isSource)
    case .addresses(let set):
      return ResolvedEnd(end: end, parts: [.addresses(set, name: end.text)], component: nil)
    case .pod(let pod):
      if !world.declaredNamespaces.isEmpty, !world.namespaces.contains(pod.namespace) {
        throw nothing(end, pod.namespace, "lies in no known namespace", pod.namespace, world.namespaces)
      }
      guard let id = reach.podClass(of: pod) else {
        throw EndProblem(end.text, "was not made known to the engine")
      }
      return ResolvedEnd(end: end, parts: [.pods(id, workloads: [])], component: nil)
    case .workloads(let namespace, let kind, let name):
      let found = world.workloadIDs(in: namespace).filter { id in
        let node = ConnectionNode(world[id])
        return node.name == name && (kind.map { $0.lowercased() == node.kind.lowercased() } ?? true)
      }
      if found.isEmpty, kind.map({ $0.lowercased() == "service" }) ?? true,
        let service = services.services(named: name, in: namespace).first
      {
        return try resolve(service: service, end)
      }
      guard !found.isEmpty else { throw noWorkload(end, namespace, kind, name) }
      return ResolvedEnd(end: end, parts: parts(found), component: nil)
    }
  }

  /// Components go before the keywords, which a component may be called like.
  private func resolve(word: String, _ end: End, isSource: Bool) throws(EndProblem) -> ResolvedEnd {
    if let component = configuration.components.first(where: { $0.name == word }) {
      let found = world.workloadIDs(in: component.namespace).filter {
        world[$0].labels.includes(component.labels)
      }
      guard !found.isEmpty else {
        let labels = component.labels.pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        throw EndProblem(
          word,
          "matches no workload of the input; `\(component.namespace):\(labels)` asks about a pod with just these labels",
          reason: .nothing(namespace: component.namespace))
      }
      return ResolvedEnd(end: end, parts: parts(found), component: component)
    }
    if word == "internet" {
      return ResolvedEnd(end: end, parts: [.addresses(internet, name: word)], component: nil)
    }
    if word == "node" {
      guard isSource else {
        throw EndProblem(word, "can only be where traffic starts: whether pods reach their own node depends on the CNI")
      }
      return ResolvedEnd(end: end, parts: [.ownNode], component: nil)
    }
    return try resolve(bareName: word, end)
  }

  /// Workloads by class: those that no policy tells apart stand together.
  func parts(_ workloads: [WorkloadID]) -> [TrafficEnd] {
    var ofClass: [ClassID: [WorkloadID]] = [:]
    for workload in workloads { ofClass[reach.podClass(of: workload), default: []].append(workload) }
    return ofClass.sorted { $0.value[0] < $1.value[0] }.map { .pods($0.key, workloads: $0.value) }
  }

  private func noWorkload(_ end: End, _ namespace: String, _ kind: String?, _ name: String) -> EndProblem {
    guard world.namespaces.contains(namespace) else {
      return nothing(end, namespace, "lies in no known namespace", namespace, world.namespaces)
    }
    let nodes = world.workloads(in: namespace).map { ConnectionNode($0) }
    if let other = nodes.first(where: { $0.name == name }) {
      return nothing(end, namespace, "is no \(kind ?? "workload"); there is a \(other.kind) of that name", "", [])
    }
    let services = world.services(in: namespace).map(\.meta.qualifiedName)
    return nothing(
      end, namespace, "matches no workload and no Service of the input", end.text,
      nodes.map { "\($0.namespace)/\($0.name)" } + services)
  }

  private func nothing(
    _ end: End, _ namespace: String, _ message: String, _ word: String, _ candidates: [String]
  ) -> EndProblem {
    EndProblem(
      end.text, message + Suggestion.hint(for: word, among: candidates), reason: .nothing(namespace: namespace))
  }
}
