package import Model

/// Why a connection is allowed, blocked, or neither for certain.
package struct Explanation: Sendable {
  /// Whether all of the ports that were asked for are allowed; unknown when they may all be.
  package let answer: Truth
  package let egress: SideExplanation
  package let ingress: SideExplanation
}

/// What one side of a connection has to say.
package struct SideExplanation: Sendable {
  package enum Reason: Sendable {
    /// The end is outside the cluster: no policy of this one speaks for it.
    case outside
    /// The end is an ingress controller that was not read.
    case unreadController
    /// The pods use the node's network, so that policies do not apply to them.
    case hostNetwork
    /// No NetworkPolicy isolates the pods in this direction, and no other tier decides.
    case notIsolated
    /// These rules allow it, at least one. Where no policy isolates the pods for certain, those of each one that may.
    case allowed([RuleReference])
    /// Policies isolate the pods, and no rule allows it.
    case isolated
    /// These rules of policies for the whole cluster let all of it through, at least one. In order of precedence.
    case accepted([ClusterRuleReference])
    /// These deny some of it, at least one. In order of precedence.
    case denied([ClusterRuleReference])
  }

  package let direction: PolicyType
  package let answer: Truth
  package let reason: Reason
  /// The policies that isolate the pods in this direction.
  package let policies: [PolicyID]
  /// The rules of policies for the whole cluster that come first for certain on at least one of the ports that were asked
  /// for, in order of precedence. Those that pass it on are among them.
  package let deciding: [ClusterRuleReference]
  /// The rules that match for certain on at least one of the ports that were asked for, whatever the answer.
  package let matching: [RuleReference]
  /// What would have to be known; empty unless the answer is unknown.
  package let missing: [MissingFact]
}

/// A rule of a policy, or one of its peers.
package struct RuleReference: Hashable, Sendable {
  package let policy: PolicyID
  package let direction: PolicyType
  package let rule: Int
  /// The peer that matches; `nil` for a rule without peers.
  package let peer: Int?

  package init(policy: PolicyID, direction: PolicyType, rule: Int, peer: Int?) {
    self.policy = policy
    self.direction = direction
    self.rule = rule
    self.peer = peer
  }
}

/// A peer of a rule of a policy for the whole cluster.
package struct ClusterRuleReference: Hashable, Sendable {
  package let policy: ClusterPolicyID
  package let direction: PolicyType
  package let rule: Int
  package let peer: Int
  package let action: PolicyAction

  package init(policy: ClusterPolicyID, direction: PolicyType, rule: Int, peer: Int, action: PolicyAction) {
    self.policy = policy
    self.direction = direction
    self.rule = rule
    self.peer = peer
    self.action = action
  }
}

extension Reach {
  /// Explains a connection on some ports.
  ///
  /// - Parameter ports: not empty.
  package func explain(from source: Endpoint, to destination: Endpoint, _ ports: PortSet) -> Explanation {
    let explainer = Explainer(self, ports: ports, destination: destination)
    return Explanation(
      answer: self.ports(from: source, to: destination).answer(for: ports),
      egress: explainer.side(of: source, with: destination, .egress),
      ingress: explainer.side(of: destination, with: source, .ingress))
  }
}

extension PortBounds {
  /// Whether all of some ports are allowed: no as soon as one of them is blocked.
  package func answer(for ports: PortSet) -> Truth {
    if ports.isSubset(of: certain) { return .yes }
    return ports.isSubset(of: possible) ? .unknown : .no
  }
}

/// Looks for the reasons of one question, in the rules that the verdicts are made of.
struct Explainer {
  private let reach: Reach
  private let ports: PortSet
  private let destination: Endpoint
  private let namedPorts: [NamedPort]

  init(_ reach: Reach, ports: PortSet, destination: Endpoint) {
    self.reach = reach
    self.ports = ports
    self.destination = destination
    namedPorts = reach.classID(of: destination).map { reach[$0].namedPorts } ?? []
  }

