import Engine
import Model
import TestSupport

/// Whether what the engine says of its reasons is true in the eyes of the reference.
extension Agreement {
  /// What is wrong with the explanation of a connection on one port; `nil` if nothing is.
  func flaw(
    ofExplanationFrom source: ReferenceReach.End, to destination: ReferenceReach.End, _ port: BoundaryPort,
    _ answer: Truth
  ) -> String? {
    let ports = PortSet(port.number...port.number, port.transport)
    let explanation = reach.explain(from: Endpoint(source), to: Endpoint(destination), ports)
    if explanation.answer != answer { return "explains \(explanation.answer)" }
    if (explanation.egress.answer && explanation.ingress.answer) != answer { return "its sides do not make the answer" }
    let question = Question(source: source, destination: destination, port: port)
    return [(explanation.egress, source, destination), (explanation.ingress, destination, source)].lazy
      .compactMap { side, own, other in
        flaw(of: side, own, other, question).map { "explains \(side.direction.field) wrongly: \($0)" }
      }.first
  }

  private struct Question {
    let source: ReferenceReach.End
    let destination: ReferenceReach.End
    let port: BoundaryPort
  }

  private func flaw(
    of side: SideExplanation, _ own: ReferenceReach.End, _ other: ReferenceReach.End, _ question: Question
  ) -> String? {
    let applying = Dictionary(
      uniqueKeysWithValues: world.policyIDs.map { ($0, reference.isolates($0, own, side.direction)) })
    if let wrong = side.policies.first(where: { applying[$0] != .yes }) { return "policy \(wrong) isolates nothing" }
    if let wrong = side.matching.first(where: { allows($0, question) != .yes || applying[$0.policy] != .yes }) {
      return "\(wrong) does not match"
    }
    if let flaw = flaw(ofDeciding: side, own, question) { return flaw }
    switch side.reason {
    case .accepted(let rules):
      return side.answer == .yes && !rules.isEmpty
        && rules.allSatisfy { $0.action == .allow && side.deciding.contains($0) }
        ? nil : "no rule of another tier lets it through"
    case .denied(let rules):
      return side.answer == .no && !rules.isEmpty
        && rules.allSatisfy { $0.action == .deny && side.deciding.contains($0) }
        ? nil : "no rule of another tier denies it"
    case .outside: return isAddress(own) || isUnresolved(own) ? nil : "the end is no address"
    case .hostNetwork: return isOnNode(own) ? nil : "the pod has a network of its own"
    case .unreadController: return "nothing leads in"
    case .notIsolated:
      return applying.values.allSatisfy { $0 == .no } && side.answer == .yes ? nil : "a policy isolates the pod"
    case .allowed(let rules):
      return side.answer == .yes ? flaw(ofAllowing: rules, applying, question) : "it is not allowed"
    case .isolated where side.answer == .unknown: return flaw(of: side.missing, other, applying, question)
    case .isolated:
      return side.answer == .no && !side.policies.isEmpty && side.matching.isEmpty ? nil : "nothing isolates the pod"
    }
  }

  /// Each rule by itself lets the connection through, and one of them is of a policy that applies, unless none does for
  /// certain.
  private func flaw(ofAllowing rules: [RuleReference], _ applying: [PolicyID: Truth], _ question: Question) -> String? {
    if rules.isEmpty { return "no rule allows it" }
    if let wrong = rules.first(where: { allows($0, question) != .yes || applying[$0.policy] == .no }) {
      return "\(wrong) does not allow it"
    }
    return applying.values.contains(.yes) && rules.contains { applying[$0.policy] != .yes }
      ? "a rule may not apply" : nil
  }

