internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Words for flows of which one side alone is open.
struct HalfOpenReport {
  private let analysis: Analysis
  private var isolations: Isolations

  init(_ analysis: Analysis) {
    self.analysis = analysis
    isolations = Isolations(analysis)
  }

  /// Reports pods of a peer of which the same gets through.
  mutating func add(_ half: HalfOpenFlow, _ sink: inout FindingSink) {
    let (rule, policy, peer, flow, blocked) = (half.rule, half.policy, half.peer, half.flow, half.blocked)
    let other = rule.type.opposite
    guard let first = blocked.first, let number = isolations.telling(of: first.other, other) else { return }
    let names = analysis.names(ofClasses: blocked.map(\.other))
    let isNothing = half.lost == nil
    var key = "\(peer.index)"
    // Of one peer several pods may lose different ports, and others all.
    if let lost = half.lost, flow.blocked.contains(where: { $0.open != half.open }) { key += " \(lost.text)" }
    let isolating = isolatingPolicies(blocked, other)
    sink.report(
      message(half, names), at: .rule(rule, of: policy),
      .severity(isNothing ? .error : .note), .why(why(half, analysis.world[number])), .remedy(remedy(half, names)),
      .related(peer.firstKeySpan, "the peer"),
      .related(
        half.otherEnds.prefix(2).map {
          RelatedPlace($0.rule.firstKeySpan, "the rule at the other end is for \($0.blocked[0].lost.text)")
        }),
      .related(isolating.places),
      .fix(
        isolating.count == 1 && half.otherEnds.isEmpty
          ? HalfFlowText(
            rule: rule, policy: policy, isolation: analysis.world[number], lost: half.lost, analysis: analysis
          ).fix(for: peer) : nil),
      .key(key),
      .accountsFor(isNothing ? ([half] + half.otherEnds).flatMap(accounts) : []),
      .mayFollowFrom(
        (isOpenOnAnyPort(half) ? [.ports(of: rule, policy)] : [])
          + analysis.causes(of: first.other, other, other: first.own)
          + analysis.portCauses(of: first.other, other, other: first.own, on: first.lost)),
      // The peers of a long list are said in one go.
      .common(
        rule.peers.items.count > 2 && isNothing && half.otherEnds.isEmpty
          ? "nothing passes for peers of \(policy.meta.title) \(rule.path)" : nil))
  }

  private func message(_ half: HalfOpenFlow, _ names: (text: String, isOne: Bool)) -> String {
    let type = half.rule.type
    if let lost = half.lost {
      let field = type.opposite.field
      return "only \(half.open.text) gets through: \(names.text) \(names.isOne ? "has" : "have") no \(field) rule for "
        + lost.text
    }
    if let end = half.otherEnds.first {
      let ports = half.blocked[0].lost.text
      return type == .ingress
        ? "this lets \(names.text) in on \(ports), but \(names.isOne ? "it" : "they") may send here on \(end.blocked[0].lost.text) only"
        : "this lets pods send to \(names.text) on \(ports), but \(names.isOne ? "it lets" : "they let") them in on "
          + "\(end.blocked[0].lost.text) only"
    }
    let ports = isOpenOnAnyPort(half) ? " on \(half.blocked[0].lost.text)" : ""
    return type == .ingress
      ? "this lets \(names.text) in, but nothing lets \(names.isOne ? "it" : "them") send here\(ports)"
      : "this lets pods send to \(names.text), but nothing there lets them in\(ports)"
  }

  private func why(_ half: HalfOpenFlow, _ isolation: NetworkPolicy) -> String {
    if !half.otherEnds.isEmpty { return "the rules at the two ends name different ports, and a connection needs both" }
    let name = analysis.name(ofClass: half.blocked[0].other)
    return
      "\(name) is isolated for \(half.rule.type.opposite.field) by \(isolation.meta.name.value), and a connection needs "
      + "both sides" + (half.flow.hasOpen && half.lost == nil ? "; other pods of this peer get through" : "")
  }

