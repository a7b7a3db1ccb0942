package import Config
package import Engine
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
  }

  package let parts: [Part]

  /// - Parameter components: the names of the components that the pods belong to: third parties may be there for some alone.
  package init(from podClass: ClassID, of components: [String], _ view: WorldView) {
    let internet = view.internet
    var parts: [Part] = []
    for row in view.reach.portsToOutside(from: podClass) {
      let addresses = row.addresses.intersection(internet)
      if addresses.isEmpty { continue }
      let uncertain = row.ports.possible.subtracting(row.ports.certain)
      for (ports, isCertain) in [(row.ports.certain, true), (uncertain, false)] where !ports.isEmpty {
        parts += OutsideDestinations.divided(addresses, ports, isCertain, view.thirdParties(for: components))
      }
    }
    self.parts = OutsideDestinations.joined(parts)
  }

  /// Shares addresses and ports out among third parties: those with narrow ranges first.
  private static func divided(
    _ addresses: AddressSet, _ ports: PortSet, _ isCertain: Bool, _ parties: [Component]
  ) -> [Part] {
    var parts: [Part] = []
    var left = [(addresses, ports)]
    for party in parties {
      let own = AddressSet(party.cidrs)
      var rest: [(AddressSet, PortSet)] = []
      for (addresses, ports) in left {
        let (common, others) = (addresses.intersection(own), addresses.subtracting(own))
        let taken = party.ports.map(ports.intersection) ?? ports
        let untaken = ports.subtracting(taken)
        if !others.isEmpty { rest.append((others, ports)) }
        if common.isEmpty { continue }
        if !untaken.isEmpty { rest.append((common, untaken)) }
        guard !taken.isEmpty else { continue }
        let owner: Part.Owner = party.isBounded ? .declared(party) : .unbounded(party)
        parts.append(Part(owner: owner, addresses: common, ports: taken, isCertain: isCertain))
      }
      left = rest
    }
    return parts + left.map { Part(owner: .nobody, addresses: $0, ports: $1, isCertain: isCertain) }
  }

  /// Parts of one owner with equal ports are one.
  private static func joined(_ parts: [Part]) -> [Part] {
    struct Key: Hashable {
      let owner: String
      let ports: PortSet
      let isCertain: Bool
    }
    var order: [Key] = []
    var found: [Key: Part] = [:]
    for part in parts {
      let key = Key(owner: part.owner.key, ports: part.ports, isCertain: part.isCertain)
      if let known = found[key] {
        found[key] = Part(
          owner: known.owner, addresses: known.addresses.union(part.addresses), ports: part.ports,
          isCertain: part.isCertain)
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
}
