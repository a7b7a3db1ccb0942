package import Model

/// An end of connections whose addresses no manifest tells: what names it in a rule matches it all the same.
package enum UnresolvedEnd: Hashable, Sendable {
  /// A domain name; `*.example.com` stands for every name below `example.com`.
  case domain(DomainName)
  /// Any node with labels that the selector matches.
  case nodes(Selector)
}

extension UnresolvedEnd: Comparable {
  /// Domain names before nodes.
  package static func < (a: UnresolvedEnd, b: UnresolvedEnd) -> Bool {
    switch (a, b) {
    case (.domain(let a), .domain(let b)): a < b
    case (.domain, .nodes): true
    case (.nodes, .domain): false
    case (.nodes(let a), .nodes(let b)): "\(a)" < "\(b)"
    }
  }
}

extension UnresolvedEnd: CustomStringConvertible {
  /// `*.example.com`, `nodes`, `nodes with role=db`.
  package var description: String {
    switch self {
    case .domain(let name): "\(name)"
    case .nodes(let selector): selector == .everything ? "nodes" : "nodes with \(selector)"
    }
  }
}

extension Reach {
  /// The ends of this kind that rules of policies for the whole cluster name, sorted.
  package var unresolvedEnds: [UnresolvedEnd] { Self.unresolvedEnds(of: tiers.ranked[.egress] ?? []) }

  /// The ends of this kind that rules of these policies name, sorted.
  static func unresolvedEnds(of policies: some Sequence<RankedPolicy>) -> [UnresolvedEnd] {
    var ends: Set<UnresolvedEnd> = []
    for peer in policies.lazy.flatMap(\.rules).flatMap(\.peers) {
      ends.formUnion(peer.domainNames.lazy.map { .domain($0) })
      if let nodes = peer.nodes { ends.insert(.nodes(nodes)) }
    }
    return ends.sorted()
  }

  /// What a class may send to such an end.
  func egressBounds(from own: ClassID, to end: UnresolvedEnd) -> PortBounds {
    verdict(of: own, toward: end).bounds(specs, [])
  }

  /// What the policies of a class say of such an end, put together for it alone: rows hold pods and addresses.
  func verdict(of own: ClassID, toward end: UnresolvedEnd) -> Verdict {
    let profile = profile(of: own, .egress)
    if opaque.contains(own) || profile.branches.count > 1 { return Verdict(isOpaque: true) }
    var verdict = Verdict()
    if profile.isEmpty { return verdict }
    if !profile.selected.isEmpty { verdict.isolation = profile.selected.contains(where: \.isCertain) ? .yes : .unknown }
    for selected in profile.selected {
      let rules = (tiers.policies[.egress]?[selected.policy].rules ?? []).compactMap { rule in
        matching(rule.ports, rule.peers.isEmpty ? .yes : matches(rule.peers, end))
      }
      verdict.rules += rules.map {
        MatchingRule(ports: $0.ports, isCertain: $0.isCertain && selected.isCertain)
      }
      verdict.alternatives.append(rules)
    }
    verdict.says = RankedSays(
      admin: says(profile, .admin, of: end), baseline: says(profile, .baseline, of: end))
    // Whether pods reach their own node hangs on the network plugin.
    if case .nodes = end { verdict.mayAllowMore = true }
    return verdict
  }

  private func matching(_ ports: Int, _ truth: Truth) -> MatchingRule? {
    truth == .no ? nil : MatchingRule(ports: ports, isCertain: truth == .yes)
  }

  private func says(_ profile: Profile, _ tier: PolicyTier, of end: UnresolvedEnd) -> [RankedMatch] {
    let policies = tiers.ranked[.egress] ?? []
    return profile.ranked.filter { policies[$0.policy].place.tier == tier }.map { selected in
      let policy = policies[selected.policy]
      let rules = policy.rules.compactMap { rule -> ActingRule? in
        let truth = matches(rule.peers, end)
        return truth == .no ? nil : ActingRule(ports: rule.ports, action: rule.action, isCertain: truth == .yes)
      }
      return RankedMatch(place: policy.place, isCertain: selected.isCertain, rules: rules)
    }
  }

  private func matches(_ peers: [TierPeer], _ end: UnresolvedEnd) -> Truth {
    let all = peers.map { matches($0, end) }
    return all.contains(.yes) ? .yes : all.contains(.unknown) ? .unknown : .no
  }

  /// Whether a peer matches such an end: one that names it does, and one that holds every address.
  func matches(_ peer: TierPeer, _ end: UnresolvedEnd) -> Truth {
    if holdsAll(peer.addresses) { return .yes }
    switch end {
    case .domain(let name):
      if peer.domainNames.contains(where: { $0.covers(name) }) { return .yes }
    case .nodes(let selector):
      if let nodes = peer.nodes {
        return selector.implies(nodes) ? .yes : selector.overlaps(nodes) ? .unknown : .no
      }
      if let known = settings.knownNodeAddresses, !known.isEmpty, peer.domainNames.isEmpty {
        if known.isSubset(of: peer.addresses) { return .yes }
        if !known.intersects(peer.addresses.union(peer.possibleAddresses)) { return .no }
      }
    }
    return peer.addresses.isEmpty && peer.possibleAddresses.isEmpty ? .no : .unknown
  }

  /// Whether addresses are all that a cluster can reach: one of one family has no use for those of the other one.
  private func holdsAll(_ addresses: AddressSet) -> Bool {
    let (all, known) = (AddressSet.everything, settings.knowsPodAddresses ? settings.podAddresses : AddressSet())
    if addresses == all { return true }
    return addresses.ipv4 == all.ipv4 && known.ipv6.isEmpty || addresses.ipv6 == all.ipv6 && known.ipv4.isEmpty
  }
}
