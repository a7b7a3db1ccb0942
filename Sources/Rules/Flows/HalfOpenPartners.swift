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
          for other in candidates where isPartner(other, of: flow, analysis, &finder, &sink) { find(other) }
        }
      }
    }
    return all.map(\.0).filter(found.contains)
  }

  /// So many looks at each policy cost no more than to find the flows of all.
  private static let mostLooks = 16

  /// The policies at the other end.
  private static func candidates(of flow: HalfOpenFlow, _ analysis: Analysis) -> Set<PolicyID> {
    Set(flow.blocked.flatMap { analysis.reach.policies(of: $0.other, flow.rule.type.opposite, isCertain: false) })
  }

  /// Whether a flow of a policy may be one with one of another policy.
  private static func isPartner(
    _ id: PolicyID, of flow: HalfOpenFlow, _ analysis: Analysis, _ finder: inout HalfOpenFinder,
    _ sink: inout FindingSink
  ) -> Bool {
    let type = flow.rule.type
    let own = Set(flow.blocked.map(\.own))
    let others = Set(flow.blocked.map(\.other))
    // Of flows that are let through in part none is one with another.
    let flows = finder.flows(of: id, type.opposite, &sink).filter { $0.lost == nil }
    if type == .ingress { return flows.contains { $0.blocked.contains { own.contains($0.other) } } }
    let senders = analysis.reach.subjects(of: flow.policy)
    return flows.contains { $0.blocked.contains { others.contains($0.own) && senders.contains($0.other) } }
  }
}
