internal import Config
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// What the names in manifests stand for, and whether the pods behind them are reached.
final class CallTargets {
  private let analysis: Analysis
  private var services: [Place: [ServiceID]] = [:]
  /// The Services that builds make of one that is written once.
  private var copies: [ObjectOrigin: [ServiceID]] = [:]
  private var outcomes: [Question: Outcome] = [:]
  /// The hosts that Ingresses and Routes of the world serve, each with its last two labels.
  private let ownDomains: Set<String>

  private struct Place: Hashable {
    let namespace: String
    let name: String
  }

  /// A Service that a name stands for, or one of its pods.
  struct Target: Hashable {
    let service: ServiceID
    /// The only backend that is meant; `nil` for all.
    let pod: WorkloadID?
  }

  private struct Question: Hashable {
    let caller: WorkloadID
    let target: Target
    let port: UInt16
  }

  /// What becomes of a call.
  enum Outcome {
    /// It gets through, or leads to a port or pods that nobody knows.
    case passes
    /// It leads to the caller itself, or to its like.
    case own
    case unknown
    case blocked(Block)
  }

  /// Where a call ends.
  struct Block {
    /// The side whose policies block it.
    let direction: PolicyType
    let caller: ClassID
    let callee: ClassID
    /// The workload and its port that the Service leads to.
    let workload: WorkloadID
    let port: UInt16
    let transport: TransportProtocol

