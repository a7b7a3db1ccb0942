internal import Config
package import Engine
package import Model

/// Workloads without ePHI that may send outside the cluster, to nobody who is declared: what an ePHI workload sends them may
/// go on.
package struct Relays: Sendable {
  package struct Relay: Sendable {
    package let podClass: ClassID
    package let name: String
    fileprivate let isDNS: Bool
  }

  package let all: [Relay]
  private let zones: Zones

  package init(_ zones: Zones) {
    self.zones = zones
    let view = zones.view
    all = view.reach.classIDs.compactMap { id in
      let podClass = view.reach[id]
      guard podClass.isRead, !(zones.zone(of: id)?.holdsEPHI ?? false) else { return nil }
      let components = podClass.workloads.flatMap { zones.members[$0]?.components ?? [] }.map(\.name)
      let isOpen = OutsideDestinations(from: id, of: components, view).parts.contains { part in
        guard part.isCertain, part.isOutside, case .nobody = part.owner else { return false }
        return true
      }
      guard isOpen else { return nil }
      return Relay(
        podClass: id, name: view.name(of: .pods(id, workloads: podClass.workloads)), isDNS: view.isDNS(id))
    }
  }

  /// Those that a group may send to, with the ports; to ask the cluster's DNS for names does not count.
  package func reached(by group: Zones.Group) -> [(relay: Relay, ports: PortSet)] {
    let view = zones.view
    return all.compactMap { relay in
      if relay.podClass == group.podClass { return nil }
      let ports = view.reach.ports(from: .pods(group.podClass), to: .pods(relay.podClass)).certain
      if ports.isEmpty || relay.isDNS && ports.isSubset(of: view.configuration.cluster.dns.ports) { return nil }
      return (relay, ports)
    }
  }
}
