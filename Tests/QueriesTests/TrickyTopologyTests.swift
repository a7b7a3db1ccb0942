import Queries
import TestSupport
import Testing

/// Topologies on which a reader of the API goes wrong easily: the answers are worked out by hand.
@Suite struct TrickyTopologyTests {
  private static let a = Manifests.pod("a", "app: a")
  private static let b = Manifests.pod("b", "app: b")

  private func rows(_ text: String) async throws -> [String] { try await Topology(text).rows() }

  // MARK: Absent, null and empty

  @Test func nullPolicyTypesTakeEgressFromItsRules() async throws {
    let policy = Manifests.policy(
      "p", "podSelector: {matchLabels: {app: a}}, policyTypes: null, ingress: null, egress: [{}]")
    #expect(
      try await rows(Self.a + Self.b + policy) == [
        "any address -> default/b: all ports", "default/a -> any address: all ports",
        "default/a -> default/b: all ports", "default/b -> any address: all ports",
      ])
  }

  @Test func emptyListsOfPeersAndPortsMeanAll() async throws {
    let policy = Manifests.policy("p", "podSelector: {}, policyTypes: [], ingress: [{from: [], ports: []}], egress: []")
    #expect(
      try await rows(Self.a + policy) == ["any address -> default/a: all ports", "default/a -> any address: all ports"])
  }

  @Test func aNullPodSelectorBesideANamespaceSelectorIsAbsent() async throws {
    let policy = Manifests.policy(
      "p", in: "ns",
      "podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [z]}, {key: app, operator: Exists}]}, "
        + "ingress: [{from: [{podSelector: null, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}], "
        + "ports: [{port: 80, endPort: 90}]}]")
    let text =
      Manifests.workload("Deployment", "d", in: "ns", "app: d")
      + Manifests.workload("StatefulSet", "s", in: "other", "app: s") + Manifests.pod("bare", in: "ns", "") + policy
    #expect(
      try await rows(text).filter { $0.contains("-> ns/d") || $0.contains("-> ns/bare") } == [
        "any address -> ns/bare: all ports", "ns/d -> ns/bare: all ports", "other/s -> ns/bare: all ports",
        "other/s -> ns/d: TCP 80-90",
      ])
  }

  @Test func rulesOfADirectionThatIsNotListedHaveNoEffect() async throws {
    let policy = Manifests.policy(
      "p",
      "podSelector: {matchLabels: {app: a}}, policyTypes: [Egress], ingress: [], "
        + "egress: [{to: [{podSelector: {matchLabels: {app: b}}}], ports: [{}, {port: 53, protocol: UDP}]}]")
    #expect(
      try await rows(Self.a + Self.b + policy) == [
        "any address -> default/a: all ports", "any address -> default/b: all ports",
        "default/a -> default/b: TCP 1-65535; UDP 53", "default/b -> any address: all ports",
        "default/b -> default/a: all ports",
      ])
  }

  // MARK: Ports and addresses

  @Test func namesOfPortsCountForTheirProtocolAndForSidecars() async throws {
    func pod(_ name: String, _ spec: String) -> String {
      "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec: {\(spec)}\n---\n"
    }
    let port = "ports: [{name: http, containerPort: 7000}]"
    let text =
      pod("d", "containers: [{name: c, ports: [{name: http, containerPort: 8000, protocol: UDP}]}]")
      + pod("e", "initContainers: [{name: s, restartPolicy: Always, \(port)}], containers: [{name: c}]")
      + pod("f", "initContainers: [{name: s, \(port)}], containers: [{name: c}]")
      + Manifests.policy(
        "p",
        "podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [x]}]}, "
          + "ingress: [{ports: [{port: http}, {protocol: SCTP}]}]")
    #expect(
      try await rows(text).filter { $0.hasPrefix("any") } == [
        "any address -> default/d: SCTP 1-65535", "any address -> default/e: TCP 7000; SCTP 1-65535",
        "any address -> default/f: SCTP 1-65535",
      ])
  }

  @Test func nestedExceptionsAndOverlappingBlocks() async throws {
    let policy = Manifests.policy(
      "p",
      "podSelector: {}, policyTypes: [Ingress, Egress], "
        + "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/22, except: [10.0.1.0/24, 10.0.1.128/25]}}, {ipBlock: {cidr: '2001:db8::/32'}}], "
        + "ports: [{port: 80}]}, {to: [{ipBlock: {cidr: 10.0.0.0/24}}], ports: [{port: 443}]}]")
    #expect(
      try await rows(Self.a + policy) == [
        "default/a -> 10.0.0.0/24: TCP 80, 443", "default/a -> 10.0.2.0/23; 2001:db8::/32: TCP 80",
      ])
  }

  // MARK: Owners and lists

  private func owned(_ name: String, _ labels: String, by kind: String, _ owner: String) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), labels: {\(labels)}, ownerReferences: [{kind: \(kind), name: \(owner), controller: true}]}
    spec: {containers: [{name: c}]}
    ---

    """
  }

  /// Only the primary is isolated: what the replica may do is listed for the owner.
  @Test func podsOfOneOwnerThatDifferCountTogether() async throws {
    let text =
      owned("pg-1", "role: primary", by: "Cluster", "pg") + owned("pg-2", "role: replica", by: "Cluster", "pg")
      + Manifests.policy("p", "podSelector: {matchLabels: {role: primary}}")
    #expect(
      try await rows(text) == ["any address -> default/pg: all ports", "default/pg -> any address: all ports"])
  }

  @Test func staticPodsAreNotTheirNode() async throws {
    let text = owned("api-n1", "app: api", by: "Node", "n1") + owned("etcd-n1", "app: etcd", by: "Node", "n1")
    #expect(
      try await rows(text).filter { !$0.contains("any") } == [
        "default/api-n1 -> default/etcd-n1: all ports", "default/etcd-n1 -> default/api-n1: all ports",
      ])
  }

  /// The Deployment is read and its ReplicaSet is not: the pods are the ReplicaSet's.
  @Test func podsOfAReplicaSetThatIsNotReadStandBesideTheirDeployment() async throws {
    let text =
      Manifests.workload("Deployment", "web", "app: web")
      + owned("web-77d5-x", "app: web, pod-template-hash: 77d5", by: "ReplicaSet", "web-77d5")
    #expect(
      try await rows(text).filter { !$0.contains("any") } == [
        "default/web -> default/web-77d5: all ports", "default/web-77d5 -> default/web: all ports",
      ])
  }

  @Test func aListInAListIsRead() async throws {
    let json = """
      {"kind": "List", "apiVersion": "v1", "items": [{"kind": "List", "apiVersion": "v1", "items": [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}]}},
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"},
         "spec": {"podSelector": {}}}]}]}
      """
    #expect(try await rows(json) == ["default/a -> any address: all ports"])
  }

  /// `y` is a boolean for YAML 1.1.
  @Test func namesAreReadAsTheyAreWritten() async throws {
    #expect(
      try await rows(Manifests.pod("y", in: "123", "app: a")) == [
        "any address -> 123/y: all ports", "123/y -> any address: all ports",
      ])
  }

  // MARK: Services

  private static let services = """
    apiVersion: v1
    kind: Service
    metadata: {name: s}
    spec:
      selector: {app: w}
      ports: [{name: http, port: 80, targetPort: web}, {name: m, port: 53, targetPort: 9000}, {port: 53, protocol: UDP}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: elsewhere, namespace: other}
    spec: {selector: {app: w}, ports: [{port: 80}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: bare}
    spec: {ports: [{port: 80}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: external}
    spec: {type: ExternalName, externalName: x.example.com, selector: {app: w}, ports: [{port: 7}]}
    ---

    """

  private func controller(_ path: String, _ more: String = "") async throws -> [String] {
    let pods =
      Manifests.pod("one", "app: w", ports: "{name: web, containerPort: 8080}")
      + Manifests.pod("two", "app: w, tier: x") + Manifests.pod("o", in: "other", "app: w")
    return try await rows(pods + Self.services + path + more).filter { $0.hasPrefix("{ingress-controller}") }
  }

  @Test func ingressesLeadToEveryWorkloadOfAServiceOfTheirNamespace() async throws {
    func backend(_ name: String, _ port: String) -> String { "{service: {name: \(name), port: {\(port)}}}" }
    let ingress = """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: i}
      spec:
        defaultBackend: \(backend("s", "name: http"))
        rules:
        - http: {paths: [{backend: \(backend("elsewhere", "number: 80"))}, {backend: \(backend("bare", "number: 80"))}]}
        - http: {paths: [{backend: \(backend("s", "number: 53"))}, {backend: \(backend("external", "number: 7"))}]}
      ---

      """
    let listed = [
      "{ingress-controller} -> default/one: TCP 8080, 9000", "{ingress-controller} -> default/two: TCP 9000",
    ]
    #expect(try await controller(ingress) == listed)
    let policy = Manifests.policy(
      "p", "podSelector: {matchLabels: {tier: x}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]")
    #expect(try await controller(ingress, policy) == Array(listed.prefix(1)))
  }

  /// One of the ports is blocked whoever the controller is; the other one hangs on its labels.
  @Test func aPortThatOnlyTheControllersLabelsDecideIsNamed() async throws {
    let route = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r}\nspec: {to: {name: s}}\n---\n"
    let policy = Manifests.policy(
      "p",
      "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}], "
        + "ports: [{port: 8080}]}]")
    #expect(try await controller(route, policy) == [])
    let pod = Manifests.pod("one", "app: w", ports: "{name: web, containerPort: 8080}")
    let (_, summary) = try await Topology(pod + Self.services + route + policy).report(.json)
    #expect(summary.contains("leads to default/one, and no ingress controller was read"))
  }

  @Test func routesNameTheirPortByNumberOnThePodToo() async throws {
    func route(_ rest: String) -> String {
      "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r}\nspec: {\(rest)}\n---\n"
    }
    let alternate =
      "to: {kind: Service, name: none, weight: 5}, alternateBackends: [{kind: Service, name: s, weight: 5}]"
    #expect(
      try await controller(route("\(alternate), port: {targetPort: 8080}")) == [
        "{ingress-controller} -> default/one: TCP 8080"
      ])
    #expect(
      try await controller(route(alternate)) == [
        "{ingress-controller} -> default/one: TCP 8080, 9000", "{ingress-controller} -> default/two: TCP 9000",
      ])
  }
}
