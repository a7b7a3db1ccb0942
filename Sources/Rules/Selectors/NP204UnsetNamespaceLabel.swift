internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A namespaceSelector with a label that no namespace is known to have.
package enum NP204UnsetNamespaceLabel: Rule {
  package static let info = RuleInfo(
    id: "NP204", name: "unset-namespace-label", severity: .warning,
    summary: "A namespace label such as `name: …` that nothing in the input sets.",
    rationale: """
      The API server labels each namespace with kubernetes.io/metadata.name and nothing else. A label like `name` is \
      there only if somebody set it by hand; where it is missing the peer matches nothing, without a word.
      """,
    remedy: "select the namespace by `kubernetes.io/metadata.name`, or set the label in the Namespace manifest",
    fix: .sometimes(.unsafe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector:
                  matchLabels:
                    name: ingress-nginx # expect: NP204
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: ingress-nginx
            ports: [{port: 8080}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let labels = analysis.namespaceLabels
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard case .list(let peers, _) = rule.peers else { return }
        for peer in peers {
          guard let selector = peer.namespaceSelector else { continue }
          for term in selector.terms where term.operator == .in && !term.values.isEmpty {
            guard labels.setsNone(of: term) else { continue }
            let place = Place.namespaceSelector(of: peer, in: rule, of: policy).term(term)
            check(term, at: place, rule, in: policy, labels, analysis, &sink)
          }
        }
      }
    }
  }

  private static func check(
    _ term: WrittenTerm, at place: Place, _ rule: PolicyRule, in policy: NetworkPolicy, _ set: NamespaceLabels,
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard !set.isSetElsewhere(term.key) else { return }
    let value = term.values[0]
    let lost = [
      Subject.lostPeers(rule.type, of: policy), .lostPeer(value, rule.type, of: policy), .rule(rule, of: policy),
    ]
    if set.meansName(term.key) {
      guard term.values.allSatisfy(NamespaceLabels.looksLikeName) else { return }
      let edit = WrittenText(analysis.sources, at: term.span).replacing(term.span, term.key, with: metadataNameLabel)
      sink.report(
        "nothing in the input sets the namespace label `\(term.key): \(value)`",
        at: place, .why("namespaces do not get this label by themselves; without it the peer matches nothing"),
        .fix(
          edit.map { edit in
            Fix(.unsafe, "write `\(metadataNameLabel): \(value)`, which the API server sets", edits: [edit])
          }),
        .key("\(term.key)=\(value)"), .accountsFor(lost))
    } else if let near = set.near(term) {
      sink.report(
        "no Namespace of the input has the label `\(term.key): \(value)`; did you mean `\(near.key): \(near.value)`?",
        at: place,
        .why("the peer matches nothing"), .remedy("write a label that the Namespace has, or add this one to it"),
        .key("\(term.key)=\(value)"), .accountsFor(lost))
    }
  }
}
