package import Model

/// A rule that matches the other end of a connection.
struct MatchingRule: Hashable {
  /// Number in the table of port specs.
  let ports: Int
  let action: RuleAction
  /// Whether its policy selects the pod and its peers match the other end, whatever only the cluster knows.
  let isCertain: Bool
}

/// What one tier says of the connections between a pod and another end, on every port.
struct TierVerdict: Hashable {
  /// In order of precedence.
  var rules: [MatchingRule] = []
  /// Whether what no rule speaks of is denied.
  var isolation = Truth.no
  /// When no policy isolates the pod for certain: the rules of each one that may. If one of them does, its rules allow; if
  /// none does, everything is allowed: so what each of them allows is allowed for certain.
  var alternatives: [[MatchingRule]] = []
}

/// What all tiers say, for one direction.
struct Verdict: Hashable {
  var tiers: [TierVerdict] = []
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
}

extension Verdict {
  /// The ports that are allowed on a destination with these named ports.
  func bounds(_ specs: Interner<PortSpec>, _ namedPorts: [NamedPort]) -> PortBounds {
    if isOpaque { return .unknown }
    let certain = allowed(.strict, specs, namedPorts)
    return PortBounds(certain: certain, possible: mayAllowMore ? .all : allowed(.lenient, specs, namedPorts))
  }

  /// Whether the ports depend on the names of the destination's ports.
  func usesNames(_ specs: Interner<PortSpec>) -> Bool {
    tiers.contains { tier in
      (tier.rules + tier.alternatives.joined()).contains { !specs[$0.ports].names.isEmpty }
    }
  }

  /// How what is unknown is taken: against the connection, or for it.
  private enum Reading { case strict, lenient }

  private func allowed(_ reading: Reading, _ specs: Interner<PortSpec>, _ namedPorts: [NamedPort]) -> PortSet {
    var allowed = PortSet()
    var open = PortSet.all
    for tier in tiers {
      var passed = PortSet()
      for rule in tier.rules {
        let counts = rule.isCertain || (rule.action == .deny) == (reading == .strict)
        guard counts else { continue }
        let hit = specs[rule.ports].resolved(for: namedPorts).intersection(open)
        open = open.subtracting(hit)
        switch rule.action {
        case .allow: allowed.formUnion(hit)
        case .deny: break
        case .pass: passed.formUnion(hit)
        }
      }
      switch tier.isolation {
      case .no: break
      case .yes: open = PortSet()
      case .unknown where reading == .strict:
        for alternative in tier.alternatives {
          var ports = PortSet()
          for rule in alternative where rule.isCertain {
            ports.formUnion(specs[rule.ports].resolved(for: namedPorts))
          }
          open = open.intersection(ports)
        }
      case .unknown: break
      }
      open.formUnion(passed)
    }
    return allowed.union(open)
  }
}
