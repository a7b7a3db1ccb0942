internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// What a rule's ports belong to: the policy's own pods for ingress, the peers' pods for egress.
extension Analysis {
  /// The workloads whose ports a rule speaks of, sorted; those that may match are not among them.
  func destinations(of rule: PolicyRule, in policy: NetworkPolicy) -> [WorkloadID] {
    if rule.type == .ingress { return selection.pods(of: policy).certain }
    guard case .list(let peers, _) = rule.peers else { return [] }
    if peers.count == 1 { return selection.pods(of: peers[0], in: policy).certain }
    return Set(peers.flatMap { selection.pods(of: $0, in: policy).certain }).sorted()
  }

  /// Whether a rule may speak of pods that were not read or of which nobody knows the ports, or of addresses.
  func mayBeMore(_ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    if !world.openWorkloads.isEmpty {
      let matches =
        rule.type == .ingress
        ? [selection.pods(of: policy)] : rule.peers.items.map { selection.pods(of: $0, in: policy) }
      if matches.contains(where: { !selection.certain($0, among: world.openWorkloads).isEmpty }) { return true }
    }
    if rule.type == .ingress { return !selection.pods(of: policy).hasNoPossible }
    return rule.peers.items.isEmpty
      || rule.peers.items.contains { peer in
        guard let selector = peer.podSelector, !selector.isEmpty, namedNamespaces(of: peer, in: policy) != nil else {
          return true
        }
        let pods = selection.pods(of: peer, in: policy)
        return pods.hasNoCertain || !pods.hasNoPossible
      }
  }

  /// What adds containers to a workload's pods that its manifest does not show; `nil` when nothing does.
  func addedContainers(of workload: Workload) -> String? {
    let meta = workload.meta
    if workload.isOwnedByUnreadObject || !facts.labels.isPlainTemplate(meta) {
      return "\(meta.kind) \(meta.name.value) is made by an operator, which may add containers"
    }
    return sidecarMesh(of: workload).map { "\($0.title) adds a container to \(meta.kind) \(meta.name.value)" }
  }
}
