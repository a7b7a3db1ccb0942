package import Diagnostics
internal import Engine
internal import Model

/// A selector that no set of labels can satisfy.
package enum NP206ContradictorySelector: Rule {
  package static let info = RuleInfo(
    id: "NP206", name: "contradictory-selector", severity: .error,
    summary: "A selector that can never match anything.",
    rationale: """
      All terms of a selector must hold at once. Where two of them exclude each other the API server accepts the \
      policy, and it selects nothing for ever.
      """,
    remedy: "delete one of the terms, or use two policies or two peers if either is meant",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector:
          matchLabels: {app: web}
          matchExpressions:
            - {key: app, operator: In, values: [api, worker]} # expect: NP206
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector:
          matchExpressions:
            - {key: app, operator: In, values: [web, api, worker]}
        policyTypes: [Ingress]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for policy in analysis.askedPolicies where policy.isSound {
      check(
        policy.podSelector, at: .podSelector(of: policy),
        lost: meant(policy, analysis).flatMap { workload in
          PolicyType.allCases.flatMap { analysis.lostTraffic($0, of: policy, meaning: workload) }
        }, &sink)
    }
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard case .list(let peers, _) = rule.peers else { return }
        for peer in peers {
          if let selector = peer.podSelector {
            check(
              selector, at: .podSelector(of: peer, in: rule, of: policy),
              lost: lost(selector, rule, policy, analysis),
              &sink)
          }
          if let selector = peer.namespaceSelector {
            check(
              selector, at: .namespaceSelector(of: peer, in: rule, of: policy),
              lost: [.lostPeers(type, of: policy)] + selector.namedValues.map { .lostPeer($0, type, of: policy) }, &sink
            )
          }
        }
      }
    }
  }

  private static func check(
    _ selector: LabelSelector, at place: @autoclosure () -> Place, lost: @autoclosure () -> [Subject],
    _ sink: inout FindingSink
  ) {
    guard let key = selector.selector.requirements.first(where: { $0.operator == .in && $0.values.isEmpty })?.key,
      let last = selector.term(key)
    else { return }
    let others = selector.terms.filter { $0.key == key && $0.span != last.span }
    sink.report(
      "what is asked of `\(key)` contradicts itself: the selector can never match", at: place().term(last),
      .related(others.map { RelatedPlace($0.span, "this asks for something else of the same key") }), .key(key),
      .accountsFor(lost()))
  }

  /// The pods that a policy means: those with all labels that it asks for by their values, whatever else it asks of these.
  private static func meant(_ policy: NetworkPolicy, _ analysis: Analysis) -> [Workload] {
    let terms = policy.podSelector.terms.filter { $0.operator == .in && !$0.values.isEmpty }
    if terms.isEmpty { return [] }
    let selector = Selector(terms.map { SelectorRequirement(key: $0.key, .in, $0.values) })
    if selector.isContradictory { return [] }
    return analysis.selection.pods(selector, in: policy.meta.namespace).certain.prefix(8).map { analysis.world[$0] }
  }

  /// The pods that a selector means by one of the labels that it asks for.
  private static func lost(
    _ selector: LabelSelector, _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis
  ) -> [Subject] {
    let namespace = policy.meta.namespace
    let pods = selector.terms.filter { $0.operator == .in && !$0.values.isEmpty }.flatMap { term in
      analysis.selection.pods(
        Selector([SelectorRequirement(key: term.key, .in, term.values)]), in: namespace
      ).certain.prefix(8)
    }
    return [.lostPeers(rule.type, of: policy)]
      + pods.map { .lostPeer(analysis.world[$0].meta.title, rule.type, of: policy) }
      + selector.namedValues.map { .lostPeer($0, rule.type, of: policy) }
  }
}
