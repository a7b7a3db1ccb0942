internal import Config
internal import Engine
internal import Model
internal import Traffic

/// A connection that has an ePHI workload at one end.
struct EPHIFlow {
  let source: TrafficEnd
  let destination: TrafficEnd
  let from: Endpoint
  let to: Endpoint
  let ports: PortSet
  /// Whether the policies allow it for certain; otherwise it cannot be told.
  let isCertain: Bool
  /// Of a destination outside the third party whose addresses these are.
  let owner: OutsideDestinations.Part.Owner?
  /// Of a destination by addresses whether these are outside the cluster for certain.
  let isOutside: Bool
  let explanation: Explanation

  /// The rules that let it through, those of the source's side first.
  var rules: [RuleReference] {
    [explanation.egress, explanation.ingress].flatMap { side -> [RuleReference] in
      if case .allowed(let rules) = side.reason { rules } else { [] }
    }
  }
}

/// Every connection to and from ePHI workloads that is allowed, or may be. Connections within a workload are left out, and so
/// are connections between two ePHI workloads at the source: they stand at the destination.
struct FlowInventory {
  private(set) var all: [EPHIFlow] = []
  /// Whether there are more than are listed.
  private(set) var isCut = false
  private let zones: Zones
  private var left = 20_000

  init(_ zones: Zones) {
    self.zones = zones
    for group in zones.ephi {
      addCallers(of: group)
      addOutside(into: group)
      addDestinations(of: group)
      addOutside(outOf: group)
    }
  }

  private var reach: Reach { zones.view.reach }

  // MARK: Of one group

  private(set) var bySource: [TrafficEnd: [Int]] = [:]
  private(set) var byDestination: [TrafficEnd: [Int]] = [:]

  /// Who may reach a group.
  func into(_ group: Zones.Group) -> [EPHIFlow] { (byDestination[group.end] ?? []).map { all[$0] } }

  /// Where a group may send to outside the cluster.
  func outside(of group: Zones.Group) -> [EPHIFlow] {
    (bySource[group.end] ?? []).map { all[$0] }.filter { $0.owner != nil }
  }

  /// What a group may send to pods that no manifest shows; all of it is certain.
  func toStrangers(of group: Zones.Group) -> [EPHIFlow] {
    (bySource[group.end] ?? []).map { all[$0] }.filter { flow in
      if case .pods(let id, let workloads) = flow.destination { workloads.isEmpty && !reach[id].isRead } else { false }
    }
  }

  /// The same of any pods.
  ///
  /// - Parameter components: the names of those that they belong to.
  static func outside(of end: TrafficEnd, _ components: [String], _ view: WorldView) -> [EPHIFlow] {
    guard case .pods(let id, _) = end else { return [] }
    return OutsideDestinations(from: id, of: components, view).parts.compactMap { part in
      guard let first = part.addresses.first else { return nil }
      return EPHIFlow(
        source: end, destination: .addresses(part.addresses, name: view.shown(part.addresses)), from: .pods(id),
        to: .address(first), ports: part.ports, isCertain: part.isCertain, owner: part.owner, isOutside: part.isOutside,
        explanation: view.reach.explain(from: .pods(id), to: .address(first), part.ports))
    }
  }

  // MARK: How it is put together

  private mutating func add(
    _ source: TrafficEnd, _ destination: TrafficEnd, _ from: Endpoint, _ to: Endpoint, _ ports: PortSet,
    isCertain: Bool
  ) {
    if ports.isEmpty { return }
    add(
      EPHIFlow(
        source: source, destination: destination, from: from, to: to, ports: ports, isCertain: isCertain, owner: nil,
        isOutside: false, explanation: reach.explain(from: from, to: to, ports)))
  }

  private mutating func add(_ flow: EPHIFlow) {
    bySource[flow.source, default: []].append(all.count)
    byDestination[flow.destination, default: []].append(all.count)
    all.append(flow)
  }

  private mutating func add(_ source: TrafficEnd, _ destination: TrafficEnd, _ from: Endpoint, _ to: Endpoint) {
    let bounds = reach.ports(from: from, to: to)
    add(source, destination, from, to, bounds.certain, isCertain: true)
    add(source, destination, from, to, bounds.possible.subtracting(bounds.certain), isCertain: false)
  }

  private mutating func addCallers(of group: Zones.Group) {
    // One that is only declared, or not known at all, stands for none that was read.
    let isRead = reach.ingressControllers.contains { reach[$0].isRead }
    let controllers = isRead ? [] : Set(reach.ingressControllers)
    for id in reach.callers(of: group.podClass).ids {
      left -= 1
      guard left >= 0 else {
        isCut = true
        return
      }
      let podClass = reach[id]
      switch podClass.origin {
      case .read, .inferred: break
      case .hypothetical where zones.isTellingStranger(id, of: group): break
      case .hypothetical, .ingressController: if !controllers.contains(id) || !isRouted(group) { continue }
      }
      let callers = podClass.workloads.filter { !group.workloads.contains($0) }
      if callers.isEmpty, !podClass.workloads.isEmpty { continue }
      add(.pods(id, workloads: callers), group.end, .pods(id), .pods(group.podClass))
    }
  }

  /// Whether an Ingress or a Route leads there.
  private func isRouted(_ group: Zones.Group) -> Bool {
    let routed = zones.view.services.routedPorts()
    return group.workloads.contains { routed[$0] != nil }
  }

  private mutating func addOutside(into group: Zones.Group) {
    for part in reach.portsFromOutside(to: group.podClass) {
      let addresses = part.addresses.subtracting(zones.view.inside)
      guard let first = addresses.first else { continue }
      let end = TrafficEnd.addresses(addresses, name: zones.view.shown(addresses))
      add(end, group.end, .address(first), .pods(group.podClass), part.ports.certain, isCertain: true)
      add(
        end, group.end, .address(first), .pods(group.podClass), part.ports.possible.subtracting(part.ports.certain),
        isCertain: false)
    }
  }

  private mutating func addDestinations(of group: Zones.Group) {
    for id in reach.classIDs where reach[id].isRead || zones.isTellingDestination(id, of: group) {
      left -= 1
      guard left >= 0 else {
        isCut = true
        return
      }
      if zones.isTellingDestination(id, of: group) {
        let ports = reach.ports(from: .pods(group.podClass), to: .pods(id)).certain
        add(group.end, .pods(id, workloads: []), .pods(group.podClass), .pods(id), ports, isCertain: true)
        continue
      }
      let others = reach[id].workloads.filter {
        !(zones.members[$0]?.zone.holdsEPHI ?? false) && !group.workloads.contains($0)
      }
      if others.isEmpty { continue }
      add(group.end, .pods(id, workloads: others), .pods(group.podClass), .pods(id))
    }
  }

  private mutating func addOutside(outOf group: Zones.Group) {
    let components = group.member.components.map(\.name)
    for flow in FlowInventory.outside(of: group.end, components, zones.view) { add(flow) }
  }
}
