package import Diagnostics
internal import Model

/// Egress to all pods of the cluster.
package enum NP412EgressToAllNamespaces: Rule {
  package static let info = RuleInfo(
    id: "NP412", name: "egress-to-all-namespaces", severity: .warning,
    summary: "Egress to every pod of every namespace.",
    rationale: """
      An empty namespaceSelector without a podSelector leads to every pod of the cluster, also those of other teams and \
      of the platform: a pod that is taken over can try all of them. Rules for DNS alone are left alone, for its pods \
      may be in any namespace.
      """,
    remedy: "name the namespaces, or the pods, that are called",
    citations: ["164.312(a)(1)"], yieldsTo: ["NP405", "NP410"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector: {} # expect: NP412
            ports: [{port: 9200}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector: {}
            ports: [{port: 53, protocol: UDP}, {port: 53}]
          - to:
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: search}}
            ports: [{port: 9200}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.egress) { policy, rule in
      guard case .list(let peers, _) = rule.peers, !rule.isForDNS else { return }
      let open = peers.compactMap { peer in peer.everyPodBut.map { (peer, everyNamespace(but: $0)) } }
      let isAll = open.count == peers.count
      // Beside a peer that is every pod the others of the rule add nothing.
      let isWhole = open.contains { $0.0.isEveryPod }
      for (peer, namespaces) in open where peer.isEveryPod || !isWhole {
        sink.report(
          "egress to every pod of \(namespaces)" + (rule.allowsAllPorts ? ", on every port" : ""),
          at: .peer(peer, in: rule, of: policy),
          .accountsFor([.width(rule, of: policy)] + (isAll ? [.rule(rule, of: policy)] : [])))
      }
    }
  }
}
