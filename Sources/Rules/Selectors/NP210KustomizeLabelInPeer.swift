package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// A peer outside a kustomization that the kustomization changes, or forgets to change.
package enum NP210KustomizeLabelInPeer: Rule {
  package static let info = RuleInfo(
    id: "NP210", name: "kustomize-label-in-peer", severity: .error,
    summary: "A kustomization's labels in the selector of a peer that it does not own, or its old namespace in a peer.",
    rationale: """
      `commonLabels`, and `labels` with `includeSelectors: true`, are written into every podSelector that has \
      matchLabels, also into peers. Pods of another application (kube-dns, an ingress controller) do not carry these \
      labels, so that the peer matches nothing. A new `namespace`, on the other hand, changes no namespaceSelector.
      """,
    remedy: "use `labels` without includeSelectors, or select such peers by matchExpressions, which stay as they are",
    fix: .sometimes(.unsafe),
    bad: Example(
      """
      # kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources: [manifest.yaml]
      commonLabels: {team: shop}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
                podSelector:
                  matchLabels:
                    k8s-app: kube-dns # expect: NP210
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """),
    good: Example(
      """
      # kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources: [manifest.yaml]
      labels:
        - pairs: {team: shop}
          includeTemplates: true
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
                podSelector:
                  matchLabels:
                    k8s-app: kube-dns
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var peers = KustomizedPeers(analysis)
    // Where something stays, the namespace is there.
    let kept = Set(analysis.world.others.lazy.filter { $0.meta.isPlaced }.map { $0.meta.namespace })
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          switch peers.verdict(peer, in: policy) {
          case .alive: break
          case .undecided(let reason): sink.undecided(namespace: policy.meta.namespace, reason)
          case .dead: report(peer, of: rule, in: policy, analysis, &sink)
          }
          checkNamespace(peer, of: rule, in: policy, kept, analysis, &sink)
        }
      }
    }
  }

  private static func report(
    _ peer: Peer, of rule: PolicyRule, in policy: NetworkPolicy, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard let selector = peer.podSelector, let term = selector.terms.first else { return }
    let added = selector.addedLabels.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    sink.report(
      "the kustomization adds `\(added)` to this peer, whose pods are not its own",
      at: .podSelector(of: peer, in: rule, of: policy).term(term),
      .why("as built, the peer asks for \(selector.selector), and pods of another application do not have that"),
      .related(selector.addedLabels.prefix(1).map { RelatedPlace($0.keySpan, "written into selectors from here") }),
      .fix(fix(selector.addedLabels, analysis)))
  }

  private static func fix(_ added: [Label], _ analysis: Analysis) -> Fix? {
    if let edits = CommonLabelsText(added, analysis.sources)?.edits {
      return Fix(.unsafe, "write `labels` in place of `commonLabels`, which keeps out of all selectors", edits: edits)
    }
    return LabelPairsText.edit(added, analysis.sources).map {
      Fix(.unsafe, "leave out `includeSelectors`, and keep the labels on pods", edits: [$0])
    }
  }

  /// Reports a peer that names the namespace which the objects had before the kustomization.
  private static func checkNamespace(
    _ peer: Peer, of rule: PolicyRule, in policy: NetworkPolicy, _ kept: Set<String>, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    for term in peer.namespaceSelector?.terms ?? [] where term.key == metadataNameLabel && term.operator == .in {
      guard let old = term.values.first(where: { analysis.world.renamedNamespaces[$0] != nil }),
        let new = analysis.world.renamedNamespaces[old], new.value != old, !term.values.contains(new.value),
        !analysis.world.namespaces.contains(old), !kept.contains(old)
      else { continue }
      sink.report(
        "the kustomization moves namespace \(old) to \(new.value), and this peer still says \(old)",
        at: .namespaceSelector(of: peer, in: rule, of: policy).term(term),
        .why("`namespace` in a kustomization changes the namespace of objects, and no namespaceSelector"),
        .remedy("drop the namespaceSelector if the policy's own namespace is meant, or patch it"),
        .related(new.span, "the namespace becomes \(new.value) here"), .key(old))
    }
  }
}
