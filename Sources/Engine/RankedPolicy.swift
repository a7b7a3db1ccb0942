internal import Model

/// One direction of a policy for the whole cluster.
struct RankedPolicy {
  let place: Precedence
  /// The pods that it applies to.
  let subjects: PodMatch
  /// In order: the first that matches counts.
  let rules: [RankedRule]
  let policy: ClusterPolicyID
  /// The alternatives that it hangs on.
  let branch: BranchID?
}

/// One rule: what is done with traffic with one of the peers on one of the ports.
struct RankedRule {
  /// What each of its peers stands for; never empty.
  let peers: [TierPeer]
  /// What its peers stand for together.
  let all: TierPeer
  /// Number in the table of port specs.
  let ports: Int
  let action: PolicyAction
  /// Its place in the policy's list.
  let index: Int
}

/// Where a policy stands among those for the whole cluster. Nobody knows which of two at one place comes first.
struct Precedence: Hashable, Comparable {
  let tier: PolicyTier
  /// Whether it has no priority, so that nobody knows where in its tier it stands: the BaselineAdminNetworkPolicy.
  let isAside: Bool
  let priority: Int

  /// `nil` where the policy does not say it.
  init?(_ policy: ClusterPolicy) {
    guard let tier = policy.tier else { return nil }
    self.tier = tier
    isAside = policy.kind == .baselineAdmin
    guard let priority = isAside ? 0 : policy.priority?.value else { return nil }
    self.priority = priority
  }

  /// Whether nobody knows which of two policies comes first.
  func mayPrecede(_ other: Precedence) -> Bool {
    tier == other.tier && (isAside || other.isAside || priority == other.priority)
  }

  static func < (a: Precedence, b: Precedence) -> Bool {
    if a.tier != b.tier { return a.tier == .admin }
    return (a.isAside ? 1 : 0, a.priority) < (b.isAside ? 1 : 0, b.priority)
  }
}

/// What one policy for the whole cluster says of the connections between a pod and another end.
struct RankedMatch: Hashable {
  let place: Precedence
  /// Whether it applies to the pod whatever only the cluster knows.
  let isCertain: Bool
  /// Those of its rules that match the other end, in order.
  var rules: [ActingRule]
}

/// A rule that matches the other end of a connection.
struct ActingRule: Hashable {
  /// Number in the table of port specs.
  let ports: Int
  let action: PolicyAction
  /// Whether its peers match the other end, whatever only the cluster knows.
  var isCertain: Bool
}

/// What the policies of a tier make of connections: the ports on which each thing may happen. Where a port is in one set
/// alone, that happens.
struct TierOutcome {
  private(set) var allow = PortSet()
  private(set) var deny = PortSet()
  /// The tier is left by a rule.
  private(set) var pass = PortSet()
  /// No rule matches.
  private(set) var none = PortSet.all

  init() {}

  /// Of one policy: its first rule that matches counts.
  private init(_ match: RankedMatch, _ resolve: (Int) -> PortSet) {
    for rule in match.rules {
      let ports = resolve(rule.ports).intersection(none)
      add(rule.action, ports)
      if rule.isCertain { none = none.subtracting(ports) }
    }
    if !match.isCertain { none = .all }
  }

  /// Of the policies of one tier, in order.
  init(_ matches: [RankedMatch], _ resolve: (Int) -> PortSet) {
    var rest = matches[...]
    var isAside = false
    var inOrder = TierOutcome()
    while let first = rest.first {
      let group = rest.prefix { $0.place == first.place }
      rest = rest.dropFirst(group.count)
      let outcome = TierOutcome(unordered: group.map { TierOutcome($0, resolve) })
      if first.place.isAside && !isAside {
        isAside = true
        inOrder = TierOutcome(unordered: [inOrder, outcome])
      } else {
        inOrder = inOrder.followed(by: outcome)
      }
    }
    self = inOrder
  }

  /// Of policies of which any may come first: where they do not agree, nobody knows what happens.
  private init(unordered outcomes: [TierOutcome]) {
    for other in outcomes {
      let open = allow.intersection(other.deny.union(other.pass))
        .union(deny.intersection(other.allow.union(other.pass)))
        .union(pass.intersection(other.allow.union(other.deny)))
      allow.formUnion(other.allow.union(open))
      deny.formUnion(other.deny.union(open))
      pass.formUnion(other.pass)
      none = none.intersection(other.none)
    }
  }

  private func followed(by next: TierOutcome) -> TierOutcome {
    var result = self
    result.allow.formUnion(none.intersection(next.allow))
    result.deny.formUnion(none.intersection(next.deny))
    result.pass.formUnion(none.intersection(next.pass))
    result.none = none.intersection(next.none)
    return result
  }

  private mutating func add(_ action: PolicyAction, _ ports: PortSet) {
    switch action {
    case .allow: allow.formUnion(ports)
    case .deny: deny.formUnion(ports)
    case .pass: pass.formUnion(ports)
    }
  }

  /// The ports on which the next tier may be asked.
  var left: PortSet { pass.union(none) }
}
