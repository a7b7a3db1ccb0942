internal import Model
internal import Traffic

/// Services without a selector, whose ports are translated to those of addresses that are written down beside them.
struct OutsideServices {
  struct Target {
    let service: ServiceID
    let port: Service.Port
    let number: UInt16
    fileprivate let addresses: AddressSet
  }

  private var targets: [UInt16: [Target]] = [:]

  init(_ analysis: Analysis) {
    for other in analysis.world.others {
      guard let endpoints = other.endpoints, !endpoints.addresses.isEmpty else { continue }
      for id in analysis.services.services(named: endpoints.service, in: other.meta.namespace) {
        let service = analysis.world[id]
        guard service.selector == nil, service.kind != .externalName else { continue }
        for port in service.ports {
          let ports = endpoints.ports.filter { $0.transport == port.transport && ($0.name ?? "") == (port.name ?? "") }
          guard ports.count == 1, ports[0].number != port.number else { continue }
          targets[port.number, default: []].append(
            Target(service: id, port: port, number: ports[0].number, addresses: endpoints.addresses))
        }
      }
    }
  }

  var isEmpty: Bool { targets.isEmpty }

  /// The first one that takes calls on a port of a rule, whose addresses one of its blocks holds, and whose own port the rule
  /// does not allow.
  func target(of port: PolicyPort, in rule: PolicyRule, _ allowed: PortSet) -> Target? {
    guard rule.type == .egress, !rule.reachesAnywhere, let number = port.singleNumber else { return nil }
    return targets[number]?.first { target in
      target.port.transport == port.transport && !allowed.contains(target.number, port.transport)
        && rule.peers.items.contains { $0.ipBlock?.addresses.intersects(target.addresses) ?? false }
    }
  }
}
