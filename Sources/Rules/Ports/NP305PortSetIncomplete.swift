package import Diagnostics
internal import Model

/// One part of a set of ports that works as a whole: DNS over UDP alone.
package enum NP305PortSetIncomplete: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP305", name: "port-set-incomplete", severity: .warning,
    summary: "DNS over UDP without TCP.",
    rationale: """
      A resolver goes on over TCP when an answer does not fit into a UDP packet (RFC 7766). With UDP alone most names \
      resolve and some never do, which is hard to find. All policies of a workload are looked at together.
      """,
    remedy: "add port 53 with protocol TCP",
    fix: .always(.unsafe), followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
            ports:
              - protocol: UDP
                port: 53 # expect: NP305
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
          - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
            ports:
              - protocol: UDP
                port: 53
              - protocol: TCP
                port: 53
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    DNSPorts.check(has: .udp, lacks: .tcp, analysis, &sink) { policy, rule, port, sink in
      sink.report(
        "DNS is allowed over UDP only: 53/TCP is missing", at: .port(port, in: rule, of: policy),
        .why("answers that do not fit into a UDP packet are asked for again over TCP, and that is blocked here"),
        .remedy("add `{protocol: TCP, port: 53}` to these ports"), .fix(DNSPorts.adding(.tcp, beside: port, analysis)))
    }
  }
}
