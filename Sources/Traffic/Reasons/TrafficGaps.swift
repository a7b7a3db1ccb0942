internal import Config
internal import Engine
internal import Facts
internal import Model

/// What would have to be known to answer a question, and how to say it to the tool.
struct TrafficGaps {
  let sentence: Sentence
  let references: [PolicyReference]

  init(_ view: WorldView, _ missing: [MissingFact]) {
    var sentences: [Sentence] = []
    var references: [PolicyReference] = []
    for fact in missing {
      let (sentence, reference) = TrafficGaps.words(fact, view)
      if let reference, !references.contains(reference) { references.append(reference) }
      if !sentences.contains(sentence) { sentences.append(sentence) }
    }
    self.sentence = sentences.isEmpty ? "the manifests do not settle it" : .joined(sentences, by: "; ")
    self.references = references
  }

  private static func words(_ fact: MissingFact, _ view: WorldView) -> (Sentence, PolicyReference?) {
    func reference(_ rule: RuleReference) -> PolicyReference { view.reference(rule, .mayAllow) }
    switch fact {
    case .otherPolicy(let id):
      let meta = view.world[id].meta
      return ("\(meta.kind) \(meta.name.value)\(meta.name.span) may apply and is not evaluated", nil)
    case .doubt(let number):
      let doubt = view.world.doubts[number]
      return ("\(doubt.reason)\(doubt.span)", nil)
    case .unpaired(let first, let second):
      let names = [first, second].map { id -> Sentence in
        let branch = view.world.branches[id.index]
        return branch.span.map { "\(branch.name)\($0)" } ?? "\(branch.name)"
      }
      return (
        """
        \(names[0]) and \(names[1]) are alternatives that were not paired: no word of their \
        paths says whether they are live together
        """, nil
      )
    case .refusedPolicy(let id):
      let meta = view.world.meta(of: id)
      return (
        "\(meta.kind) \(meta.qualifiedName)\(meta.name.span) may apply, and the API server would refuse it",
        nil
      )
    case .nodeAddress(let rule):
      let place = reference(rule)
      let plugins = view.facts.networkPlugins.names(lacking: .ipBlockOnPods).joined(separator: " and ")
      return (
        """
        the ipBlock at \(place.sentence) need not match an address of a node or of the API server: \(plugins) knows \
        these by their identities, unless its policy-cidr-match-mode says nodes
        """, place
      )
    case .overloadedPolicy(let id):
      let meta = view.world.meta(of: id)
      return (
        "the rules of \(meta.kind) \(meta.qualifiedName)\(meta.name.span) and others are more than are put together",
        nil
      )
    case .podAddress(let rule): return (podAddress(rule, view), reference(rule))
    case .generatedLabel(let rule):
      let place = reference(rule)
      return ("\(place.sentence) asks for a label \(unknownLabel(rule, view))", place)
    case .openText(let id): return (TrafficGaps.openText(view.world[id]), nil)
    case .generatedLabelOfPod(let id):
      if view.world[id].open?.isSelectorOpen ?? false { return (TrafficGaps.openText(view.world[id]), nil) }
      let meta = view.world[id].meta
      if let other = view.world.disputedPolicies[id] {
        return (
          """
          NetworkPolicy \(meta.qualifiedName)\(meta.name.span) stands in another place too\
          \(view.world[other].nameSpan): one of the two overwrites the other
          """, nil
        )
      }
      let cause = view.world.hasUnknownPodLabels ? "is not known" : "a controller sets"
      return ("\(meta.qualifiedName)\(meta.name.span) selects by a label whose value \(cause)", nil)
    case .nodeTraffic:
      return ("pods on the node's network always reach the pods of their own node, and others by rules alone", nil)
    case .controllerLabels(let rule):
      let place = reference(rule)
      return (
        """
        \(place.sentence) may match the ingress controller, whose namespace and labels are not \
        known: make it a component of the config
        """, place
      )
    case .clusterControllerLabels(let rule):
      let place = view.reference(rule, .mayDecide)
      return (
        """
        \(place.sentence) may match the ingress controller, whose namespace and labels are not \
        known: make it a component of the config
        """, place
      )
    case .addresses(let end, let rule):
      let place = reference(rule)
      return ("the ipBlock at \(place.sentence) may hold addresses of \(end.description), which nobody knows", place)
    case .clusterAddresses(let end, let rule):
      let place = view.reference(rule, .mayDecide)
      return ("\(place.sentence) may match \(end.description), whose addresses nobody knows", place)
    case .clusterRule(let rule): return (clusterRule(rule, view), view.reference(rule, .mayDecide))
    case .clusterPolicySubject(let id): return (subject(id, view), nil)
    case .samePrecedence(let first, let second):
      return ("\(samePrecedence(first, second, view)), and they do not agree: an implementation may take either", nil)
    }
  }

