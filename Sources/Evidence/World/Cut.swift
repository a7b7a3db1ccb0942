internal import Engine
internal import Model
internal import Traffic

/// Which rules alone hold the last way from outside to a store open.
enum Cut {
  /// A rule as a whole, without its peers.
  private struct Rule: Hashable {
    let policy: PolicyID
    let direction: PolicyType
    let rule: Int

    init(_ reference: RuleReference) {
      policy = reference.policy
      direction = reference.direction
      rule = reference.rule
    }
  }

  /// Every way has to use such a rule, the shortest one too: only its rules are tried. A rule counts where no way is left,
  /// not even one that cannot be told.
  static func rules(on way: Way, to store: ClassID, _ graph: inout CallGraph) -> [RuleReference] {
    var candidates: [Rule: RuleReference] = [:]
    var order: [Rule] = []
    for hop in way.hops {
      let explanation = graph.reach.explain(from: hop.from, to: hop.to, hop.ports)
      for side in [explanation.egress, explanation.ingress] {
        guard case .allowed(let references) = side.reason else { continue }
        for reference in references where candidates[Rule(reference)] == nil {
          candidates[Rule(reference)] = RuleReference(
            policy: reference.policy, direction: reference.direction, rule: reference.rule, peer: nil)
          order.append(Rule(reference))
        }
      }
    }
    return order.compactMap { rule in isCut(rule, store, &graph) ? candidates[rule] : nil }
  }

  private static func isCut(_ rule: Rule, _ store: ClassID, _ graph: inout CallGraph) -> Bool {
    let reach = graph.reach
    let search = BackwardSearch(
      from: store, &graph, { $0.possible },
      isUsable: { from, to, bounds in !depends(.pods(from), .pods(to), bounds.possible, on: rule, reach) })
    if graph.isCut { return false }
    for id in [store] + search.order {
      for part in reach.portsFromOutside(to: id) where !part.ports.isBlocked {
        guard let first = part.addresses.intersection(graph.zones.view.internet).first else { continue }
        if !depends(.address(first), .pods(id), part.ports.possible, on: rule, reach) { return false }
      }
      if let (controller, bounds) = graph.unreadController(into: id),
        !depends(.pods(controller), .pods(id), bounds.possible, on: rule, reach)
      {
        return false
      }
    }
    return true
  }

  /// Whether nothing is left of a connection without a rule.
  private static func depends(
    _ from: Endpoint, _ to: Endpoint, _ ports: PortSet, on rule: Rule, _ reach: Reach
  ) -> Bool {
    let explanation = reach.explain(from: from, to: to, ports)
    let side = rule.direction == .egress ? explanation.egress : explanation.ingress
    guard side.answer == .yes, case .allowed(let rules) = side.reason else { return false }
    return rules.allSatisfy { Rule($0) == rule }
  }
}
