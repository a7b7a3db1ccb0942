package import Model

/// A NetworkPolicy's rule that has nothing to say, for the admin tier decides all that it allows.
package struct Override: Sendable {
  package let policy: PolicyID
  package let direction: PolicyType
  /// The rule's place in the policy's list.
  package let rule: Int
  /// Rules that decide; never empty, not all of them need be there.
  package let deciding: [ClusterRuleReference]
}

extension Reach {
  /// In order of policies and rules. For each list of policies that pods have, the cost follows the parts of its row and
  /// the rules that were not shown to count yet.
  package var overrides: [Override] {
    PolicyType.allCases.flatMap { direction in
      (tiers.ranked[direction] ?? []).contains { $0.place.tier == .admin } ? overrides(direction) : []
    }.sorted {
      ($0.policy, $0.direction == .ingress ? 0 : 1, $0.rule) < ($1.policy, $1.direction == .ingress ? 0 : 1, $1.rule)
    }
  }

  private struct RuleKey: Hashable {
    let policy: PolicyID
    let rule: Int
  }

  private func overrides(_ direction: PolicyType) -> [Override] {
    var counting: Set<RuleKey> = []
    var decided: [RuleKey: [ClusterRuleReference]] = [:]
    for profile in profiles(direction).profiles {
      for selected in profile.selected {
        guard let policy = tiers.policies[direction]?[selected.policy] else { continue }
        for rule in policy.rules {
          let key = RuleKey(policy: policy.policy, rule: rule.index)
          if counting.contains(key) { continue }
          guard !rule.isOpen, let rules = deciding(rule, of: profile, direction) else {
            counting.insert(key)
            continue
          }
          decided[key, default: []] += rules.filter { !(decided[key] ?? []).contains($0) }
        }
      }
    }
    return decided.compactMap { key, rules in
      counting.contains(key) || rules.isEmpty
        ? nil : Override(policy: key.policy, direction: direction, rule: key.rule, deciding: rules)
    }
  }

  /// The rules of the admin tier that decide all that a rule allows to the pods of a profile, some of them; `nil` where it
  /// leaves something to the rule. Empty where the rule matches nobody.
  private func deciding(_ rule: TierRule, of profile: Profile, _ direction: PolicyType) -> [ClusterRuleReference]? {
    var found: [ClusterRuleReference] = []
    let peers = rule.all.pods.certain.union(rule.all.pods.possible)
    guard let own = profile.members.ids.first(where: { _ in true }) else { return found }
    for (range, number) in profile.row.parts(classCount: classes.count) {
      let ends = peers.intersection(ClassSet(range))
      guard let first = ends.ids.first(where: { _ in true }) else { continue }
      let verdict = verdicts[number]
      // Where names of ports matter, pods of one part may differ.
      let differ = !specs[rule.ports].names.isEmpty || verdict.usesNames(specs)
      let destinations = direction == .ingress ? profile.members : ends
      guard !differ || destinations.size <= 64 else { return nil }
      for destination in differ ? Array(destinations.ids) : [direction == .ingress ? own : first] {
        let ports = specs[rule.ports].resolved(for: self[destination].namedPorts)
        guard let references = deciding(verdict, .pods(first), .pods(destination), ports, profile, direction) else {
          return nil
        }
        found += references.filter { !found.contains($0) }
      }
    }
    let addresses = rule.all.addresses.union(rule.all.possibleAddresses)
    for part in profile.addressRow {
      guard let first = part.addresses.intersection(addresses).first else { continue }
      let destination: Endpoint = direction == .ingress ? .pods(own) : .address(first)
      let ports = specs[rule.ports].resolved(for: direction == .ingress ? self[own].namedPorts : [])
      guard
        let references = deciding(
          verdicts[part.verdict], .address(first), destination, ports, profile, direction)
      else { return nil }
      found += references.filter { !found.contains($0) }
    }
    return found
  }

  private func deciding(
    _ verdict: Verdict, _ other: Endpoint, _ destination: Endpoint, _ ports: PortSet, _ profile: Profile,
    _ direction: PolicyType
  ) -> [ClusterRuleReference]? {
    if ports.isEmpty { return [] }
    guard !verdict.isOpaque, let says = verdict.says, !says.admin.isEmpty else { return nil }
    let namedPorts = classID(of: destination).map { self[$0].namedPorts } ?? []
    let outcome = TierOutcome(says.admin) { specs[$0].resolved(for: namedPorts) }
    guard !ports.intersects(outcome.left), !ports.intersects(outcome.allow.intersection(outcome.deny)) else {
      return nil
    }
    let end = direction == .egress ? other : destination
    return Explainer(self, ports: ports, destination: end).deciding(of: profile, with: other, direction)
  }
}

extension Reach {
  /// The policies for the whole cluster that apply to a class in a direction, or may; in order of precedence.
  package func clusterPolicies(of podClass: ClassID, _ direction: PolicyType) -> [ClusterPolicyID] {
    profile(of: podClass, direction).clusterPolicies
  }

  /// Whether a rule of the admin tier lets some traffic of a class through on some of the ports, or may: no NetworkPolicy
  /// need allow it then.
  package func mayBeAccepted(_ podClass: ClassID, _ direction: PolicyType, _ ports: PortSet) -> Bool {
    let policies = tiers.ranked[direction] ?? []
    return profile(of: podClass, direction).ranked.contains { selected in
      policies[selected.policy].place.tier == .admin
        && policies[selected.policy].rules.contains { rule in
          rule.action == .allow && (specs[rule.ports].numbers.intersects(ports) || !specs[rule.ports].names.isEmpty)
        }
    }
  }

  /// Whether a tier denies a class everything that nothing else lets through: from every pod, or to every pod and every
  /// address, on every port. Ingress rules cannot speak of addresses. What lets as much through before makes it no denial.
  package func isClosedByTier(_ podClass: ClassID, _ direction: PolicyType) -> Bool {
    let policies = tiers.ranked[direction] ?? []
    var others = universe.all.subtracting(universe.hostNetwork)
    if let controller = universe.unreadController { others.subtract(ClassSet(controller)) }
    func holdsAll(_ peer: TierPeer) -> Bool {
      others.isSubset(of: peer.pods.certain)
        && (direction == .ingress || peer.addresses.ipv4 == AddressSet.everything.ipv4)
    }
    var denied: [TierPeer] = []
    var passed: PolicyTier?
    for selected in profile(of: podClass, direction).ranked where selected.isCertain {
      let policy = policies[selected.policy]
      for rule in policy.rules where specs[rule.ports] == .all && policy.place.tier != passed {
        switch rule.action {
        case .deny:
          denied.append(rule.all)
          if holdsAll(.union(denied)) { return true }
        case .allow: if holdsAll(rule.all) { return false }
        case .pass: if holdsAll(rule.all) { passed = policy.place.tier }
        }
      }
    }
    return false
  }
}
