package import Model

/// A port of a protocol at which answers may change.
package struct BoundaryPort: Hashable, Comparable, Sendable {
  package let number: UInt16
  package let transport: TransportProtocol

  package init(_ number: UInt16, _ transport: TransportProtocol) {
    self.number = number
    self.transport = transport
  }

  package static func < (a: BoundaryPort, b: BoundaryPort) -> Bool {
    (a.number, a.transport) < (b.number, b.transport)
  }
}

/// Where the answers of a world may change.
extension World {
  private var rules: [PolicyRule] { policies.flatMap { $0.ingress.items + $0.egress.items } }

  private var clusterRules: [ClusterRule] {
    clusterPolicies.flatMap { policy in PolicyType.allCases.flatMap { policy.rules($0) } }
  }

  /// The ends of all ranges of ports that a rule or a container names.
  package var writtenPorts: Set<BoundaryPort> {
    var ports = Set(workloads.flatMap(\.containers).flatMap(\.ports).map { BoundaryPort($0.number, $0.transport) })
    for port in rules.flatMap(\.ports.items) {
      guard case .range(let range) = port.number else { continue }
      ports.formUnion([range.lowerBound, range.upperBound].map { BoundaryPort($0, port.transport) })
    }
    for port in clusterRules.flatMap(\.ports.items) {
      guard case .range(let range, let transport) = port.content else { continue }
      ports.formUnion([range.lowerBound, range.upperBound].map { BoundaryPort($0, transport) })
    }
    return ports
  }

  /// Those ports and the ones beside them, the first and the last, for each protocol.
  package var boundaryPorts: Set<BoundaryPort> {
    let numbers = writtenPorts.map(\.number).flatMap { [$0, $0 - min(1, $0 - 1), $0 + min(1, UInt16.max - $0)] }
    return Set(
      (numbers + [1, UInt16.max]).flatMap { number in TransportProtocol.allCases.map { BoundaryPort(number, $0) } })
  }

  /// The first and the last address of all blocks and exceptions, and the addresses beside them.
  package var boundaryAddresses: [IPAddress] {
    var addresses: Set<IPAddress> = [
      IPAddress(isIPv6: false, value: 0x0808_0808), IPAddress(isIPv6: true, value: 1),
    ]
    let blocks = rules.flatMap(\.peers.items).compactMap(\.ipBlock)
    let networks = clusterRules.flatMap(\.peers.items).flatMap { peer -> [LocatedCIDR] in
      if case .networks(let blocks) = peer.content { blocks } else { [] }
    }
    let cidrs = blocks.flatMap { [$0.cidr].compactMap(\.self) + $0.except } + networks
    for cidr in cidrs.compactMap(\.parsed?.cidr) {
      let limit: UInt128 = cidr.isIPv6 ? .max : UInt128(UInt32.max)
      let (first, last) = (cidr.base.value, cidr.last.value)
      for value in [first, last, first - min(1, first), last + min(1, limit - last)] {
        addresses.insert(IPAddress(isIPv6: cidr.isIPv6, value: value))
      }
    }
    return addresses.sorted()
  }
}