  /// Each fact is one that the reference does not know either.
  private func flaw(
    of missing: [MissingFact], _ other: ReferenceReach.End, _ applying: [PolicyID: Truth], _ question: Question
  ) -> String? {
    if missing.isEmpty { return "nothing is missing" }
    let wrong = missing.first { fact in
      switch fact {
      case .otherPolicy: false
      case .refusedPolicy, .overloadedPolicy, .controllerLabels, .clusterControllerLabels, .doubt, .unpaired: true
      case .addresses(_, let rule): allows(rule, question) != .unknown || !isUnresolved(other)
      case .clusterAddresses(_, let rule): matches(rule, question) != .unknown || !isUnresolved(other)
      case .clusterRule(let rule): matches(rule, question) != .unknown
      case .clusterPolicySubject(let id): applies(id, question, to: other) != .unknown
      case .samePrecedence(let first, let second): !mayComeFirst(first, second)
      case .nodeAddress(let rule): allows(rule, question) != .unknown || !isBlock(rule) || !isAddress(other)
      case .podAddress(let rule): allows(rule, question) != .unknown || !isBlock(rule)
      case .generatedLabel(let rule): allows(rule, question) != .unknown || isBlock(rule)
      case .generatedLabelOfPod(let policy): applying[policy] != .unknown
      case .openText(let policy): world[policy].open == nil
      case .nodeTraffic: !isOnNode(other) && !isUnresolved(other)
      }
    }
    return wrong.map { "\($0) is known" }
  }

  /// What is wrong with the rules of policies for the whole cluster that are said to come first: each matches for certain,
  /// and of its object no earlier one does.
  private func flaw(ofDeciding side: SideExplanation, _ own: ReferenceReach.End, _ question: Question) -> String? {
    let wrong = side.deciding.first { reference in
      let rules = world[reference.policy].rules(side.direction)
      let earlier = rules[..<reference.rule].contains { rule in
        rule.peers.items.indices.contains { matches(rule, $0, question) == .yes }
      }
      return matches(reference, question) != .yes || applies(reference.policy, own) != .yes || earlier
        || rules[reference.rule].action?.value != reference.action
    }
    return wrong.map { "\($0) does not decide" }
  }

  private func applies(_ id: ClusterPolicyID, _ own: ReferenceReach.End) -> Truth {
    guard case .workload(let number) = own else { return .no }
    return reference.applies(world[id], id, to: number)
  }

  /// The same, of the end that is not the other one.
  private func applies(_ id: ClusterPolicyID, _ question: Question, to other: ReferenceReach.End) -> Truth {
    let ends = [question.source, question.destination].map { applies(id, $0) }
    return ends.contains(.unknown) ? .unknown : .no
  }

  private func matches(_ reference: ClusterRuleReference, _ question: Question) -> Truth {
    matches(world[reference.policy].rules(reference.direction)[reference.rule], reference.peer, question)
  }

  private func matches(_ rule: ClusterRule, _ peer: Int, _ question: Question) -> Truth {
    reference.matches(
      rule, peer, from: question.source, to: question.destination, question.port.number, question.port.transport)
  }

  private func mayComeFirst(_ first: ClusterPolicyID, _ second: ClusterPolicyID) -> Bool {
    let (a, b) = (world[first], world[second])
    return first != second && a.tier == b.tier
      && (a.priority?.value == b.priority?.value || a.priority == nil || b.priority == nil)
  }

  private func rule(_ reference: RuleReference) -> PolicyRule {
    world[reference.policy].rules(reference.direction).items[reference.rule]
  }

  private func isBlock(_ reference: RuleReference) -> Bool {
    reference.peer.map { rule(reference).peers.items[$0].ipBlock != nil } ?? false
  }

  private func allows(_ reference: RuleReference, _ question: Question) -> Truth {
    self.reference.allows(
      rule(reference), reference.peer, of: reference.policy, from: question.source, to: question.destination,
      question.port.number, question.port.transport)
  }

  private func isAddress(_ end: ReferenceReach.End) -> Bool { if case .address = end { true } else { false } }

  private func isUnresolved(_ end: ReferenceReach.End) -> Bool {
    switch end {
    case .domain, .nodes: true
    case .workload, .address: false
    }
  }

  private func isOnNode(_ end: ReferenceReach.End) -> Bool {
    if case .workload(let number) = end { world[number].hostNetwork } else { false }
  }
}
