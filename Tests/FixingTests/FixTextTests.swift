import Diagnostics
import Rules
import TestSupport
import Testing

/// How fixes are written: in the style of what is beside them.
@Suite struct FixTextTests {
  @Test func aSplitPeerBecomesOneItem() async throws {
    try await PolicySample.expect(
      "NP203",
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              # the cluster's DNS
              - namespaceSelector: # where it is
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
              # its pods
              - podSelector:
                  matchLabels: {k8s-app: kube-dns}
      """,
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              # the cluster's DNS
              - namespaceSelector: # where it is
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
              # its pods
                podSelector:
                  matchLabels: {k8s-app: kube-dns}
      """)
    try await PolicySample.expect(
      "NP203",
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}, {podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      """,
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      """)
  }

  @Test func aLabelKeepsItsQuotes() async throws {
    try await PolicySample.expect(
      "NP204",
      """
        podSelector: {}
        policyTypes: [Ingress]
        ingress:
          - from: [{namespaceSelector: {matchLabels: {"name": ingress-nginx}}}]
          - from:
              - namespaceSelector:
                  matchExpressions:
                    - {key: 'name', operator: In, values: [a, b]} # both
      """,
      """
        podSelector: {}
        policyTypes: [Ingress]
        ingress:
          - from: [{namespaceSelector: {matchLabels: {"kubernetes.io/metadata.name": ingress-nginx}}}]
          - from:
              - namespaceSelector:
                  matchExpressions:
                    - {key: 'kubernetes.io/metadata.name', operator: In, values: [a, b]} # both
      """)
  }

  @Test func aPortThatIsThereTwiceGoes() async throws {
    try await PolicySample.expect(
      "NP311",
      """
        podSelector: {}
        policyTypes: [Ingress]
        ingress:
          - ports:
              - port: 80
                protocol: TCP
              - protocol: TCP
                port: 80
              - port: 443
          - ports: [{port: 80}, {port: 80}, {port: 80}]
      """,
      """
        podSelector: {}
        policyTypes: [Ingress]
        ingress:
          - ports:
              - port: 80
                protocol: TCP
              - port: 443
          - ports: [{port: 80}]
      """)
  }

  @Test func aTermThatAsksForNothingGoes() async throws {
    try await PolicySample.expect(
      "NP209",
      """
        podSelector:
          matchLabels: {app: web}
          matchExpressions:
            - {key: tier, operator: In, values: [front]}
            - {key: app, operator: Exists}
        policyTypes: [Ingress]
      """,
      """
        podSelector:
          matchLabels: {app: web}
          matchExpressions:
            - {key: tier, operator: In, values: [front]}
        policyTypes: [Ingress]
      """)
  }

  @Test func policyTypesStandBehindThePodSelector() async throws {
    try await PolicySample.expect(
      "NP104",
      """
        podSelector:
          matchLabels:
            app: web # the shop
        ingress:
          - ports: [{port: 80}]
      """,
      """
        podSelector:
          matchLabels:
            app: web # the shop
        policyTypes: [Ingress]
        ingress:
          - ports: [{port: 80}]
      """)
    try await PolicySample.expect(
      "NP104", "  ingress:\n    - ports: [{port: 80}]",
      "  policyTypes: [Ingress]\n  ingress:\n    - ports: [{port: 80}]")
    try await PolicySample.expect(
      "NP104",
      "  {\n    podSelector: {},\n    ingress: [{ports: [{port: 80}]}]\n  }",
      "  {\n    podSelector: {},\n    policyTypes: [Ingress],\n    ingress: [{ports: [{port: 80}]}]\n  }")
    let flow = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}

      """
    #expect(
      try await PolicySample.mend(flow, "NP104")
        == flow.replacing("podSelector: {},", with: "podSelector: {}, policyTypes: [Ingress],"))
  }

  @Test func dnsOverTCPIsWrittenLikeDNSOverUDP() async throws {
    try await PolicySample.expect(
      "NP305",
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {}}]
            ports:
              -   protocol: "UDP"
                  port: 53
      """,
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {}}]
            ports:
              -   protocol: "UDP"
                  port: 53
              -   protocol: "TCP"
                  port: 53
      """)
    try await PolicySample.expect(
      "NP310",
      "  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{ports: [{port: 53}]}]",
      "  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{ports: [{port: 53}, {protocol: UDP, port: 53}]}]")
  }
}
