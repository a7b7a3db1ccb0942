internal import Engine
internal import Model
internal import Traffic

/// Pods of one peer of a rule, of whose traffic the other side lets the same ports through, but not all.
struct HalfOpenFlow {
  let policy: NetworkPolicy
  let rule: PolicyRule
  let peer: Peer
  /// All that became of the peer's traffic.
  let flow: PeerFlow
  fileprivate(set) var blocked: [PeerFlow.Blocked] = []
  /// The ports that get through.
  fileprivate(set) var open = PortSet()
  /// The ports that do not, where others do; `nil` where none does.
  fileprivate(set) var lost: PortSet?
  /// Those of rules at the other end for just these pods, and for other ports.
  fileprivate(set) var otherEnds: [HalfOpenFlow] = []

  init(policy: NetworkPolicy, rule: PolicyRule, peer: Peer, flow: PeerFlow) {
    (self.policy, self.rule, self.peer, self.flow) = (policy, rule, peer, flow)
  }
}

/// The flows of which one side alone is open, in the order in which they are found.
struct HalfOpenFlows {
  /// What gets through of the ports of a rule.
  enum Passage {
    case nothing
    case some(open: PortSet, lost: PortSet)
  }

  private(set) var all: [HalfOpenFlow] = []

  mutating func append(_ flow: HalfOpenFlow, _ blocked: [PeerFlow.Blocked], _ passage: Passage) {
    if blocked.isEmpty { return }
    var flow = flow
    flow.blocked = blocked
    if case .some(let open, let lost) = passage { (flow.open, flow.lost) = (open, lost) }
    all.append(flow)
  }

  mutating func append(_ flows: [HalfOpenFlow]) { all += flows }

  /// Makes one of two rules for the same pods at both ends that name different ports: the one with the port that the
  /// destination does not show, else that of the source.
  mutating func joinTwoSided(_ analysis: Analysis) {
    // By the pods that they send to; none of a rule's own pods gets through to these.
    var senders: [ClassID: [Int]] = [:]
    for (number, flow) in all.enumerated() where flow.lost == nil && flow.rule.type == .egress {
      for pods in flow.blocked { senders[pods.other, default: []].append(number) }
    }
    if senders.isEmpty { return }
    var own: [Int: ClassSet] = [:]
    func sends(_ number: Int, _ source: ClassID) -> Bool {
      let pods = own[number] ?? analysis.reach.subjects(of: all[number].policy)
      own[number] = pods
      return pods.contains(source)
    }
    var dropped: Set<Int> = []
    for (number, flow) in all.enumerated() where flow.lost == nil && flow.rule.type == .ingress {
      let partners = Set(
        flow.blocked.map { pods in senders[pods.own]?.first { !dropped.contains($0) && sends($0, pods.other) } })
      guard partners.count == 1, let partner = partners.first ?? nil else { continue }
      let sending = all[partner]
      let isReceiverWrong =
        sending.blocked.count == 1 && flow.blocked.count == 1
        && !shows(flow.blocked[0].lost, flow.blocked[0].own, analysis)
        && shows(sending.blocked[0].lost, flow.blocked[0].own, analysis)
      let (kept, left) = isReceiverWrong ? (number, partner) : (partner, number)
      dropped.insert(left)
      all[kept].otherEnds.append(all[left])
    }
    if !dropped.isEmpty { all = all.indices.filter { !dropped.contains($0) }.map { all[$0] } }
  }

  /// Whether a workload of the class declares one of some ports, or a Service leads to it.
  private func shows(_ ports: PortSet, _ id: ClassID, _ analysis: Analysis) -> Bool {
    analysis.reach[id].workloads.prefix(4).contains { workload in
      let declared = PortSet(analysis.world[workload].ports.map { ($0.number...$0.number, $0.transport) })
      return declared.union(analysis.services.targetPorts(of: workload)).intersects(ports)
    }
  }
}
