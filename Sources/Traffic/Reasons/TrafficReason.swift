internal import Engine
package import Model

/// Why a pair is allowed, blocked, or neither for certain.
package struct TrafficReason: Sendable {
  /// What each side says, egress before ingress; a side outside the cluster says nothing.
  package let sides: [SideReason]

  /// The sides that decide: those that block, else those that cannot tell, else all.
  package var deciding: [SideReason] {
    for answer in [Truth.no, .unknown] {
      let found = sides.filter { $0.answer == answer }
      if !found.isEmpty { return found }
    }
    return sides
  }

  package var sentence: Sentence { .joined(deciding.map(\.sentence), by: "; ") }
  /// Without rules that come near: where nothing is wrong they are no help.
  var proof: Sentence { .joined(deciding.map(\.fact), by: "; ") }
  package var references: [PolicyReference] { deciding.flatMap(\.references) }
}

/// What one side says.
package struct SideReason: Sendable {
  package let side: PolicyType
  package let answer: Truth
  /// What decides.
  let fact: Sentence
  /// That, with the rules that come near.
  package let sentence: Sentence
  package let references: [PolicyReference]

  init(
    side: PolicyType, answer: Truth, fact: Sentence, hint: Sentence = "", references: [PolicyReference]
  ) {
    self.side = side
    self.answer = answer
    self.fact = fact
    sentence = "\(fact)\(hint)"
    self.references = references
  }
}

extension WorldView {
  /// Explains a pair on some of its ports.
  ///
  /// - Parameter ports: not empty, and answered alike: a part of what is blocked, say.
  package func reason(_ pair: TrafficPair, _ ports: PortSet) -> TrafficReason {
    if let circumstance = pair.circumstance, let side = side(circumstance, pair) { return TrafficReason(sides: [side]) }
    let explanation = reach.explain(from: pair.from, to: pair.to, ports)
    var sides = [explanation.egress, explanation.ingress].compactMap { side in
      self.side(side, pair, ports)
    }
    if pair.circumstance == .nodeAddress, pair.bounds.answer(for: ports) == .unknown {
      sides = sides.filter { $0.answer != .yes }.map { blocked in
        let words =
          blocked.side == .ingress
          ? "traffic from the pod's own node is always allowed" : "whether pods reach their own node depends on the CNI"
        return SideReason(
          side: blocked.side, answer: .unknown,
          fact: "it is an address of a node (cluster.nodeCIDRs), and \(words); otherwise \(blocked.sentence)",
          references: blocked.references)
      }
    }
    return TrafficReason(sides: sides)
  }

  /// What stands beside the policies, where it alone decides.
  private func side(_ circumstance: TrafficPair.Circumstance, _ pair: TrafficPair) -> SideReason? {
    func side(_ answer: Truth, _ sentence: Sentence) -> SideReason {
      SideReason(side: .ingress, answer: answer, fact: sentence, references: [])
    }
    switch circumstance {
    case .ownNode:
      return side(
        .yes, "traffic from a pod's own node (the kubelet's probes) is always allowed and needs no rule")
    case .itself: return side(.yes, "a pod always reaches itself")
    case .clusterAddress:
      return side(
        .unknown,
        "it is an address of pods or Services (cluster.podCIDRs, serviceCIDRs): ask about the workload behind it")
    case .ambientProbe, .nodeAddress: return nil
    }
  }

  private func side(_ side: SideExplanation, _ pair: TrafficPair, _ ports: PortSet) -> SideReason? {
    let end = side.direction == .egress ? pair.source : pair.destination
    func result(_ sentence: Sentence, _ references: [PolicyReference] = []) -> SideReason {
      SideReason(side: side.direction, answer: side.answer, fact: sentence, references: references)
    }
    let name = name(of: end)
    let direction = side.direction.field
    switch side.reason {
    case .outside: return nil
    case .unreadController: return result("the ingress controller was not read")
    case .hostNetwork: return result("\(name) uses the node's network, to which no policy applies")
    case .notIsolated:
      return result("no policy isolates \(name) for \(direction)\(passing(side))", ranked(side.deciding))
    case .accepted(let rules): return result(decision(rules, "accepts"), ranked(rules))
    case .denied(let rules): return result(decision(rules, "denies"), ranked(rules))
    case .allowed(let rules):
      let references = rules.map { reference($0, .allows) }
      guard let first = references.first else { return nil }
      let others = references.count == 1 ? "" : " and \(references.count - 1) more"
      return result(
        "\(first.policy) allows it by \(first.path)\(first.span)\(first.note)\(others)\(passing(side))",
        references + ranked(side.deciding))
    case .isolated where side.answer == .unknown:
      let facts = TrafficGaps(self, side.missing)
      return result("it cannot be told: \(facts.sentence)", facts.references)
    case .isolated: return blocked(side, name, pair, ports)
    }
  }

