import Queries
import TestSupport
import Testing
import Traffic

@Suite struct CanReachTests {
  private let fromWeb = Questions.policy(
    ingress: "[{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]")

  private func allowed(_ from: String, _ to: String, _ manifests: String, _ config: String = "") async throws -> Bool? {
    try Questions.ask(from, to, await Questions.project(manifests, config)).allowed
  }

  @Test func portsAreResolvedOnTheDestination() async throws {
    let world = fromWeb + Questions.pod("db") + Questions.pod("web")
    #expect(try await allowed("shop/web", "shop/db:http", world) == true)
    #expect(try await allowed("shop/web", "shop/db:8080", world) == true)
    #expect(try await allowed("shop/web", "shop/db:8080-8081", world) == false)
    #expect(try await allowed("shop/web", "shop/db:8080/UDP", world) == false)
    let project = try await Questions.project(world)
    #expect(Questions.problem("shop/web", "shop/db:sql", project)?.message.contains("it names http") == true)
    #expect(Questions.problem("shop/web", "shop:app=db:http", project) != nil)
  }

  @Test func hypotheticalPodsNeedNoWorkload() async throws {
    let world = fromWeb + Questions.pod("db") + Questions.pod("web")
    #expect(try await allowed("shop:app=web", "shop/db:8080", world) == true)
    #expect(try await allowed("shop:app=web,x=y", "shop:app=db:8080", world) == true)
    #expect(try await allowed("shop:app=other", "shop/db:8080", world) == false)
    #expect(try await allowed("elsewhere:app=web", "shop/db:8080", world) == false)
    let withNamespace = world + "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    let project = try await Questions.project(withNamespace)
    #expect(Questions.problem("shpo:app=web", "shop/db:8080", project)?.message.contains("did you mean 'shop'") == true)
  }

  @Test func aHypotheticalPodIsNoIngressController() async throws {
    let config = """
      flows:
        - {name: one, from: "shop:app.kubernetes.io/name=ingress-nginx", to: shop/db, port: 8080, expect: deny}
        - {name: two, to: shop/db, port: 8080, expect: only, clients: [shop/web]}
      """
    let outcomes = Questions.outcomes(
      try await Questions.project(fromWeb + Questions.pod("db") + Questions.pod("web"), config))
    #expect(outcomes.map(\.holds) == [true, true])
  }

