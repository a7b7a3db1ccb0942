package import Diagnostics
internal import Model

/// DNS to any resolver in the world.
package enum NP312DNSToAnyone: Rule {
  package static let info = RuleInfo(
    id: "NP312", name: "dns-to-anyone", severity: .warning,
    summary: "Port 53 to everyone: a tunnel to any resolver.",
    rationale: """
      Data can be carried out of the cluster inside of DNS queries to a server of the attacker's. Pods need the \
      cluster's DNS service only. The DNS servers themselves have to ask others, and are left alone.
      """,
    remedy: """
      name the DNS pods: `namespaceSelector` with kubernetes.io/metadata.name: kube-system and `podSelector` with \
      k8s-app: kube-dns, in one item
      """,
    citations: ["164.312(e)(1)"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [] # expect: NP312
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
                podSelector: {matchLabels: {k8s-app: kube-dns}}
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.egress) { policy, rule in
      guard rule.reachesAnywhere, rule.ports.items.contains(where: isDNS), !analysis.isForDNSServers(policy) else {
        return
      }
      let isAlone = rule.ports.items.allSatisfy(isDNS)
      sink.report(
        "port 53 is open to every address, inside and outside of the cluster", at: .rule(rule, of: policy),
        .why("any resolver can be asked, also one that an attacker runs to carry data out of the cluster"),
        .accountsFor([.width(rule, of: policy)] + (isAlone ? [.rule(rule, of: policy)] : [])))
    }
  }

  /// Whether an item names port 53; of all ports others speak.
  private static func isDNS(_ port: PolicyPort) -> Bool { port.singleNumber == DNSPorts.number }
}
