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
    let labels = NamespaceLabels(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard case .list(let peers, _) = rule.peers else { return }
        for peer in peers {
          guard let selector = peer.namespaceSelector else { continue }
          for term in selector.terms where term.operator == .in && !term.values.isEmpty {
            guard !term.values.contains(where: { labels.contains(term.key, $0) }) else { continue }
            check(term, at: peer.path(in: rule) + ".namespaceSelector.", rule, in: policy, labels, analysis, &sink)
          }
        }
      }
    }
  }

  private static func check(
    _ term: WrittenTerm, at path: String, _ rule: PolicyRule, in policy: NetworkPolicy, _ set: NamespaceLabels,
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let labels = analysis.facts.labels
    guard !labels.isWellKnownNamespaceLabel(term.key), !isSetByPlugin(term.key, analysis) else { return }
    let value = term.values[0]
    let lost = [
      Subject.lostPeers(rule.type, of: policy), .lostPeer(value, rule.type, of: policy), .rule(rule, of: policy),
    ]
    if labels.namespaceNameKeys.contains(term.key)
      || analysis.facts.networkPlugins.namespaceLabels.contains(term.key)
    {
      guard term.values.allSatisfy(looksLikeName) else { return }
      let edit = WrittenText(analysis.sources, at: term.span).replacing(term.span, term.key, with: metadataNameLabel)
      sink.report(
        "nothing in the input sets the namespace label `\(term.key): \(value)`", at: term.span, in: policy,
        path: path + term.path,
        why: "namespaces do not get this label by themselves; without it the peer matches nothing",
        fix: edit.map { edit in
          Fix(.unsafe, "write `\(metadataNameLabel): \(value)`, which the API server sets", edits: [edit])
        },
        key: "\(term.key)=\(value)", accountsFor: lost)
    } else if let near = set.near(term) {
      sink.report(
        "no Namespace of the input has the label `\(term.key): \(value)`; did you mean `\(near.key): \(near.value)`?",
        at: term.span, in: policy, path: path + term.path, why: "the peer matches nothing",
        remedy: "write a label that the Namespace has, or add this one to it", key: "\(term.key)=\(value)",
        accountsFor: lost)
    }
  }

  /// Whether the cluster's network plugin sets the label, as far as config and manifests say which one it is.
  private static func isSetByPlugin(_ key: String, _ analysis: Analysis) -> Bool {
    let named = analysis.configuration.cluster.cni.flatMap { analysis.facts.networkPlugins.plugin(named: $0) }
    return (analysis.plugins + [named].compactMap(\.self)).contains { $0.namespaceLabels.contains(key) }
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

/// Every label that a Namespace manifest or the config sets.
private struct NamespaceLabels {
  private struct Sketch: Hashable {
    let key: String
    let value: [UInt8]
  }

  private var all: Set<LabelSet.Pair> = []
  private var byValue: [String: [LabelSet.Pair]] = [:]
  /// By key, and what is left of the value when one letter is dropped or none: values that differ by one edit have one of
  /// these in common.
  private var bySketch: [Sketch: [LabelSet.Pair]] = [:]
  /// Whether every Namespace that could be meant was read.
  private let isComplete: Bool

  init(_ analysis: Analysis) {
    let world = analysis.world
    isComplete = world.namespaces.allSatisfy { world.isDeclared($0) }
    for namespace in world.namespaces {
      for pair in world.labels(ofNamespace: namespace).pairs where all.insert(pair).inserted {
        if !isComplete || pair.key == metadataNameLabel { continue }
        byValue[pair.value, default: []].append(pair)
        for value in NamespaceLabels.sketches(of: pair.value) {
          bySketch[Sketch(key: pair.key, value: value), default: []].append(pair)
        }
      }
    }
    // Also those of Namespaces that nobody applies yet, or that an alternative holds: the label is meant so.
    all.formUnion(analysis.context.shownNamespaceLabels)
  }

  func contains(_ key: String, _ value: String) -> Bool { all.contains(LabelSet.Pair(key: key, value: value)) }

  /// A label that was set and is nearly what a term asks for; `nil` where not all labels are known.
  func near(_ term: WrittenTerm) -> LabelSet.Pair? {
    let value = term.values[0]
    let sameKey = NamespaceLabels.sketches(of: value).flatMap { bySketch[Sketch(key: term.key, value: $0)] ?? [] }
      .filter { Suggestion.editDistance($0.value, value, atMost: 1) != nil }
    let sameValue = (byValue[value] ?? []).filter { Suggestion.editDistance($0.key, term.key, atMost: 2) != nil }
    return (sameKey + sameValue).min { ($0.key, $0.value) < ($1.key, $1.value) }
  }

  private static func sketches(of value: String) -> Set<[UInt8]> {
    let bytes = Array(value.utf8)
    var result: Set<[UInt8]> = [bytes]
    for index in bytes.indices {
      var shorter = bytes
      shorter.remove(at: index)
      result.insert(shorter)
    }
    return result
  }
}
