package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A rule that lets named pods through while their own side does not.
package enum NP501HalfOpenFlow: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP501", name: "half-open-flow", severity: .error,
    summary: "One side of a connection allows it, and the isolation of the other side blocks it.",
    rationale: """
      A connection needs both sides: the egress of its source and the ingress of its destination. A rule for one side \
      alone lets nothing through when the pods at the other end are isolated and nothing allows the way there.
      """,
    remedy: "add the matching rule at the other end, or delete this one if the connection is not meant",
    fix: .sometimes(.unsafe), followsFrom: SelectorFaults.rules,
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}] # expect: NP501
            ports: [{port: 5432}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 5432}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Egress]
        egress:
          - to: [{podSelector: {matchLabels: {app: db}}}]
            ports: [{port: 5432}]
      """))

  /// Pairs of pod classes of one peer that are looked at; where none of these gets through, more would not be read.
  private static let mostPairs = 2048

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    // Where nothing is isolated, nothing is half open.
    let isolates = Dictionary(
      uniqueKeysWithValues: PolicyType.allCases.map { type in
        (type, !analysis.world.clusterPolicies.isEmpty || analysis.world.policies.contains { $0.isolates(type) })
      })
    let dns = analysis.dnsPorts
    var isolations = Isolations(analysis)
    let unread = UnreadPods(analysis)
    for type in PolicyType.allCases where isolates[type.opposite] == true {
      analysis.forEachRule(type) { policy, rule in
        guard !isForDNS(rule, dns) else { return }
        for peer in rule.peers.items where namesPods(peer) {
          check(peer, rule, policy, unread, &isolations, analysis, &sink)
        }
      }
    }
  }

  /// Whether the peer asks for at least one label.
  private static func namesPods(_ peer: Peer) -> Bool {
    peer.ipBlock == nil && !((peer.podSelector?.isEmpty ?? true) && (peer.namespaceSelector?.isEmpty ?? true))
  }

  private static func isForDNS(_ rule: PolicyRule, _ dns: PortSet) -> Bool {
    !rule.allowsAllPorts && !rule.certainPorts.isEmpty && rule.certainPorts.isSubset(of: dns)
  }

  private static func check(
    _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ unread: UnreadPods, _ isolations: inout Isolations,
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let isNamed = peer.podSelector?.selector.asksForValues ?? false
    guard
      let flow = analysis.reach.flow(of: peer, in: rule, of: policy, judgesEach: isNamed, atMost: mostPairs)
    else { return }
    if flow.isCut {
      return sink.undecided(
        namespace: policy.meta.namespace, "a rule has more than \(mostPairs) pairs of different pods to look at")
    }
    var blocked = flow.blocked
    if isNamed {
      // Beside pods that were read, those that only a selector shows say little.
      let read = blocked.filter { analysis.reach[$0.other].isRead }
      if flow.hasOpen || !read.isEmpty { blocked = read }
      blocked.removeAll { unread.mayOpen(own: $0.own, other: $0.other, rule, policy) }
    } else if let first = blocked.first, unread.mayOpen(own: first.own, other: first.other, rule, policy) {
      return
    }
    blocked = reportingDenied(blocked, peer, rule, policy, analysis, &sink)
    if blocked.isEmpty { return }
    // Of a rule for every port nobody expects that each gets through: NP306 speaks of it.
    if isNamed {
      let closed = blocked.filter(\.open.isEmpty)
      report(closed, .nothing, flow, peer, rule, policy, &isolations, analysis, &sink)
      if rule.allowsAllPorts { return }
      for parts in groups(of: blocked.filter { !$0.open.isEmpty }) {
        report(
          parts, .some(open: parts[0].open, lost: parts[0].lost), flow, peer, rule, policy, &isolations, analysis, &sink
        )
      }
    } else {
      let open = blocked.reduce(into: PortSet()) { $0.formUnion($1.open) }
      if open.isEmpty { return report(blocked, .nothing, flow, peer, rule, policy, &isolations, analysis, &sink) }
      if rule.allowsAllPorts { return }
      let lost = blocked.reduce(into: PortSet()) { $0.formUnion($1.lost) }.subtracting(open)
      if lost.isEmpty { return }
      report([blocked[0]], .some(open: open, lost: lost), flow, peer, rule, policy, &isolations, analysis, &sink)
    }
  }

  /// What gets through of the ports of a rule.
  private enum Passage {
    case nothing
    case some(open: PortSet, lost: PortSet)
  }

  /// Those of which the same gets through, in order of their first ones.
  private static func groups(of blocked: [PeerFlow.Blocked]) -> [[PeerFlow.Blocked]] {
    var groups: [[PeerFlow.Blocked]] = []
    var numbers: [PortSet: Int] = [:]
    for pods in blocked {
      if let number = numbers[pods.open] {
        groups[number].append(pods)
      } else {
        numbers[pods.open] = groups.count
        groups.append([pods])
      }
    }
    return groups
  }

  /// Reports pods of a peer of which the same gets through.
  private static func report(
    _ blocked: [PeerFlow.Blocked], _ passage: Passage, _ flow: PeerFlow, _ peer: Peer, _ rule: PolicyRule,
    _ policy: NetworkPolicy, _ isolations: inout Isolations, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let other = rule.type.opposite
    guard let first = blocked.first, let number = isolations.telling(of: first.other, other) else { return }
    let isolation = analysis.world[number]
    let names = analysis.names(ofClasses: blocked.map(\.other))
    let article = other == .egress ? "an egress" : "an ingress"
    let message: String
    var (severity, key) = (Severity.note, "\(peer.index)")
    switch passage {
    case .some(let open, let lost):
      message =
        "only \(open.text) gets through: \(names.text) \(names.isOne ? "has" : "have") no \(other.field) rule for \(lost.text)"
      // Of one peer several pods may lose different ports, and others all.
      if flow.blocked.contains(where: { $0.open != open }) { key += " \(lost.text)" }
    case .nothing:
      message =
        rule.type == .ingress
        ? "this lets \(names.text) in, but nothing lets \(names.isOne ? "it" : "them") send here"
        : "this lets pods send to \(names.text), but nothing there lets them in"
      // A label that many pods have may be meant for some of them.
      severity = flow.hasOpen && !namesEach(peer, analysis) ? .warning : .error
    }
    // The peers of a long list are said in one go.
    let isOneOfMany = rule.peers.items.count > 2
    let isNothing = if case .nothing = passage { true } else { false }
    let name = analysis.name(ofClass: first.other)
    var isolating: [RelatedPlace] = []
    var policies: Set<PolicyID> = []
    for pods in blocked.prefix(64) {
      guard let id = isolations.telling(of: pods.other, other), policies.insert(id).inserted else { continue }
      if isolating.count < 3 {
        isolating.append(
          RelatedPlace(
            analysis.world[id].nameSpan, "isolates \(analysis.name(ofClass: pods.other)) for \(other.field)"))
      }
    }
    sink.report(
      message, at: rule.firstKeySpan, in: policy, path: rule.path, severity: severity,
      why: "\(name) is isolated for \(other.field) by \(isolation.meta.name.value), and a connection needs both sides"
        + (flow.hasOpen && isNothing ? "; other pods of this peer get through" : ""),
      remedy: "add \(article) rule for \(names.text), or "
        + (flow.hasOpen && isNothing
          ? "narrow the peer to those that are meant" : "delete this one if the connection is not meant"),
      related: [RelatedPlace(peer.firstKeySpan, "the peer")] + isolating,
      fix: policies.count == 1
        ? HalfFlowText(rule: rule, policy: policy, isolation: isolation, analysis: analysis).fix(for: peer) : nil,
      key: key,
      accountsFor: isNothing ? flows(of: blocked, rule, policy, analysis) : [],
      mayFollowFrom: analysis.causes(of: first.other, other, other: first.own),
      common: isOneOfMany && isNothing ? "nothing passes for peers of \(policy.meta.title) \(rule.path)" : nil)
  }

  /// Whether the peer's labels tell workloads apart, by their names.
  private static func namesEach(_ peer: Peer, _ analysis: Analysis) -> Bool {
    let keys = analysis.facts.labels.identityKeys
    return peer.podSelector?.selector.requirements.contains { $0.operator == .in && keys.contains($0.key) } ?? false
  }
}

extension Selector {
  /// Whether it asks for certain values of some label.
  fileprivate var asksForValues: Bool { requirements.contains { $0.operator == .in } }
}

extension NP501HalfOpenFlow {
  /// Reports the pods to which a policy for the whole cluster denies the other half; the others.
  private static func reportingDenied(
    _ blocked: [PeerFlow.Blocked], _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) -> [PeerFlow.Blocked] {
    if analysis.world.clusterPolicies.isEmpty { return blocked }
    let other = rule.type.opposite
    var denied: [[ClusterRuleReference]: [PeerFlow.Blocked]] = [:]
    let left = blocked.filter { pods in
      let ends = rule.type == .ingress ? (pods.other, pods.own) : (pods.own, pods.other)
      let denials = analysis.denials(from: .pods(ends.0), to: .pods(ends.1), pods.lost, other)
      if !denials.isEmpty { denied[denials, default: []].append(pods) }
      return denials.isEmpty
    }
    for (denials, pods) in denied.sorted(by: { $0.value[0].other < $1.value[0].other }) {
      report(denials, pods, peer, rule, policy, isOnly: denied.count == 1 && left.isEmpty, analysis, &sink)
    }
    return left
  }

  /// Where a policy for the whole cluster denies the other half.
  private static func report(
    _ denials: [ClusterRuleReference], _ blocked: [PeerFlow.Blocked], _ peer: Peer, _ rule: PolicyRule,
    _ policy: NetworkPolicy, isOnly: Bool, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let isPartial = blocked.contains { !$0.open.isEmpty }
    if isPartial, rule.allowsAllPorts { return }
    let names = analysis.names(ofClasses: blocked.map(\.other))
    let title = analysis.world[denials[0].policy].title
    let part = isPartial ? " on all of its ports" : ""
    sink.report(
      rule.type == .ingress
        ? "this lets \(names.text) in, but \(title) does not let \(names.isOne ? "it" : "them") send here\(part)"
        : "this lets pods send to \(names.text), but \(title) does not let them in\(part)",
      at: rule.firstKeySpan, in: policy, path: rule.path, severity: isPartial ? .note : .error,
      why: analysis.blame(denials),
      remedy: "have \(title) let it through or pass it on, or delete this rule if the connection is not meant",
      related: [RelatedPlace(peer.firstKeySpan, "the peer")] + analysis.places(of: denials),
      key: isOnly ? "\(peer.index)" : "\(peer.index) \(title)",
      accountsFor: isPartial ? [] : flows(of: blocked, rule, policy, analysis))
  }

  /// The flows that a rule lets through for pods of a peer, of which none gets through; of very many the first.
  private static func flows(
    of blocked: [PeerFlow.Blocked], _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis
  ) -> [Subject] {
    func ends(_ classes: some Sequence<ClassID>) -> [ObjectMeta] {
      classes.prefix(6).flatMap { analysis.reach[$0].workloads.prefix(4).map { analysis.world[$0].meta } }
    }
    let own = ends(analysis.reach.subjects(of: policy).ids)
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

/// What pods that were not read may have beyond the labels that a selector asks for: enough to keep still about them.
private final class UnreadPods {
  private let analysis: Analysis
  /// The policies of a namespace that allow something in a direction.
  private var opening: [Place: Selectors] = [:]
  /// The peers of the policies that apply to some pods in a direction: the number says which.
  private var peers: [PolicyType: [Int: Selectors]] = [:]

  private struct Place: Hashable {
    let namespace: String
    let direction: PolicyType
  }

  private struct Selectors {
    let all: [Selector]
    let overlaps: SelectorOverlaps
  }

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// Whether a blocked pair may be open after all, because pods at one of its ends were not read.
  func mayOpen(own: ClassID, other: ClassID, _ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    for end in [own, other] {
      let podClass = analysis.reach[end]
      // Where workloads were read and none has these labels, NP201 and NP202 say so.
      if !podClass.isRead, analysis.world.isDescribed(podClass.namespace) { return true }
    }
    return mayBeSelected(other, rule.type.opposite) || mayBeNamed(own, by: other, rule, policy)
      || mayMeanAnotherPort(own, other, rule.type)
  }

  /// Whether further labels of the pods at the other end could bring them under a policy that allows something.
  private func mayBeSelected(_ other: ClassID, _ direction: PolicyType) -> Bool {
    let podClass = analysis.reach[other]
    guard case .inferred(let selector) = podClass.origin else { return false }
    let opening = opening(in: podClass.namespace, direction)
    return opening.overlaps.overlaps(selector) { opening.all[$0].matches(podClass.labels) != .yes }
  }

  private func opening(in namespace: String, _ direction: PolicyType) -> Selectors {
    let place = Place(namespace: namespace, direction: direction)
    if let known = opening[place] { return known }
    let selectors = analysis.world.policies(in: namespace).filter { !$0.effectiveRules(direction).isEmpty }
      .map(\.podSelector.selector)
    let result = Selectors(all: selectors, overlaps: SelectorOverlaps(selectors))
    opening[place] = result
    return result
  }

  /// Whether further labels of the policy's own pods could make them peers of a policy at the other end.
  private func mayBeNamed(_ own: ClassID, by other: ClassID, _ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    let podClass = analysis.reach[own]
    guard case .inferred(let selector) = podClass.origin else { return false }
    let peers = peers(of: other, rule.type.opposite)
    return peers.overlaps.overlaps(selector) { peers.all[$0].matches(podClass.labels) != .yes }
  }

  private func peers(of other: ClassID, _ direction: PolicyType) -> Selectors {
    let number = analysis.reach.profileNumber(of: other, direction)
    if let known = peers[direction]?[number] { return known }
    let selectors = analysis.reach.policies(of: other, direction).lazy
      .flatMap { self.analysis.world[$0].effectiveRules(direction) }.flatMap(\.peers.items)
      .compactMap { $0.ipBlock == nil ? $0.podSelector?.selector : nil }
    let all = Array(Set(selectors))
    let result = Selectors(all: all, overlaps: SelectorOverlaps(all))
    peers[direction, default: [:]][number] = result
    return result
  }

  /// Whether a rule at the other end lets these pods through on a port that it names, of pods whose ports were not read.
  private func mayMeanAnotherPort(_ own: ClassID, _ other: ClassID, _ type: PolicyType) -> Bool {
    let destination = analysis.reach[type == .ingress ? own : other]
    guard !destination.isRead else { return false }
    return analysis.reach.policies(of: other, type.opposite).contains { id in
      let policy = analysis.world[id]
      return policy.effectiveRules(type.opposite).contains { rule in
        rule.ports.items.contains { if case .named = $0.number { true } else { false } }
          && (rule.allowsAllPeers
            || rule.peers.items.contains { analysis.reach.pods(of: $0, in: policy).contains(own) })
      }
    }
  }
}
