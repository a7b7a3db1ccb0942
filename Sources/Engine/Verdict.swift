package import Model

/// A rule that matches the other end of a connection.
struct MatchingRule: Hashable {
  /// Number in the table of port specs.
  let ports: Int
  /// Whether its policy selects the pod and its peers match the other end, whatever only the cluster knows.
  let isCertain: Bool
}

/// What the policies say of the connections between a pod and another end, on every port, for one direction.
struct Verdict: Hashable {
  var rules: [MatchingRule] = []
  /// Whether what no rule speaks of is denied.
  var isolation = Truth.no
  /// When no policy isolates the pod for certain: the rules of each one that may. If one of them does, its rules allow; if
  /// none does, everything is allowed: so what each of them allows is allowed for certain.
  var alternatives: [[MatchingRule]] = []
  /// What the policies of the tiers before and behind the NetworkPolicies say; `nil` where they say nothing.
  var says: RankedSays?
  /// Something that is not evaluated may decide otherwise, in both ways (policies of another API).
  var isOpaque = false
  /// Something may be allowed beyond what the rules say (the traffic of a pod with its own node).
  var mayAllowMore = false

  static let allowsEverything = Verdict()
}

/// Ports on which connections are allowed for certain, and those on which they may be allowed.
package struct PortBounds: Hashable, Sendable {
  package let certain: PortSet
  /// A superset of `certain`; the difference is what cannot be told, and what is outside of it is blocked.
  package let possible: PortSet

  package init(certain: PortSet, possible: PortSet) {
    self.certain = certain
    self.possible = possible
  }

  package static let all = PortBounds(certain: .all, possible: .all)
  package static let none = PortBounds(certain: PortSet(), possible: PortSet())
  package static let unknown = PortBounds(certain: PortSet(), possible: .all)

  package var isBlocked: Bool { possible.isEmpty }

  /// What both sides of a connection allow.
  package func intersection(_ other: PortBounds) -> PortBounds {
    if self == .all { return other }
    if other == .all { return self }
    return PortBounds(
      certain: certain.intersection(other.certain), possible: possible.intersection(other.possible))
  }

  /// What at least one of two allows.
  func union(_ other: PortBounds) -> PortBounds {
    PortBounds(certain: certain.union(other.certain), possible: possible.union(other.possible))
  }
}

extension Verdict {
  /// The ports that are allowed on a destination with these named ports.
  func bounds(_ specs: Interner<PortSpec>, _ namedPorts: [NamedPort]) -> PortBounds {
    if isOpaque { return .unknown }
    guard let says else { return boundsOfNetworkPolicies(specs, namedPorts) }
    let outcome = TierOutcome(says.admin) { specs[$0].resolved(for: namedPorts) }
    var (allowed, denied) = (outcome.allow, outcome.deny)
    var left = outcome.left
    if isolation != .no {
      let applied = boundsWhereIsolated(specs, namedPorts)
      allowed.formUnion(left.intersection(applied.possible))
      denied.formUnion(left.subtracting(applied.certain))
      if isolation == .yes { left = PortSet() }
    }
    let rest = TierOutcome(says.baseline) { specs[$0].resolved(for: namedPorts) }
    allowed.formUnion(left.intersection(rest.allow.union(rest.left)))
    denied.formUnion(left.intersection(rest.deny))
    return PortBounds(certain: PortSet.all.subtracting(denied), possible: mayAllowMore ? .all : allowed)
  }

  /// The same where there are no policies for the whole cluster.
  private func boundsOfNetworkPolicies(_ specs: Interner<PortSpec>, _ namedPorts: [NamedPort]) -> PortBounds {
    if isolation == .no { return .all }
    let applied = boundsWhereIsolated(specs, namedPorts)
    return PortBounds(
      certain: applied.certain, possible: mayAllowMore || isolation == .unknown ? .all : applied.possible)
  }

  /// What the NetworkPolicies allow if some of those that may apply do. What is unknown is taken against the connection,
  /// and then for it.
  private func boundsWhereIsolated(_ specs: Interner<PortSpec>, _ namedPorts: [NamedPort]) -> PortBounds {
    func ports(_ rules: some Sequence<MatchingRule>) -> PortSet {
      rules.reduce(into: PortSet()) { $0.formUnion(specs[$1.ports].resolved(for: namedPorts)) }
    }
    if isolation == .yes, rules.allSatisfy(\.isCertain) {
      let certain = ports(rules)
      return PortBounds(certain: certain, possible: certain)
    }
    var certain = ports(rules.lazy.filter(\.isCertain))
    if isolation == .unknown {
      certain.formUnion(
        alternatives.reduce(PortSet.all) { $0.intersection(ports($1.lazy.filter(\.isCertain))) })
    }
    return PortBounds(certain: certain, possible: ports(rules))
  }

  /// Whether the ports depend on the names of the destination's ports.
  func usesNames(_ specs: Interner<PortSpec>) -> Bool {
    func uses(_ rule: MatchingRule) -> Bool { !specs[rule.ports].names.isEmpty }
    let ranked = says.map { $0.admin + $0.baseline } ?? []
    return rules.contains(where: uses) || alternatives.contains { $0.contains(where: uses) }
      || ranked.contains { $0.rules.contains { !specs[$0.ports].names.isEmpty } }
  }
}
