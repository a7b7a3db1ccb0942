import Diagnostics
import Rules
import TestSupport
import Testing

/// What single rules about exposure leave to each other, and what they cannot decide.
@Suite struct ExposureTests {
  private func policy(_ rule: String, _ type: String = "Ingress") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: shop}
    spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [\(type)], \(type.lowercased()): [\(rule)]}

    """
  }

  private func result(_ text: String, _ ids: [RuleID]) async throws -> LintResult {
    let file = SourceFile(id: FileID(0), path: Lint.fileName, bytes: Array(text.utf8))
    let rules = try ids.map { try #require(Registry.rule($0)) }
    return await Lint.run([file], rules, configuration: try Lint.configuration(in: text))
  }

  @Test(arguments: [
    ("{ports: [{port: 5432}]}", ["NP409"]), ("{ports: [{port: 5432}, {port: 8080}]}", ["NP401", "NP409"]),
    ("{from: [{namespaceSelector: {}}], ports: [{port: 5432}]}", ["NP409"]),
    ("{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}", ["NP402"]),
    ("{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 5432}]}", ["NP409"]), ("{}", ["NP401"]),
  ])
  func oneFaultIsOneFinding(_ rule: String, _ expected: [RuleID]) async throws {
    let found = try await result(policy(rule), ["NP401", "NP402", "NP409"]).findings
    #expect(found.map(\.rule).sorted() == expected)
  }

  @Test(arguments: [
    ("{cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}", "except 169.254.169.254/32 as well"),
    (
      "{cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.0.0/16]}", "except 172.16.0.0/12, 192.168.0.0/16 as well"
    ),
  ])
  func whatIsNotExceptedIsNamed(_ block: String, _ remedy: String) async throws {
    let text = policy("{to: [{ipBlock: \(block)}], ports: [{port: 443}]}", "Egress")
    #expect(try await result(text, ["NP403"]).findings.map(\.remedy) == [remedy])
  }

  /// The way to any resolver is to be narrowed, and then the policy that it covers is needed.
  @Test func whatAWideRuleForDNSCoversIsALineOfIt() async throws {
    let wide = policy("{ports: [{port: 53, protocol: UDP}]}", "Egress")
    let narrow = policy("{to: [{ipBlock: {cidr: 192.0.2.1/32}}], ports: [{port: 53, protocol: UDP}]}", "Egress")
      .replacing("name: p,", with: "name: q,")
    let found = try await result(wide + "---\n" + narrow, ["NP312", "NP503"]).findings
    #expect(found.map(\.rule) == ["NP312", "NP503"] && found[1].cause == found[0].id)
  }

  @Test func withoutTheMoreSpecificRuleTheOtherSpeaks() async throws {
    #expect(try await result(policy("{ports: [{port: 5432}]}"), ["NP401"]).findings.count == 1)
  }

  @Test(arguments: [
    ("{from: [{namespaceSelector: {}}], ports: [{port: 5432}]}", Severity.error),
    ("{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 5432}]}", .note),
  ])
  func aPrivateNetworkIsANote(_ rule: String, _ severity: Severity) async throws {
    #expect(try await result(policy(rule), ["NP409"]).findings.map(\.severity) == [severity])
  }

  @Test(arguments: [
    ("{cidr: 0.0.0.0/0}", Severity.error), ("{cidr: 0.0.0.0/0, except: [169.254.0.0/16]}", .note),
    ("{cidr: 168.63.129.16/32}", .note), ("{cidr: \"::/0\"}", .error), ("{cidr: 168.63.0.0/16}", .error),
    ("{cidr: 169.254.0.0/16}", .error),
  ])
  func metadataAddressesOfSingleCloudsAreANote(_ block: String, _ severity: Severity) async throws {
    let text = policy("{to: [{ipBlock: \(block)}], ports: [{port: 80}]}", "Egress")
    #expect(try await result(text, ["NP404"]).findings.map(\.severity) == [severity])
  }

  @Test(arguments: [
    ("{from: [{podSelector: {}}]}", Severity.note),
    ("{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}", .note),
    ("{from: [{podSelector: {}}, {podSelector: {matchLabels: {app: a}}}]}", .note),
    ("{from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {team: a}}}]}", .warning),
    ("{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]}", .warning),
  ])
  func allPortsForTheOwnNamespaceAreANote(_ rule: String, _ severity: Severity) async throws {
    #expect(try await result(policy(rule), ["NP306"]).findings.map(\.severity) == [severity])
  }

  @Test(arguments: [
    (
      "app.kubernetes.io/name: ingress-nginx", "{ports: [{port: 443}]}", Severity?.none,
      String?.some("the ingress controller was not read")
    ),
    ("app.kubernetes.io/name: ingress-nginx", "{}", Severity.warning, nil),
    ("app: web", "{}", .error, nil),
  ])
  func anIngressControllerMayBePublished(
    _ label: String, _ rule: String, _ severity: Severity?, _ reason: String?
  ) async throws {
    let text = policy(rule).replacing("app: web", with: label)
    let found = try await result(text, ["NP401"])
    #expect(found.findings.map(\.severity) == (severity.map { [$0] } ?? []))
    #expect(found.undecided.map(\.reason) == (reason.map { [$0] } ?? []))
  }

  @Test(arguments: [
    ("", "cluster.podCIDRs is not configured"),
    ("# config: cluster: {podCIDRs: [10.244.0.0/16]}\n", "cluster.serviceCIDRs is not configured"),
    ("# config: cluster: {podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.96.0.0/12]}\n", nil),
  ])
  func aPrivateBlockMayBeOneOfPods(_ config: String, _ reason: String?) async throws {
    let text = config + policy("{to: [{ipBlock: {cidr: 10.1.0.0/16}}], ports: [{port: 80}]}", "Egress")
    let found = try await result(text, ["NP408"])
    #expect(found.findings.isEmpty)
    #expect(found.undecided.map(\.reason) == (reason.map { [$0] } ?? []))
  }

  @Test func whetherABlockIsOneOfNodesMustBeSaid() async throws {
    let others = """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """
    let text = policy("{from: [{ipBlock: {cidr: 10.0.0.0/16}}], ports: [{port: 80}]}") + others
    let found = try await result(text, ["NP411"])
    #expect(found.findings.isEmpty)
    #expect(found.undecided.map(\.reason) == ["cluster.nodeCIDRs is not configured"])
  }
}
