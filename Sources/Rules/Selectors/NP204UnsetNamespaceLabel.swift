package import Diagnostics
internal import Engine
internal import Facts
internal import Model

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
    let set = namespaceLabels(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard case .list(let peers, _) = rule.peers else { return }
        for peer in peers {
          guard let selector = peer.namespaceSelector else { continue }
          for term in selector.terms where term.operator == .in && !term.values.isEmpty {
            guard !term.values.contains(where: { set.contains(Pair(key: term.key, value: $0)) }) else { continue }
            check(term, at: peer.path(in: rule) + ".namespaceSelector.", in: policy, set, analysis, &sink)
          }
        }
      }
    }
  }

  private struct Pair: Hashable {
    let key: String
    let value: String
  }

  /// Every label that a Namespace manifest or the config sets.
  private static func namespaceLabels(_ analysis: Analysis) -> Set<Pair> {
    var result: Set<Pair> = []
    for namespace in analysis.world.namespaces {
      for pair in analysis.world.labels(ofNamespace: namespace).pairs {
        result.insert(Pair(key: pair.key, value: pair.value))
      }
    }
    return result
  }

  private static func check(
    _ term: WrittenTerm, at path: String, in policy: NetworkPolicy, _ set: Set<Pair>, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let labels = analysis.facts.labels
    guard !labels.isWellKnownNamespaceLabel(term.key) else { return }
    let value = term.values[0]
    if labels.namespaceNameKeys.contains(term.key) {
      guard term.values.allSatisfy(looksLikeName) else { return }
      let isMatchLabel = term.path.hasPrefix("matchLabels")
      sink.report(
        "nothing in the input sets the namespace label `\(term.key): \(value)`", at: term.span, in: policy,
        path: path + term.path,
        why: "namespaces do not get this label by themselves; without it the peer matches nothing",
        fix: isMatchLabel
          ? Fix(
            .unsafe, "write `\(metadataNameLabel): \(value)`, which the API server sets",
            edits: [Fix.Edit(term.span, metadataNameLabel)]) : nil,
        key: "\(term.key)=\(value)")
    } else if let near = nearMiss(term, set, analysis) {
      sink.report(
        "no Namespace of the input has the label `\(term.key): \(value)`; did you mean `\(near.key): \(near.value)`?",
        at: term.span, in: policy, path: path + term.path, why: "the peer matches nothing",
        remedy: "write a label that the Namespace has, or add this one to it", key: "\(term.key)=\(value)")
    }
  }

  /// A label that was set and is nearly this one, where every Namespace that could be meant was read.
  private static func nearMiss(_ term: WrittenTerm, _ set: Set<Pair>, _ analysis: Analysis) -> Pair? {
    guard analysis.world.namespaces.allSatisfy({ analysis.world.isDeclared($0) }) else { return nil }
    return set.filter { pair in
      pair.key != metadataNameLabel
        && (pair.key == term.key && Suggestion.editDistance(pair.value, term.values[0], atMost: 1) != nil
          || pair.value == term.values[0] && Suggestion.editDistance(pair.key, term.key, atMost: 2) != nil)
    }.min { ($0.key, $0.value) < ($1.key, $1.value) }
  }

  /// A DNS label: lower-case letters, digits and dashes.
  private static func looksLikeName(_ value: String) -> Bool {
    !value.isEmpty && value.utf8.count <= 63
      && value.utf8.allSatisfy {
        ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
          || $0 == UInt8(ascii: "-")
      }
  }
}
