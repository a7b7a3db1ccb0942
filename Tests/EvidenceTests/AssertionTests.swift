import Evidence
import TestSupport
import Testing

/// A check that passes holds word by word what it asserts.
@Suite struct AssertionTests {
  private static let config = """
    components:
      db: {namespace: clinic, labels: {app: db}, data: ephi, clients: [api], ports: [5432/TCP]}
      api: {namespace: clinic, labels: {app: api}, data: processor}
      lab: {data: third-party, cidrs: [203.0.113.16/28, 10.50.0.0/16], purpose: results, owner: team,
        agreement: {with: Lab, date: 2026-01-01}}

    """

  private func pod(_ name: String, ports: String = "", host: Bool = false, namespace: String = "clinic") -> String {
    """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}
    spec: {\(host ? "hostNetwork: true, " : "")containers: [{name: c, image: c, ports: [\(ports)]}]}

    """
  }

  private func policy(_ app: String, ingress: String = "", egress: String = "", annotations: String = "") -> String {
    """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(app), namespace: clinic, annotations: {\(annotations)}}
    spec: {podSelector: {matchLabels: {app: \(app)}}, policyTypes: [Ingress, Egress], ingress: [\(ingress)], egress: [\(egress)]}

    """
  }

  private func report(_ manifests: String, config: String = config) async throws -> EvidenceReport {
    EvidenceReport(try await SampleEvidence.material(manifests, config: config))
  }

  private static let fromAPI = "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}"

  // MARK: Ways out

