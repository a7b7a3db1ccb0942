internal import Config
internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// Whether a rule that is for DNS alone lets a store ask others than the declared resolver: one peer has to name both its
/// namespace and its pods.
struct ResolverQuestion {
  let result: EvidenceResult
  /// Without a full stop.
  let sentence: String
  let span: SourceSpan

  static func all(of store: Zones.Group, in world: WorldEvidence) -> [ResolverQuestion] {
    let view = world.view
    let dns = view.configuration.cluster.dns
    var found: [ResolverQuestion] = []
    for id in view.reach.policies(of: store.podClass, .egress) {
      let policy = view.world[id]
      for rule in policy.effectiveRules(.egress) where rule.isSound && policy.isSound {
        // Of all ports and of addresses outside others speak.
        let isForDNS = !rule.allowsAllPorts && rule.certainPorts.isSubset(of: dns.ports) && !rule.certainPorts.isEmpty
        guard isForDNS else { continue }
        for peer in rule.peers.items where peer.ipBlock == nil {
          guard let (result, what) = judge(peer, in: policy, view) else { continue }
          let place = "\(policy.meta.qualifiedName) \(peer.path(in: rule))"
          found.append(
            ResolverQuestion(
              result: result, sentence: "\(place) lets \(world.name(of: store)) send questions for names to \(what)",
              span: peer.span)
          )
        }
      }
    }
    return found
  }

  /// What else a peer names than the resolver; `nil` where it names that alone.
  private static func judge(_ peer: Peer, in policy: NetworkPolicy, _ view: WorldView) -> (EvidenceResult, String)? {
    let dns = view.configuration.cluster.dns
    let pods = peer.podSelector?.selector ?? .everything
    if let namespaces = peer.namespaceSelector?.selector {
      if namespaces == .everything { return (.fail, "pods of every namespace") }
      if pods == .everything { return (.fail, "every pod of the namespaces that it selects") }
      if view.selection.namespaces(namespaces).contains(where: { $0 != dns.namespace }) {
        return (.fail, "pods of other namespaces than \(dns.namespace)")
      }
    } else if policy.meta.namespace != dns.namespace {
      return (.fail, "pods of its own namespace")
    } else if pods == .everything {
      return (.fail, "every pod of its namespace")
    }
    let declared = "the resolver that the config declares (`cluster.dns`)"
    return pods.matches(dns.labels) == .yes ? nil : (.undecided, "pods that need not be \(declared)")
  }
}
