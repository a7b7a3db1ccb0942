package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Something that the manifests of a world leave open: connections that it keeps from being told may be possible.
package struct WorldGap: Sendable {
  package let span: SourceSpan
  package let sentence: String
}

extension WorldView {
  /// Whether there may be connections of which nobody can tell.
  package var leavesOpen: Bool { !world.doubts.isEmpty || !world.additions.isEmpty || !gaps.isEmpty }

  /// What the manifests leave open, by kind and then in order of the objects.
  package var gaps: [WorldGap] {
    otherPolicies + refusedPolicies + clusterPolicies + overloadedPolicies + openPolicies + generatedLabels
      + unreadControllers
      + hostNetwork + podBlocks
  }

  private var otherPolicies: [WorldGap] {
    world.others.compactMap { other in
      switch facts.labels.otherPolicyScope(other) {
      case .none: nil
      case .cluster:
        WorldGap(
          span: other.meta.name.span,
          sentence: "\(other.isNotEvaluated); it may decide about every pod, so that nothing is listed")
      case .namespace(let name):
        WorldGap(
          span: other.meta.name.span,
          sentence: "\(other.isNotEvaluated); what it may decide about pods of namespace \(name) is not listed")
      }
    }
  }

  private var openPolicies: [WorldGap] {
    world.policies.compactMap { policy in
      policy.open.map { open in
        let what = open.isSelectorOpen ? "what it may select" : "what its rule may allow"
        return WorldGap(
          span: open.span,
          sentence: "\(open.reason) in NetworkPolicy \(policy.meta.qualifiedName); \(what) is not listed")
      }
    }
  }

  private var refusedPolicies: [WorldGap] {
    world.policies.compactMap { policy in
      if policy.open?.isSelectorOpen ?? false { return nil }
      let refusal = "the API server would refuse NetworkPolicy \(policy.meta.qualifiedName); nothing is listed for pods"
      if !policy.isSound { return WorldGap(span: policy.nameSpan, sentence: "\(refusal) of its namespace") }
      let rules = PolicyType.allCases.flatMap { policy.effectiveRules($0) }
      return rules.first { !$0.isSound && policy.openRule($0) == nil }.map {
        WorldGap(span: $0.firstKeySpan, sentence: "\(refusal) it selects")
      }
    }
  }

  /// What policies for the whole cluster leave open.
  private var clusterPolicies: [WorldGap] {
    world.identifiedClusterPolicies.flatMap { id, policy -> [WorldGap] in
      let name = "\(policy.kind.rawValue) \(policy.meta.name.value)"
      if let refusal = refusal(of: policy) {
        let whom = policy.isSound ? "it selects" : "it may select"
        return [
          WorldGap(
            span: refusal, sentence: "the API server would refuse \(name); nothing is listed for pods \(whom)")
        ]
      }
      if world.disputedClusterPolicies[id] != nil {
        return [
          WorldGap(
            span: policy.nameSpan,
            sentence: "\(name) stands in two places that do not say the same; what it may decide is not listed")
        ]
      }
      return PolicyType.allCases.flatMap { policy.rules($0) }.flatMap { rule in
        rule.peers.items.compactMap { gap(of: $0, name) }
      }
    } + samePrecedence
  }

  private func refusal(of policy: ClusterPolicy) -> SourceSpan? {
    if !policy.isSound { return policy.nameSpan }
    return PolicyType.allCases.lazy.flatMap { policy.rules($0) }.first { !$0.isSound }?.firstKeySpan
  }

  /// What a peer leaves open of which only the cluster knows the addresses.
  private func gap(of peer: ClusterPeer, _ name: String) -> WorldGap? {
    func gap(_ what: String) -> WorldGap { WorldGap(span: peer.firstKeySpan, sentence: "\(what) of \(name)") }
    switch peer.content {
    case .pods, .nothing: return nil
    case .nodes:
      return gap("nodes have addresses that no manifest tells: of addresses nothing is listed that rests on a rule")
    case .domainNames(let names):
      let list = names.map(\.value).joined(separator: ", ")
      return gap("\(list) may be any address: of addresses nothing is listed that rests on a rule")
    case .networks:
      return reach.mayHoldSomePods(peer.networks)
        ? gap(
          "networks may hold addresses of pods (cluster.podCIDRs): traffic of pods is not listed that rests on a rule")
        : nil
    }
  }

