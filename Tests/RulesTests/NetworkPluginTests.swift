import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// NP109 where the config names the network plugin.
@Suite struct NetworkPluginTests {
  private static let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress]
      ingress:
        - from: [{podSelector: {matchLabels: {app: proxy}}}]
          ports: [{port: 8000, endPort: 8010}, {port: 3868, protocol: SCTP}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
    """

  private func lint(_ plugin: String, _ text: String = policy) async throws -> LintResult {
    var configuration = Configuration()
    configuration.cluster.cni = plugin
    let rule = try #require(Registry.rule("NP109"))
    return await Lint.run(Lint.files(of: text), [rule], configuration: configuration)
  }

  @Test(arguments: ["flannel", "Flannel", "kubenet"])
  func aPluginThatEnforcesNothingIsAnError(_ plugin: String) async throws {
    let findings = try await lint(plugin).findings
    #expect(findings.map(\.path) == ["metadata.name"] && findings[0].severity == .error)
  }

  @Test(arguments: ["calico", "canal", "k3s", "ovn-kubernetes", "antrea", "kube-router", "cilium"])
  func aPluginThatEnforcesIsNone(_ plugin: String) async throws {
    #expect(try await lint(plugin).findings.isEmpty)
  }

  @Test(arguments: ["weave", "openshift-sdn"])
  func portRangesThatAPluginDoesNotKnowAreErrors(_ plugin: String) async throws {
    #expect(try await lint(plugin).findings.map(\.path) == ["spec.ingress[0].ports[0].endPort"])
  }

  @Test func barePodsOnThePluginOfAmazonAreAWarning() async throws {
    let findings = try await lint("aws-vpc-cni").findings
    #expect(findings.map(\.object?.kind) == ["Pod"] && findings[0].severity == .warning)
  }

  @Test(arguments: [
    ("unheard-of", "nothing is known of the network plugin unheard-of"),
    ("cilium", "Cilium supports endPort in some versions or settings only"),
    ("cilium", "Cilium supports SCTP in some versions or settings only"),
    ("aws-vpc-cni", "the Amazon VPC CNI enforces NetworkPolicies only where that is switched on"),
  ])
  func whatIsNotKnownForCertainIsUndecided(_ plugin: String, _ reason: String) async throws {
    #expect(try await lint(plugin).undecided.map(\.reason).contains(reason))
  }

  @Test func whatTheManifestsInstallEnforcesInItsPlace() async throws {
    let text =
      Self.policy + """

        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-network-policies, namespace: kube-system}
        spec:
          selector: {matchLabels: {app: policies}}
          template:
            metadata: {labels: {app: policies}}
            spec: {containers: [{name: policies, image: "registry.k8s.io/networking/kube-network-policies:v0.9.2"}]}
        """
    #expect(try await lint("flannel", text).findings.isEmpty)
  }
}
