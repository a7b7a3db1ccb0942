internal import Diagnostics
internal import Engine
internal import Model

/// The policies whose half-open flows have to be known to say something of those that the rule is asked about.
enum HalfOpenPartners {
  /// All policies where the rule is asked about all, else those, and those of which a flow may be one with one of theirs
  /// (`HalfOpenFlows.joinTwoSided`), and so on: of several flows at one end the first one counts. In order.
  static func all(_ analysis: Analysis, _ finder: inout HalfOpenFinder, _ sink: inout FindingSink) -> [PolicyID] {
    let all = analysis.world.identifiedPolicies
    guard sink.asksAboutSome else { return all.map(\.0) }
    // Findings do not tell two of one name apart.
    let byName = Dictionary(grouping: all.map(\.0)) { analysis.world[$0].meta.reference }
    var found: Set<PolicyID> = []
    var open: [PolicyID] = []
    func find(_ id: PolicyID) {
      if found.contains(id) { return }
      for twin in byName[analysis.world[id].meta.reference] ?? [] where found.insert(twin).inserted {
        open.append(twin)
      }
    }
    for (id, policy) in all where sink.isAsked(policy.meta.reference) { find(id) }
    var looked = 0
    while let id = open.popLast() {
      if looked > mostLooks * analysis.world.policies.count { return all.map(\.0) }
      for type in PolicyType.allCases {
        for flow in finder.flows(of: id, type, &sink) where flow.lost == nil {
          let candidates = candidates(of: flow, analysis).subtracting(found)
          looked += candidates.count
          if candidates.isEmpty { continue }
          let ends = Ends(flow, analysis)
          for other in candidates where ends.meet(finder.flows(of: other, type.opposite, &sink)) { find(other) }
        }
      }
    }
    return all.map(\.0).filter(found.contains)
  }

  /// So many looks at each policy cost no more than to find the flows of all.
  private static let mostLooks = 16

  /// The policies at the other end.
  private static func candidates(of flow: HalfOpenFlow, _ analysis: Analysis) -> Set<PolicyID> {
    let type = flow.rule.type.opposite
    // To pods with one profile the same policies apply.
    var seen: Set<Int> = []
    let others = flow.blocked.map(\.other).filter { seen.insert(analysis.reach.profileNumber(of: $0, type)).inserted }
    return Set(others.flatMap { analysis.reach.policies(of: $0, type, isCertain: false) })
  }

  /// The pods at the two ends of a flow.
  private struct Ends {
    private let type: PolicyType
    /// The first pods of its policy that do not get through.
    private let own: Set<ClassID>
    private let others: Set<ClassID>
    /// All pods of its policy, where they send.
    private let senders: ClassSet

    init(_ flow: HalfOpenFlow, _ analysis: Analysis) {
      type = flow.rule.type
      own = Set(flow.blocked.map(\.own))
      others = Set(flow.blocked.map(\.other))
      senders = type == .egress ? analysis.reach.subjects(of: flow.policy) : ClassSet()
    }

    /// Whether one of some flows in the other direction may be one with it; of those that get through in part none is.
    func meet(_ flows: [HalfOpenFlow]) -> Bool {
      flows.contains { flow in
        flow.lost == nil
          && flow.blocked.contains { pods in
            type == .ingress
              ? own.contains(pods.other) : others.contains(pods.own) && senders.contains(pods.other)
          }
      }
    }
  }
}
