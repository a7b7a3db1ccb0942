package import Model

/// What the other side makes of the traffic that a rule lets through for one of its peers.
package struct PeerFlow: Sendable {
  /// Pods at the other end that do not get all of it through with any pods of the rule's policy.
  package struct Blocked: Sendable {
    /// The pods at the other end.
    package fileprivate(set) var other: ClassID
    /// The first pods of the rule's own policy that do not get all through with them.
    package let own: ClassID
    /// The ports of the rule on which the other side lets, or may let, some pair through.
    package fileprivate(set) var open: PortSet
    /// Those on which it lets no pair through.
    package fileprivate(set) var lost: PortSet
  }

  /// In the order of their classes.
  package fileprivate(set) var blocked: [Blocked] = []
  /// Whether some pods at the other end get all through.
  package fileprivate(set) var hasOpen = false
  /// Whether there are more pairs than were looked at: then the rest is not known.
  package fileprivate(set) var isCut = false
}

extension Reach {
  /// Follows the traffic of a rule with one of its peers to the other side.
  ///
  /// Pods to which the same policies apply are looked at once. `nil` when the other side lets all of it through for all
  /// pods that the peer selects, or for some of them where these are not judged one by one.
  ///
  /// - Parameters:
  ///   - judgesEach: whether all pods of the peer are meant, and not just some of them.
  ///   - limit: no more pairs than these are looked at.
  package func flow(
    of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy, judgesEach: Bool, atMost limit: Int
  ) -> PeerFlow? {
    var walk = PeerWalk(self, rule, of: policy, atMost: limit)
    var flow = PeerFlow()
    // What was found of the pods with a profile, where it does not depend on the names of their ports.
    var known: [Int: PeerWalk.Answer] = [:]
    for other in pods(of: peer, in: policy).ids {
      let number = walk.profiles.ofClass[other.index]
      let answer: PeerWalk.Answer
      if let same = known[number] {
        answer = same
      } else {
        guard let found = walk.answer(for: other) else {
          flow.isCut = true
          return flow
        }
        answer = found.answer
        if found.isForAll { known[number] = answer }
      }
      switch answer {
      case .nothing: break
      case .open where !judgesEach: return nil
      case .open: flow.hasOpen = true
      case .blocked(var blocked):
        blocked.other = other
        flow.blocked.append(blocked)
      }
    }
    return flow.blocked.isEmpty ? nil : flow
  }
}

/// Looks at the pairs of pods that a rule and one of its peers speak of.
private struct PeerWalk {
  enum Answer {
    /// The rule asks for no port that these pods have.
    case nothing
    case open
    case blocked(PeerFlow.Blocked)
  }

  /// What the other side makes of one pair.
  private struct Passage {
    let asked: PortSet
    let open: PortSet
    /// The pods at the other end with which it was last met: what it says of them is known then.
    var other: ClassID?
  }

  /// What decides about a pair: what the other side says of it, and what the destination's ports are called where that
  /// matters.
  private struct Question: Hashable {
    let verdict: Int
    let portNames: Int?
  }

  let profiles: Profiles
  private let reach: Reach
  private let type: PolicyType
  private let own: ClassSet
  private let spec: PortSpec
  private var left: Int
  private var passages: [Question: Passage] = [:]

  init(_ reach: Reach, _ rule: PolicyRule, of policy: NetworkPolicy, atMost limit: Int) {
    self.reach = reach
    type = rule.type
    own = reach.subjects(of: policy)
    spec = PortSpec(rule)
    profiles = rule.type == .ingress ? reach.egress : reach.ingress
    left = limit
  }

  /// What becomes of the pods at the other end, and whether it is so for all that have their profile; `nil` where more
  /// pairs would have to be looked at than are left.
  mutating func answer(for other: ClassID) -> (answer: Answer, isForAll: Bool)? {
    let row = profiles.profiles[profiles.ofClass[other.index]].row
    var isForAll = spec.names.isEmpty
    var blocked: PeerFlow.Blocked?
    for range in own.ranges {
      var next = range.lowerBound
      var part = row.part(of: next)
      while true {
        left -= 1
        guard left >= 0 else { return nil }
        let verdict = row.verdicts[part]
        let usesNames = reach.usesNames(verdict)
        if usesNames, type == .egress { isForAll = false }
        let dependsOnNames = usesNames || !spec.names.isEmpty
        if let passage = passage(verdict, ClassID(next), other, dependsOnNames), !passage.asked.isEmpty {
          if passage.open == passage.asked { return (.open, isForAll) }
          var pairs = blocked ?? PeerFlow.Blocked(other: other, own: ClassID(next), open: PortSet(), lost: PortSet())
          pairs.open.formUnion(passage.open)
          pairs.lost.formUnion(passage.asked)
          blocked = pairs
        }
        let end = part + 1 < row.starts.count ? row.starts[part + 1] - 1 : UInt32.max
        // All of a part get the same, unless their own ports have names that matter.
        let last = dependsOnNames && type == .ingress ? next : min(end, range.upperBound)
        if last >= range.upperBound { break }
        if last == end { part += 1 }
        next = last + 1
      }
    }
    guard var blocked else { return (.nothing, isForAll) }
    blocked.lost = blocked.lost.subtracting(blocked.open)
    return (.blocked(blocked), isForAll)
  }

  /// `nil` where the same was said of these pods at the other end before.
  private mutating func passage(
    _ verdict: Int, _ own: ClassID, _ other: ClassID, _ dependsOnNames: Bool
  ) -> Passage? {
    let destination = type == .ingress ? own : other
    let question = Question(
      verdict: verdict, portNames: dependsOnNames ? reach.portNames[destination.index] : nil)
    if let known = passages[question] {
      if known.other == other { return nil }
      passages[question]?.other = other
      return known
    }
    let asked = spec.resolved(for: reach[destination].namedPorts)
    let open =
      asked.isEmpty ? asked : asked.intersection(reach.bounds(of: verdict, to: destination).possible)
    let passage = Passage(asked: asked, open: open, other: other)
    passages[question] = passage
    return passage
  }
}
