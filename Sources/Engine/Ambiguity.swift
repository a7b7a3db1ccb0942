internal import Model

/// Two rules of policies that have one place in their tier, and do not agree on some connection: an implementation may
/// take either.
package struct Ambiguity: Hashable, Sendable {
  package let first: ClusterRuleReference
  package let second: ClusterRuleReference
}

extension Reach {
  /// One for each such pair of policies, in order of precedence. Only pods to which both apply are looked at: the cost
  /// follows the parts of their rows.
  package var ambiguities: [Ambiguity] {
    var found: [Ambiguity] = []
    var seen: Set<[ClusterPolicyID]> = []
    for direction in PolicyType.allCases {
      let (profiles, policies) = (profiles(direction), tiers.ranked[direction] ?? [])
      for profile in profiles.profiles where profile.mayBeAmbiguous(policies) {
        guard let own = profile.members.ids.first(where: { _ in true }) else { continue }
        for (number, other) in representatives(of: profile).enumerated() {
          let verdict = number < profile.row.verdicts.count ? profile.row.verdicts[number] : nil
          if let verdict, verdicts[verdict].isOpaque { continue }
          let destination = direction == .egress ? other : .pods(own)
          let explainer = Explainer(self, ports: .all, destination: destination)
          for ambiguity in explainer.ambiguities(of: profile, with: other, direction)
          where seen.insert([ambiguity.first.policy, ambiguity.second.policy].sorted()).inserted {
            found.append(ambiguity)
          }
        }
      }
    }
    return found
  }

  /// An end of each part of a profile's row, then one of each part of its addresses.
  private func representatives(of profile: Profile) -> [Endpoint] {
    profile.row.starts.filter { $0 < classes.count }.map { .pods(ClassID($0)) }
      + profile.addressRow.compactMap { part in part.addresses.first.map { .address($0) } }
  }
}

extension Profile {
  /// Whether two of the policies for the whole cluster have one place.
  fileprivate func mayBeAmbiguous(_ policies: [RankedPolicy]) -> Bool {
    let places = ranked.map { policies[$0.policy].place }
    return zip(places, places.dropFirst()).contains { $0 == $1 }
      || places.contains { $0.tier == .baseline && $0.isAside }
        && places.contains { $0.tier == .baseline && !$0.isAside }
  }
}
