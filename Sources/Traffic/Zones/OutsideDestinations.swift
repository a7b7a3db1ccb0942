package import Config
package import Engine
internal import Facts
package import Model

/// Where pods may send to outside the cluster, and to whom that belongs.
package struct OutsideDestinations: Sendable {
  /// Addresses that the policies of the pods treat alike.
  package struct Part: Sendable {
    package enum Owner: Sendable {
      /// Addresses of a third party.
      case declared(Component)
      /// A third party whose range is too wide to be a destination.
      case unbounded(Component)
      case nobody
    }

    package let owner: Owner
    package let addresses: AddressSet
    /// On which traffic is allowed for certain, or may be.
    package let ports: PortSet
    package let isCertain: Bool
    /// Whether the addresses are outside the cluster for certain: private ones may be those of its pods, its nodes or another
    /// network, as long as the config does not say which are the cluster's own.
    package let isOutside: Bool
  }

  package let parts: [Part]

  /// - Parameter components: the names of the components that the pods belong to: third parties may be there for some alone.
  package init(from podClass: ClassID, of components: [String], _ view: WorldView) {
    let internet = view.internet
    let own = view.ownAddresses
    let (outside, others) = (internet.subtracting(own), view.privateAddresses.subtracting(own))
    var parts: [Part] = []
    for row in view.reach.portsToOutside(from: podClass) {
      let uncertain = row.ports.possible.subtracting(row.ports.certain)
      for (addresses, isOutside) in [(outside, true), (others, view.knowsOwnAddresses)] {
        let addresses = row.addresses.intersection(addresses)
        if addresses.isEmpty || view.isForDNSCache(addresses, row.ports.possible) { continue }
        for (ports, isCertain) in [(row.ports.certain, true), (uncertain, false)] where !ports.isEmpty {
          parts += OutsideDestinations.divided(
            Part(owner: .nobody, addresses: addresses, ports: ports, isCertain: isCertain, isOutside: isOutside),
            view.thirdParties(for: components))
        }
      }
    }
    self.parts = OutsideDestinations.joined(parts)
  }

  /// Shares addresses and ports out among third parties: those with narrow ranges first.
  private static func divided(_ part: Part, _ parties: [Component]) -> [Part] {
    var parts: [Part] = []
    var left = [(part.addresses, part.ports)]
    func own(_ owner: Part.Owner, _ addresses: AddressSet, _ ports: PortSet) -> Part {
      Part(owner: owner, addresses: addresses, ports: ports, isCertain: part.isCertain, isOutside: part.isOutside)
    }
    for party in parties {
      let its = AddressSet(party.cidrs)
      var rest: [(AddressSet, PortSet)] = []
      for (addresses, ports) in left {
        let (common, others) = (addresses.intersection(its), addresses.subtracting(its))
        let taken = party.ports.map(ports.intersection) ?? ports
        let untaken = ports.subtracting(taken)
        if !others.isEmpty { rest.append((others, ports)) }
        if common.isEmpty { continue }
        if !untaken.isEmpty { rest.append((common, untaken)) }
        guard !taken.isEmpty else { continue }
        parts.append(own(party.isBounded ? .declared(party) : .unbounded(party), common, taken))
      }
      left = rest
    }
    return parts + left.map { own(.nobody, $0, $1) }
  }

  /// Parts of one owner with equal ports are one.
  private static func joined(_ parts: [Part]) -> [Part] {
    struct Key: Hashable {
      let owner: String
      let ports: PortSet
      let isCertain: Bool
      let isOutside: Bool
    }
    var order: [Key] = []
    var found: [Key: Part] = [:]
    for part in parts {
      // Whose addresses are declared is outside whatever is known of the cluster.
      let key = Key(
        owner: part.owner.key, ports: part.ports, isCertain: part.isCertain,
        isOutside: part.isOutside || part.owner.component != nil)
      if let known = found[key] {
        found[key] = Part(
          owner: known.owner, addresses: known.addresses.union(part.addresses), ports: part.ports,
          isCertain: part.isCertain, isOutside: known.isOutside || part.isOutside)
      } else {
        order.append(key)
        found[key] = part
      }
    }
    return order.compactMap { found[$0] }
  }
}

extension OutsideDestinations.Part.Owner {
  /// The third party, if it is one.
  package var component: Component? {
    switch self {
    case .declared(let component), .unbounded(let component): component
    case .nobody: nil
    }
  }

  fileprivate var key: String {
    switch self {
    case .declared(let component): "declared " + component.name
    case .unbounded(let component): "unbounded " + component.name
    case .nobody: ""
    }
  }
}

extension Component {
  /// Wider ranges than these are no destination: /16 in IPv4, /32 in IPv6.
  private static let widest = (ipv4: 16, ipv6: 32)

  /// Whether its addresses are a destination, and no large part of the internet.
  package var isBounded: Bool {
    cidrs.allSatisfy { $0.prefixLength >= ($0.isIPv6 ? Component.widest.ipv6 : Component.widest.ipv4) }
  }
}

extension WorldView {
  /// The third parties with addresses that pods of some components may send to, those with narrow ranges first.
  package func thirdParties(for components: [String]) -> [Component] {
    let all = configuration.components.filter { component in
      component.data == .thirdParty && !component.cidrs.isEmpty
        && (component.clients.map { !Set($0).isDisjoint(with: components) } ?? true)
    }
    return all.filter(\.isBounded) + all.filter { !$0.isBounded }
  }

  /// A few of some addresses, for a sentence.
  package func shown(_ addresses: AddressSet) -> String {
    let wide = addresses.cidrs
    if internet.isSubset(of: addresses) { return "every address of the internet" }
    let shares = addresses.shares
    if shares.ipv4 > 0.5 || shares.ipv6 > 0.1 { return "most of the internet" }
    return wide.prefix(3).map(\.description).joined(separator: ", ")
      + (wide.count > 3 ? " and \(wide.count - 3) more blocks" : "")
  }
}

extension WorldView {
  /// Whether pods are those of the cluster's DNS, by the config.
  package func isDNS(_ id: ClassID) -> Bool {
    let dns = configuration.cluster.dns
    return reach[id].namespace == dns.namespace && reach[id].labels.includes(dns.labels)
  }

  /// The addresses of pods, Services and nodes, as far as the config says them.
  package var inside: AddressSet {
    clusterAddresses.union(configuration.cluster.nodeCIDRs ?? AddressSet())
  }

  /// These, and those of the API server: nothing that is sent there leaves the cluster.
  var ownAddresses: AddressSet { inside.union(configuration.cluster.apiServerCIDRs ?? AddressSet()) }

  /// Whether names alone are asked for, of the caches on the nodes.
  func isForDNSCache(_ addresses: AddressSet, _ ports: PortSet) -> Bool {
    let dns = configuration.cluster.dns
    let caches = AddressSet(dns.nodeLocalAddresses.map { CIDR($0, prefixLength: $0.isIPv6 ? 128 : 32) })
    return ports.isSubset(of: dns.ports) && addresses.isSubset(of: caches)
  }

  /// Addresses that are no part of the internet and that pods may send to.
  var privateAddresses: AddressSet {
    AddressSet((facts.labels.likelyPodRanges + facts.labels.linkLocalRanges).compactMap { CIDR.parse($0)?.cidr })
  }

  /// Whether the config says of pods, Services and nodes which addresses are theirs.
  var knowsOwnAddresses: Bool {
    let cluster = configuration.cluster
    return cluster.podCIDRs != nil && cluster.serviceCIDRs != nil && cluster.nodeCIDRs != nil
  }
}
