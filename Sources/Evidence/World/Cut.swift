internal import Engine
internal import Model
internal import Traffic

/// Which rules alone hold the last way from outside to a store open.
enum Cut {
  /// Every way has to use such a rule, the shortest one too: only its rules are tried. A rule counts where no way is left,
  /// not even one that cannot be told.
  static func rules(on way: Way, to store: ClassID, _ graph: inout CallGraph) -> [RuleReference] {
    if graph.isCut { return [] }
    var candidates: [WholeRule: RuleReference] = [:]
    var order: [WholeRule] = []
    for hop in way.hops {
      let explanation = graph.reach.explain(from: hop.from, to: hop.to, hop.ports)
      for side in [explanation.egress, explanation.ingress] {
        guard case .allowed(let references) = side.reason else { continue }
        for reference in references where candidates[WholeRule(reference)] == nil {
          candidates[WholeRule(reference)] = RuleReference(
            policy: reference.policy, direction: reference.direction, rule: reference.rule, peer: nil)
          order.append(WholeRule(reference))
        }
      }
    }
    return order.compactMap { rule in isCut(rule, store, &graph) ? candidates[rule] : nil }
  }

  private static func isCut(_ rule: WholeRule, _ store: ClassID, _ graph: inout CallGraph) -> Bool {
    let (reach, sole, internet) = (graph.reach, graph.soleRules, graph.zones.view.internet)
    func depends(_ from: Endpoint, _ to: ClassID, _ bounds: PortBounds) -> Bool {
      sole.all(from: from, to: to, bounds.possible).contains(rule)
    }
    let search = BackwardSearch(
      from: store, &graph, { $0.possible }, isUsable: { from, to, bounds in !depends(.pods(from), to, bounds) })
    if graph.isCut { return false }
    for id in [store] + search.order {
      for part in reach.portsFromOutside(to: id) where !part.ports.isBlocked {
        guard let first = part.addresses.intersection(internet).first else { continue }
        if !depends(.address(first), id, part.ports) { return false }
      }
      if let (controller, bounds) = graph.unreadController(into: id), !depends(.pods(controller), id, bounds) {
        return false
      }
    }
    return true
  }
}

/// A rule as a whole, without its peers.
struct WholeRule: Hashable {
  private let policy: PolicyID
  private let direction: PolicyType
  private let rule: Int

  init(_ reference: RuleReference) {
    policy = reference.policy
    direction = reference.direction
    rule = reference.rule
  }
}

/// The rules without which nothing is left of a connection; each connection is explained once.
final class SoleRules {
  private struct Question: Hashable {
    let from: Endpoint
    let to: ClassID
    let ports: PortSet
  }

  private let reach: Reach
  private var known: [Question: [WholeRule]] = [:]

  init(_ reach: Reach) { self.reach = reach }

  /// - Parameter ports: not empty.
  func all(from source: Endpoint, to destination: ClassID, _ ports: PortSet) -> [WholeRule] {
    let question = Question(from: source, to: destination, ports: ports)
    if let known = known[question] { return known }
    let explanation = reach.explain(from: source, to: .pods(destination), ports)
    let rules = [explanation.egress, explanation.ingress].compactMap { side -> WholeRule? in
      guard side.answer == .yes, case .allowed(let references) = side.reason, let first = references.first else {
        return nil
      }
      let rule = WholeRule(first)
      return references.allSatisfy { WholeRule($0) == rule } ? rule : nil
    }
    known[question] = rules
    return rules
  }
}
