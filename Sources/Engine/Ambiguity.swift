internal import Model

/// Two rules of policies that have one place in their tier, and do not agree on some connection: an implementation may
/// take either.
package struct Ambiguity: Hashable, Sendable {
  package let first: ClusterRuleReference
  package let second: ClusterRuleReference
  /// Whether both match it, whatever only the cluster knows.
  package let isCertain: Bool
}

extension Reach {
  /// One for each such pair of policies, in order of precedence; a certain one where there is one. Only pods to which both
  /// apply are looked at: the cost follows the parts of their rows, and the pods whose ports have names that matter.
  package var ambiguities: [Ambiguity] {
    var found: [Ambiguity] = []
    var places: [[ClusterPolicyID]: Int] = [:]
    var budget = Ambiguity.mostClasses
    for direction in PolicyType.allCases {
      let (profiles, policies) = (profiles(direction), tiers.ranked[direction] ?? [])
      for profile in profiles.profiles where profile.mayBeAmbiguous(policies) {
        for (other, destination) in questions(profile, direction, &budget) {
          let explainer = Explainer(self, ports: .all, destination: destination)
          for ambiguity in explainer.ambiguities(of: profile, with: other, direction) {
            let pair = [ambiguity.first.policy, ambiguity.second.policy].sorted()
            if let place = places[pair] {
              if ambiguity.isCertain, !found[place].isCertain { found[place] = ambiguity }
            } else {
              places[pair] = found.count
              found.append(ambiguity)
            }
          }
        }
      }
    }
    return found
  }

  /// Ends that stand for all that a profile can meet, each with the destination whose ports count.
  private func questions(
    _ profile: Profile, _ direction: PolicyType, _ budget: inout Int
  ) -> [(other: Endpoint, destination: Endpoint)] {
    guard let own = profile.members.ids.first(where: { _ in true }) else { return [] }
    var questions: [(Endpoint, Endpoint)] = []
    // Those of the profile whose ports have different names, where that has been asked for.
    var members: [ClassID]?
    for (range, number) in profile.row.parts(classCount: classes.count) where !verdicts[number].isOpaque {
      let other = Endpoint.pods(ClassID(range.lowerBound))
      if !verdicts[number].usesNames(specs) {
        questions.append((other, direction == .egress ? other : .pods(own)))
      } else if direction == .egress {
        questions += different(ClassSet(range), &budget).map { (.pods($0), .pods($0)) }
      } else {
        let all = members ?? different(profile.members, &budget)
        members = all
        questions += all.map { (other, .pods($0)) }
      }
    }
    for part in profile.addressRow where !verdicts[part.verdict].isOpaque {
      guard let first = part.addresses.first else { continue }
      questions.append((.address(first), direction == .egress ? .address(first) : .pods(own)))
    }
    // Of an address nobody knows whether a name stands for it; the name itself is matched for certain.
    if direction == .egress {
      for end in unresolvedEnds(of: profile) where !verdict(of: own, toward: end).isOpaque {
        questions.append((.unresolved(end), .unresolved(end)))
      }
    }
    return questions
  }

  /// The ends without known addresses that a profile's own policies name.
  private func unresolvedEnds(of profile: Profile) -> [UnresolvedEnd] {
    let policies = tiers.ranked[.egress] ?? []
    return Self.unresolvedEnds(of: profile.ranked.lazy.map { policies[$0.policy] })
  }

  /// One class for each way to name ports; the first ones where there are too many to look at.
  private func different(_ set: ClassSet, _ budget: inout Int) -> [ClassID] {
    var seen: Set<[NamedPort]> = []
    var found: [ClassID] = []
    for id in set.ids {
      if seen.insert(self[id].namedPorts).inserted { found.append(id) }
      budget -= 1
      if budget <= 0 { break }
    }
    return found
  }
}

extension Ambiguity {
  /// So many classes are asked for the names of their ports.
  fileprivate static let mostClasses = 1_000_000
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
