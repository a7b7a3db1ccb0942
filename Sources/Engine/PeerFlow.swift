package import Model

/// What the other side makes of the traffic that a rule lets through for one of its peers.
package struct PeerFlow: Sendable {
  /// Pods at the other end that do not get all of it through with any pods of the rule's policy.
  package struct Blocked: Sendable {
    /// The pods at the other end.
    package let other: ClassID
    fileprivate let outcome: Outcome

    /// The first pods of the rule's own policy that do not get all through with them.
    package var own: ClassID { outcome.own }
    /// The ports of the rule on which the other side lets, or may let, some pair through.
    package var open: PortSet { outcome.open }
    /// Those on which it lets no pair through.
    package var lost: PortSet { outcome.lost }
  }

  /// What very many pods may share.
  fileprivate final class Outcome: Sendable {
    let own: ClassID
    let open: PortSet
    let lost: PortSet

    init(own: ClassID, open: PortSet, lost: PortSet) {
      self.own = own
      self.open = open
      self.lost = lost
    }
  }

  /// In the order of their classes.
  package fileprivate(set) var blocked: [Blocked] = []
  /// Whether some pods at the other end get all through.
  package fileprivate(set) var hasOpen = false
  /// Whether there are more pairs than were looked at: then the rest is not known.
  package fileprivate(set) var isCut = false
}