  @Test func severalWorkloadsAreAskedTogether() async throws {
    let world =
      fromWeb + Questions.pod("db") + Questions.pod("web") + Questions.pod("batch", labels: "app: batch, t: x")
    let config = "components: {all: {namespace: shop, labels: {t: x}}, callers: {namespace: shop, labels: {}}}"
    #expect(try await allowed("all", "shop/db:8080", world, config) == false)
    let mixed = try Questions.ask("callers", "shop/db:8080", try await Questions.project(world, config))
    #expect(mixed.allowed == false)
    #expect(
      Questions.text(mixed).hasPrefix(
        "callers -> shop/db on TCP 8080: allowed in part (allowed: 2, not allowed: 1 of 3"))
    #expect(Questions.text(mixed).contains("for example shop/batch -> shop/db on TCP 8080: not allowed"))
    #expect(Questions.text(mixed, .json).contains("\"pairs\": {\"allowed\":2,\"blocked\":1,\"unknown\":0}"))
    #expect(Questions.text(mixed).contains("allowed: 2, not allowed: 1 of 3 pairs"))
  }

  @Test func aPodReachesItselfAndItsNodeReachesIt() async throws {
    let world = Questions.policy() + Questions.pod("db")
    #expect(try await allowed("shop/db", "shop/db:8080", world) == true)
    #expect(try await allowed("node", "shop/db:8080", world) == true)
    let project = try await Questions.project(world)
    #expect(Questions.problem("shop/db", "node:10250", project) != nil)
  }

  @Test func replicasAreSubjectToPolicies() async throws {
    let deployment = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: db, namespace: shop}
      spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c}]}}}
      ---

      """
    #expect(try await allowed("shop/db", "shop/deployment/db:8080", Questions.policy() + deployment) == false)
  }

  @Test func probesInAmbientModeNeedARule() async throws {
    let ambient = """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
      ---

      """
    let rule = Questions.policy(ingress: "[{from: [{ipBlock: {cidr: 169.254.7.127/32}}]}]")
    #expect(try await allowed("node", "shop/db:8080", Questions.policy() + Questions.pod("db") + ambient) == false)
    #expect(try await allowed("node", "shop/db:8080", rule + Questions.pod("db") + ambient) == true)
  }

  @Test func addressesAreAskedInWhole() async throws {
    let block = "[{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}], ports: [{port: 443}]}]"
    let world = Questions.policy(ingress: block) + Questions.pod("db")
    #expect(try await allowed("203.0.113.1", "shop/db:443", world) == true)
    #expect(try await allowed("203.0.113.0/25", "shop/db:443", world) == true)
    #expect(try await allowed("203.0.113.0/24", "shop/db:443", world) == false)
    #expect(try await allowed("203.0.113.129", "shop/db:443", world) == false)
    #expect(try await allowed("internet", "shop/db:443", world) == false)
    let v6 =
      Questions.policy(types: "Egress", egress: "[{to: [{ipBlock: {cidr: '2001:db8::/32'}}]}]") + Questions.pod("db")
    #expect(try await allowed("shop/db", "[2001:db8::1]:443", v6) == true)
    #expect(try await allowed("shop/db", "[2001:db9::1]:443", v6) == false)
    let project = try await Questions.project(world)
    #expect(Questions.problem("internet", "10.0.0.1:80", project)?.message.contains("outside the cluster") == true)
  }

  @Test func theInternetLeavesOutTheCluster() async throws {
    let block = "[{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [20.0.0.0/8]}}, {ipBlock: {cidr: '::/0'}}]}]"
    let world = Questions.policy(ingress: block) + Questions.pod("db")
    #expect(try await allowed("internet", "shop/db:443", world) == false)
    #expect(try await allowed("internet", "shop/db:443", world, "cluster: {podCIDRs: [20.0.0.0/8]}") == true)
    #expect(try await allowed("20.1.0.0/16", "shop/db:443", world, "cluster: {podCIDRs: [20.0.0.0/8]}") == nil)
    #expect(try await allowed("20.1.0.1", "shop/db:443", world, "cluster: {nodeCIDRs: [20.0.0.0/8]}") == nil)
  }

  @Test func blocksThatMayHoldPodsCannotBeTold() async throws {
    let world =
      Questions.policy(ingress: "[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]") + Questions.pod("db")
      + Questions.pod("web")
    #expect(try await allowed("shop/web", "shop/db:80", world) == nil)
    #expect(try await allowed("shop/web", "shop/db:80", world, "cluster: {cni: cilium}") == false)
    #expect(try await allowed("shop/web", "shop/db:80", world, "cluster: {podCIDRs: [172.20.0.0/16]}") == false)
    let answer = try Questions.ask("shop/web", "shop/db:80", try await Questions.project(world))
    for part in ["10.0.0.0/8", "spec.ingress[0].from[0]", "cluster.podCIDRs", "cluster.cni"] {
      #expect(Questions.text(answer).contains(part))
    }
    let json = Questions.text(answer, .json)
    #expect(json.contains("\"allowed\": null") && json.contains("\"reason\": \"it cannot be told"))
  }

  @Test(
    arguments: [
      ("cilium", "", false), ("gke-dataplane-v2", "", false), ("calico", "", nil), ("calico", "cilium", nil),
      ("", "cilium", false), ("", "calico", nil), ("flannel", "cilium", false), ("", "calico,cilium", nil),
    ] as [(String, String, Bool?)])
  func whetherBlocksHoldPodsHangsOnTheNetworkPlugin(_ config: String, _ shown: String, _ answer: Bool?) async throws {
    var world =
      Questions.policy(ingress: "[{from: [{ipBlock: {cidr: 100.64.0.0/10}}]}]") + Questions.pod("db")
      + Questions.pod("web")
    let images = ["cilium": "quay.io/cilium/cilium:v1.18.2", "calico": "quay.io/calico/node:v3.31.0"]
    for plugin in shown.split(separator: ",") {
      world += """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent-of-\(plugin), namespace: kube-system}
        spec:
          selector: {matchLabels: {k8s-app: \(plugin)}}
          template:
            metadata: {labels: {k8s-app: \(plugin)}}
            spec: {hostNetwork: true, containers: [{name: agent, image: "\(images[String(plugin)] ?? "")"}]}
        ---

        """
    }
    let cluster = config.isEmpty ? "" : "cluster: {cni: \(config)}"
    #expect(try await allowed("shop/web", "shop/db:80", world, cluster) == answer)
  }

  private static let domains = """
    apiVersion: policy.networking.k8s.io/v1alpha2
    kind: ClusterNetworkPolicy
    metadata: {name: out}
    spec:
      tier: Admin
      priority: 5
      subject: {pods: {podSelector: {matchLabels: {app: web}}}}
      egress:
        - {action: Accept, to: [{domainNames: ["*.Example.com", partner.org.]}], protocols: [{tcp: {destinationPort: {number: 443}}}]}
        - {action: Accept, to: [{nodes: {}}], protocols: [{tcp: {destinationPort: {number: 6443}}}]}
        - {action: Deny, to: [{networks: [0.0.0.0/0]}]}
    ---

    """

  @Test func domainNamesAreEndsOfTheirOwn() async throws {
    let world = CanReachTests.domains + Questions.pod("web") + Questions.pod("db")
    for (to, answer): (String, Bool?) in [
      ("domain:api.example.com:443", true), ("domain:a.b.EXAMPLE.com.:443", true), ("domain:*.example.com:443", true),
      ("domain:partner.org:443", true), ("domain:api.example.com:80", false), ("domain:partner.org:443/UDP", false),
      // Whether they share an address with one of the names.
      ("domain:example.com:443", nil), ("domain:www.partner.org:443", nil),
    ] {
      #expect(try await allowed("shop/web", to, world) == answer, "\(to)")
    }
    #expect(try await allowed("shop/db", "domain:partner.org:1", world) == true)
    // IPv6 is left where pods have it.
    let dual = "cluster: {podCIDRs: [10.0.0.0/8, 'fd00::/8']}"
    #expect(try await allowed("shop/web", "domain:partner.org:80", world, dual) == nil)
    let project = try await Questions.project(world)
    let json = Questions.text(try Questions.ask("shop/web", "domain:example.com:443", project), .json)
    #expect(json.contains("{\"kind\":\"domain\",\"name\":\"example.com\"}") && json.contains("\"allowed\": null"))
    #expect(json.contains("may match example.com, whose addresses nobody knows"))
    for (end, words) in [
      ("example.com:443", "is written domain:example.com"), ("domain:com:443", "is no domain name"),
      ("domain::443", "is no domain name"),
    ] {
      #expect(Questions.problem("shop/web", end, project)?.message.contains(words) == true, "\(end)")
    }
    #expect(Questions.problem("domain:a.b", "shop/web:1", project)?.message.contains("traffic leads to") == true)
  }

  @Test func nodesAreAnEndOfTheirOwn() async throws {
    let world = CanReachTests.domains + Questions.pod("web")
    // Names come first, and might be those of nodes.
    #expect(try await allowed("shop/web", "nodes:6443", world) == true)
    #expect(try await allowed("shop/web", "nodes:443", world) == nil)
    // Whether pods reach their own node hangs on the network plugin.
    #expect(try await allowed("shop/web", "nodes:80", world) == nil)
    let blocks = Questions.policy(types: "Egress", egress: "[{to: [{ipBlock: {cidr: 20.0.0.0/8}}]}]")
    #expect(try await allowed("shop/db", "nodes:80", blocks + Questions.pod("db")) == nil)
    let nodes = "cluster: {nodeCIDRs: [20.1.0.0/16]}"
    #expect(try await allowed("shop/db", "nodes:80", blocks + Questions.pod("db"), nodes) == true)
  }

  @Test func podsOnTheNodesNetwork() async throws {
    let world = fromWeb + Questions.pod("db") + Questions.pod("agent", spec: "hostNetwork: true")
    #expect(try await allowed("shop/agent", "shop/db:8080", world) == nil)
    #expect(try await allowed("shop/db", "shop/agent:9100", world) == true)
  }

  @Test func policiesThatTheServerRefusesAreNamed() async throws {
    let refused = fromWeb.replacing("policyTypes: [Ingress]", with: "policyTypes: [Igress]")
    let answer = try Questions.ask(
      "203.0.113.1", "shop/db:8080", try await Questions.project(refused + Questions.pod("db")))
    #expect(answer.allowed == nil)
    #expect(
      Questions.text(answer).contains("NetworkPolicy shop/db (a.yaml:3) may apply, and the API server would refuse it"))
  }

  @Test func endsThatAreNotThereAreNamed() async throws {
    let project = try await Questions.project(
      fromWeb + Questions.pod("db"), "components: {database: {namespace: shop, labels: {app: gone}}}")
    #expect(Questions.problem("databse", "shop/db:1", project)?.message.contains("did you mean 'database'") == true)
    #expect(Questions.problem("dbb", "shop/db:1", project)?.message.contains("did you mean 'db'") == true)
    #expect(Questions.problem("shop/dv", "shop/db:1", project)?.message.contains("did you mean 'shop/db'") == true)
    #expect(Questions.problem("shop/Job/db", "shop/db:1", project)?.message.contains("there is a Pod") == true)
    #expect(Questions.problem("database", "shop/db:1", project)?.message.contains("`shop:app=gone`") == true)
  }

  // MARK: Names without a namespace, and Services

  private let service = """
    apiVersion: v1
    kind: Service
    metadata: {name: sql, namespace: shop}
    spec: {selector: {app: db}, ports: [{name: main, port: 80, targetPort: http}, {port: 81, targetPort: 9}]}
    ---

    """

  @Test func aNameThatOneNamespaceHasNeedsNoNamespace() async throws {
    let world = fromWeb + Questions.pod("db") + Questions.pod("web") + service
    #expect(try await allowed("web", "db:8080", world) == true)
    #expect(try await allowed("web", "sql:80", world) == true)
    let twins = try await Questions.project(world + Questions.pod("db", namespace: "old"))
    let problem = try #require(Questions.problem("web", "db:8080", twins))
    #expect(problem.description == "`db` may mean old/db, shop/db: say which")
    #expect(try await allowed("web", "shop/db:8080", world + Questions.pod("db", namespace: "old")) == true)
  }

  /// An alternative to any other overlay, with a pod of its own.
  private static func overlay(_ name: String) -> [(String, String)] {
    let deployment = Manifests.workload("Deployment", "x", in: "shared", "in: \(name)")
    return [
      ("\(name)/kustomization.yaml", "resources: [a.yaml]\n"),
      ("\(name)/a.yaml", Questions.pod("a", namespace: name) + deployment),
    ]
  }

  @Test func aNameThatMeansAnotherThingInEachWorldIsNoAnswer() async throws {
    let project = await Topology(Self.overlay("dev") + Self.overlay("prod")).project()
    #expect(Questions.problem("a", "a:80", project)?.message.contains("dev/a in one world, prod/a") == true)
  }

  @Test func aServiceStandsForItsPodsAndTheirPorts() async throws {
    let world = fromWeb + Questions.pod("db") + Questions.pod("web") + service
    for target in ["sql:80", "shop/sql:80", "shop/Service/sql:80", "sql:main", "shop/sql:1-80"] {
      #expect(try await allowed("web", target, world) == true, "\(target)")
    }
    #expect(try await allowed("web", "sql:81", world) == false)
    #expect(try await allowed("web", "db:80", world) == false)
    let project = try await Questions.project(world)
    #expect(
      Questions.problem("web", "sql:8080", project)?.message
        == "has no port 8080/TCP: the Service has TCP 80 (main), TCP 81")
    let answer = try Questions.ask("web", "sql:80", project)
    #expect(
      Questions.text(answer).contains("  service: Service shop/sql (a.yaml:22) leads TCP 80 to TCP 8080 of its pods"))
    #expect(Questions.text(answer, .json).contains(#""service": {"name":"shop/sql","file":"a.yaml","line":22}"#))
  }

  @Test func aServiceWithoutPodsIsNoEnd() async throws {
    let project = try await Questions.project(fromWeb + Questions.pod("web") + service)
    #expect(Questions.problem("web", "sql:80", project)?.message.contains("selects no workload") == true)
    let elsewhere = service.replacing("selector: {app: db}, ", with: "")
    let open = try await Questions.project(fromWeb + Questions.pod("web") + elsewhere)
    #expect(Questions.problem("web", "sql:80", open)?.message.contains("endpoints are made elsewhere") == true)
  }

  @Test func thePortOfAServiceIsNamedAsSuch() async throws {
    let project = try await Questions.project(fromWeb + Questions.pod("db") + Questions.pod("web") + service)
    let hint = "hint: 80 is the port of Service shop/sql (a.yaml:22), and not of its pods: policies see 8080"
    #expect(Questions.text(try Questions.ask("web", "db:80", project)).contains(hint))
    #expect(!Questions.text(try Questions.ask("web", "db:8080", project)).contains("hint"))
    #expect(!Questions.text(try Questions.ask("web", "sql:80", project)).contains("hint"))
  }

  @Test func flowsTakeServicesAndBareNames() async throws {
    let config = """
      flows:
        - {name: service, from: web, to: sql, port: 80, expect: allow}
        - {name: port, from: web, to: db, port: 80, expect: allow}
        - {name: missing, from: web, to: sql, port: [80, 8080], expect: allow}
      """
    let world = fromWeb + Questions.pod("db") + Questions.pod("web") + service
    let outcomes = Questions.outcomes(try await Questions.project(world, config))
    #expect(outcomes.map(\.holds) == [true, false, false])
    #expect(outcomes[0].text.hasSuffix("; Service shop/sql (a.yaml:22) leads TCP 80 to TCP 8080 of its pods"))
    #expect(outcomes[1].text.contains("80 is the port of Service shop/sql"))
    let twins = Questions.outcomes(try await Questions.project(world + Questions.pod("db", namespace: "old"), config))
    #expect(twins[1].text.contains("may mean old/db, shop/db"))
  }

  @Test func endsInDifferentWorldsAreNotTogether() async throws {
    let project = await Topology(Self.overlay("dev") + Self.overlay("prod")).project()
    #expect(
      Questions.problem("dev/a", "prod/a:80", project)?.description
        == "`dev/a` lies in no world together with `prod/a`")
    #expect(Questions.problem("prod/a", "prod/b:80", project)?.message.contains("together") == false)
  }

  @Test func jsonHasTheShapeOfTheContract() async throws {
    let project = try await Questions.project(fromWeb + Questions.pod("db") + Questions.pod("web"))
    #expect(
      Questions.text(try Questions.ask("shop/web", "shop/db:8080", project), .json) == """
        {
          "allowed": true,
          "source": {"kind":"workload","namespace":"shop","name":"web","workloadKind":"Pod","inferred":false},
          "destination": {"kind":"workload","namespace":"shop","name":"db","workloadKind":"Pod","inferred":false},
          "port": 8080,
          "protocol": "TCP",
          "because": [{"side":"ingress","policy":"shop/db","path":"spec.ingress[0].from[0]","file":"a.yaml","line":7,"effect":"allows"}],
          "reason": null,
          "service": null,
          "pairs": {"allowed":1,"blocked":0,"unknown":0},
          "hint": null
        }

        """)
  }

  // MARK: The three problems of the system's documentation

  @Test func aPodCannotConnectToTheDatabase() async throws {
    let answer = try Questions.ask("worker", "postgres:5432", try await Questions.fixture("as-found"))
    #expect(answer.allowed == false)
    #expect(Questions.text(answer).contains("default-deny-all.yaml:7"))
    #expect(Questions.text(answer).contains("database-policy.yaml:"))
    #expect(try Questions.ask("worker", "postgres:5432", try await Questions.fixture("as-documented")).allowed == true)
  }

  @Test func callsOfOutsideAPIsFail() async throws {
    let found = try await Questions.fixture("as-found")
    let https = try Questions.ask("api-gateway", "internet:443", found)
    #expect(https.allowed == false)
    #expect(Questions.text(https).contains("spec.egress[4] (api-gateway-policy.yaml:75)"))
    #expect(Questions.text(https).contains("match no address outside the cluster"))
    let names = try Questions.ask("api-gateway", "kube-dns:53/UDP", found)
    #expect(names.allowed == false)
    #expect(Questions.text(names).contains("spec.egress[0] (api-gateway-policy.yaml:38)"))
    let documented = try await Questions.fixture("as-documented")
    for target in ["internet:443", "kube-dns:53/UDP", "kube-dns:53/TCP"] {
      #expect(try Questions.ask("api-gateway", target, documented).allowed == true)
    }
  }

  @Test func healthChecksNeedNoRule() async throws {
    for folder in ["as-found", "as-documented"] {
      let answer = try Questions.ask("node", "api-gateway:http", try await Questions.fixture(folder))
      #expect(answer.allowed == true)
      #expect(Questions.text(answer).contains("kubelet's probes"))
    }
  }
}