  func side(of own: Endpoint, with other: Endpoint, _ direction: PolicyType) -> SideExplanation {
    let (source, target) = direction == .egress ? (own, other) : (other, own)
    let bounds =
      direction == .egress
      ? reach.egressBounds(from: source, to: target) : reach.ingressBounds(from: source, to: target)
    let answer = bounds.answer(for: ports)
    guard let id = reach.classID(of: own) else {
      return SideExplanation(
        direction: direction, answer: answer, reason: .outside, policies: [], deciding: [], matching: [], missing: [])
    }
    let policies = reach.policies(of: id, direction)
    func result(
      _ reason: SideExplanation.Reason, _ missing: [MissingFact] = [], matching: [RuleReference] = [],
      deciding: [ClusterRuleReference] = []
    ) -> SideExplanation {
      SideExplanation(
        direction: direction, answer: answer, reason: reason, policies: policies, deciding: deciding,
        matching: matching, missing: answer == .unknown ? missing : [])
    }
    if reach.opaque.contains(id) { return result(.isolated, opaqueFacts(id)) }
    if let pair = reach.unpaired(id, other, direction) { return result(.isolated, [.unpaired(pair.0, pair.1)]) }
    if reach[id].origin == .ingressController { return result(.unreadController) }
    if reach[id].usesHostNetwork { return result(.hostNetwork) }
    let profile = reach.profile(of: id, direction)
    if profile.isEmpty { return result(.notIsolated) }
    let admin = trail(of: profile, .admin, with: other, direction, on: ports)
    let found = profile.selected.compactMap { evidence(of: $0, with: other, direction, on: admin.left) }
    let isIsolated = found.contains(where: \.isCertain)
    let baseline = trail(of: profile, .baseline, with: other, direction, on: isIsolated ? PortSet() : admin.left)
    let matching = found.filter(\.isCertain).flatMap(\.matching)
    let decided = admin.certain + baseline.certain
    let deciding = Explainer.references(decided)
    func because(_ reason: SideExplanation.Reason, _ missing: [MissingFact] = []) -> SideExplanation {
      result(reason, missing, matching: matching, deciding: deciding)
    }
    switch answer {
    case .unknown:
      let tiers = admin.missing + found.flatMap { $0.missing(isIsolated: isIsolated) } + baseline.missing
      return because(.isolated, tiers + openFacts(other) + nodeFacts(other))
    case .no:
      let denied = ports.subtracting(bounds.possible)
      let before = admin.certain.filter { $0.rule.action == .deny && $0.ports.intersects(denied) }
      if !before.isEmpty { return because(.denied(Explainer.references(before))) }
      let behind = baseline.certain.filter { $0.rule.action == .deny && $0.ports.intersects(denied) }
      return because(isIsolated || behind.isEmpty ? .isolated : .denied(Explainer.references(behind)))
    case .yes:
      let accepted = decided.filter { $0.rule.action == .allow }
      let left = accepted.reduce(ports) { $0.subtracting($1.ports) }
      if left.isEmpty { return because(.accepted(Explainer.references(accepted))) }
      if found.isEmpty { return because(.notIsolated) }
      let rules = matching.isEmpty ? found.flatMap(\.matching) : matching
      return because(rules.isEmpty ? .notIsolated : .allowed(rules))
    }
  }

  private static func references(_ records: [Trail.Record]) -> [ClusterRuleReference] {
    var seen: Set<ClusterRuleReference> = []
    return records.map(\.rule).filter { seen.insert($0).inserted }
  }

  /// What the policies of one tier say of the other end on some ports.
  struct Trail {
    /// A rule that comes first on some ports, or may.
    struct Record {
      let rule: ClusterRuleReference
      let place: Precedence
      let ports: PortSet
      let isCertain: Bool
    }

    var records: [Record] = []
    var missing: [MissingFact] = []
    /// The ports on which the next tier may be asked.
    var left: PortSet

    var certain: [Record] { records.filter(\.isCertain) }
  }