  private var samePrecedence: [WorldGap] {
    reach.ambiguities.map { found in
      let (a, b) = (world[found.first.policy], world[found.second.policy])
      return WorldGap(
        span: b.nameSpan,
        sentence: "\(a.kind.rawValue) \(a.meta.name.value) and \(b.kind.rawValue) \(b.meta.name.value) have one place "
          + "in their tier and do not agree; what either may decide is not listed")
    }
  }

  private var overloadedPolicies: [WorldGap] {
    reach.overloaded.map { entry in
      let meta = world.meta(of: entry.policy)
      return WorldGap(
        span: meta.name.span,
        sentence: "the rules of \(meta.kind) \(meta.qualifiedName) and others are more than are put together; "
          + "nothing is listed for pods they select")
    }
  }

  private var generatedLabels: [WorldGap] {
    var gaps: [WorldGap] = []
    let isController = !world.hasUnknownPodLabels && world.unknownNamespaceLabels.isEmpty
    let cause = isController ? "a controller sets" : "is not known"
    func ask(_ matches: Matches, _ span: SourceSpan) {
      guard !matches.hasNoPossible, let workload = matches.possible.first else { return }
      let name = world[workload].meta.qualifiedName
      gaps.append(
        WorldGap(span: span, sentence: "the selector asks for a label of \(name) whose value \(cause)"))
    }
    for policy in world.policies {
      ask(selection.pods(of: policy), policy.podSelector.keySpan)
      for rule in PolicyType.allCases.flatMap({ policy.effectiveRules($0) }) {
        for peer in rule.peers.items { ask(selection.pods(of: peer, in: policy), peer.firstKeySpan) }
      }
    }
    return gaps
  }

  /// Workloads that an Ingress or a Route leads to, where a policy lets an ingress controller in or not.
  private var unreadControllers: [WorldGap] {
    services.routedPorts().sorted { $0.key < $1.key }.compactMap { workload, ports in
      var (listed, possible) = (PortSet(), PortSet())
      for controller in reach.ingressControllers {
        let bounds = reach.ports(from: .pods(controller), to: .workload(workload))
        listed.formUnion(bounds.certain)
        possible.formUnion(bounds.possible)
      }
      if ports.intersection(possible).isSubset(of: listed) { return nil }
      let meta = world[workload].meta
      return WorldGap(
        span: meta.name.span,
        sentence: "an Ingress or Route leads to \(meta.qualifiedName), and no ingress controller was read: its "
          + "labels decide whether a policy lets it in (a component of the config can say them)")
    }
  }

  /// Blocks that may hold pods: one gap for all of them, for nearly every way out is such a block.
  private var podBlocks: [WorldGap] {
    let blocks = world.policies.lazy.flatMap { policy in
      PolicyType.allCases.flatMap { policy.effectiveRules($0) }.filter(\.isSound).flatMap(\.peers.items)
    }.compactMap(\.ipBlock).filter { [reach] block in reach.mayHoldSomePods(block.addresses) }
    guard let first = blocks.first else { return [] }
    let more = blocks.dropFirst().isEmpty ? "" : " and \(blocks.count - 1) more"
    return [
      WorldGap(
        span: first.cidr?.span ?? first.span,
        sentence:
          "whether this ipBlock\(more) may match pods depends on the network plugin and on the addresses of pods: "
          + "what pods may do to one another by such blocks alone is not listed (cluster.cni, cluster.podCIDRs)")
    ]
  }

  private var hostNetwork: [WorldGap] {
    guard let first = world.workloads.first(where: \.hostNetwork),
      !world.policies.isEmpty || !world.clusterPolicies.isEmpty
    else { return [] }
    return [
      WorldGap(
        span: first.meta.name.span,
        sentence: "pods of \(first.meta.qualifiedName) use their node's network: whether isolated pods "
          + "exchange traffic with them depends on the node, so that only what rules allow for everyone is listed")
    ]
  }
}
