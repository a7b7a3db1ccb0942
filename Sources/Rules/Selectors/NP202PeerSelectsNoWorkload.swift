package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A peer whose selectors match none of the workloads that they speak of.
package enum NP202PeerSelectsNoWorkload: Rule {
  package static let info = RuleInfo(
    id: "NP202", name: "peer-selects-no-workload", severity: .warning,
    summary: "A peer that matches no workload of the namespaces that it speaks of.",
    rationale: """
      A rule for a peer that does not exist allows nothing. Reported as for the policy's own selector: where a \
      workload is near, or where enough of the namespace was read and nothing else explains the gap.
      """,
    remedy: "write the labels that the peer's pods have, and the namespace that they are in",
    fix: .sometimes(.unsafe), yieldsTo: ["NP410", "NP309"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: redis}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - podSelector:
                  matchLabels:
                    app: api-gatway # expect: NP202
            ports: [{port: 6379}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: gateway, namespace: shop, labels: {app: api-gateway}}
      spec: {containers: [{name: gateway, image: gateway}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: redis}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - podSelector:
                  matchLabels:
                    app: api-gateway
            ports: [{port: 6379}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: gateway, namespace: shop, labels: {app: api-gateway}}
      spec: {containers: [{name: gateway, image: gateway}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var evidence = SelectorEvidence(analysis)
    var kustomized = KustomizedPeers(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        let peers = rule.peers.items
        var split: Set<Int>?
        for peer in peers {
          guard let selector = peer.podSelector, !selector.isEmpty, !selector.selector.isContradictory else { continue }
          let pods = analysis.selection.pods(of: peer, in: policy)
          guard pods.isEmpty else {
            checkHostNetwork(pods, peer, selector, of: rule, in: policy, analysis, &sink)
            checkValues(peer, selector, of: rule, in: policy, analysis, &evidence, &sink)
            checkJobName(pods, peer, selector, of: rule, in: policy, analysis, &sink)
            continue
          }
          if split == nil {
            let pairs = SplitPeers.find(in: rule, analysis.facts.labels)
            split = Set(pairs.flatMap { [$0.namespaces.index, $0.pods.index] })
          }
          if split?.contains(peer.index) == true { continue }
          // NP210 speaks of those.
          if case .dead = kustomized.verdict(peer, in: policy) { continue }
          check(peer, selector, of: rule, in: policy, analysis, &evidence, &sink)
        }
      }
    }
  }

  /// Pods that use their node's network: no selector matches them, but for the ones of OpenShift that are made for it.
  private static func checkHostNetwork(
    _ pods: Matches, _ peer: Peer, _ selector: LabelSelector, of rule: PolicyRule, in policy: NetworkPolicy,
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    // A peer may match very many: the first that does not use it settles the question.
    guard !pods.inAnyOrder.contains(where: { !analysis.world[$0].hostNetwork }) else { return }
    let workloads = [pods.certain, pods.possible].lazy.joined().map { analysis.world[$0] }
    guard let first = workloads.first(where: { _ in true }), workloads.allSatisfy({ $0.hostNetwork }),
      !(peer.namespaceSelector?.terms.contains { analysis.facts.labels.hostNetworkLabels.contains($0.key) } ?? false)
    else { return }
    let count = pods.certain.count + pods.possible.count
    let others = count == 1 ? "" : " and \(count - 1) more"
    sink.report(
      "\(selector.text(analysis.sources)) matches \(first.meta.kind) \(first.meta.name.value)\(others) alone, "
        + "which no selector stands for: it uses its node's network",
      at: .podSelector(of: peer, in: rule, of: policy).term(selector.terms.first),
      .why("to policies its traffic is the node's, so that the rule allows nothing for this peer"),
      .remedy("name the nodes' addresses by an ipBlock"), .related(first.meta.name.span, "it uses the host's network"),
      .accountsFor([
        .lostPeers(rule.type, of: policy), .lostPeer(first.meta.title, rule.type, of: policy), .rule(rule, of: policy),
      ]))
  }

  /// The name of a CronJob, where the name of a Job is asked for.
  private static func checkJobName(
    _ pods: Matches, _ peer: Peer, _ selector: LabelSelector, of rule: PolicyRule, in policy: NetworkPolicy,
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard let name = JobNames.lost(selector, pods, analysis) else { return }
    sink.report(
      name.message, at: .podSelector(of: peer, in: rule, of: policy).term(name.term),
      .why("the rule allows nothing for this peer"),
      .remedy("label the pod template of the CronJob, and name that label"),
      .related(name.cronJob.meta.name.span, "this CronJob"),
      .accountsFor(
        [.lostPeers(rule.type, of: policy), .lostPeer(name.cronJob.meta.title, rule.type, of: policy)]
          + (rule.peers.items.count == 1 ? [.rule(rule, of: policy)] : [])))
  }

  /// Values of a list that match nothing while the others do.
  private static func checkValues(
    _ peer: Peer, _ selector: LabelSelector, of rule: PolicyRule, in policy: NetworkPolicy, _ analysis: Analysis,
    _ evidence: inout SelectorEvidence, _ sink: inout FindingSink
  ) {
    guard let namespaces = analysis.namedNamespaces(of: peer, in: policy), namespaces.count == 1,
      !evidence.isInAnotherUnit(selector.selector, namespaces[0]),
      let lost = LostValue(selector, in: namespaces[0], analysis, &evidence),
      !isNamed(lost.near.workload, besides: peer, of: rule, in: policy, analysis)
    else { return }
    lost.report(
      at: .podSelector(of: peer, in: rule, of: policy),
      accountsFor: [
        .lostPeers(rule.type, of: policy), .lostPeer(lost.near.workload.meta.title, rule.type, of: policy),
      ], &sink)
  }

  /// Whether another peer of the policy's direction names a workload.
  private static func isNamed(
    _ workload: Workload, besides peer: Peer, of rule: PolicyRule, in policy: NetworkPolicy, _ analysis: Analysis
  ) -> Bool {
    policy.effectiveRules(rule.type).lazy.flatMap(\.peers.items).contains { other in
      guard other.span != peer.span, let selector = other.podSelector, !selector.isEmpty,
        other.namespaceSelector != nil || workload.meta.namespace == policy.meta.namespace
      else { return false }
      return selector.selector.matches(workload.labels) == .yes
    }
  }

  private static func check(
    _ peer: Peer, _ selector: LabelSelector, of rule: PolicyRule, in policy: NetworkPolicy, _ analysis: Analysis,
    _ evidence: inout SelectorEvidence, _ sink: inout FindingSink
  ) {
    guard let namespaces = analysis.namedNamespaces(of: peer, in: policy) else { return }
    let place = Place.podSelector(of: peer, in: rule, of: policy)
    var isMissing = true
    for namespace in namespaces {
      if evidence.isInAnotherUnit(selector.selector, namespace) { return }
      switch evidence.verdict(of: selector, in: namespace, isPeer: true) {
      case .exists: return
      case .nearMiss(let near) where namespaces.count == 1:
        // What another peer of the policy names is not meant by this one.
        if isNamed(near.workload, besides: peer, of: rule, in: policy, analysis) { return }
        sink.reportNearMiss(
          near, "\(selector.text(analysis.sources)) matches no workload of namespace \(namespace)", selector,
          at: place, in: policy, analysis.sources, why: "the rule allows nothing for this peer",
          accountsFor: [
            .lostPeers(rule.type, of: policy), .lostPeer(near.workload.meta.title, rule.type, of: policy),
            .rule(rule, of: policy),
          ], mayFollowFrom: [.noPods(selector.selector, in: namespace)],
          elsewhere: { "select namespace \($0) in the same item: `\(metadataNameLabel): \($0)`" })
        return
      case .undecided(let reason):
        sink.undecided(namespace: namespace, reason)
        isMissing = false
      case .nearMiss, .missing: break
      }
    }
    guard isMissing else { return }
    let isElsewhere =
      peer.namespaceSelector == nil && selector.namedValues.contains(where: analysis.facts.labels.isWellKnownComponent)
    let home = namespaces.count == 1 ? "namespace \(namespaces[0])" : "the \(namespaces.count) namespaces selected"
    sink.report(
      "\(selector.text(analysis.sources)) matches none of the workloads that were read of \(home)",
      at: place.term(selector.terms.first),
      .remedy(
        isElsewhere
          ? "name the namespace that these pods run in, by a namespaceSelector in the same item: without one, the pods of "
            + "\(home) are meant"
          : "correct the labels, delete the peer, or add the manifests of these pods to the input"),
      .accountsFor([.lostPeers(rule.type, of: policy), .rule(rule, of: policy)]),
      .mayFollowFrom(namespaces.count == 1 ? [.noPods(selector.selector, in: namespaces[0])] : []))
  }
}