  private func remedy(_ half: HalfOpenFlow, _ names: (text: String, isOne: Bool)) -> String {
    if !half.otherEnds.isEmpty { return "name the port that is called in both rules" }
    let isBeside = half.flow.hasOpen && half.lost == nil
    return "add \(half.rule.type == .ingress ? "an egress" : "an ingress") rule for \(names.text), or "
      + (isBeside ? "narrow the peer to those that are meant" : "delete this one if the connection is not meant")
  }

  /// Whether the other side lets the pods through on some port, though on none of the rule's.
  private func isOpenOnAnyPort(_ half: HalfOpenFlow) -> Bool {
    let (own, other) = (Endpoint.pods(half.blocked[0].own), Endpoint.pods(half.blocked[0].other))
    let bounds =
      half.rule.type == .ingress
      ? analysis.reach.egressBounds(from: other, to: own) : analysis.reach.ingressBounds(from: own, to: other)
    return !bounds.isBlocked
  }

  /// What hangs on it: the calls that do not pass, and that nothing arrives.
  private func accounts(_ half: HalfOpenFlow) -> [Subject] {
    let isIncoming = half.rule.type == .ingress
    let destinations =
      isIncoming ? Array(analysis.reach.subjects(of: half.policy).ids.prefix(6)) : half.blocked.prefix(6).map(\.other)
    let ends = destinations.flatMap { analysis.reach[$0].workloads.prefix(4).map { analysis.world[$0].meta } }
    return analysis.halfOpenFlows(of: half.blocked, half.rule, half.policy) + ends.map { .anything(.ingress, of: $0) }
  }

  /// The policies that isolate the pods at the other end.
  private mutating func isolatingPolicies(
    _ blocked: [PeerFlow.Blocked], _ direction: PolicyType
  ) -> (count: Int, places: [RelatedPlace]) {
    var places: [RelatedPlace] = []
    var policies: Set<PolicyID> = []
    for pods in blocked.prefix(64) {
      guard let id = isolations.telling(of: pods.other, direction), policies.insert(id).inserted, places.count < 3
      else { continue }
      places.append(
        RelatedPlace(
          analysis.world[id].nameSpan, "isolates \(analysis.name(ofClass: pods.other)) for \(direction.field)"))
    }
    return (policies.count, places)
  }
}

extension Analysis {
  /// The flows that a rule lets through for pods of a peer, of which none gets through; of very many the first.
  func halfOpenFlows(of blocked: [PeerFlow.Blocked], _ rule: PolicyRule, _ policy: NetworkPolicy) -> [Subject] {
    func ends(_ classes: some Sequence<ClassID>) -> [ObjectMeta] {
      classes.prefix(6).flatMap { reach[$0].workloads.prefix(4).map { world[$0].meta } }
    }
    let own = ends(reach.subjects(of: policy).ids)
    let others = ends(blocked.map(\.other))
    let ports: [UInt16?] = rule.allowsAllPorts ? [nil] : rule.ports.items.prefix(8).compactMap(\.singleNumber)
    return own.flatMap { own in
      others.flatMap { other in
        ports.map { port in
          rule.type == .ingress ? .flow(from: other, to: own, on: port) : .flow(from: own, to: other, on: port)
        }
      }
    }
  }
}

/// The policy that isolates pods, as their author thinks of it.
private struct Isolations {
  private let analysis: Analysis
  private var known: [PolicyType: [Int: PolicyID?]] = [:]

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// The first one that selects some pods, else the first one.
  mutating func telling(of podClass: ClassID, _ direction: PolicyType) -> PolicyID? {
    let number = analysis.reach.profileNumber(of: podClass, direction)
    if let known = known[direction]?[number] { return known }
    let policies = analysis.reach.policies(of: podClass, direction)
    let telling = policies.first { !analysis.world[$0].podSelector.isEmpty } ?? policies.first
    known[direction, default: [:]][number] = .some(telling)
    return telling
  }
}
