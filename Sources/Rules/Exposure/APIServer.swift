internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// What manifests and the config say about the address of the API server.
struct APIServer {
  private static let httpsPort: UInt16 = 443
  /// The addresses of the Service `kubernetes`: as read, or the first one of the configured Service ranges, or else those
  /// that it mostly has.
  private let serviceAddresses: Set<IPAddress>

  init(_ analysis: Analysis) {
    var addresses: Set<IPAddress> = []
    for id in analysis.world.serviceIDs(in: "default") {
      let service = analysis.world[id]
      guard service.meta.name.value == "kubernetes" else { continue }
      addresses.formUnion(service.clusterIPs.compactMap { IPAddress.parse($0.value) })
    }
    if let ranges = analysis.configuration.cluster.serviceCIDRs {
      addresses.formUnion(ranges.cidrs.map { IPAddress(isIPv6: $0.isIPv6, value: $0.base.value + 1) })
    } else if addresses.isEmpty {
      addresses = Set(analysis.facts.labels.apiServerAddresses.compactMap { IPAddress.parse($0) })
    }
    serviceAddresses = addresses
  }

  /// Whether a rule lets its pods call the API server, or means to, and nothing else.
  func isAllThatMay(_ rule: PolicyRule, _ analysis: Analysis) -> Bool {
    let labels = analysis.facts.labels
    guard rule.isSound, !rule.ports.items.isEmpty, !rule.peers.items.isEmpty,
      rule.ports.items.allSatisfy({ port in
        port.transport == .tcp && port.singleNumber.map(labels.apiServerPorts.contains) ?? false
      })
    else { return false }
    // HTTPS may be anybody's, the API server's own port is not.
    let isOwnPort = rule.ports.items.allSatisfy { $0.singleNumber != APIServer.httpsPort }
    return rule.peers.items.allSatisfy { peer in
      if let block = peer.ipBlock {
        if let own = analysis.configuration.cluster.apiServerCIDRs { return block.addresses.isSubset(of: own) }
        return isOwnPort || block.cidr?.parsed.map { isServiceAddress($0.cidr) } ?? false
      }
      let terms = (peer.podSelector?.terms ?? []) + (peer.namespaceSelector?.terms ?? [])
      return terms.contains { term in
        term.operator == .in && !term.values.isEmpty
          && term.values.allSatisfy {
            labels.isAPIServerPod(term.key, $0) || labels.apiServerNamespaces.contains($0) && peer.podSelector == nil
          }
      }
    }
  }

  /// Whether a block is the one address of the Service `kubernetes`.
  func isServiceAddress(_ cidr: CIDR) -> Bool {
    cidr.prefixLength == cidr.base.width && serviceAddresses.contains(cidr.base)
  }
}

extension Analysis {
  /// The first port of a rule that the API server is called on; `nil` where the rule names no such port.
  func apiServerPort(of rule: PolicyRule) -> UInt16? {
    facts.labels.apiServerPorts.first { number in
      rule.ports.items.contains { $0.singleNumber == number && $0.transport == .tcp }
    }
  }
}
