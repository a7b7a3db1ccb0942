package import Config
package import Engine
internal import Facts
package import Model

extension WorldView {
  /// The addresses of pods and Services, as far as the config says them.
  var clusterAddresses: AddressSet {
    (configuration.cluster.podCIDRs ?? AddressSet()).union(configuration.cluster.serviceCIDRs ?? AddressSet())
  }

  /// What `internet` stands for.
  package var internet: AddressSet {
    let others = AddressSet(facts.labels.notInternetRanges.compactMap { CIDR.parse($0)?.cidr })
    return AddressSet.everything.subtracting(others).subtracting(clusterAddresses)
  }

  /// Whether the kubelet's probes of a class come from an address of their own: Istio's ambient mode, switched on for
  /// the namespace or the pods.
  func isAmbient(_ podClass: PodClass) -> Bool {
    func marks(_ labels: LabelSet) -> [(String, String)] { labels.pairs.map { ($0.key, $0.value) } }
    return facts.meshes.isAmbient(
      pods: marks(podClass.labels), namespace: marks(world.labels(ofNamespace: podClass.namespace)))
  }
}

/// What an end stands for in one world.
package enum TrafficEnd: Hashable, Sendable {
  /// Equal pods, by class; the workloads among them that the end names, none for pods that are not in the input.
  case pods(ClassID, workloads: [WorkloadID])
  /// Addresses outside the cluster, and what the end calls them.
  case addresses(AddressSet, name: String)
  /// The node that the destination's pod runs on.
  case ownNode
  /// What traffic leads to whose addresses nobody knows.
  case unresolved(UnresolvedEnd)
}

/// Traffic between two ends that everything in each treats alike, on some ports.
package struct TrafficPair: Sendable {
  /// What decides beside the policies.
  enum Circumstance: Hashable, Sendable {
    /// A pod's own node always reaches it.
    case ownNode
    /// As that, but probes come from an address that needs a rule.
    case ambientProbe
    /// A pod always reaches itself.
    case itself
    /// Addresses of pods or Services: who has them, no manifest says.
    case clusterAddress
    /// Addresses of nodes: one may be the pod's own.
    case nodeAddress
  }

  package let source: TrafficEnd
  package let destination: TrafficEnd
  /// One end for all, as the engine knows them.
  package let from: Endpoint
  package let to: Endpoint
  /// What is asked for on this destination; not empty.
  package let ports: PortSet
  package let bounds: PortBounds
  let circumstance: Circumstance?

  /// Whether all of the ports are allowed.
  package var allAllowed: Truth { bounds.answer(for: ports) }
  /// The ports on which it is blocked, allowed, and neither for certain.
  package var blocked: PortSet { ports.subtracting(bounds.possible) }
  package var allowed: PortSet { ports.intersection(bounds.certain) }
  package var unknown: PortSet { ports.intersection(bounds.possible).subtracting(bounds.certain) }
}

/// The ports of a question.
package struct PortQuestion: Hashable, Sendable {
  /// `nil` for every port and protocol.
  package let ports: [ConfigPort]?

  package init(_ ports: [ConfigPort]?) { self.ports = ports }

  /// The numbers on a destination; a name that it does not have adds nothing.
  func resolved(_ names: [NamedPort]) -> PortSet {
    guard let ports else { return .all }
    var set = PortSet()
    for port in ports {
      switch port.number {
      case .range(let range): set.insert(range, port.transport)
      case .named(let name):
        for known in names where known.name == name && known.transport == port.transport {
          set.insert(known.number...known.number, port.transport)
        }
      }
    }
    return set
  }

  /// `5432/TCP, http/TCP`, `every port`.
  package var text: String {
    guard let ports else { return "every port" }
    return ports.map { port in
      let number =
        switch port.number {
        case .range(let range) where range.count == 1: "\(range.lowerBound)"
        case .range(let range): "\(range.lowerBound)-\(range.upperBound)"
        case .named(let name): name
        }
      return "\(number)/\(port.transport.rawValue)"
    }.joined(separator: ", ")
  }
}

// MARK: Pairs

extension WorldView {
  /// Everything that leads from one end to another, in parts that are alike.
  package func pairs(
    from sources: ResolvedEnd, to destinations: ResolvedEnd, _ question: PortQuestion
  ) throws(EndProblem) -> [TrafficPair] {
    var pairs: [TrafficPair] = []
    var hasPorts = false
    for destination in destinations.parts {
      let ports =
        destinations.service.map { targets(of: question, at: destination, behind: $0) }
        ?? question.resolved(namedPorts(of: destination))
      if ports.isEmpty { continue }
      hasPorts = true
      for source in sources.parts { pairs += self.pairs(source, destination, ports) }
    }
    guard hasPorts else {
      throw EndProblem(
        destinations.end.text, "has no port \(question.text): \(missingPort(destinations))",
        reason: .nothing(namespace: destinations.namespace ?? ""))
    }
    guard !pairs.isEmpty else {
      throw EndProblem(
        destinations.end.text, "lies outside the cluster like `\(sources.end.text)`: no policy has a say")
    }
    return pairs
  }

