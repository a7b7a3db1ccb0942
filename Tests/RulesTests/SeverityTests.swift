import Diagnostics
import Rules
import TestSupport
import Testing

/// Rules that report some findings below their own severity.
@Suite struct SeverityTests {
  private func severities(_ id: RuleID, _ text: String) async throws -> [Severity] {
    let rule = try #require(Registry.rule(id))
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
    return await Lint.run([file], [rule]).findings.map(\.severity)
  }

  private static func policy(_ labels: String, _ spec: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: api, namespace: shop}
    spec: {podSelector: {\(labels)}, \(spec)}

    """
  }

  private static let api = "matchLabels: {app: api}"
  private static let pod = """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: api, namespace: shop, labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
    """

  private static let webService = """

    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {selector: {app: web}, ports: [{port: 80}]}
    """

  @Test(arguments: [
    ("to: [{ipBlock: {cidr: 192.0.2.1/32}}]", Severity.warning),
    ("to: [{podSelector: {}}]", .error),
    ("to: [{ipBlock: {cidr: 192.0.2.1/32}}, {podSelector: {}}]", .error),
    ("to: []", .error),
  ])
  func dnsMattersLessWhereOnlyAddressesAreCalled(_ peers: String, _ severity: Severity) async throws {
    let text = Self.policy(Self.api, "policyTypes: [Egress], egress: [{\(peers), ports: [{port: 5432}]}]")
    #expect(try await severities("NP309", text) == [severity])
  }

  /// A label that people set to a namespace's name says the same as the one that the API server sets.
  @Test(arguments: [
    ("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}", Severity.note),
    ("namespaceSelector: {matchLabels: {name: shop}}", .note),
    ("namespaceSelector: {matchLabels: {name: shop}}, podSelector: {matchLabels: {app: web}}", .note),
    ("namespaceSelector: {matchLabels: {name: edge}}", .warning),
    ("namespaceSelector: {matchLabels: {team: shop}}", .warning),
    ("namespaceSelector: {matchExpressions: [{key: name, operator: In, values: [shop, edge]}]}", .warning),
  ])
  func allPortsAreOpenToTheOwnNamespace(_ peer: String, _ severity: Severity) async throws {
    let text = Self.policy(Self.api, "policyTypes: [Ingress], ingress: [{from: [{\(peer)}]}]")
    #expect(try await severities("NP306", text) == [severity])
  }

  @Test func anotherNamespaceMayHaveTheNameToo() async throws {
    let text =
      Self.policy(
        Self.api, "policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: {name: shop}}}]}]")
      + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: edge, labels: {name: shop}}\n"
    #expect(try await severities("NP306", text) == [.warning])
  }

  /// Of the link-local addresses only metadata services matter, and these answer on port 80.
  @Test(arguments: [
    ("[10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]", "[{port: 443}]", Severity.note),
    ("[10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]", "[{port: 443}, {port: 80}]", .warning),
    ("[10.0.0.0/8, 172.16.0.0/12]", "[{port: 443}]", .warning),
    ("[169.254.0.0/16]", "[{port: 443}]", .warning),
  ])
  func linkLocalAddressesAreNotExcepted(_ except: String, _ ports: String, _ severity: Severity) async throws {
    let text = Self.policy(
      Self.api,
      "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: \(except)}}], ports: \(ports)}]")
    #expect(try await severities("NP403", text) == [severity])
  }

  /// Each of the pods that a label tells of is meant, whatever gets through of the others.
  @Test(arguments: [("tier: back", Severity.error), ("app: api", .error)])
  func aPeerThatSomePodsGetThroughFor(_ label: String, _ severity: Severity) async throws {
    func pod(_ name: String) -> String {
      "---\napiVersion: v1\nkind: Pod\nmetadata: {name: \(name), namespace: shop, labels: "
        + "{app: api, tier: back, part: \(name)}}\nspec: {containers: [{name: c, image: c}]}\n"
    }
    let text =
      Self.policy("matchLabels: {app: db}", "ingress: [{from: [{podSelector: {matchLabels: {\(label)}}}]}]") + "---\n"
      + Self.policy("matchLabels: {part: one}", "policyTypes: [Egress], egress: [{}]").replacing(
        "name: api", with: "name: one")
      + "---\n"
      + Self.policy("matchLabels: {tier: back}", "policyTypes: [Egress]").replacing("name: api", with: "name: deny")
      + pod("one") + pod("two") + pod("three") + pod("four").replacing("app: api, tier: back", with: "app: db")
    #expect(try await severities("NP501", text) == [severity])
  }

  @Test(arguments: [
    ("NP401", "ingress: [{}]", Severity.error), ("NP401", "ingress: [{ports: [{port: 8080}]}]", .warning),
    ("NP402", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 9187}]}]", .note),
    ("NP402", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: http-metrics}]}]", .note),
    ("NP402", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 9187}, {port: 80}]}]", .warning),
    (
      "NP404", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: [{port: 80}]}]",
      .note
    ),
    (
      "NP404", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.0.0/16}}], ports: [{port: 80}]}]", .error
    ),
    (
      "NP308",
      "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 80}, {port: 443}]}]",
      .note
    ),
    (
      "NP308", "policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 80}, {port: 443}]}]", .note
    ),
    (
      "NP308", "policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 6379}, {port: 6380}]}]",
      .warning
    ),
  ])
  func theSameFaultMattersMoreOrLess(_ rule: String, _ spec: String, _ severity: Severity) async throws {
    let id = try #require(RuleID(rule))
    #expect(try await severities(id, Self.policy(Self.api, spec)) == [severity])
  }

  @Test func aNamespaceWithoutDefaultDenyIsAnErrorWhereSomethingIsOpen() async throws {
    let isolated = Self.policy(Self.api, "policyTypes: [Ingress]")
    #expect(try await severities("NP101", isolated) == [.warning])
    #expect(try await severities("NP101", isolated + Self.pod) == [.warning])
    // Where no policy speaks of egress, nobody has begun with it.
    #expect(try await severities("NP102", isolated) == [.warning])
    #expect(try await severities("NP102", isolated + Self.pod) == [.warning])
    let half = isolated + "---\n" + Self.policy("matchLabels: {app: db}", "policyTypes: [Egress]")
    #expect(try await severities("NP102", half + Self.pod) == [.error])
    #expect(try await severities("NP101", Self.pod) == [.note])
  }

  @Test func whatTakesNoCallsNeedNotBeClosedToThem() async throws {
    let isolated = Self.policy(Self.api, "policyTypes: [Ingress]")
    let task = """

      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: backup, namespace: shop}
      spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: backup}}, spec: {containers: [{name: b, image: b}]}}}}}
      """
    #expect(try await severities("NP101", isolated + Self.pod + task) == [.warning])
    let half = isolated + "---\n" + Self.policy("matchLabels: {app: db}", "policyTypes: [Egress]")
    #expect(try await severities("NP102", half + task) == [.error])
  }

  @Test func podsThatWereNotReadCountAsOpenOnlyIfNoPolicyCouldIsolateThem() async throws {
    let peer = "policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]"
    #expect(try await severities("NP101", Self.policy(Self.api, peer)) == [.error])
    #expect(try await severities("NP101", Self.policy("matchLabels: {tier: backend}", peer)) == [.warning])
    // Both peers are one that was split, and its pods are in the other namespace.
    let split = """
      policyTypes: [Ingress], ingress: [{from: [
      {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}, {podSelector: {matchLabels: {app: web}}}]}]
      """
    #expect(try await severities("NP101", Self.policy(Self.api, split)) == [.warning])
    // Workloads were read, and nothing shows that the client exists.
    #expect(try await severities("NP101", Self.policy(Self.api, peer) + Self.pod) == [.warning])
    #expect(try await severities("NP101", Self.policy(Self.api, peer) + Self.pod + Self.webService) == [.error])
    let everything = "policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]"
    #expect(try await severities("NP101", Self.policy(Self.api, everything)) == [.warning])
  }
}

/// What rules on traffic cannot decide beside a policy of another API, they say.
@Suite struct OtherPolicyAPITests {
  @Test(arguments: ["NP309", "NP504", "NP508", "NP509", "NP510", "NP107"] as [RuleID])
  func isListedAsUndecided(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    let namespace = id == "NP107" ? "kube-system" : "shop"
    let files = try Fixture.files("rules/\(id)").filter { $0.path == "good-other-policy-api.yaml" }
    #expect(files.count == 1)
    let result = await Lint.run(files, [rule])
    #expect(result.findings.isEmpty)
    #expect(
      result.undecided == [
        Undecided(rule: id, namespace: namespace, reason: "CiliumNetworkPolicy more is not evaluated")
      ])
  }
}
