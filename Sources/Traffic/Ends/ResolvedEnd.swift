internal import Config
internal import Diagnostics
internal import Engine
package import Model

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
    case .addresses, .domain: nil
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
    case .domain(let name): return try resolve(.domain(name), end, isSource: isSource)
    case .pod(let pod):
      if !world.declaredNamespaces.isEmpty, !ends.namespaces.contains(pod.namespace) {
        throw nothing(end, pod.namespace, "lies in no known namespace", pod.namespace, world.namespaces)
      }
      guard let id = reach.podClass(of: pod) else {
        throw EndProblem(end.text, "was not made known to the engine")
      }
      return ResolvedEnd(end: end, parts: [.pods(id, workloads: [])], component: nil)
    case .workloads(let namespace, let kind, let name):
      let found = ends.workloads(namespace, name).filter { id in
        kind.map { $0.lowercased() == ConnectionNode(world[id]).kind.lowercased() } ?? true
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
    if let component = ends.component(word), !component.hasPods {
      let addresses = AddressSet(component.cidrs)
      return ResolvedEnd(end: end, parts: [.addresses(addresses, name: word)], component: component)
    }
    if let component = ends.component(word) {
      let labels = component.labels.pairs.map { SelectorRequirement(key: $0.key, .in, [$0.value]) }
      let found = selection.pods(Selector(labels), in: component.namespace).certain
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
    if word == "nodes", ends.workloads(named: word).isEmpty, ends.services(named: word).isEmpty {
      return try resolve(.nodes(.everything), end, isSource: isSource)
    }
    return try resolve(bareName: word, end)
  }

  private func resolve(_ unresolved: UnresolvedEnd, _ end: End, isSource: Bool) throws(EndProblem) -> ResolvedEnd {
    guard !isSource else {
      throw EndProblem(end.text, "can only be where traffic leads to: no rule says what it may call")
    }
    return ResolvedEnd(end: end, parts: [.unresolved(unresolved)], component: nil)
  }

  /// Workloads by class: those that no policy tells apart stand together.
  package func parts(_ workloads: [WorkloadID]) -> [TrafficEnd] {
    var ofClass: [ClassID: [WorkloadID]] = [:]
    for workload in workloads { ofClass[reach.podClass(of: workload), default: []].append(workload) }
    return ofClass.sorted { $0.value[0] < $1.value[0] }.map { .pods($0.key, workloads: $0.value) }
  }

  private func noWorkload(_ end: End, _ namespace: String, _ kind: String?, _ name: String) -> EndProblem {
    guard ends.namespaces.contains(namespace) else {
      return nothing(end, namespace, "lies in no known namespace", namespace, world.namespaces)
    }
    if let other = ends.workloads(namespace, name).first {
      let kindOfOther = ConnectionNode(world[other]).kind
      return nothing(end, namespace, "is no \(kind ?? "workload"); there is a \(kindOfOther) of that name", "", [])
    }
    let names = world.workloadIDs(in: namespace).lazy.prefix(WorldView.mostCandidates).map { [world] in
      "\(namespace)/\(world[$0].meta.name.value)"
    }
    let services = world.serviceIDs(in: namespace).lazy.prefix(WorldView.mostCandidates).map { [world] in
      world[$0].meta.qualifiedName
    }
    return nothing(
      end, namespace, "matches no workload and no Service of the input", end.text, Array(names) + Array(services))
  }

  /// So many names are compared with one that nobody knows: very many such flows may be declared.
  static let mostCandidates = 1_000

  private func nothing(
    _ end: End, _ namespace: String, _ message: String, _ word: String, _ candidates: [String]
  ) -> EndProblem {
    let hint = Suggestion.hint(for: word, among: candidates.prefix(2 * WorldView.mostCandidates))
    return EndProblem(end.text, message + hint, reason: .nothing(namespace: namespace))
  }
}