  private func missingPort(_ end: ResolvedEnd) -> String {
    if let service = end.service { return portsText(of: service) }
    guard case .pods(let id, let workloads) = end.parts.first else { return "addresses have no named ports" }
    if workloads.isEmpty { return "a pod that is only asked about has no named ports" }
    let names = reach[id].namedPorts.map(\.name)
    return names.isEmpty ? "it names none" : "it names \(names.joined(separator: ", "))"
  }

  private func namedPorts(of end: TrafficEnd) -> [NamedPort] {
    if case .pods(let id, _) = end { reach[id].namedPorts } else { [] }
  }

  private func pairs(_ source: TrafficEnd, _ destination: TrafficEnd, _ ports: PortSet) -> [TrafficPair] {
    func pair(
      _ source: TrafficEnd, _ destination: TrafficEnd, _ from: Endpoint, _ to: Endpoint, _ bounds: PortBounds,
      _ circumstance: TrafficPair.Circumstance? = nil
    ) -> TrafficPair {
      TrafficPair(
        source: source, destination: destination, from: from, to: to, ports: ports, bounds: bounds,
        circumstance: circumstance)
    }
    switch (source, destination) {
    case (.pods(let a, let sender), .pods(let b, let receiver)):
      let isItself = sender == receiver && sender.count == 1 && isLonePod(sender[0])
      let bounds = isItself ? .all : reach.ports(from: .pods(a), to: .pods(b))
      return [pair(source, destination, .pods(a), .pods(b), bounds, isItself ? .itself : nil)]
    case (.ownNode, .pods(let id, _)):
      let probe = facts.labels.ambientProbeAddresses.compactMap { IPAddress.parse($0) }.first
      guard isAmbient(reach[id]), let probe else {
        return [pair(source, destination, .pods(id), .pods(id), .all, .ownNode)]
      }
      let bounds = reach.ports(from: .address(probe), to: .pods(id))
      return [pair(source, destination, .address(probe), .pods(id), bounds, .ambientProbe)]
    case (.addresses(let asked, let name), .pods(let id, _)):
      return parts(asked, name, reach.portsFromOutside(to: id)).map {
        pair($0.end, destination, .address($0.address), .pods(id), $0.bounds, $0.circumstance)
      }
    case (.pods(let id, _), .addresses(let asked, let name)):
      return parts(asked, name, reach.portsToOutside(from: id)).map {
        pair(source, $0.end, .pods(id), .address($0.address), $0.bounds, $0.circumstance)
      }
    case (.pods(let id, _), .unresolved(let end)):
      let to = Endpoint.unresolved(end)
      return [pair(source, destination, .pods(id), to, reach.ports(from: .pods(id), to: to))]
    default: return []
    }
  }

  /// Whether a workload is one pod, and no replica of it can be meant.
  private func isLonePod(_ workload: WorkloadID) -> Bool {
    let meta = world[workload].meta
    return meta.kind == "Pod" && meta.controller == nil
  }

  private struct AddressPart {
    let end: TrafficEnd
    let address: IPAddress
    let bounds: PortBounds
    let circumstance: TrafficPair.Circumstance?
  }

  /// Some of an end's addresses: all of a family are called by it.
  private func shown(_ part: AddressSet, of all: AddressSet, _ name: String, _ first: CIDR) -> String {
    for isIPv6 in [false, true] where part.cidrs == all.cidrs.filter({ $0.isIPv6 == isIPv6 }) {
      return "the \(isIPv6 ? "IPv6" : "IPv4") addresses of \(name)"
    }
    return "\(first) and others of \(name)"
  }

  /// The parts of some addresses that a pod's policies treat alike. Of more than the cluster's addresses only those
  /// outside count: its pods are asked about by their names.
  private func parts(
    _ asked: AddressSet, _ name: String, _ row: [(addresses: AddressSet, ports: PortBounds)]
  ) -> [AddressPart] {
    if asked.isSubset(of: clusterAddresses), let address = asked.cidrs.first?.base {
      return [
        AddressPart(
          end: .addresses(asked, name: name), address: address, bounds: .unknown, circumstance: .clusterAddress)
      ]
    }
    let isNode = configuration.cluster.nodeCIDRs.map { asked.isSubset(of: $0) } ?? false
    let wanted = asked.subtracting(clusterAddresses)
    return row.compactMap { part in
      let common = part.addresses.intersection(wanted)
      guard let first = common.cidrs.first else { return nil }
      let shown =
        common == wanted ? name : common.cidrs.count == 1 ? "\(first)" : self.shown(common, of: wanted, name, first)
      let bounds = isNode ? PortBounds(certain: part.ports.certain, possible: .all) : part.ports
      return AddressPart(
        end: .addresses(common, name: shown), address: first.base, bounds: bounds,
        circumstance: isNode ? .nodeAddress : nil)
    }
  }
}
