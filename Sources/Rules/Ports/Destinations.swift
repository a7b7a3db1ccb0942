internal import Diagnostics
internal import Engine
internal import Model

/// What a rule's ports belong to: the policy's own pods for ingress, the peers' pods for egress.
extension Analysis {
  /// The workloads whose ports a rule speaks of, sorted; those that may match are not among them.
  func destinations(of rule: PolicyRule, in policy: NetworkPolicy) -> [Int] {
    if rule.type == .ingress { return selection.pods(of: policy).certain }
    guard case .list(let peers, _) = rule.peers else { return [] }
    if peers.count == 1 { return selection.pods(of: peers[0], in: policy).certain }
    return Set(peers.flatMap { selection.pods(of: $0, in: policy).certain }).sorted()
  }
}