  private func ranked(_ rules: [ClusterRuleReference]) -> [PolicyReference] { rules.map { reference($0) } }

  /// `AdminNetworkPolicy wall (Admin tier, priority 5) denies it by rule "no", spec.ingress[0].from[0] (a.yaml:9)`.
  private func decision(_ rules: [ClusterRuleReference], _ verb: String) -> Sentence {
    guard let first = ranked(rules).first else { return "a policy for the whole cluster \(verb) it" }
    let others = rules.count == 1 ? "" : " and \(rules.count - 1) more"
    return "\(first.title) \(verb) it by \(first.place)\(others)"
  }

  /// Which rules of other tiers come before what decides, and do not end the question.
  private func passing(_ side: SideExplanation) -> Sentence {
    let passing = ranked(side.deciding).filter { $0.effect == .passes }
    if passing.isEmpty { return "" }
    return "; passed on by \(.list(passing.map(\.sentence), by: ", "))"
  }

  private func blocked(_ side: SideExplanation, _ name: String, _ pair: TrafficPair, _ ports: PortSet) -> SideReason {
    let isolating = isolating(side)
    let names = Sentence.list(isolating.map(\.sentence), by: ", ")
    let allows = isolating.count == 1 ? "which does not allow it" : "none of which allows it"
    let near = nearRules(side, pair, ports)
    let hint: Sentence = near.isEmpty ? "" : "; near: \(.joined(near.map(\.sentence), by: ", "))"
    return SideReason(
      side: side.direction, answer: side.answer,
      fact:
        "\(name) is isolated for \(side.direction.field) by \(names), \(allows)",
      hint: "\(hint)\(passing(side))",
      references: near.map(\.reference) + isolating + ranked(side.deciding))
  }

  /// The rules that come nearest to allowing it, at most two: those that match the other end on other ports, then those
  /// that have the ports for others.
  private func nearRules(
    _ side: SideExplanation, _ pair: TrafficPair, _ ports: PortSet
  ) -> [(reference: PolicyReference, sentence: Sentence)] {
    let all = reach.explain(from: pair.from, to: pair.to, .all)
    let matching = (side.direction == .egress ? all.egress : all.ingress).matching
    var near: [(reference: PolicyReference, sentence: Sentence)] = []
    for rule in matching where !side.matching.contains(rule) {
      let reference = reference(rule, .misses)
      let allowed = self.rule(rule).ports.items.map(\.text).joined(separator: ", ")
      near.append((reference, "\(reference.sentence) allows it on \(allowed) only"))
    }
    let isOutside =
      switch side.direction == .egress ? pair.destination : pair.source {
      case .addresses, .unresolved: true
      case .pods, .ownNode: false
      }
    for id in side.policies {
      for rule in world[id].rules(side.direction).items
      where !matching.contains(where: { $0.policy == id && $0.rule == rule.index }) {
        let hits = rule.certainPorts.intersection(ports)
        guard !hits.isEmpty else { continue }
        let reference = reference(
          RuleReference(policy: id, direction: side.direction, rule: rule.index, peer: nil), .misses)
        let isForPods = isOutside && rule.peers.items.allSatisfy { $0.ipBlock == nil }
        let why = isForPods ? "to pods alone, for its selectors match no address outside the cluster" : "to others"
        near.append((reference, "\(reference.sentence) allows \(hits.text) \(why)"))
      }
    }
    return Array(near.prefix(2))
  }

  // MARK: Names

  /// `shop/web`, `shop/web and 2 more`, `shop:run=test`, `internet`.
  package func name(of end: TrafficEnd) -> String {
    switch end {
    case .ownNode: return "the pod's own node"
    case .unresolved(let end): return "\(end)"
    case .addresses(_, let name): return name
    case .pods(let id, let workloads):
      guard let first = workloads.first else { return name(ofClass: id) }
      let name = world[first].meta.qualifiedName
      return workloads.count == 1 ? name : "\(name) and \(workloads.count - 1) more"
    }
  }

  /// The name of any of the pods of a class.
  func name(ofClass id: ClassID) -> String {
    let podClass = reach[id]
    switch podClass.origin {
    case .read: return name(of: .pods(id, workloads: podClass.workloads))
    case .inferred(let selector):
      return "any pod of \(podClass.namespace)" + (selector == .everything ? "" : " with \(selector)")
    case .hypothetical where podClass.labels.pairs.isEmpty: return "a pod without labels in \(podClass.namespace)"
    case .hypothetical where podClass.namespace == Strangers.elsewhere.namespace:
      let labels = podClass.labels.pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      return "a pod with \(labels) in \(podClass.namespace)"
    case .hypothetical:
      return "\(podClass.namespace):" + podClass.labels.pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    case .ingressController: return "the ingress controller"
    }
  }
}