  private func trail(
    of profile: Profile, _ tier: PolicyTier, with other: Endpoint, _ direction: PolicyType, on ports: PortSet
  ) -> Trail {
    var trail = Trail(left: ports)
    let policies = reach.tiers.ranked[direction] ?? []
    var rest = profile.ranked.filter { policies[$0.policy].place.tier == tier }[...]
    var passed = PortSet()
    while let first = rest.first {
      let place = policies[first.policy].place
      let group = rest.prefix { policies[$0.policy].place == place }
      rest = rest.dropFirst(group.count)
      let start = place.isAside ? ports : trail.left
      for selected in group { follow(policies[selected.policy], selected, other, direction, on: start, &trail) }
      for record in trail.records where record.place == place {
        if record.rule.action == .pass { passed.formUnion(record.ports) }
        if record.isCertain { trail.left = trail.left.subtracting(record.ports) }
      }
    }
    trail.left.formUnion(passed)
    for conflict in conflicts(trail.records) {
      let fact = MissingFact.samePrecedence(conflict.first.policy, conflict.second.policy)
      if !trail.missing.contains(fact) { trail.missing.append(fact) }
    }
    return trail
  }

  /// Adds what one policy says: its first rule that matches counts.
  private func follow(
    _ policy: RankedPolicy, _ selected: Profile.Selected, _ other: Endpoint, _ direction: PolicyType,
    on ports: PortSet, _ trail: inout Trail
  ) {
    var left = ports
    var says = false
    // What selects peers may match pods of unknown labels or not.
    let isOpen = reach.classID(of: other).map(reach.open.contains) ?? false
    for rule in policy.rules {
      let own = reach.specs[rule.ports].resolved(for: namedPorts).intersection(left)
      if own.isEmpty { continue }
      let matches = rule.peers.map { isOpen ? .unknown : match($0, other) }
      guard let peer = matches.firstIndex(of: .yes) ?? matches.firstIndex(of: .unknown) else { continue }
      let reference = ClusterRuleReference(
        policy: policy.policy, direction: direction, rule: rule.index, peer: peer, action: rule.action)
      let isCertain = matches[peer] == .yes
      trail.records.append(
        Trail.Record(
          rule: reference, place: policy.place, ports: own, isCertain: isCertain && selected.isCertain))
      says = true
      if isCertain {
        left = left.subtracting(own)
      } else if !isOpen {
        trail.missing.append(fact(reference, other))
      }
    }
    if says, !selected.isCertain { trail.missing.append(.clusterPolicySubject(policy.policy)) }
  }

  /// What would have to be known to tell whether a rule matches.
  private func fact(_ reference: ClusterRuleReference, _ other: Endpoint) -> MissingFact {
    if case .unresolved(let end) = other { return .clusterAddresses(of: end, reference) }
    let isController = reach.classID(of: other).map { $0 == reach.universe.unreadController } ?? false
    return isController ? .clusterControllerLabels(reference) : .clusterRule(reference)
  }

  /// The rules of the admin tier that decide for certain, with yes or no.
  func deciding(of profile: Profile, with other: Endpoint, _ direction: PolicyType) -> [ClusterRuleReference] {
    let trail = trail(of: profile, .admin, with: other, direction, on: ports)
    return Explainer.references(trail.certain.filter { $0.rule.action != .pass })
  }

  /// Pairs of rules of which any may come first, and that do not agree.
  func ambiguities(of profile: Profile, with other: Endpoint, _ direction: PolicyType) -> [Ambiguity] {
    let admin = trail(of: profile, .admin, with: other, direction, on: ports)
    let isIsolated = profile.selected.contains(where: \.isCertain)
    let baseline = trail(of: profile, .baseline, with: other, direction, on: isIsolated ? PortSet() : admin.left)
    return conflicts(admin.records) + conflicts(baseline.records)
  }

  private func conflicts(_ records: [Trail.Record]) -> [Ambiguity] {
    var found: [Ambiguity] = []
    for (number, record) in records.enumerated() {
      for other in records[..<number]
      where other.rule.policy != record.rule.policy && other.rule.action != record.rule.action
        && other.place.mayPrecede(record.place) && other.ports.intersects(record.ports)
      {
        found.append(
          Ambiguity(first: other.rule, second: record.rule, isCertain: other.isCertain && record.isCertain))
      }
    }
    return found
  }

