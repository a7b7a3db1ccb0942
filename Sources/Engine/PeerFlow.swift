package import Model

/// What the other side makes of the traffic that a rule lets through for one of its peers.
package struct PeerFlow: Sendable {
  /// The ports of the rule on which the other side lets, or may let, some pair of pods through.
  package fileprivate(set) var open = PortSet()
  /// The ports of the rule on which it lets no pair through.
  package fileprivate(set) var lost = PortSet()
  /// The first class at the other end that does not get all through.
  package fileprivate(set) var blocked: ClassID?
  /// The pods of the rule's own policy in that pair.
  package fileprivate(set) var own: ClassID?
  /// Whether there are more pairs than were looked at: then the rest is not known.
  package fileprivate(set) var isCut = false
}

extension Reach {
  /// Follows the traffic of a rule with one of its peers to the other side.
  ///
  /// Pods to which the same policies apply count once. `nil` when the other side lets all of it through for some pair.
  ///
  /// - Parameter limit: no more pairs than these are looked at.
  package func flow(of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy, atMost limit: Int) -> PeerFlow? {
    let own = subjects(of: policy)
    let others = pods(of: peer, in: policy)
    let profiles = rule.type == .ingress ? egress : ingress
    let spec = PortSpec(rule)
    var flow = PeerFlow()
    var seen: Set<Int> = []
    // What the other side says does not depend on the pods where neither side names ports: once is enough.
    var followed: Set<Int> = []
    var budget = limit
    for other in others.ids {
      let number = profiles.ofClass[other.index]
      let dependsOnNames = !spec.names.isEmpty
      if !dependsOnNames, !seen.insert(number).inserted { continue }
      let row = profiles.profiles[number].row
      for range in own.ranges {
        var next = range.lowerBound
        while true {
          budget -= 1
          guard budget >= 0 else {
            flow.isCut = true
            return flow
          }
          let part = row.part(of: next)
          let verdict = row.verdicts[part]
          let dependsOnPods = dependsOnNames || usesNames(verdict)
          if dependsOnPods || followed.insert(verdict).inserted,
            follow(verdict, spec, rule.type, own: ClassID(next), other, &flow)
          {
            return nil
          }
          let end = part + 1 < row.starts.count ? row.starts[part + 1] - 1 : UInt32.max
          let last = dependsOnPods ? next : min(end, range.upperBound)
          if last >= range.upperBound { break }
          next = last + 1
        }
      }
    }
    flow.lost = flow.lost.subtracting(flow.open)
    return flow
  }

  /// Adds one pair; true when all of its ports get through.
  private func follow(
    _ verdict: Int, _ spec: PortSpec, _ type: PolicyType, own: ClassID, _ other: ClassID, _ flow: inout PeerFlow
  ) -> Bool {
    let destination = type == .ingress ? own : other
    let asked = spec.resolved(for: self[destination].namedPorts)
    if asked.isEmpty { return false }
    let open = asked.intersection(bounds(of: verdict, to: destination).possible)
    if open == asked { return true }
    flow.open.formUnion(open)
    flow.lost.formUnion(asked)
    if flow.blocked == nil { (flow.blocked, flow.own) = (other, own) }
    return false
  }
}
