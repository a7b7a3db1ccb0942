internal import Diagnostics
internal import Engine
internal import Model

/// Flows of which a policy for the whole cluster denies one side.
enum HalfOpenDenials {
  /// Reports the pods to which a policy for the whole cluster denies the other half; the others.
  static func reporting(
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
      at: .rule(rule, of: policy), .severity(isPartial ? .note : .error), .why(analysis.blame(denials)),
      .remedy("have \(title) let it through or pass it on, or delete this rule if the connection is not meant"),
      .related(peer.firstKeySpan, "the peer"), .related(analysis.places(of: denials)),
      .key(isOnly ? "\(peer.index)" : "\(peer.index) \(title)"),
      .accountsFor(isPartial ? [] : analysis.halfOpenFlows(of: blocked, rule, policy)),
      .mayFollowFrom(
        analysis.denied(
          rule.type.opposite, of: blocked.prefix(8).flatMap { analysis.reach[$0.other].workloads.prefix(4) },
          on: blocked[0].lost)))
  }
}
