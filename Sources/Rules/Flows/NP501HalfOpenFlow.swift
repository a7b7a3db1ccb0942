package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A rule that lets named pods through while their own side does not.
package enum NP501HalfOpenFlow: Rule {
  package static let asksReach = true
  package static let policyScope = PolicyScope.neighbours
  package static let info = RuleInfo(
    id: "NP501", name: "half-open-flow", severity: .error, lower: [.warning, .note],
    summary: "One side of a connection allows it, and the isolation of the other side blocks it.",
    rationale: """
      A connection needs both sides: the egress of its source and the ingress of its destination. A rule for one side \
      alone lets nothing through when the pods at the other end are isolated and nothing allows the way there.
      """,
    remedy: "add the matching rule at the other end, or delete this one if the connection is not meant",
    fix: .sometimes(.unsafe), followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP514"],
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
  private static let mostPairs = 8192

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    // Where nothing is isolated, nothing is half open.
    let isolates = Dictionary(
      uniqueKeysWithValues: PolicyType.allCases.map { type in
        (type, !analysis.world.clusterPolicies.isEmpty || analysis.world.policies.contains { $0.isolates(type) })
      })
    let dns = analysis.dnsPorts
    let unread = UnreadPods(analysis)
    let partners = HalfOpenPartners(analysis, sink)
    var found = HalfOpenFlows()
    var walker = FlowWalker(analysis.reach)
    for type in PolicyType.allCases where isolates[type.opposite] == true {
      analysis.forEachRule(type) { policy, rule in
        guard partners.contains(policy), !isForDNS(rule, dns) else { return }
        for peer in rule.peers.items where namesPods(peer) {
          check(peer, rule, policy, unread, analysis, &walker, &found, &sink)
        }
      }
    }
    found.joinTwoSided(analysis)
    var report = HalfOpenReport(analysis)
    for flow in found.all where !flow.otherEnds.isEmpty {
      sink.entangle(([flow] + flow.otherEnds).map(\.policy.meta.reference))
    }
    for flow in found.all where sink.isAsked(flow.policy.meta.reference) { report.add(flow, &sink) }
  }

  /// Whether the peer asks for at least one label.
  private static func namesPods(_ peer: Peer) -> Bool {
    peer.ipBlock == nil && peer.everyPodBut == nil
      && !((peer.podSelector?.isEmpty ?? true) && (peer.namespaceSelector?.isEmpty ?? true))
  }

  private static func isForDNS(_ rule: PolicyRule, _ dns: PortSet) -> Bool {
    !rule.allowsAllPorts && !rule.certainPorts.isEmpty && rule.certainPorts.isSubset(of: dns)
  }

  private static func check(
    _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ unread: UnreadPods, _ analysis: Analysis,
    _ walker: inout FlowWalker, _ found: inout HalfOpenFlows, _ sink: inout FindingSink
  ) {
    let isNamed = peer.podSelector?.selector.asksForValues ?? false
    guard
      let flow = walker.flow(of: peer, in: rule, of: policy, judgesEach: isNamed, atMost: mostPairs)
    else { return }
    if flow.isCut {
      return sink.undecided(
        namespace: policy.meta.namespace, "a rule has more than \(mostPairs) pairs of different pods to look at")
    }
    var blocked = flow.blocked
    if isNamed {
      // Beside pods that were read, those that only a selector shows say little.
      let reach = analysis.reach
      let read = blocked.keeping { reach[$0.other].isRead }
      if flow.hasOpen || !read.isEmpty { blocked = read }
      blocked.removeAll { unread.mayOpen(own: $0.own, other: $0.other, rule, policy) }
    } else if let first = blocked.first, unread.mayOpen(own: first.own, other: first.other, rule, policy) {
      return
    }
    blocked = HalfOpenDenials.reporting(blocked, peer, rule, policy, analysis, &sink)
    if blocked.isEmpty { return }
    let half = HalfOpenFlow(policy: policy, rule: rule, peer: peer, flow: flow)
    // Of a rule for every port nobody expects that each gets through: NP306 speaks of it.
    if isNamed {
      found.append(half, blocked.keeping(\.open.isEmpty), .nothing)
      if rule.allowsAllPorts { return }
      for parts in groups(of: blocked.filter { !$0.open.isEmpty }) {
        found.append(half, parts, .some(open: parts[0].open, lost: parts[0].lost))
      }
    } else {
      let open = blocked.reduce(into: PortSet()) { $0.formUnion($1.open) }
      if open.isEmpty { return found.append(half, blocked, .nothing) }
      if rule.allowsAllPorts { return }
      let lost = blocked.reduce(into: PortSet()) { $0.formUnion($1.lost) }.subtracting(open)
      if lost.isEmpty { return }
      found.append(half, [blocked[0]], .some(open: open, lost: lost))
    }
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
}

extension [PeerFlow.Blocked] {
  /// Those that meet a condition; the same list where all do, of which there are many and long ones.
  fileprivate func keeping(_ isKept: (PeerFlow.Blocked) -> Bool) -> Self {
    allSatisfy(isKept) ? self : filter(isKept)
  }
}

extension Selector {
  /// Whether it asks for certain values of some label.
  fileprivate var asksForValues: Bool { requirements.contains { $0.operator == .in } }
}
