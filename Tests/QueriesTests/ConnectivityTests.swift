import Engine
import Queries
import TestSupport
import Testing

/// Known answers, worked out by hand: whole lists are compared.
@Suite struct ConnectivityTests {
  private let web = Manifests.pod("web", "app: web")
  private let db = Manifests.pod("db", "app: db")

  @Test func withoutPoliciesEverythingIsAllowed() async throws {
    #expect(
      try await Topology(web + db).rows() == [
        "any address -> default/db: all ports", "any address -> default/web: all ports",
        "default/db -> any address: all ports", "default/db -> default/web: all ports",
        "default/web -> any address: all ports", "default/web -> default/db: all ports",
      ])
  }

  @Test func denyAllLeavesNothing() async throws {
    #expect(try await Topology(web + db + Manifests.denyAll).rows() == [])
  }

  @Test func bothSidesMustAllow() async throws {
    let text =
      web + db + Manifests.denyAll
      + Manifests.policy(
        "db", "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 5432}]}]")
    #expect(try await Topology(text).rows() == [])
    let egress = Manifests.policy(
      "web",
      "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]"
    )
    #expect(try await Topology(text + egress).rows() == ["default/web -> default/db: TCP 5432"])
  }

  @Test func rulesAddUpAndRangesJoin() async throws {
    let text =
      web + db
      + Manifests.policy(
        "a",
        "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], "
          + "ports: [{port: 80, endPort: 89}, {port: 53, protocol: UDP}, {protocol: SCTP}]}]")
      + Manifests.policy(
        "b", "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 90}]}]")
      + Manifests.policy("c", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]")
    #expect(try await Topology(text).rows() == ["default/db -> any address: all ports"])
    let open = text.replacing("policyTypes: [Ingress, Egress]", with: "policyTypes: [Ingress]")
    #expect(
      try await Topology(open).rows() == [
        "default/db -> any address: all ports", "default/web -> any address: all ports",
        "default/web -> default/db: TCP 80-90; UDP 53; SCTP 1-65535",
      ])
  }

  @Test func namedPortsAreThoseOfEachDestination() async throws {
    let text =
      Manifests.pod("a", "tier: api", ports: "{name: http, containerPort: 8080}")
      + Manifests.pod("b", "tier: api", ports: "{name: http, containerPort: 9090}")
      + Manifests.pod("c", "tier: api", ports: "{name: http, containerPort: 7070, protocol: UDP}")
      + Manifests.policy(
        "api",
        "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ports: [{port: http}]}], egress: [{ports: [{port: http}, {port: 443}]}]"
      )
    #expect(
      try await Topology(text).rows() == [
        "any address -> default/a: TCP 8080", "any address -> default/b: TCP 9090",
        "default/a -> any address: TCP 443", "default/a -> default/b: TCP 9090",
        "default/b -> any address: TCP 443", "default/b -> default/a: TCP 8080",
        "default/c -> any address: TCP 443", "default/c -> default/a: TCP 8080", "default/c -> default/b: TCP 9090",
      ])
  }

  @Test func addressesAreCutAndCoveredMinimally() async throws {
    let text =
      web
      + Manifests.policy(
        "web",
        "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], "
          + "ports: [{port: 80}]}, {from: [{ipBlock: {cidr: 10.1.0.0/17}}, {ipBlock: {cidr: 10.1.128.0/17}}], ports: [{port: 443}]}, "
          + "{from: [{ipBlock: {cidr: \"2001:db8::/32\"}}], ports: [{port: 80}]}], "
          + "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}, {to: [{ipBlock: {cidr: \"::/0\"}}]}]")
    #expect(
      try await Topology(text).rows() == [
        "10.0.0.0/8 except 10.1.0.0/16; 2001:db8::/32 -> default/web: TCP 80".replacing(
          "10.0.0.0/8 except 10.1.0.0/16",
          with:
            "10.0.0.0/16, 10.2.0.0/15, 10.4.0.0/14, 10.8.0.0/13, 10.16.0.0/12, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9"
        ),
        "10.1.0.0/16 -> default/web: TCP 443", "default/web -> any address: all ports",
      ])
  }

  @Test func selectorsOfNamespacesAndExpressions() async throws {
    let text =
      Manifests.namespace("prod", "env: prod") + Manifests.pod("a", in: "prod", "app: a")
      + Manifests.pod("b", in: "prod", "app: b, legacy: \"true\"") + Manifests.pod("c", in: "dev", "app: a")
      + Manifests.pod("t", in: "target", "app: t")
      + Manifests.policy(
        "t", in: "target",
        "podSelector: {}, policyTypes: [Ingress, Egress], ingress: ["
          + "{from: [{namespaceSelector: {matchLabels: {env: prod}}, podSelector: {matchExpressions: "
          + "[{key: legacy, operator: DoesNotExist}, {key: app, operator: In, values: [a, b]}]}}], ports: [{port: 1}]}, "
          + "{from: [{namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}}], ports: [{port: 2}]}, "
          + "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dev}}}], ports: [{port: 3}]}]")
    let rows = try await Topology(text).rows()
    #expect(
      rows.filter { $0.contains("target/t") } == [
        "dev/c -> target/t: TCP 2-3", "prod/a -> target/t: TCP 1",
      ])
  }

  @Test func everyKindOfWorkloadIsAnEnd() async throws {
    let kinds = [
      "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Rollout",
      "DeploymentConfig",
    ]
    let text =
      kinds.map { Manifests.workload($0, $0.lowercased(), in: "ns", "kind: \($0)") }.joined()
      + Manifests.pod("pod", in: "ns", "kind: Pod")
      + Manifests.policy(
        "p", in: "ns",
        "podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{ipBlock: {cidr: 1.2.3.4/32}}]}]"
      )
    let (json, _) = try await Topology(text).report(.json)
    for kind in kinds + ["Pod"] {
      let end =
        "{\"kind\":\"workload\",\"namespace\":\"ns\",\"name\":\"\(kind.lowercased())\","
        + "\"workloadKind\":\"\(kind)\",\"inferred\":false}"
      #expect(json.contains(end), "\(kind)")
    }
    #expect(json.split(separator: "\n").count { $0.contains("1.2.3.4/32") } == 10)
  }

  @Test func podsOfAnUnreadOwnerAreThatOwner() async throws {
    func owned(_ name: String, by owner: String, _ kind: String) -> String {
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: \(name)
        labels: {app: x}
        ownerReferences: [{apiVersion: apps/v1, kind: \(kind), name: \(owner), controller: true, uid: u}]
      spec: {containers: [{name: c, image: i}]}
      ---

      """
    }
    let text =
      owned("x-77d5-a", by: "x-77d5", "ReplicaSet") + owned("x-77d5-b", by: "x-77d5", "ReplicaSet")
      + owned("d-0", by: "d", "StatefulSet") + Manifests.workload("StatefulSet", "d", "app: d") + db
      + Manifests.policy(
        "p",
        "podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{podSelector: {}}]}], ingress: [{from: [{podSelector: {matchLabels: {app: x}}}]}]"
      )
    var topology = Topology(text)
    #expect(
      try await topology.rows() == [
        "default/x-77d5 -> default/d: all ports", "default/x-77d5 -> default/db: all ports",
      ])
    let (json, _) = try await topology.report(.json)
    #expect(json.contains("\"name\":\"x-77d5\",\"workloadKind\":\"ReplicaSet\""))
    topology.options.includesSelf = true
    #expect(
      try await topology.rows(focus: ["default/ReplicaSet/x-77d5"]).contains(
        "default/x-77d5 -> default/x-77d5: all ports"))
  }

  @Test func ingressesAndRoutesLeadToTheTargetPorts() async throws {
    let service = """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: web-port}, {name: admin, port: 81, targetPort: 9000}]}
      ---

      """
    func ingress(_ port: String) -> String {
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: i}
      spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {\(port)}}}}]}}]}
      ---

      """
    }
    func route(_ port: String) -> String {
      "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r}\nspec: {to: {kind: Service, name: web}\(port)}\n---\n"
    }
    let pod = Manifests.pod("web", "app: web", ports: "{name: web-port, containerPort: 8080}")
    func controller(_ more: String) async throws -> [String] {
      try await Topology(pod + service + more).rows().filter { $0.hasPrefix("{ingress-controller}") }
    }
    #expect(try await controller(ingress("number: 80")) == ["{ingress-controller} -> default/web: TCP 8080"])
    #expect(try await controller(ingress("name: admin")) == ["{ingress-controller} -> default/web: TCP 9000"])
    #expect(try await controller(ingress("number: 8080")) == [])
    #expect(
      try await controller(route(", port: {targetPort: web-port}")) == ["{ingress-controller} -> default/web: TCP 8080"]
    )
    #expect(try await controller(route("")) == ["{ingress-controller} -> default/web: TCP 8080, 9000"])
    let all = Manifests.policy(
      "p", "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}]")
    #expect(try await controller(route("") + all) == ["{ingress-controller} -> default/web: TCP 8080"])
    let own = Manifests.policy("p", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]")
    #expect(try await controller(route("") + own) == [])
    #expect(
      try await Topology(pod + service + route("") + own).report(.json).summary.contains(
        "no ingress controller was read"))
  }

  @Test func hostNetworkPodsAreNotIsolatedAndNotMatched() async throws {
    let text =
      Manifests.pod("host", "app: h", more: ", hostNetwork: true") + web
      + Manifests.policy(
        "p",
        "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}], egress: [{to: [{podSelector: {}}]}]"
      )
    #expect(
      try await Topology(text).rows() == [
        "any address -> default/host: all ports", "default/host -> any address: all ports",
      ])
    let open = text.replacing("ingress: [{from: [{podSelector: {}}]}]", with: "ingress: [{ports: [{port: 80}]}]")
    #expect(try await Topology(open).rows().contains("default/host -> default/web: TCP 80"))
  }

  @Test func policiesWithoutEffectChangeNothing() async throws {
    let policies =
      Manifests.policy("none", "podSelector: {matchLabels: {app: nobody}}, policyTypes: [Ingress, Egress]")
      + Manifests.policy("elsewhere", in: "other", "podSelector: {}")
    #expect(try await Topology(web + db + policies).rows() == Topology(web + db).rows())
  }

  @Test func twinsAreOneEnd() async throws {
    let rows = try await Topology([("a/x.yaml", web + db), ("b/x.yaml", web + db)]).rows()
    #expect(try await rows == Topology(web + db).rows())
  }

  @Test func inferredPodsAreListedWhenAskedFor() async throws {
    var topology = Topology(
      web
        + Manifests.policy(
          "p",
          "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]"
        ))
    #expect(try await topology.rows() == [])
    #expect(try await topology.report(.csv).summary.contains("1 selector matches no workload"))
    topology.options.includesInferred = true
    // The pod that is inferred is isolated too: it may send nothing.
    #expect(try await topology.rows() == [])
    topology = Topology(
      web
        + Manifests.policy(
          "p",
          "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]"))
    topology.options.includesInferred = true
    #expect(
      try await topology.rows(focus: ["default/web"]) == [
        "default/app=client -> default/web: all ports", "default/web -> any address: all ports",
        "default/web -> default/app=client: all ports",
      ])
    #expect(
      try await topology.report(.json).text.contains(
        "\"name\":\"app=client\",\"workloadKind\":\"Pod\",\"inferred\":true"))
  }

  @Test func listsAndJSONAreReadAlike() async throws {
    let list = """
      apiVersion: v1
      kind: List
      items:
        - {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
        - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}}
      """
    let expected = ["any address -> default/web: TCP 80", "default/web -> any address: all ports"]
    #expect(try await Topology(list).rows() == expected)
    let json = try #require(JSONText.convert(list))
    #expect(try await Topology([("a.json", json)]).rows() == expected)
  }

  @Test func focusLeavesOnlyItsConnections() async throws {
    let all = Topology(web + db)
    #expect(try await all.rows(focus: ["default/web"]).allSatisfy { $0.contains("default/web") })
    #expect(try await all.rows(focus: ["default/pod/web"]).count == 4)
    #expect(try await all.rows(focus: ["default/web", "default/db"]) == all.rows())
    await #expect(throws: UnknownFocus.self) { try await all.rows(focus: ["default/webb"]) }
    do {
      _ = try await all.rows(focus: ["default/webb"])
    } catch let error as UnknownFocus {
      #expect(error.message.contains("did you mean 'default/web'?"))
    }
  }

  @Test func whatCannotBeToldIsNamedAndNotListed() async throws {
    let cilium =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c}\nspec: {endpointSelector: {}}\n---\n"
    let other = try await Topology(web + db + cilium).report(.text)
    #expect(!other.text.contains("->"))
    #expect(other.summary.contains("manifest.yaml:13: CiliumNetworkPolicy c is not evaluated"))
    #expect(other.summary.hasSuffix("ICMP and other protocols than TCP, UDP and SCTP are outside the model.\n"))
    let refused = try await Topology(web + Manifests.policy("bad", "podSelector: {}, policyTypes: [Igress]")).report(
      .text)
    #expect(!refused.text.contains("->") && refused.summary.contains("would refuse NetworkPolicy default/bad"))
  }

  @Test func whatAllWorldsAllowIsListedOnce() async throws {
    func policy(_ ingress: String) -> String {
      Manifests.policy("p", "podSelector: {matchLabels: {app: db}}, ingress: [\(ingress)]")
    }
    let overlays = [
      ("base/web.yaml", web + db), ("base/kustomization.yaml", "resources: [web.yaml]\n"),
      ("a/kustomization.yaml", "resources: [../base, policy.yaml]\n"), ("a/policy.yaml", policy("{}")),
      ("b/kustomization.yaml", "resources: [../base, policy.yaml]\n"),
      ("b/policy.yaml", policy("{ports: [{port: 5432}]}")),
    ]
    #expect(
      try await Topology(overlays).rows() == [
        "any address -> default/web: all ports", "default/db -> any address: all ports",
        "default/db -> default/web: all ports", "default/web -> any address: all ports",
        "a: any address -> default/db: all ports", "a: default/web -> default/db: all ports",
        "b: any address -> default/db: TCP 5432", "b: default/web -> default/db: TCP 5432",
      ])
  }
}
