package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Ingress from all pods of the cluster.
package enum NP402IngressFromAllNamespaces: Rule {
  package static let info = RuleInfo(
    id: "NP402", name: "ingress-from-all-namespaces", severity: .warning, lower: [.note],
    summary: "Ingress from every pod of every namespace.",
    rationale: """
      An empty namespaceSelector without a podSelector lets every pod of the cluster in, also those of other teams. It \
      is often written for health checks, which need no rule: the kubelet of the pod's own node is always allowed. DNS \
      servers are there for all pods, and are left alone.
      """,
    remedy: "name the namespaces, or the pods, that need to connect; kubelet probes need no rule",
    citations: ["164.312(a)(1)"], yieldsTo: ["NP409", "NP405", "NP303"], followsFrom: ["NP201"],
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
              - namespaceSelector: {} # expect: NP402
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
              - namespaceSelector: {}
                podSelector: {matchLabels: {role: web-client}}
            ports: [{port: 8080}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var scrapes: ScrapeIndex?
    func isScraped(_ number: UInt16, _ policy: NetworkPolicy) -> Bool {
      let index = scrapes ?? ScrapeIndex(analysis)
      scrapes = index
      return analysis.selection.pods(of: policy).inAnyOrder.contains { id in
        index.scrapes(of: id).contains { $0.ports.contains(number, .tcp) }
      }
    }
    analysis.forEachRule(.ingress) { policy, rule in
      guard case .list(let peers, _) = rule.peers, !(rule.isForDNS && analysis.isForDNSServers(policy)) else { return }
      let open = peers.compactMap { peer in peer.everyPodBut.map { (peer, everyNamespace(but: $0)) } }
      let isAll = open.count == peers.count
      // Beside a peer that is every pod the others of the rule add nothing.
      let isWhole = open.contains { $0.0.isEveryPod }
      for (peer, namespaces) in open where peer.isEveryPod || !isWhole {
        sink.report(
          "ingress from every pod of \(namespaces)" + (rule.allowsAllPorts ? ", on every port" : ""),
          at: .peer(peer, in: rule, of: policy),
          .severity(isForMetrics(rule, analysis) { isScraped($0, policy) } ? .note : nil),
          .accountsFor([.width(rule, of: policy)] + (isAll ? [.rule(rule, of: policy)] : [])))
      }
    }
  }
}

extension NP402IngressFromAllNamespaces {
  /// Whether a rule is for what scrapes metrics alone: named so, an exporter's ports, or those that a monitor
  /// or an annotation asks for.
  private static func isForMetrics(
    _ rule: PolicyRule, _ analysis: Analysis, isScraped: (UInt16) -> Bool
  ) -> Bool {
    !rule.ports.items.isEmpty
      && rule.ports.items.allSatisfy { port in
        if case .named(let name) = port.number { return name.contains("metrics") || name.hasPrefix("prom") }
        return port.singleNumber.map {
          analysis.facts.portSets.exporterPorts.contains($0, port.transport) || port.transport == .tcp && isScraped($0)
        } ?? false
      }
  }
}
