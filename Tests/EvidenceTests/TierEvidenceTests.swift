import Diagnostics
import Evidence
import Rules
import TestSupport
import Testing

/// Policies for the whole cluster decide before NetworkPolicies and behind them.
@Suite struct TierEvidenceTests {
  private static let config = """
    components:
      db: {namespace: clinic, labels: {app: db}, data: ephi, clients: []}
    """

  private static func manifests(_ admin: String, isIsolated: Bool = true) -> String {
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: clinic}
      spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}
      ---

      """
    return (isIsolated ? policy : "") + """
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: clinic, labels: {app: db}}
      spec: {containers: [{name: db, image: redis}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: prom, namespace: monitoring, labels: {app: prom}}
      spec: {containers: [{name: prom, image: prom}]}
      ---
      \(admin)
      """
  }

  @Test func whatTheAdminTierLetsInIsNoPass() async throws {
    let admin = """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: scrape}
      spec:
        priority: 10
        subject: {namespaces: {}}
        ingress: [{action: Allow, from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}]
        egress: [{action: Allow, to: [{networks: [203.0.113.0/24]}]}]
      """
    let material = try await SampleEvidence.material(Self.manifests(admin), config: Self.config)
    let report = EvidenceReport(material)
    #expect(report.result("ephi-store-ingress-allowlist") == .fail)
    #expect(report.evidence("ephi-store-ingress-allowlist").contains("monitoring/prom reaches clinic/db"))
    #expect(report.result("ephi-store-no-external-egress") == .fail)
    #expect(report.result("plaintext-port-allowed") == .undecided)
    let rules = material.result.findings.map(\.rule.description)
    #expect(rules.contains("NP705") && rules.contains("NP706"))
  }

  @Test func aTierThatClosesPodsOffLeavesAddressesOpen() async throws {
    let baseline = """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: BaselineAdminNetworkPolicy
      metadata: {name: default}
      spec:
        subject: {namespaces: {}}
        ingress: [{action: Deny, from: [{namespaces: {}}]}]
        egress: [{action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0, "::/0"]}]}]
      """
    let report = EvidenceReport(
      try await SampleEvidence.material(Self.manifests(baseline, isIsolated: false), config: Self.config))
    #expect(report.result("default-deny-ingress") == .undecided)
    #expect(report.result("default-deny-egress") == .pass)
    #expect(report.result("ephi-store-no-external-egress") == .pass)
  }
}
