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
  /// What the manifests leave open, by kind and then in order of the objects.
  package var gaps: [WorldGap] {
    otherPolicies + refusedPolicies + overloadedPolicies + openPolicies + generatedLabels + unreadControllers
      + hostNetwork
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

  private var overloadedPolicies: [WorldGap] {
    reach.overloaded.map { entry in
      let policy = world[entry.policy]
      return WorldGap(
        span: policy.nameSpan,
        sentence: "the rules of NetworkPolicy \(policy.meta.qualifiedName) and others are more than are put together; "
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

  private var hostNetwork: [WorldGap] {
    guard let first = world.workloads.first(where: \.hostNetwork), !world.policies.isEmpty else { return [] }
    return [
      WorldGap(
        span: first.meta.name.span,
        sentence: "pods of \(first.meta.qualifiedName) use their node's network: whether isolated pods "
          + "exchange traffic with them depends on the node, so that only what rules allow for everyone is listed")
    ]
  }
}