    /// The pods whose policies block it.
    var blocked: ClassID { direction == .egress ? caller : callee }
    var other: ClassID { direction == .egress ? callee : caller }
  }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let hosts = analysis.world.ingressPaths.flatMap(\.hosts)
    ownDomains = Set(hosts.map { CallTargets.domain($0.lowercased()) })
    for (id, service) in analysis.world.identifiedServices {
      services[Place(namespace: service.meta.namespace, name: service.meta.name.value), default: []].append(id)
      copies[service.meta.origin, default: []].append(id)
    }
  }

  // MARK: Names

  /// What a host stands for in a pod of a namespace; `nil` where it is no Service that was read, or several are.
  func target(_ host: String, from workload: Workload) -> Target? {
    var labels = host.split(separator: ".").map(String.init)
    let namespace = workload.meta.namespace
    if let end = labels.firstIndex(of: "svc"), end >= 2 {
      // Other domains behind it are those of other clusters.
      guard [[], ["cluster", "local"]].contains(Array(labels[(end + 1)...])) else { return nil }
      labels = Array(labels[..<end])
      return labels.count == 2
        ? service(labels[0], in: labels[1]) : labels.count == 3 ? pod(labels[0], of: labels[1], in: labels[2]) : nil
    }
    switch labels.count {
    case 1: return service(labels[0], in: namespace)
    case 2: return service(labels[0], in: labels[1]) ?? pod(labels[0], of: labels[1], in: namespace)
    case 3: return pod(labels[0], of: labels[1], in: labels[2])
    default: return nil
    }
  }

  private func service(_ name: String, in namespace: String) -> Target? {
    guard let found = services[Place(namespace: namespace, name: name)], found.count == 1 else { return nil }
    return Target(service: found[0], pod: nil)
  }

  /// `db-0` of the headless Service `db`.
  private func pod(_ name: String, of service: String, in namespace: String) -> Target? {
    guard let target = self.service(service, in: namespace), analysis.world[target.service].isHeadless,
      let workload = analysis.services.backends(of: target.service).first(where: { id in
        let workload = analysis.world[id]
        let own = workload.meta.name.value + "-"
        return workload.meta.kind == "StatefulSet" && workload.serviceName == service && name.hasPrefix(own)
          && UInt16(name.dropFirst(own.count)) != nil
      })
    else { return nil }
    return Target(service: target.service, pod: workload)
  }

  /// Whether a host is one of the public DNS, and none of the domains that the world itself serves.
  func isOutside(_ host: String) -> Bool {
    guard analysis.facts.calls.isPublicName(host), !ownDomains.contains(CallTargets.domain(host)) else { return false }
    // `api.shop.dev` may be a pod's name in a namespace that was read.
    return !analysis.world.namespaces.contains(host.split(separator: ".").last.map(String.init) ?? "")
  }

  private static func domain(_ host: String) -> String { host.split(separator: ".").suffix(2).joined(separator: ".") }

  // MARK: Calls

  func outcome(of caller: WorkloadID, calling target: Target, on port: UInt16) -> Outcome {
    let question = Question(caller: caller, target: target, port: port)
    if let known = outcomes[question] { return known }
    let result = decided(question)
    outcomes[question] = result
    return result
  }

  private func decided(_ question: Question) -> Outcome {
    let (world, reach) = (analysis.world, analysis.reach)
    let service = world[question.target.service]
    let meta = world[question.caller].meta
    guard service.selector != nil, hasKnownPods(service), isComparable(meta, service.meta),
      !isOfAnotherBuild(question.target.service, meta)
    else { return .passes }
    let ends = ends(of: question.target, on: question.port)
    if ends.isEmpty { return .passes }
    let caller = reach.podClass(of: question.caller)
    if ends.contains(where: { reach.podClass(of: $0.workload) == caller }) { return .own }
    var first: Block?
    var isUnknown = false
    for end in ends {
      let (source, destination) = (Endpoint.workload(question.caller), Endpoint.workload(end.workload))
      let bounds = reach.ports(from: source, to: destination)
      if bounds.certain.contains(end.port, end.transport) { return .passes }
      if bounds.possible.contains(end.port, end.transport) || isCarried(question.caller, end.workload) {
        isUnknown = true
        continue
      }
      let sends = reach.egressBounds(from: source, to: destination).possible.contains(end.port, end.transport)
      first =
        first
        ?? Block(
          direction: sends ? .ingress : .egress, caller: caller, callee: reach.podClass(of: end.workload),
          workload: end.workload, port: end.port, transport: end.transport)
    }
    return isUnknown ? .unknown : first.map(Outcome.blocked) ?? .passes
  }

  /// The backends with the port that the call arrives on: that of the pods, for policies see it so.
  func ends(
    of target: Target, on number: UInt16
  ) -> [(workload: WorkloadID, port: UInt16, transport: TransportProtocol)] {
    let service = analysis.world[target.service]
    let ports = service.ports.filter { $0.number == number }
    let backends = analysis.services.backends(of: target.service).filter { target.pod == nil || target.pod == $0 }
    if service.isHeadless {
      // Its names stand for the pods themselves.
      let transports = ports.isEmpty ? [.tcp] : ports.map(\.transport)
      return backends.flatMap { backend in transports.map { (backend, number, $0) } }
    }
    return backends.flatMap { backend in
      ports.compactMap { port in
        analysis.services.target(of: port, on: analysis.world[backend]).map { (backend, $0, port.transport) }
      }
    }
  }

  /// Whether no pods may be behind the Service whose labels only the cluster knows.
  private func hasKnownPods(_ service: Service) -> Bool {
    service.selector.map { analysis.selection.pods($0, in: service.meta.namespace).hasNoPossible } ?? false
  }

  /// Objects that name no namespace are together only where one build made them, and with those that name one where the
  /// run says which it is.
  private func isComparable(_ caller: ObjectMeta, _ service: ObjectMeta) -> Bool {
    if caller.isPlaced != service.isPlaced { return analysis.configuration.isNamespaceGiven }
    return caller.isPlaced || analysis.world.build(of: caller) == analysis.world.build(of: service)
  }

  /// Whether the caller's build renames the objects that it makes, and made another copy of the Service: that one is
  /// meant, whatever the text still says.
  private func isOfAnotherBuild(_ id: ServiceID, _ caller: ObjectMeta) -> Bool {
    guard caller.name.value != caller.writtenName else { return false }
    let service = analysis.world[id].meta
    let renamed = caller.name.value.split(separator: caller.writtenName, maxSplits: 1, omittingEmptySubsequences: false)
      .joined(separator: service.writtenName)
    return service.name.value != renamed
      && copies[service.origin, default: []].contains { analysis.world[$0].meta.name.value == renamed }
  }

  /// Whether a mesh brings the traffic on another port than the one that is called.
  private func isCarried(_ caller: WorkloadID, _ callee: WorkloadID) -> Bool {
    [caller, callee].contains { id in
      let workload = analysis.world[id]
      return analysis.isAmbient(workload) || analysis.sidecarMesh(of: workload)?.title == "Linkerd"
    }
  }
}
