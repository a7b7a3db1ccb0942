import Foundation
import Model
import Queries
import TestSupport
import Testing
import Traffic

@Suite struct VerifyTests {
  @Test func asDocumentedHoldsInWhole() async throws {
    let outcomes = Questions.outcomes(try await Questions.fixture("as-documented"))
    #expect(outcomes.count == 19)
    #expect(outcomes.filter { !$0.holds }.map(\.text).isEmpty)
  }

  /// Each flow that fails, with the line that is to blame.
  static let failing = [
    "the gateway calls outside APIs": "api-gateway-policy.yaml:75",
    "only the ingress controller reaches the gateway": "api-gateway-policy.yaml:32",
    "only two reach the database": "default-deny-all.yaml:7",
    "only two reach Redis": "default-deny-all.yaml:7",
    "nobody reaches Redis in clear text": "redis-policy.yaml:20",
    "only two reach Qdrant": "default-deny-all.yaml:7",
    "only the worker uses gRPC": "default-deny-all.yaml:7",
    "the gateway resolves names": "api-gateway-policy.yaml:38",
    "the worker resolves names": "default-deny-all.yaml:7",
  ]

  @Test func asFoundFailsWhereItShouldAndNamesTheLine() async throws {
    let outcomes = Questions.outcomes(try await Questions.fixture("as-found"))
    #expect(outcomes.count == 19)
    for (holds, text) in outcomes {
      let name = String(text.dropFirst(5).prefix { $0 != ":" })
      #expect(holds == (Self.failing[name] == nil), "\(text)")
      if let line = Self.failing[name] { #expect(text.contains(line), "\(text)") }
    }
  }

  private let world =
    Questions.policy(ingress: "[{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]")
    + Questions.pod("db") + Questions.pod("web") + Questions.pod("batch")

  /// Pods times pods times flows would be more than anybody waits for: each of very many flows may be about few pairs.
  @Test func flowsAboutTooManyPairsAreNoProof() async throws {
    let count = 2_000
    let pods = (0..<40).map { Questions.pod("w\($0)", labels: "app: w\($0), tier: x") }.joined()
    let flows = (0..<count).map { "{name: f\($0), from: all, to: all, port: 80, expect: deny}" }
    let config = "components: {all: {namespace: shop, labels: {tier: x}}}\nflows: "
    let many = Questions.outcomes(
      try await Questions.project(pods, config + "[" + flows.joined(separator: ", ") + "]\n"))
    #expect(many.count == count && many.allSatisfy { !$0.holds && $0.text.contains("more than 1000 pairs") })
    let few = Questions.outcomes(try await Questions.project(pods, config + "[\(flows[0])]\n"))
    #expect(few.count == 1 && few[0].text.contains("reaches"))
  }

  /// What a policy allows that was not read nobody knows; what is allowed without it stays so.
  @Test func whatIsForbiddenIsUnknownWhereAPolicyWasNotRead() async throws {
    let broken = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: [\n"
    for (flow, known) in [
      ("from: shop/batch, to: shop/db, port: 8080, expect: deny", "unknown"),
      ("to: shop/db, port: 8080, expect: only, clients: [shop/web]", "unknown"),
      ("from: shop/web, to: shop/db, port: 8080, expect: deny", "allowed"),
      ("from: shop/web, to: shop/db, port: 8080, expect: allow", "holds"),
    ] {
      #expect(try await outcome(flow, world + broken) == known, "\(flow)")
    }
    // A document that names no policy may as well be missing.
    #expect(
      try await outcome(
        "from: shop/batch, to: shop/db, port: 8080, expect: deny", world + "---\nkind: Pod\nmetadata: {name: [\n")
        == "holds")
  }

  /// What adds objects is taken to select pods of its own: the answer is that of `can-reach`.
  @Test func whatAddsObjectsLeavesFlowsAlone() async throws {
    var topology = Topology([
      ("kustomization.yaml", "resources: [world.yaml, https://github.com/example/more//base?ref=v1]\n"),
      ("world.yaml", world),
    ])
    topology.configuration = try Lint.configuration(
      "flows: [{from: shop/batch, to: shop/db, port: 8080, expect: deny}]")
    let project = await topology.project()
    #expect(project.worlds.contains { !$0.world.additions.isEmpty })
    #expect(Questions.outcomes(project).map(\.holds) == [true])
  }

  private func outcome(_ flow: String, _ manifests: String? = nil, _ config: String = "") async throws -> String {
    let project = try await Questions.project(manifests ?? world, config + "\nflows: [{name: f, \(flow)}]\n")
    let json = Questions.verify(project, .json)
    let outcome = try #require(json.firstRange(of: "\"outcome\":\""))
    return String(json[outcome.upperBound...].prefix { $0 != "\"" })
  }

  @Test func everyExpectation() async throws {
    #expect(try await outcome("from: shop/web, to: shop/db, port: http, expect: allow") == "holds")
    #expect(try await outcome("from: shop/web, to: shop/db, expect: allow") == "blocked")
    #expect(try await outcome("from: shop/web, to: shop/db, port: [8080, 9000], expect: deny") == "allowed")
    #expect(try await outcome("from: shop/web, to: shop/db, port: 9000-9100, expect: deny") == "holds")
    #expect(try await outcome("from: [shop/web, shop/batch], to: shop/db, port: 8080, expect: allow") == "blocked")
    #expect(try await outcome("to: shop/db, port: 8080, expect: only, clients: [shop/web]") == "holds")
    #expect(try await outcome("to: shop/db, port: 8080, expect: only, clients: []") == "allowed")
    #expect(try await outcome("to: shop/db, port: 8080, expect: only, clients: [shop/web, shop/batch]") == "blocked")
    #expect(try await outcome("from: shop/gone, to: shop/db, expect: deny") == "vacuous")
    #expect(try await outcome("from: shop/web, to: shop/db, port: sql, expect: deny") == "vacuous")
    #expect(try await outcome("from: internet, to: 10.0.0.1, expect: deny") == "vacuous")
  }

  @Test func onlyCountsEverybodyElse() async throws {
    let flow = "to: shop/db, port: 8080, expect: only, clients: [shop/web]"
    func from(_ peers: String) -> String {
      Questions.policy(ingress: "[{from: [{podSelector: {matchLabels: {app: web}}}\(peers)]}]") + Questions.pod("db")
        + Questions.pod("web")
    }
    #expect(try await outcome(flow, from("")) == "holds")
    // A selector that no read workload satisfies, addresses outside, and another namespace.
    #expect(try await outcome(flow, from(", {podSelector: {matchLabels: {app: ghost}}}")) == "allowed")
    #expect(try await outcome(flow, from(", {ipBlock: {cidr: 203.0.113.0/24}}")) == "allowed")
    #expect(try await outcome(flow, from(", {namespaceSelector: {matchLabels: {a: b}}}")) == "allowed")
    // Equal labels: no policy tells the other pod from the client.
    #expect(try await outcome(flow, from("") + Questions.pod("web2", labels: "app: web")) == "allowed")
    // Pods on the node's network reach the pods of their own node, whatever the policies say.
    #expect(try await outcome(flow, from("") + Questions.pod("agent", spec: "hostNetwork: true")) == "holds")
  }

  /// A peer that asks for no label lets in whoever may start a pod, though no manifest shows one.
  @Test(arguments: [
    ("podSelector: {}", "a pod without labels in shop"),
    ("podSelector: {matchExpressions: [{key: blocked, operator: DoesNotExist}]}", "a pod without labels in shop"),
    ("podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [batch]}]}", "a pod without labels in shop"),
    ("namespaceSelector: {}", "a pod without labels in a namespace that was not read"),
    (
      "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]}",
      "a pod without labels in a namespace that was not read"
    ),
    ("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}", "a pod without labels in shop"),
    (
      "namespaceSelector: {}, podSelector: {matchLabels: {app: web}}",
      "a pod with app=web in a namespace that was not read"
    ),
    ("podSelector: {matchExpressions: [{key: app, operator: Exists}]}", "shop:app=any"),
    ("podSelector: {matchExpressions: [{key: app, operator: In, values: [web, evil]}]}", "shop:app=evil"),
  ])
  func onlyCountsPodsThatNoManifestShows(peer: String, caller: String) async throws {
    let pods = Questions.pod("db") + Questions.pod("web")
    func text(_ more: String, clients: String) async throws -> String {
      let config = """
        components: {team: {namespace: shop, labels: {}}}
        flows: [{to: shop/db, port: 8080, expect: only, clients: \(clients)}]
        """
      return Questions.verify(
        try await Questions.project(Questions.policy(ingress: "[{from: [{\(peer)}]}]") + more + pods, config))
    }
    let open = try await text("", clients: "[shop/web]")
    #expect(open.contains("\(caller) reaches shop/db"), "\(open)")
    // The pods of any namespace are those of a known one too.
    #expect(open.components(separatedBy: "pod without labels").count <= 3, "\(open)")
    // What selects all pods of the namespace is everybody who may come from there.
    let team = try await text("", clients: "[team]")
    #expect(team.contains("1 holds") == !caller.hasSuffix("not read"), "\(team)")
  }

  /// Nothing is denied by a port that nobody listens on: the Service of the same name is meant.
  @Test func whatIsDeniedOnTheServicesPortIsDeniedBehindIt() async throws {
    func service(target: Int) -> String {
      """
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec: {selector: {app: db}, ports: [{port: 80, targetPort: \(target)}]}
      ---

      """
    }
    let flow = "from: shop/web, to: shop/db, port: 80, expect: deny"
    #expect(try await outcome(flow, world + service(target: 8080)) == "allowed")
    #expect(try await outcome(flow, world + service(target: 9000)) == "holds")
    #expect(try await outcome(flow, world) == "holds")
  }

  @Test func anIngressControllerThatWasNotReadMayBeAnybody() async throws {
    let ingress = """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: i, namespace: shop}
      spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
      ---

      """
    let byName = "to: shop/db, port: 8080, expect: only, clients: [shop/web]"
    #expect(try await outcome(byName, world + ingress) == "unknown")
    // What the peer matches is the component by definition.
    let byComponent = "to: shop/db, port: 8080, expect: only, clients: [web]"
    let web = "components: {web: {namespace: shop, labels: {app: web}}}"
    #expect(try await outcome(byComponent, world + ingress, web) == "holds")
    let declared =
      "components: {nginx: {namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}}"
    #expect(try await outcome(byName, world + ingress, declared) == "holds")
  }

  @Test func whatCannotBeToldFails() async throws {
    let block =
      Questions.policy(ingress: "[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]") + Questions.pod("db")
      + Questions.pod("web")
    #expect(try await outcome("from: shop/web, to: shop/db, port: 80, expect: deny", block) == "unknown")
    #expect(try await outcome("from: shop/web, to: shop/db, port: 80, expect: allow", block) == "unknown")
    #expect(
      try await outcome("from: shop/web, to: shop/db, port: 80, expect: deny", block, "cluster: {cni: cilium}")
        == "holds")
  }

  @Test func junitListsEveryFlow() async throws {
    let flows = "flows:\n  - {name: 'a<b', from: shop/web, to: shop/db, port: 1, expect: allow}\n"
    let xml = Questions.verify(try await Questions.project(world, flows), .junit)
    #expect(xml.contains("<testsuites name=\"netpol-lint\" tests=\"1\" failures=\"1\" errors=\"0\">"))
    #expect(xml.contains("name=\"a&lt;b\">\n      <failure message=\"shop/web does not reach shop/db on TCP 1:"))
    #expect(xml.contains("type=\"blocked\">.netpol-lint.yaml:2</failure>"))
  }
}