  /// Which two policies for the whole cluster have one place in their tier.
  private static func samePrecedence(_ first: ClusterPolicyID, _ second: ClusterPolicyID, _ view: WorldView) -> Sentence
  {
    let (a, b) = (view.world[first], view.world[second])
    let names: Sentence =
      "\(a.kind.rawValue) \(a.meta.name.value)\(a.nameSpan) and \(b.kind.rawValue) \(b.meta.name.value)\(b.nameSpan)"
    guard let priority = a.priority?.value, b.priority != nil else {
      return "nothing says which of \(names) comes first"
    }
    return "\(names) have the same priority, \(priority)"
  }

  /// Why nobody knows whether a rule of a policy for the whole cluster matches.
  private static func clusterRule(_ rule: ClusterRuleReference, _ view: WorldView) -> Sentence {
    let place = view.reference(rule, .mayDecide).sentence
    switch view.peer(rule).content {
    case .networks(let blocks):
      let list = blocks.prefix(3).map(\.text).joined(separator: ", ") + (blocks.count > 3 ? " and others" : "")
      let advice =
        view.configuration.cluster.podCIDRs == nil
        ? "say cluster.podCIDRs in the config" : "they meet cluster.podCIDRs: pass pods on in a rule before"
      return "the networks \(list) of \(place) may hold the pod's address; \(advice)"
    case .nodes:
      return "nobody knows which addresses the nodes of \(place) have (cluster.nodeCIDRs says where nodes are)"
    case .domainNames(let names):
      let list = names.prefix(3).map(\.value).joined(separator: ", ") + (names.count > 3 ? " and others" : "")
      return "nobody knows what addresses \(list) has, which \(place) names"
    case .pods(let pods):
      let cause = view.unknownLabel([pods.namespaceSelector].compactMap(\.self))
      return "\(place) asks for a label \(cause)"
    case .nothing: return "\(place) names no peer"
    }
  }

  private static func subject(_ id: ClusterPolicyID, _ view: WorldView) -> Sentence {
    let policy = view.world[id]
    let name: Sentence = "\(policy.kind.rawValue) \(policy.meta.name.value)\(policy.nameSpan)"
    if let other = view.world.disputedClusterPolicies[id] {
      return "\(name) stands in another place too\(view.world[other].nameSpan): one of the two overwrites the other"
    }
    return "\(name) selects by a label \(view.unknownLabel([policy.subject?.namespaceSelector].compactMap(\.self)))"
  }

  /// What is not known of a policy.
  private static func openText(_ policy: NetworkPolicy) -> Sentence {
    guard let open = policy.open else { return "\(policy.meta.qualifiedName) is not known" }
    return "\(open.reason)\(open.span) in NetworkPolicy \(policy.meta.qualifiedName)"
  }

  /// Why nobody knows the value of a label that a peer asks for.
  private static func unknownLabel(_ rule: RuleReference, _ view: WorldView) -> Sentence {
    view.unknownLabel([view.peer(rule)?.namespaceSelector].compactMap(\.self))
  }

  /// How to settle it depends on what the config says already.
  private static func podAddress(_ rule: RuleReference, _ view: WorldView) -> Sentence {
    let place = view.reference(rule, .mayAllow)
    let block = view.peer(rule)?.ipBlock?.cidr?.text ?? "its block"
    let plugins = view.facts.networkPlugins.names(lacking: .ipBlockOnPods).joined(separator: " or ")
    let advice =
      view.configuration.cluster.podCIDRs == nil
      ? "say cluster.podCIDRs in the config, or cluster.cni if it is \(plugins), whose blocks never match pods"
      : "it meets cluster.podCIDRs: leave them out by `except`, or say cluster.cni if it is \(plugins)"
    return "the ipBlock \(block) at \(place.sentence) may hold the pod's address; \(advice)"
  }
}

extension WorldView {
  /// Why nobody knows the value of a label: of a namespace, if one of these selectors asks for it, else of pods.
  fileprivate func unknownLabel(_ selectors: [LabelSelector]) -> Sentence {
    let keys = Set(
      selectors.flatMap { selector in
        selector.matchLabels.map(\.key) + selector.addedLabels.map(\.key)
          + selector.matchExpressions.map(\.key.value)
      })
    if let (namespace, label) = world.unknownNamespaceLabels.first(where: { keys.contains($1.key) }) {
      let places = Sentence.joined(label.places.map { "\($0)" }, by: " and")
      return label.places.count > 1
        ? "that namespace \(namespace) has with two values: `\(label.key)`\(places)"
        : "of namespace \(namespace) whose value nobody knows: `\(label.key)`\(places)"
    }
    return !world.hasUnknownPodLabels ? "whose value a controller sets" : "whose value is not known"
  }
}
