package import Diagnostics
internal import Model

/// A term of a selector that changes nothing.
package enum NP209RedundantSelectorTerm: Rule {
  package static let info = RuleInfo(
    id: "NP209", name: "redundant-selector-term", severity: .note,
    summary: "A term of a selector without which it matches the same.",
    rationale: """
      All terms of a selector must hold. One that follows from the others makes it longer to read, and suggests a \
      condition that is not there.
      """,
    remedy: "delete the term",
    fix: .sometimes(.safe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: web
          matchExpressions:
            - key: app # expect: NP209
              operator: Exists
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: web
          matchExpressions:
            - key: tier
              operator: Exists
        policyTypes: [Ingress]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for policy in analysis.world.policies where policy.isSound {
      check(policy.podSelector, at: .podSelector(of: policy), given: [], analysis, &sink)
    }
    // The API server names every namespace.
    let named = [SelectorRequirement(key: metadataNameLabel, .exists)]
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          if let selector = peer.podSelector {
            check(selector, at: .podSelector(of: peer, in: rule, of: policy), given: [], analysis, &sink)
          }
          if let selector = peer.namespaceSelector {
            check(selector, at: .namespaceSelector(of: peer, in: rule, of: policy), given: named, analysis, &sink)
          }
        }
      }
    }
  }

  /// - Parameter given: what holds for everything that the selector chooses from.
  private static func check(
    _ selector: LabelSelector, at place: @autoclosure () -> Place, given: [SelectorRequirement],
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    // Twin keys of matchLabels are NP002's.
    guard !selector.matchExpressions.isEmpty, !selector.selector.isContradictory else { return }
    let terms = selector.terms
    var kept = terms.compactMap(requirement)
    guard kept.count == terms.count else { return }
    // From the end: of two equal terms the later one goes.
    for index in terms.indices.reversed() where index >= selector.matchLabels.count {
      var others = kept
      others.remove(at: index)
      guard Selector(others + given).implies(Selector([kept[index]])) else { continue }
      let related = terms.filter { $0.key == terms[index].key && $0.span != terms[index].span }
      sink.report(
        "what is asked of `\(terms[index].key)` here follows from the rest of the selector",
        at: place().term(terms[index]),
        .why(related.isEmpty ? "every namespace has this label: the API server sets it" : nil),
        .related(related.map { RelatedPlace($0.span, "this asks for as much, or more") }),
        .fix(fix(selector.matchExpressions, index - selector.matchLabels.count, related.first, analysis)),
        .key(terms[index].key))
      kept = others
    }
  }

  /// The only expression stays: `matchExpressions` without any says nothing.
  private static func fix(
    _ expressions: [SelectorTerm], _ index: Int, _ other: WrittenTerm?, _ analysis: Analysis
  ) -> Fix? {
    guard expressions.count > 1, expressions.indices.contains(index) else { return nil }
    let span = expressions[index].span
    let text = WrittenText(analysis.sources, at: span)
    if let edit = text.removing(span) { return Fix(.safe, "delete it", edits: [edit]) }
    guard let other else { return nil }
    let rest = expressions.first { $0.key.span == other.span || $0.span == other.span }?.span
    return text.removing(span, movingCommentTo: rest ?? other.valueSpans.last ?? other.span)
      .map { Fix(.safe, "delete it, and say beside the other term what its comment says", edits: $0) }
  }

  private static func requirement(_ term: WrittenTerm) -> SelectorRequirement? {
    term.operator.map { SelectorRequirement(key: term.key, $0, term.values) }
  }
}