  @Test func privateAddressesAreNoPass() async throws {
    let manifests =
      pod("db") + pod("api") + policy("db", egress: "{to: [{ipBlock: {cidr: 192.168.7.0/24}}], ports: [{port: 443}]}")
      + policy("api", egress: "{to: [{ipBlock: {cidr: 10.50.0.0/16}}], ports: [{port: 443}]}")
    let open = try await report(manifests)
    #expect(open.result("ephi-store-no-external-egress") == .undecided)
    #expect(open.result("external-egress-declared") == .undecided)
    #expect(SampleEvidence.text(open, .csv).contains("192.168.7.0/24"))
    #expect(
      open.evidence("external-egress-declared").contains(
        "clinic/api may send to 10.50.0.0/16 on TCP 443, of the third party lab"))
    // Once the config says which addresses are the cluster's own, they are outside.
    let cluster = "cluster: {podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.96.0.0/12], nodeCIDRs: [10.0.0.0/16]}\n"
    let known = try await report(manifests, config: Self.config + cluster)
    #expect(known.result("ephi-store-no-external-egress") == .fail)
    let own = try await report(
      manifests, config: Self.config + "cluster: {nodeCIDRs: [192.168.0.0/16]}\n")
    #expect(own.result("ephi-store-no-external-egress") == .pass)
  }

  @Test func aDeclaredThirdPartyIsOutsideTheClusterToo() async throws {
    let found = try await report(
      pod("db") + pod("api") + policy("api")
        + policy("db", egress: "{to: [{ipBlock: {cidr: 203.0.113.16/28}}], ports: [{port: 443}]}"))
    #expect(found.result("ephi-store-no-external-egress") == .fail)
    #expect(found.result("external-egress-declared") == .pass)
  }

  @Test func everyWorkloadOfANamespaceWithEPHICounts() async throws {
    let found = try await report(pod("db") + policy("db") + pod("web") + policy("web", egress: "{}"))
    #expect(found.result("external-egress-declared") == .fail)
    #expect(found.evidence("external-egress-declared").contains("clinic/web may send to most of the internet"))
    #expect(found.result("ephi-store-no-external-egress") == .pass)
  }

  @Test(arguments: [
    (
      "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}",
      EvidenceResult.pass
    ),
    ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}", .fail),
    ("{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}", .fail),
    ("{podSelector: {matchLabels: {k8s-app: kube-dns}}}", .fail),
    (
      "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: other}}}",
      .undecided
    ),
  ])
  func onlyTheDeclaredResolverIsAsked(_ peer: String, _ result: EvidenceResult) async throws {
    let found = try await report(
      pod("db") + policy("db", egress: "{to: [\(peer)], ports: [{port: 53, protocol: UDP}, {port: 53}]}"))
    #expect(found.result("ephi-store-no-external-egress") == result)
  }

  // MARK: Ways in, and ports

  @Test func clientsReachAStoreOnItsDeclaredPorts() async throws {
    let toDB = "{to: [{podSelector: {matchLabels: {app: db}}}]}"
    let wide = "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432, endPort: 5433}]}"
    let pods = pod("db") + pod("api") + policy("api", egress: toDB)
    #expect(
      try await report(pods + policy("db", ingress: Self.fromAPI)).result("ephi-store-ingress-allowlist") == .pass)
    let found = try await report(pods + policy("db", ingress: wide))
    #expect(found.result("ephi-store-ingress-allowlist") == .fail)
    #expect(found.evidence("ephi-store-ingress-allowlist").contains("on TCP 5433, which the config does not declare"))
    let silent = Self.config.replacing(", ports: [5432/TCP]", with: "")
    let open = try await report(pods + policy("db", ingress: Self.fromAPI), config: silent)
    #expect(open.result("ephi-store-ingress-allowlist") == .undecided)
  }

  @Test(arguments: ["{port: 1, endPort: 65535}", "{port: 6000, endPort: 7000}", "{protocol: TCP}"])
  func wideRangesHoldPlaintextPorts(_ port: String) async throws {
    let found = try await report(
      pod("db") + policy("db", ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [\(port)]}"))
    #expect(found.result("plaintext-port-allowed") == .undecided)
    #expect(found.result("plaintext-and-tls-both-allowed") == .undecided)
  }

  @Test func namesOfPortsAreThoseOfTheDestination() async throws {
    let found = try await report(
      pod("db") + policy("db", egress: "{to: [{podSelector: {matchLabels: {app: cache}}}], ports: [{port: store}]}")
        + pod("cache", ports: "{name: store, containerPort: 6379}"))
    #expect(found.result("plaintext-port-allowed") == .fail)
  }

  @Test func whatIsToldOfItsDestinationIsNotAskedAgain() async throws {
    let manifests = """
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: clinic, labels: {app: db, zone: ephi}}
      spec: {containers: [{name: c, image: c}]}

      """
    let found = try await report(
      manifests + pod("api").replacing("labels: {app: api}", with: "labels: {app: api, zone: processor}")
        + policy("db", ingress: Self.fromAPI)
        + policy("api", egress: "{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}"),
      config: "hipaa: {zoneLabel: zone}")
    #expect(!found.evidence("tls-undecidable-port").contains("out of clinic/api"))
  }

  // MARK: Records

  @Test func aLaterDateOfTheNextReviewBuysNoTime() async throws {
    func found(_ annotations: String) async throws -> EvidenceReport {
      try await report(pod("db") + policy("db", annotations: annotations))
    }
    let late = try await found("x/last-reviewed: '2020-01-01', x/next-review: '2030-01-01'")
    #expect(late.result("review-date-fresh") == .fail)
    #expect(late.evidence("review-date-fresh").contains("due on 2020-03-31"))
    #expect(try await found("x/next-review: '2030-01-01'").result("review-date-fresh") == .undecided)
    #expect(try await found("x/next-review: '2020-01-01'").result("review-date-fresh") == .fail)
  }

  @Test func whatIsNotImplementedNeedsAnAlternativeOrAWord() async throws {
    let decision = "hipaa: {decisions: {164.312(e)(2)(ii): {status: not-implemented, reason: cost}}}\n"
    let found = try await report(pod("db") + policy("db"), config: Self.config + decision)
    #expect(found.result("addressable-decision-record") == .undecided)
    let other = "hipaa: {decisions: {164.312(a)(2)(iv): {status: implemented, owner: officer}}}\n"
    let markdown = SampleEvidence.text(try await report("", config: Self.config + other), .markdown)
    #expect(markdown.contains("| Decided by | officer |"))
  }

  // MARK: Words

  @Test func policiesOfMeshesAreNamedAsNotEvaluated() async throws {
    let mesh = """
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: only-api, namespace: clinic}
      spec: {}

      """
    let markdown = SampleEvidence.text(try await report(pod("db") + policy("db") + mesh), .markdown)
    #expect(markdown.contains("| AuthorizationPolicy of security.istio.io | only-api | k8s.yaml:"))
  }

  @Test func nothingWasFoundOnlyWhereSomethingWasLookedAt() async throws {
    let found = try await report(pod("db"), config: "profile: hipaa")
    #expect(found.citation("164.312(e)(2)(ii)")?.words == "not assessed: no port was looked at")
    let markdown = SampleEvidence.text(found, .markdown)
    #expect(!markdown.contains("no contrary evidence found"))
  }

  @Test func aPodOnTheNodesNetworkIsSelectedAndNotIsolated() async throws {
    let found = try await report(pod("db", host: true) + policy("db") + pod("web", namespace: "shop"))
    let evidence = found.evidence("workload-unpoliced")
    #expect(evidence.contains("no policy applies to Pod clinic/db, which is on the node's network"))
    #expect(evidence.contains("in namespaces without ePHI no policy applies to Pod shop/web"))
  }
}
