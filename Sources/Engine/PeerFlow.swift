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
  }

  let profiles: Profiles
  private let reach: Reach
  private let type: PolicyType
  private let own: ClassSet
  private let spec: PortSpec
  private var left: Int
  /// What the other side's verdicts allow, where neither side names ports: the pods do not matter then.
  private var passages: [Int: Passage] = [:]

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
      while true {
        left -= 1
        guard left >= 0 else { return nil }
        let part = row.part(of: next)
        let usesNames = reach.usesNames(row.verdicts[part])
        if usesNames, type == .egress { isForAll = false }
        let dependsOnPods = usesNames || !spec.names.isEmpty
        let passage = passage(row.verdicts[part], ClassID(next), other, dependsOnPods)
        if !passage.asked.isEmpty {
          if passage.open == passage.asked { return (.open, isForAll) }
          var pairs = blocked ?? PeerFlow.Blocked(other: other, own: ClassID(next), open: PortSet(), lost: PortSet())
          pairs.open.formUnion(passage.open)
          pairs.lost.formUnion(passage.asked)
          blocked = pairs
        }
        let end = part + 1 < row.starts.count ? row.starts[part + 1] - 1 : UInt32.max
        let last = dependsOnPods ? next : min(end, range.upperBound)
        if last >= range.upperBound { break }
        next = last + 1
      }
    }
    guard var blocked else { return (.nothing, isForAll) }
    blocked.lost = blocked.lost.subtracting(blocked.open)
    return (.blocked(blocked), isForAll)
  }

  private mutating func passage(_ verdict: Int, _ own: ClassID, _ other: ClassID, _ dependsOnPods: Bool) -> Passage {
    if !dependsOnPods, let known = passages[verdict] { return known }
    let destination = type == .ingress ? own : other
    let asked = spec.resolved(for: reach[destination].namedPorts)
    let open =
      asked.isEmpty ? asked : asked.intersection(reach.bounds(of: verdict, to: destination).possible)
    let passage = Passage(asked: asked, open: open)
    if !dependsOnPods { passages[verdict] = passage }
    return passage
  }
}
