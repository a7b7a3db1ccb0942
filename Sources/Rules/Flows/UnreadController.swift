internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// What the policies of some pods make of an ingress controller that was not read, by whom their peers are for.
struct UnreadController {
  /// The ports on which a peer for the namespace of a well-known controller lets all of its pods in.
  private(set) var surely = PortSet()
  /// Those on which a peer may be the controller.
  private(set) var perhaps = PortSet()
  /// Those on which it would be let in, if its namespace had a label that nothing sets.
  private(set) var lost = PortSet()

  init(of podClass: ClassID, _ analysis: Analysis) {
    let names = Set(analysis.facts.labels.ingressControllerNames)
    let labels = analysis.namespaceLabels
    for id in analysis.reach.policies(of: podClass, .ingress, isCertain: false) {
      let policy = analysis.world[id]
      for rule in policy.effectiveRules(.ingress) {
        let peers = rule.peers.items.filter { $0.ipBlock == nil }
        let open = peers.filter { !UnreadController.means($0, policy, analysis) }
        let isAnybody = !rule.isSound || rule.allowsAllPeers
        guard isAnybody || !open.isEmpty else { continue }
        let ports = rule.allowsAllPorts || !rule.isSound ? PortSet.all : analysis.resolvedPorts(of: rule, in: policy)
        let lostPeers = open.count { $0.namespaceSelector.map(labels.isLost) ?? false }
        if lostPeers > 0 { lost.formUnion(ports) }
        if isAnybody || lostPeers < open.count { perhaps.formUnion(ports) }
        if rule.isSound, peers.contains(where: { UnreadController.isNamed($0, names) }) { surely.formUnion(ports) }
      }
    }
  }

  /// Whether a peer means pods that were read, none of which is a controller.
  private static func means(_ peer: Peer, _ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    guard let selector = peer.podSelector, !selector.isEmpty else { return false }
    let pods = analysis.selection.pods(of: peer, in: policy)
    return !pods.hasNoCertain && pods.hasNoPossible
      && !pods.inAnyOrder.contains { analysis.facts.labels.isIngressController(analysis.world[$0].labels) }
  }

  /// Whether a peer is for all pods of namespaces that are called like a controller.
  private static func isNamed(_ peer: Peer, _ names: Set<String>) -> Bool {
    guard peer.podSelector?.isEmpty ?? true, let namespaces = peer.namespaceSelector else { return false }
    return namespaces.selector.requirements.count == 1
      && namespaces.terms.contains {
        $0.key == metadataNameLabel && $0.operator == .in && $0.values.contains(where: names.contains)
      }
  }
}
