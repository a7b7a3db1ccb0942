package import Diagnostics
internal import Facts
internal import Model

/// A well-known component that is named by its labels alone, in whatever namespace.
package enum NP413NamespaceNotPinned: Rule {
  package static let info = RuleInfo(
    id: "NP413", name: "namespace-not-pinned", severity: .note,
    summary:
      "A well-known component is named by its labels in any namespace: whoever sets these labels is taken for it.",
    rationale: """
      Whoever may create pods in any namespace can give them the labels of an ingress controller or of Prometheus. With \
      `namespaceSelector: {}` that is all it takes to be let in, or to be sent to. Name the namespace that the component \
      runs in beside its labels. DNS is left alone, for it is called in every cluster under another namespace.
      """,
    remedy: "name the namespace too, by `kubernetes.io/metadata.name`",
    citations: ["164.312(a)(1)"], followsFrom: ["NP201"],
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
              - namespaceSelector: {} # expect: NP413
                podSelector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
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
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
                podSelector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
              - namespaceSelector: {}
                podSelector: {matchLabels: {role: web-client}}
            ports: [{port: 8080}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items where peer.takesAllNamespaces {
          guard let name = peer.podSelector?.namedValues.first(where: { isWellKnown($0, analysis) }) else { continue }
          sink.report(
            "any namespace may have pods with the labels of \(name)", at: .peer(peer, in: rule, of: policy),
            .why(
              type == .ingress
                ? "whoever sets them is let in, whatever namespace it is in"
                : "whoever sets them is sent to, whatever namespace it is in"), .key(name))
        }
      }
    }
  }

  /// Whether a value of a label is the name of a component that runs in a namespace of its own.
  private static func isWellKnown(_ name: String, _ analysis: Analysis) -> Bool {
    let labels = analysis.facts.labels
    return !labels.isDNSPodName(name) && labels.isWellKnownComponent(name)
  }
}
