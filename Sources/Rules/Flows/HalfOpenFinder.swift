internal import Diagnostics
internal import Engine
internal import Model

/// Finds the half-open flows of policies, of each once.
struct HalfOpenFinder {
  private struct Key: Hashable {
    let policy: PolicyID
    let type: PolicyType
  }

  /// Pairs of pod classes of one peer that are looked at; where none of these gets through, more would not be read.
  private static let mostPairs = 8192

  private let analysis: Analysis
  private let dns: PortSet
  private let unread: UnreadPods
  private let isolates: [PolicyType: Bool]
  private var walker: FlowWalker
  private var known: [Key: [HalfOpenFlow]] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    dns = analysis.dnsPorts
    unread = UnreadPods(analysis)
    walker = FlowWalker(analysis.reach)
    // Where nothing is isolated, nothing is half open.
    isolates = Dictionary(
      uniqueKeysWithValues: PolicyType.allCases.map { type in
        (type, !analysis.world.clusterPolicies.isEmpty || analysis.world.policies.contains { $0.isolates(type) })
      })
  }

  /// Those of a policy's rules of one direction, in order.
  mutating func flows(of id: PolicyID, _ type: PolicyType, _ sink: inout FindingSink) -> [HalfOpenFlow] {
    guard isolates[type.opposite] == true else { return [] }
    let key = Key(policy: id, type: type)
    if let known = known[key] { return known }
    var found = HalfOpenFlows()
    let policy = analysis.world[id]
    Analysis.forEachRule(type, of: policy) { rule in
      if isForDNS(rule) { return }
      for peer in rule.peers.items where namesPods(peer) { check(peer, rule, policy, &found, &sink) }
    }
    known[key] = found.all
    return found.all
  }

  /// Whether the peer asks for at least one label.
  private func namesPods(_ peer: Peer) -> Bool {
    peer.ipBlock == nil && peer.everyPodBut == nil
      && !((peer.podSelector?.isEmpty ?? true) && (peer.namespaceSelector?.isEmpty ?? true))
  }

  private func isForDNS(_ rule: PolicyRule) -> Bool {
    !rule.allowsAllPorts && !rule.certainPorts.isEmpty && rule.certainPorts.isSubset(of: dns)
  }

  private mutating func check(
    _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ found: inout HalfOpenFlows, _ sink: inout FindingSink
  ) {
    let isNamed = peer.podSelector?.selector.asksForValues ?? false
    guard
      let flow = walker.flow(of: peer, in: rule, of: policy, judgesEach: isNamed, atMost: Self.mostPairs)
    else { return }
    if flow.isCut {
      return sink.undecided(
        namespace: policy.meta.namespace, "a rule has more than \(Self.mostPairs) pairs of different pods to look at")
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
  private func groups(of blocked: [PeerFlow.Blocked]) -> [[PeerFlow.Blocked]] {
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