  private func opaqueFacts(_ podClass: ClassID) -> [MissingFact] {
    let others = reach.opaquePolicies.filter { reach.universe.classes(of: $0.scope).contains(podClass) }
    var seen: Set<AnyPolicyID> = []
    let refused = reach.refusedPolicies.filter { $0.subjects.contains(podClass) && seen.insert($0.policy).inserted }
      .map(\.policy)
    let overloaded = reach.overloaded.first { $0.subjects.contains(podClass) }
    return others.map { $0.source.missingFact } + refused.map { .refusedPolicy($0) }
      + (overloaded.map { [.overloadedPolicy($0.policy)] } ?? [])
  }

  /// What leaves the other end's labels open.
  private func openFacts(_ other: Endpoint) -> [MissingFact] {
    guard let id = reach.classID(of: other), reach.open.contains(id) else { return [] }
    return reach.opaquePolicies.filter { policy in
      if case .workloads = policy.scope { reach.universe.classes(of: policy.scope).contains(id) } else { false }
    }.map(\.source.missingFact)
  }

  private func nodeFacts(_ other: Endpoint) -> [MissingFact] {
    if case .unresolved(.nodes) = other { return [.nodeTraffic] }
    return reach.classID(of: other).map { reach[$0].usesHostNetwork } == true ? [.nodeTraffic] : []
  }

  /// What one policy that applies, or may, says of the other end on the ports.
  private struct Evidence {
    let policy: PolicyID
    /// Whether it applies whatever only the cluster knows.
    let isCertain: Bool
    /// Its rules that let the other end through on one of the ports.
    var matching: [RuleReference] = []
    /// What decides whether further rules do.
    var open: [MissingFact] = []

    /// What would have to be known of it. Whether it applies is of no weight where another one isolates the pods for
    /// certain and its own rules cannot let anything through.
    func missing(isIsolated: Bool) -> [MissingFact] {
      let matters = !isIsolated || !matching.isEmpty || !open.isEmpty
      return (isCertain || !matters ? [] : [.generatedLabelOfPod(policy: policy)]) + open
    }
  }

  private func evidence(
    of selected: Profile.Selected, with other: Endpoint, _ direction: PolicyType, on ports: PortSet
  ) -> Evidence? {
    guard let policy = reach.tiers.policies[direction]?[selected.policy] else { return nil }
    var evidence = Evidence(policy: policy.policy, isCertain: selected.isCertain)
    for rule in policy.rules
    where !reach.specs[rule.ports].resolved(for: namedPorts).intersection(ports).isEmpty {
      func reference(_ peer: Int?) -> RuleReference {
        RuleReference(policy: policy.policy, direction: direction, rule: rule.index, peer: peer)
      }
      if rule.peers.isEmpty { evidence.matching.append(reference(nil)) }
      for (number, peer) in rule.peers.enumerated() {
        switch match(peer, other) {
        case .yes: evidence.matching.append(reference(number))
        case .unknown:
          evidence.open.append(
            rule.isOpen ? .openText(policy: policy.policy) : fact(reference(number), peer, other))
        case .no: break
        }
      }
    }
    return evidence
  }

  /// Whether a peer matches the other end.
  private func match(_ peer: TierPeer, _ other: Endpoint) -> Truth {
    if case .unresolved(let end) = other { return reach.matches(peer, end) }
    if case .address(let address) = other {
      if peer.addresses.contains(address) { return .yes }
      return peer.possibleAddresses.contains(address) ? .unknown : .no
    }
    guard let id = reach.classID(of: other) else { return .no }
    if peer.pods.certain.contains(id) { return reach.open.contains(id) ? .no : .yes }
    return peer.pods.possible.contains(id) ? .unknown : .no
  }

  private func fact(_ reference: RuleReference, _ peer: TierPeer, _ other: Endpoint) -> MissingFact {
    if case .unresolved(let end) = other { return .addresses(of: end, reference) }
    if peer.isBlock, case .address = other { return .nodeAddress(reference) }
    if peer.isBlock { return .podAddress(reference) }
    let isController = reach.classID(of: other) == reach.universe.unreadController
    return isController ? .controllerLabels(reference) : .generatedLabel(reference)
  }
}
