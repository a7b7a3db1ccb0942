internal import Config
package import Diagnostics
internal import Engine
internal import Model

extension WorldView {
  /// What alone has a name, whatever its namespace: workloads, or else a Service.
  func resolve(bareName name: String, _ end: End) throws(EndProblem) -> ResolvedEnd {
    let workloads = ends.workloads(named: name)
    let services = ends.services(named: name)
    let namespaces =
      workloads.isEmpty
      ? Set(services.map { world[$0].meta.namespace }) : Set(workloads.map { world[$0].meta.namespace })
    guard namespaces.count <= 1 else {
      let names = namespaces.sorted().prefix(3).map { "\($0)/\(name)" }.joined(separator: ", ")
      let more = namespaces.count > 3 ? " and \(namespaces.count - 3) more" : ""
      throw EndProblem(name, "may mean \(names)\(more): say which", reason: .ambiguous)
    }
    guard let namespace = namespaces.first else {
      let components = configuration.components.lazy.map(\.name).prefix(WorldView.mostCandidates)
      let known = components + ["internet", "node"] + ends.bareNames.prefix(WorldView.mostCandidates)
      let hint = Suggestion.hint(for: name, among: known)
      throw EndProblem(
        name,
        "is no component of the config, no workload and no Service\(hint.isEmpty ? other(name) : hint)")
    }
    var found =
      workloads.isEmpty
      ? try resolve(service: services[0], end) : ResolvedEnd(end: end, parts: parts(workloads), component: nil)
    found.bareName = "\(namespace)/\(name)"
    return found
  }

  /// What else may have been meant.
  private func other(_ name: String) -> String {
    DomainName(name) == nil ? "; an end is \(End.forms)" : "; a domain name is written domain:\(name)"
  }

  /// The workloads behind a Service.
  func resolve(service id: ServiceID, _ end: End) throws(EndProblem) -> ResolvedEnd {
    let workloads = services.backends(of: id)
    guard !workloads.isEmpty else {
      let service = world[id]
      let why =
        service.kind == .externalName
        ? "of the type ExternalName: it leads out of the cluster"
        : service.selector == nil
          ? "without a selector: its endpoints are made elsewhere" : "that selects no workload of the input"
      throw EndProblem(end.text, "is a Service \(why)", reason: .nothing(namespace: service.meta.namespace))
    }
    return ResolvedEnd(end: end, parts: parts(workloads), component: nil, service: id)
  }

  /// The ports of the pods at a destination that a Service's ports lead to; empty unless the Service has each port that
  /// is asked for.
  func targets(of question: PortQuestion, at destination: TrafficEnd, behind service: ServiceID) -> PortSet {
    guard case .pods(_, let workloads) = destination, let workload = workloads.first else { return PortSet() }
    var targets = PortSet()
    let ports = world[service].ports
    if let asked = question.ports, asked.contains(where: { !ports.contains(where: $0.means) }) { return targets }
    for port in ports where question.ports?.contains(where: { $0.means(port) }) ?? true {
      guard let number = services.target(of: port, on: world[workload]) else { continue }
      targets.insert(number...number, port.transport)
    }
    return targets
  }

  /// `it has TCP 80 (http), TCP 443`.
  func portsText(of service: ServiceID) -> String {
    let ports = world[service].ports.map { port in
      "\(port.transport.rawValue) \(port.number)" + (port.name.map { " (\($0))" } ?? "")
    }
    return ports.isEmpty ? "the Service has none" : "the Service has \(ports.joined(separator: ", "))"
  }

  /// What has to be said about the ports of a question: how the Service that was named translates them, or that one of
  /// them is a Service's and not the pods'.
  package func portNotes(of end: ResolvedEnd, _ question: PortQuestion) -> [PortNote] {
    if let service = end.service {
      let meta = world[service].meta
      let asked = world[service].ports.filter { port in question.ports?.contains { $0.means(port) } ?? true }
      let targets = end.parts.reduce(into: PortSet()) {
        $0.formUnion(self.targets(of: question, at: $1, behind: service))
      }
      let ports = asked.map { "\($0.transport.rawValue) \($0.number)" }.joined(separator: ", ")
      return [
        PortNote(
          kind: .service, name: meta.qualifiedName, span: meta.name.span,
          sentence: "Service \(meta.qualifiedName)\(meta.name.span) leads \(ports) to \(targets.text) of its pods")
      ]
    }
    guard let meant = meantService(of: end, question) else { return [] }
    let meta = world[meant.service].meta
    return [
      PortNote(
        kind: .hint, name: meta.qualifiedName, span: meta.name.span,
        sentence:
          "\(Int(meant.port.number)) is the port of Service \(meta.qualifiedName)\(meta.name.span), and not of its pods: policies see \(Int(meant.target))"
      )
    ]
  }

  /// The end as the Service that is probably meant by it, for a port that is asked about is the Service's and none of
  /// the pods'; `nil` where there is none.
  func asMeantService(_ end: ResolvedEnd, _ question: PortQuestion) -> ResolvedEnd? {
    guard end.service == nil, let meant = meantService(of: end, question) else { return nil }
    var other = end
    other.service = meant.service
    return other
  }

  private func meantService(of end: ResolvedEnd, _ question: PortQuestion) -> MeantService? {
    end.parts.lazy.compactMap { self.servicePort(among: question, of: $0) }.first
  }

  /// A number that is a Service's port and none of the pods' behind it.
  private func servicePort(among question: PortQuestion, of end: TrafficEnd) -> MeantService? {
    guard case .pods(_, let workloads) = end, let workload = workloads.first else { return nil }
    var own = services.targetPorts(of: workload)
    for port in world[workload].containers.flatMap(\.ports) { own.insert(port.number...port.number, port.transport) }
    for asked in question.ports ?? [] {
      guard case .range(let range) = asked.number, range.count == 1,
        own.intersection(PortSet(range, asked.transport)).isEmpty
      else { continue }
      for service in services.services(of: workload) {
        guard let port = world[service].ports.first(where: { asked.means($0) }),
          let target = services.target(of: port, on: world[workload])
        else { continue }
        return MeantService(service: service, port: port, target: target)
      }
    }
    return nil
  }
}

/// A Service whose port was asked about by the name of its pods.
private struct MeantService {
  let service: ServiceID
  let port: Service.Port
  /// What policies see.
  let target: UInt16
}

/// What has to be said about the ports of a question, beside the answer.
package struct PortNote: Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// The Service that was asked about.
    case service
    /// The port that was asked about is probably not the one that was meant.
    case hint
  }

  package let kind: Kind
  /// The Service, `namespace/name`.
  package let name: String
  package let span: SourceSpan
  package let sentence: Sentence
}

extension ConfigPort {
  /// Whether a port of a Service is meant, by its number or name.
  fileprivate func means(_ port: Service.Port) -> Bool {
    guard port.transport == transport else { return false }
    switch number {
    case .range(let range): return range.contains(port.number)
    case .named(let name): return port.name == name
    }
  }
}
