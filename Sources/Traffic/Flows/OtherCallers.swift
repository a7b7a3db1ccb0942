internal import Config
internal import Engine
internal import Model

/// Everybody who is no client of a flow: workloads, witnesses of selectors, the ingress controller, strangers where the
/// engine knows them (`Strangers`), and addresses outside the cluster.
///
/// Left out are the destination's own replicas, and pods on a node's network as far as no rule lets them in: a pod's own
/// node always reaches it.
struct OtherCallers {
  private let view: WorldView
  private let clients: [ResolvedEnd]
  private let clientClasses: [ClassID: [WorkloadID]]

  init(_ view: WorldView, _ clients: [ResolvedEnd]) {
    self.view = view
    self.clients = clients
    var classes: [ClassID: [WorkloadID]] = [:]
    for case .pods(let id, let workloads) in clients.flatMap(\.parts) { classes[id, default: []] += workloads }
    clientClasses = classes
  }

  /// What leads from the others to a destination; `nil` where more would have to be looked at than is left.
  func pairs(
    to destination: TrafficEnd, _ end: ResolvedEnd, _ question: PortQuestion, left: inout Int
  ) -> [TrafficPair]? {
    guard case .pods(let id, let workloads) = destination else { return [] }
    let reach = view.reach
    let controllers = Set(reach.ingressControllers)
    let strangers = view.strangerClasses
    var sources: [TrafficEnd] = []
    // What the destination blocks is no pair of those that are looked for.
    for other in reach.callers(of: id).ids {
      left -= 1 + clients.count
      if left < 0 { return nil }
      let podClass = reach[other]
      if isClient(other, podClass) { continue }
      // The destination's own replicas, of which the end names all.
      if other == id, podClass.workloads.allSatisfy(workloads.contains) { continue }
      switch podClass.origin {
      case .read, .inferred: break
      case .hypothetical, .ingressController:
        // Other pods that are merely asked about do not exist.
        if !controllers.contains(other), !strangers.contains(other) { continue }
      }
      sources.append(.pods(other, workloads: podClass.workloads))
    }
    let addresses = AddressSet.everything.subtracting(clientAddresses)
    if !addresses.isEmpty { sources.append(.addresses(addresses, name: "the outside")) }
    let all = ResolvedEnd(end: end.end, parts: sources, component: nil)
    let target = ResolvedEnd(end: end.end, parts: [destination], component: end.component)
    let pairs = (try? view.pairs(from: all, to: target, question)) ?? []
    return withoutRepeats(pairs.filter { !$0.bounds.isBlocked && !isHarmless($0) })
  }

  /// What a pod without labels of any namespace may do, other strangers are not named for as well.
  private func withoutRepeats(_ pairs: [TrafficPair]) -> [TrafficPair] {
    func stranger(_ pair: TrafficPair) -> ClassID? {
      guard case .pods(let id, _) = pair.source else { return nil }
      return view.strangerClasses.contains(id) ? id : nil
    }
    guard let first = view.reach.podClass(of: Strangers.elsewhere),
      let all = pairs.first(where: { stranger($0) == first })
    else { return pairs }
    return pairs.filter { pair in
      guard let id = stranger(pair), id != first else { return true }
      return !pair.allowed.isSubset(of: all.allowed) || !pair.unknown.isSubset(of: all.allowed.union(all.unknown))
    }
  }

  private var clientAddresses: AddressSet {
    var set = AddressSet()
    for case .addresses(let addresses, _) in clients.flatMap(\.parts) { set.formUnion(addresses) }
    return set
  }

  private func isClient(_ id: ClassID, _ podClass: PodClass) -> Bool {
    if let workloads = clientClasses[id], podClass.workloads.allSatisfy(workloads.contains) { return true }
    return clients.contains { client in
      if let component = client.component, component.namespace == podClass.namespace {
        return podClass.labels.includes(component.labels)
      }
      guard case .pod(let pod) = client.end.meaning else { return false }
      return pod.namespace == podClass.namespace && pod.labels.pairs == podClass.labels.pairs
    }
  }

  /// Whether nothing that could be forbidden is known to be possible.
  private func isHarmless(_ pair: TrafficPair) -> Bool {
    guard pair.allowed.isEmpty, case .pods(let source, _) = pair.source else { return false }
    if view.reach[source].usesHostNetwork { return true }
    guard view.reach[source].origin == .ingressController else { return false }
    let explanation = view.reach.explain(from: pair.from, to: pair.to, pair.unknown)
    let missing = explanation.ingress.missing
    return explanation.ingress.answer == .unknown && !missing.isEmpty && missing.allSatisfy(speaksOfClient)
  }

  /// Whether a peer that may match the unread ingress controller only matches pods of a client: then the controller
  /// is that client.
  private func speaksOfClient(_ fact: MissingFact) -> Bool {
    guard case .controllerLabels(let reference) = fact, let peer = reference.peer else { return false }
    let policy = view.world[reference.policy]
    let written = view.rule(reference).peers.items[peer]
    guard written.namespaceSelector == nil, let selector = written.podSelector?.selector else { return false }
    return clients.contains { client in
      guard let component = client.component, component.namespace == policy.meta.namespace else { return false }
      let labels = component.labels.pairs.map { SelectorRequirement(key: $0.key, .in, [$0.value]) }
      return selector.implies(Selector(labels))
    }
  }
}
