internal import Diagnostics
internal import Engine
internal import Facts
package import Model
internal import Traffic

/// What NP101 and NP102 have in common: whether a namespace denies a direction by default.
package enum DefaultDeny {
  /// Whether the policy denies a direction for every pod of its namespace except for what its rules name: a rule that
  /// lets everything through makes it no default deny, narrow ones (DNS, say) do not matter.
  package static func isDefaultDeny(_ policy: NetworkPolicy, _ type: PolicyType) -> Bool {
    policy.podSelector.isEmpty && policy.isolates(type)
      && !policy.rules(type).items.contains { $0.allowsAllPeers && $0.allowsAllPorts }
  }

  /// Whether a namespace has a default deny for a direction.
  static func exists(in group: NamespaceGroup, _ type: PolicyType, _ world: World) -> Bool {
    group.policies.contains { isDefaultDeny(world[$0], type) }
  }

  /// Reports the namespaces that no policy denies a direction for.
  static func check(_ type: PolicyType, _ analysis: Analysis, _ sink: inout FindingSink) {
    var evidence = SelectorEvidence(analysis)
    var templates = TemplateSources(analysis.sources)
    for group in analysis.namespaceGroups where !analysis.facts.labels.isSystemNamespace(group.namespace) {
      guard let place = group.place(in: analysis.world), !exists(in: group, type, analysis.world) else { continue }
      if let other = analysis.otherPolicyAPI(in: group.namespace) {
        sink.undecided(namespace: group.namespace, other.isNotEvaluated)
        continue
      }
      if !isPlaced(group, analysis.world) {
        sink.undecided(
          namespace: group.namespace, "no manifest names the namespace, and none of its workloads was read")
        continue
      }
      switch analysis.view.tierDeny(type, in: group.namespace) {
      case .yes: continue
      case .unknown:
        sink.undecided(
          namespace: group.namespace, "a policy for the whole cluster may deny by default: what it selects is not known"
        )
        continue
      case .no: break
      }
      let isRelease = isRelease(group, analysis.world, &templates)
      report(group, type, at: place, isRelease: isRelease, analysis, &evidence, &sink)
    }
  }

  /// Whether some manifest names the namespace, or a workload shows what is in it: policies alone that name none may be
  /// meant for any.
  private static func isPlaced(_ group: NamespaceGroup, _ world: World) -> Bool {
    !group.workloads.isEmpty || group.declaration != nil || group.policies.contains { world[$0].meta.isPlaced }
  }

  /// Whether all that is known of a namespace was rendered from a chart: others may add policies to it.
  private static func isRelease(_ group: NamespaceGroup, _ world: World, _ templates: inout TemplateSources) -> Bool {
    let spans =
      group.policies.map { world[$0].meta.span } + group.workloads.map { world[$0].meta.span }
      + [group.declaration?.meta.span].compactMap(\.self)
    return spans.allSatisfy { templates.template(of: $0) != nil }
  }

  private static func report(
    _ group: NamespaceGroup, _ type: PolicyType, at place: Place, isRelease: Bool, _ analysis: Analysis,
    _ evidence: inout SelectorEvidence, _ sink: inout FindingSink
  ) {
    let direction = type.field
    // Whoever applies these wrote none of them.
    let maker = analysis.vendorPolicies.maker(guarding: group, analysis.world)
    let isOthers = maker != nil || isRelease
    let remedy = """
      add a policy with `podSelector: {}` and `policyTypes: [\(type.rawValue)]` to the namespace, and allow what is \
      needed by others
      """
    let details: [Finding.Detail] = [
      .remedy(remedy), .fix(isOthers ? nil : DefaultDenyText.fix(group, type, analysis)),
      .accountsFor([.defaultDeny(type, in: group.reference)]),
    ]
    if group.policies.isEmpty {
      sink.report(
        "namespace \(group.namespace) has no NetworkPolicy: all of its pods are open for \(direction)", at: place,
        details + [.severity(.note), .common("no policy")])
      return
    }
    let by = maker.map { " of its own beside what \($0) writes" } ?? ""
    let gap = gap(group, type, &evidence, analysis)
    // Where no policy speaks of egress, nobody has begun with it.
    let isSpokenOf = type == .ingress || group.policies.contains { analysis.world[$0].isolates(.egress) }
    sink.report(
      "namespace \(group.namespace) has no default deny for \(direction)\(by)\(gap.what)", at: place,
      details + [
        .severity(isOthers ? .note : isSpokenOf && gap.isOpen ? nil : .warning),
        .why(isRelease ? "of the namespace a rendered chart alone is known: others may deny by default" : gap.why),
        .related(
          gap.pods.prefix(3).map { RelatedPlace($0.meta.name.span, "no policy isolates this one for \(direction)") }),
        .mayFollowFrom([.defaultDeny(type, in: group.reference)]), .common("no default deny\(by)"),
      ])
  }

  /// What the policies of a namespace leave open.
  private struct Gap {
    /// What the message goes on with.
    var what = ""
    var why: String?
    var pods: [Workload] = []
    /// Whether pods are open that are there, or that a selector shows.
    var isOpen = true
  }

  private static func gap(
    _ group: NamespaceGroup, _ type: PolicyType, _ evidence: inout SelectorEvidence, _ analysis: Analysis
  ) -> Gap {
    let all = openWorkloads(in: group, type, analysis)
    // What takes no calls need not be closed to them.
    let open = type == .egress ? all : all.filter(\.mayBeCalled)
    if let first = open.first {
      let (others, verb) = open.count == 1 ? ("", "is") : (" and \(open.count - 1) more", "are")
      return Gap(what: ", and \(first.meta.kind) \(first.meta.name.value)\(others) \(verb) open", pods: open)
    }
    if let selector = openInferred(in: group, type, analysis, &evidence) {
      return Gap(what: ", and any pod with \(selector) is open")
    }
    return Gap(
      why: known(all, of: group) + ", but a pod that is added tomorrow is open for \(type.field)", isOpen: false)
  }

  /// What is said of a namespace none of whose pods is open in a way that matters.
  private static func known(_ open: [Workload], of group: NamespaceGroup) -> String {
    guard let first = open.first else {
      return group.workloads.isEmpty ? "none of its pods was read" : "of the pods that are known none is certainly open"
    }
    let others = open.count == 1 ? "" : " and \(open.count - 1) more"
    let verb = open.count == 1 ? "is" : "are"
    return "of the pods that are known only \(first.meta.kind) \(first.meta.name.value)\(others) \(verb) open, "
      + "and no calls are taken there"
  }

  /// The workloads that no policy isolates in the direction, none that may either, and to which another tier does not
  /// deny it; policies do not apply to hostNetwork pods.
  static func openWorkloads(in group: NamespaceGroup, _ type: PolicyType, _ analysis: Analysis) -> [Workload] {
    group.workloads.filter {
      let podClass = analysis.reach.podClass(of: $0)
      return !analysis.world[$0].hostNetwork && analysis.reach.isIsolated(podClass, type) == .no
        && !analysis.reach.isClosedByTier(podClass, type)
    }.map { analysis.world[$0] }
  }

  /// The selector of pods that were not read, that a policy of the group is for, or names as a peer in its own namespace,
  /// and that no policy isolates, whatever further labels they have. Where workloads of the namespace were read, only
  /// those count that something shows to exist; the podSelector of a split peer is meant for another namespace.
  private static func openInferred(
    in group: NamespaceGroup, _ type: PolicyType, _ analysis: Analysis, _ evidence: inout SelectorEvidence
  ) -> Selector? {
    let policies = group.policies.map { analysis.world[$0] }
    let isolating = SelectorOverlaps(Set(policies.filter { $0.isolates(type) }.map(\.podSelector.selector)))
    let inferred = analysis.reach.inferredClasses
    var asked: Set<ClassID> = []
    func mayExist(_ selector: Selector) -> Bool {
      if !analysis.world.isDescribed(group.namespace) { return true }
      if case .exists = evidence.verdict(selector, in: group.namespace) { return true }
      return false
    }
    func firstOpen(_ classes: ClassSet) -> Selector? {
      for id in classes.intersection(inferred).ids where asked.insert(id).inserted {
        guard case .inferred(let selector) = analysis.reach[id].origin, selector != .everything,
          analysis.reach.isIsolated(id, type) == .no, !isolating.overlaps(selector),
          mayExist(selector)
        else { continue }
        return selector
      }
      return nil
    }
    for policy in policies {
      if !policy.isolates(type), !policy.podSelector.isEmpty,
        let selector = firstOpen(analysis.reach.subjects(of: policy))
      {
        return selector
      }
      for rule in PolicyType.allCases.lazy.flatMap({ policy.effectiveRules($0) }) {
        let split = Set(SplitPeers.find(in: rule, analysis.facts.labels).map(\.pods.index))
        for peer in rule.peers.items
        where peer.namespaceSelector == nil && peer.podSelector != nil && !split.contains(peer.index) {
          if let selector = firstOpen(analysis.reach.pods(of: peer, in: policy)) { return selector }
        }
      }
    }
    return nil
  }
}