/// Follows the traffic of rules to the other side, one rule after the other, and keeps the room that it takes for the next.
package struct FlowWalker {
  private enum Answer {
    /// The rule asks for no port that these pods have.
    case nothing
    case open
    case blocked(PeerFlow.Outcome)
  }

  /// What the other side makes of pairs of which it says the same.
  private struct Passage {
    /// Empty where the rule asks for no port that the destination has.
    let asked: PortSet
    let open: PortSet
    let isWhole: Bool
    /// The pods at the other end with which it was last met: what it says of them is known then.
    var other: ClassID?
  }

  /// What decides about a pair where the names of the destination's ports matter.
  private struct Question: Hashable {
    let verdict: Int
    let portNames: Int
  }

  /// The passage of a verdict, where it was met on the walk of that number.
  private struct Known {
    static let usesNames: Int32 = -1
    var walk: UInt32 = 0
    var passage: Int32 = 0
  }

  private let reach: Reach
  private var walk: UInt32 = 0
  private var known: [Known]
  private var named: [Question: Int32] = [:]
  /// The last of them: neighbours mostly have the same names.
  private var last: (question: Question, passage: Int)?
  private var passages: [Passage] = []
  private var lastOutcome: PeerFlow.Outcome?
  private var spec = PortSpec.all
  private var type = PolicyType.ingress
  private var own = ClassSet()
  private var left = 0

  package init(_ reach: Reach) {
    self.reach = reach
    known = Array(repeating: Known(), count: reach.verdicts.values.count)
  }

  /// Follows the traffic of a rule with one of its peers to the other side.
  ///
  /// Pods to which the same policies apply are looked at once. `nil` when the other side lets all of it through for all
  /// pods that the peer selects, or for some of them where these are not judged one by one.
  ///
  /// - Parameters:
  ///   - judgesEach: whether all pods of the peer are meant, and not just some of them.
  ///   - limit: no more pairs than these are looked at.
  package mutating func flow(
    of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy, judgesEach: Bool, atMost limit: Int
  ) -> PeerFlow? {
    begin(rule, of: policy, atMost: limit)
    let profiles = reach.profiles(type.opposite)
    var flow = PeerFlow()
    // What was found of the pods with a profile, where it does not depend on the names of their ports.
    var answers: [Int: Answer] = [:]
    for other in reach.pods(of: peer, in: policy).ids {
      let number = profiles.ofClass[other.index]
      let answer: Answer
      if let same = answers[number] {
        answer = same
      } else {
        guard let found = self.answer(for: other, profiles.profiles[number].row) else {
          flow.isCut = true
          return flow
        }
        answer = found.answer
        if found.isForAll { answers[number] = answer }
      }
      switch answer {
      case .nothing: break
      case .open where !judgesEach: return nil
      case .open: flow.hasOpen = true
      case .blocked(let outcome): flow.blocked.append(PeerFlow.Blocked(other: other, outcome: outcome))
      }
    }
    return flow.blocked.isEmpty ? nil : flow
  }

  private mutating func begin(_ rule: PolicyRule, of policy: NetworkPolicy, atMost limit: Int) {
    walk += 1
    named.removeAll(keepingCapacity: true)
    last = nil
    passages.removeAll(keepingCapacity: true)
    spec = PortSpec(rule)
    type = rule.type
    own = reach.subjects(of: policy)
    left = limit
  }

  /// What becomes of the pods at the other end, and whether it is so for all that have their profile; `nil` where more
  /// pairs would have to be looked at than are left.
  ///
  /// - Parameter row: that of their profile.
  private mutating func answer(for other: ClassID, _ row: Row) -> (answer: Answer, isForAll: Bool)? {
    var isForAll = spec.names.isEmpty
    var first: ClassID?
    var (open, lost) = (PortSet(), PortSet())
    for range in own.ranges {
      var next = range.lowerBound
      var part = row.part(of: next)
      while true {
        left -= 1
        guard left >= 0 else { return nil }
        let verdict = row.verdicts[part]
        let isNamed = usesNames(verdict, ClassID(next), other)
        if isNamed, type == .egress { isForAll = false }
        let number = isNamed ? namedPassage(verdict, ClassID(next), other) : Int(known[verdict].passage)
        if passages[number].other != other {
          passages[number].other = other
          if passages[number].isWhole { return (.open, isForAll) }
          if !passages[number].asked.isEmpty {
            first = first ?? ClassID(next)
            open.formUnion(passages[number].open)
            lost.formUnion(passages[number].asked)
          }
        }
        let end = part + 1 < row.starts.count ? row.starts[part + 1] - 1 : UInt32.max
        // All of a part get the same, unless their own ports have names that matter.
        let last = isNamed && type == .ingress ? next : min(end, range.upperBound)
        if last >= range.upperBound { break }
        if last == end { part += 1 }
        next = last + 1
      }
    }
    guard let first else { return (.nothing, isForAll) }
    return (.blocked(outcome(first, open, lost.subtracting(open))), isForAll)
  }

  /// Mostly the pods of many profiles have the same.
  private mutating func outcome(_ own: ClassID, _ open: PortSet, _ lost: PortSet) -> PeerFlow.Outcome {
    if let lastOutcome, lastOutcome.own == own, lastOutcome.open == open, lastOutcome.lost == lost {
      return lastOutcome
    }
    let outcome = PeerFlow.Outcome(own: own, open: open, lost: lost)
    lastOutcome = outcome
    return outcome
  }

  /// Whether what becomes of a pair depends on the names of the destination's ports. Where it does not, the passage of the
  /// verdict is known afterwards.
  private mutating func usesNames(_ verdict: Int, _ own: ClassID, _ other: ClassID) -> Bool {
    if known[verdict].walk != walk {
      let usesNames = !spec.names.isEmpty || reach.usesNames(verdict)
      known[verdict] = Known(walk: walk, passage: usesNames ? Known.usesNames : Int32(passages.count))
      if !usesNames { passages.append(passage(verdict, own, other)) }
    }
    return known[verdict].passage == Known.usesNames
  }

  private mutating func namedPassage(_ verdict: Int, _ own: ClassID, _ other: ClassID) -> Int {
    let destination = type == .ingress ? own : other
    let question = Question(verdict: verdict, portNames: reach.portNames[destination.index])
    if let last, last.question == question { return last.passage }
    let number: Int
    if let known = named[question] {
      number = Int(known)
    } else {
      number = passages.count
      named[question] = Int32(number)
      passages.append(passage(verdict, own, other))
    }
    last = (question, number)
    return number
  }

  /// What the other side makes of a pair.
  private func passage(_ verdict: Int, _ own: ClassID, _ other: ClassID) -> Passage {
    let destination = type == .ingress ? own : other
    let asked = spec.resolved(for: reach[destination].namedPorts)
    let open = asked.isEmpty ? asked : asked.intersection(reach.bounds(of: verdict, to: destination).possible)
    return Passage(asked: asked, open: open, isWhole: !asked.isEmpty && open == asked, other: nil)
  }
}
