package import Diagnostics
internal import Engine
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
  private static let mostPairs = 256

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    // Where nothing is isolated, nothing is half open.
    let isolates = Dictionary(
      uniqueKeysWithValues: PolicyType.allCases.map { type in
        (type, analysis.world.policies.contains { $0.isolates(type) })
      })
    let dns = analysis.dnsPorts
    for type in PolicyType.allCases where isolates[type.opposite] == true {
      analysis.forEachRule(type) { policy, rule in
        guard !isForDNS(rule, dns) else { return }
        for peer in rule.peers.items where namesPods(peer) { check(peer, rule, policy, analysis, &sink) }
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
    _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard let flow = analysis.reach.flow(of: peer, in: rule, of: policy, atMost: mostPairs),
      let blocked = flow.blocked, let own = flow.own,
      !UnreadPods(analysis).mayOpen(own: own, other: blocked, rule, policy)
    else { return }
    let other = rule.type.opposite
    let isolating = analysis.reach.policies(of: blocked, other)
    // The one that selects the fewest pods is the one that its author thinks of.
    guard let number = isolating.first(where: { !analysis.world[$0].podSelector.isEmpty }) ?? isolating.first
    else { return }
    let isolation = analysis.world[number]
    let name = analysis.name(ofClass: blocked)
    let isPartial = !flow.open.isEmpty
    // Of a rule for every port nobody expects that each gets through: NP306 speaks of it.
    if isPartial, rule.allowsAllPorts { return }
    let article = other == .egress ? "an egress" : "an ingress"
    let message =
      if isPartial {
        "only \(flow.open.text) gets through: \(name) has no \(other.field) rule for \(flow.lost.text)"
      } else if rule.type == .ingress {
        "this lets \(name) in, but nothing lets it send here"
      } else {
        "this lets pods send to \(name), but nothing there lets them in"
      }
    sink.report(
      message, at: rule.firstKeySpan, in: policy, path: rule.path, severity: isPartial ? .note : .error,
      why: "\(name) is isolated for \(other.field) by \(isolation.meta.name.value), and a connection needs both sides",
      remedy: "add \(article) rule for \(name), or delete this one if the connection is not meant",
      related: [
        RelatedPlace(peer.firstKeySpan, "the peer"),
        RelatedPlace(isolation.nameSpan, "isolates \(name) for \(other.field)"),
      ], key: "\(peer.index)")
  }
}

/// What pods that were not read may have beyond the labels that a selector asks for: enough to keep still about them.
private struct UnreadPods {
  private let analysis: Analysis

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
    return analysis.world.policyIDs(in: podClass.namespace).contains { id in
      let policy = analysis.world[id]
      return policy.podSelector.selector.matches(podClass.labels) != .yes
        && policy.podSelector.selector.overlaps(selector) && !policy.effectiveRules(direction).isEmpty
    }
  }

  /// Whether further labels of the policy's own pods could make them peers of a policy at the other end.
  private func mayBeNamed(_ own: ClassID, by other: ClassID, _ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    let podClass = analysis.reach[own]
    guard case .inferred(let selector) = podClass.origin else { return false }
    let direction = rule.type.opposite
    return analysis.reach.policies(of: other, direction).contains { id in
      analysis.world[id].effectiveRules(direction).contains { opposite in
        opposite.peers.items.contains { peer in
          guard peer.ipBlock == nil, let pods = peer.podSelector?.selector else { return false }
          return pods.matches(podClass.labels) != .yes && pods.overlaps(selector)
        }
      }
    }
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
