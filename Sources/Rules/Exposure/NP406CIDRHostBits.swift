internal import Config
package import Diagnostics
internal import Model

/// A CIDR that newer API servers refuse for the way that it is written.
package enum NP406CIDRHostBits: Rule {
  package static let info = RuleInfo(
    id: "NP406", name: "cidr-host-bits", severity: .warning,
    summary: "A CIDR with host bits, leading zeros, or an IPv4 address in IPv6.",
    rationale: """
      `10.0.0.1/8` means 10.0.0.0/8, which is seldom what its author had in mind. Kubernetes 1.33 to 1.35 warns of such \
      CIDRs, and later versions refuse them.
      """,
    remedy: "write the block that is meant",
    fix: .sometimes(.safe),
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
              - ipBlock:
                  cidr: 10.0.0.1/8 # expect: NP406
            ports: [{port: 443}]
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
              - ipBlock:
                  cidr: 10.0.0.0/8
            ports: [{port: 443}]
      """))

  package static let looksAtObjectsAlone = true

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard analysis.configuration.cluster.kubernetesMinor < 36 else { return }
    sink.reportProblems(of: analysis) { $0 == .looseCIDR }
  }
}
