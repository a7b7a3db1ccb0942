import Config
import Diagnostics
import Rules
import TestSupport
import Testing
import Traffic

/// Which findings are said by others, and which follow from others.
@Suite struct CausesTests {
  private static func policy(_ name: String, _ spec: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec: {\(spec)}
    ---

    """
  }

  private static func pod(_ name: String, port: Int = 8080) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: shop, labels: {app: \(name)}}
    spec: {containers: [{name: c, image: c, ports: [{containerPort: \(port)}]}]}
    ---

    """
  }

  private static func service(_ name: String, port: Int = 8080) -> String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: \(name), namespace: shop}
    spec: {selector: {app: \(name)}, ports: [{port: \(port)}]}
    ---

    """
  }

  /// The rules that report, each with the rule of its cause: `NP509 < NP201`.
  private func report(_ text: String, _ only: [RuleID]? = nil) async -> [String] {
    let rules = Registry.all.filter { rule in only.map { $0.contains(rule.info.id) } ?? true }
    return await Lint.run(Lint.files(of: text), rules).findings.map { finding in
      finding.rule.description + (finding.cause.map { " < \($0.rule)" } ?? "")
    }
  }

  // MARK: Ports that pods do not have

  /// One port that the pods do not have is taken for the one that they have; several ones are not.
  @Test(arguments: [
    ([9090], ["NP301", "NP501 < NP301", "NP501 < NP301"]),
    ([9090, 9091], ["NP301", "NP301", "NP501", "NP501 < NP301", "NP501 < NP301"]),
  ])
  func severalPortsAreNoneThatIsMeant(_ ports: [Int], _ expected: [String]) async {
    let egress = ports.map { "{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: \($0)}]}" }
    let text =
      Self.policy("deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
      + Self.policy(
        "api",
        "podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress], "
          + "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}], "
          + "ports: [{port: 8080}]}]")
      + Self.policy(
        "out",
        "podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], "
          + "egress: [\(egress.joined(separator: ", "))]")
      + Self.pod("api") + Self.pod("web")
    #expect(await report(text, ["NP301", "NP501"]).sorted() == expected)
  }

  /// Where the other end is open on another port, the message names the one that is not.
  @Test(arguments: [
    ("{podSelector: {matchLabels: {app: web}}}", " on TCP 9091"), ("{podSelector: {matchLabels: {app: db}}}", ""),
  ])
  func aClosedPortIsNamedBesideAnOpenOne(_ peer: String, _ ports: String) async {
    let egress = [9090, 9091].map { "{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: \($0)}]}" }
    let text =
      Self.policy(
        "api",
        "podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress], "
          + "ingress: [{from: [\(peer)], ports: [{port: 8080}]}]")
      + Self.policy(
        "web",
        "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], "
          + "egress: [\(egress.joined(separator: ", "))]")
      + Self.pod("api") + Self.pod("web") + Self.pod("db")
    let found = await Lint.run(Lint.files(of: text), Registry.all.filter { $0.info.id == "NP501" }).findings
    #expect(found.contains { $0.message == "this lets pods send to Pod api, but nothing there lets them in\(ports)" })
  }

  /// A wrong port keeps those out whom its rule means: a load balancer's callers are no pods.
  @Test(arguments: [
    ("[{podSelector: {matchLabels: {app: web}}}], ports: [{port: 9090}]", ["NP301", "NP504"]),
    ("[{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 9090}]", ["NP301", "NP504 < NP301"]),
    ("[{ipBlock: {cidr: 0.0.0.0/24}}], ports: [{port: 8080}]", ["NP414"]),
  ])
  func whoIsKeptOutIsWhoIsMeant(_ from: String, _ expected: [String]) async {
    let text =
      Self.policy("api", "podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress], ingress: [{from: \(from)}]")
      + Self.pod("api") + Self.pod("web")
      + Self.service("api").replacing("spec: {", with: "spec: {type: LoadBalancer, ")
    #expect(await report(text, ["NP301", "NP414", "NP504"]).sorted() == expected)
  }

  // MARK: Unread ingress controllers

  /// Whether the controller is let in rests on its labels: that is said, as often as there are namespaces.
  @Test(arguments: [
    ("ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}]}]", 1),
    ("ingress: [{from: [{podSelector: {}}]}]", 1), ("ingress: [{from: [{namespaceSelector: {}}]}]", 0),
    ("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", 0), ("ingress: []", 0),
  ])
  func anUnreadControllerLeavesBackendsOpen(_ spec: String, _ count: Int) async throws {
    let ingress = """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: shop, namespace: shop}
      spec:
        defaultBackend: {service: {name: web, port: {number: 8080}}}
        rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}]}}]
      ---

      """
    let text =
      Self.policy("web", "podSelector: {}, policyTypes: [Ingress], \(spec)") + ingress
      + Self.service("web") + Self.pod("web")
    let rule = try #require(Registry.rule("NP504"))
    let undecided = await Lint.run(Lint.files(of: text), [rule]).undecided
    #expect(undecided.count { $0.reason.contains("no ingress controller was read") } == count)
  }

  /// One fault in each namespace of a mesh is one block.
  @Test func theWayToTheControlPlaneIsToldOnceForAllNamespaces() async throws {
    let text = ["shop", "edge"].map { namespace in
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: \(namespace), labels: {istio-injection: enabled}}
      ---
      \((Self.policy(namespace, "podSelector: {}, policyTypes: [Egress]") + Self.pod(namespace))
        .replacing("namespace: shop", with: "namespace: \(namespace)"))
      """
    }.joined()
    let rule = try #require(Registry.rule("NP313"))
    let found = await Lint.run(Lint.files(of: text), [rule]).findings
    #expect(found.count == 2 && Set(found.map(\.commonMessage)).count == 1 && found[0].commonMessage != nil)
  }

  /// What is half open for many peers of a rule is told in one go, for few of them one by one.
  @Test(arguments: [2, 3])
  func peersOfALongListAreSaidTogether(_ count: Int) async throws {
    let names = (0..<count).map { "p\($0)" }
    let peers = names.map { "{podSelector: {matchLabels: {app: \($0)}}}" }.joined(separator: ", ")
    let text =
      Self.policy("deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
      + Self.policy(
        "db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{from: [\(peers)]}]")
      + (names + ["db"]).map { Self.pod($0) }.joined()
    let rule = try #require(Registry.rule("NP501"))
    let found = await Lint.run(Lint.files(of: text), [rule]).findings
    #expect(found.count == count && Set(found.map(\.commonMessage)).count == 1)
    #expect((found[0].commonMessage == nil) == (count == 2))
  }

  // MARK: One fault, one finding

  /// Each pair: a spec, the rule that speaks, and the ones that keep still because it does.
  @Test(arguments: [
    ("ingress: [{ports: [{port: 5432}]}]", "NP409", ["NP401"]),
    ("ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 5432}]}]", "NP409", ["NP402"]),
    ("ingress: [{from: [{namespaceSelector: {}}]}]", "NP402", ["NP306"]),
    ("policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]", "NP312", ["NP403"]),
    ("policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 80}]}]", "NP404", ["NP403"]),
  ])
  func aRuleYieldsToOneThatSaysMore(_ spec: String, _ speaking: String, _ silent: [String]) async {
    let text = Self.policy("p", "podSelector: {matchLabels: {app: db}}, \(spec)")
    let all = await report(text)
    #expect(all.contains { $0.hasPrefix(speaking) } && !silent.contains { rule in all.contains { $0.hasPrefix(rule) } })
    // Where that one is not asked for, nothing is said in its place.
    for rule in silent { #expect(await report(text, RuleID(rule).map { [$0] }).contains(rule), "\(rule)") }
  }

  /// A further port or peer takes no finding about the others away.
  @Test(arguments: [
    ("ingress: [{ports: [{port: 5432}, {port: 8080}]}]", ["NP401", "NP409"]),
    ("policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}, {port: 443}]}]", ["NP312", "NP403"]),
    ("ingress: [{from: [{namespaceSelector: {}}, {podSelector: {matchLabels: {a: b}}}]}]", ["NP306", "NP402"]),
    (
      "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, "
        + "{ipBlock: {cidr: 169.254.0.0/16}}]}]", ["NP403", "NP404"]
    ),
  ])
  func whatIsAddedSilencesNothing(_ spec: String, _ rules: [String]) async {
    let all = await report(Self.policy("p", "podSelector: {matchLabels: {app: db}}, \(spec)"))
    #expect(rules.allSatisfy { rule in all.contains { $0.hasPrefix(rule) } }, "\(all)")
  }

  // MARK: Consequences

  private static let deny = policy("deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
  /// `redis` is meant, and selected by nobody.
  private static let misspelt =
    deny + policy("redis", "podSelector: {matchLabels: {app: rediss}}, ingress: [{from: [{podSelector: {}}]}]")
    + pod("redis") + service("redis") + pod("web")

  @Test func whatNothingReachesHangsOnTheSelectorThatMeansIt() async {
    let text = Self.misspelt
    #expect(await report(text).contains("NP509 < NP201"))
    #expect(await report(text, ["NP509"]) == ["NP509"])
    #expect(await report(Self.deny + Self.pod("redis") + Self.service("redis"), ["NP201", "NP509"]) == ["NP509"])
  }

  /// A policy that selects nothing blocks and opens nothing: what its rules say too much or too little follows from that.
  @Test func whatRulesOfADeadPolicySayHangsOnItsSelector() async {
    let dead = Self.policy(
      "dead",
      """
      podSelector: {matchLabels: {app: rediss}}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}, \
      {from: [{namespaceSelector: {}}], ports: [{port: 5432}]}], egress: [{ports: [{port: 53, protocol: UDP}]}]
      """)
    let rules: [RuleID] = ["NP201", "NP305", "NP306", "NP312", "NP409"]
    let found = await report(dead + Self.pod("redis"), rules)
    #expect(Set(found) == ["NP201", "NP305 < NP201", "NP306 < NP201", "NP312 < NP201", "NP409 < NP201"])
    #expect(await report(dead + Self.pod("rediss"), rules).allSatisfy { !$0.contains("<") })
  }

  /// The Ingress whose controller is named by a label that nothing sets is told with that label, and no worse.
  @Test func aBackendWhoseControllerIsLostHangsOnTheLabel() async {
    let ingress = """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: web, namespace: shop}
      spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {number: 8080}}}}
      ---

      """
    func text(_ label: String) -> String {
      Self.policy("web", "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {\(label)}}}]}]")
        + ingress + Self.service("web") + Self.pod("web")
    }
    let rules: [RuleID] = ["NP204", "NP504"]
    #expect(Set(await report(text("name: ingress-nginx"), rules)) == ["NP204", "NP504 < NP204"])
    #expect(await report(text("kubernetes.io/metadata.name: ingress-nginx"), rules).isEmpty)
  }

  /// What the two ends do not agree on is told there; the Ingress hangs on it.
  @Test func aBackendWhoseControllerMayNotSendHangsOnTheHalfOpenRule() async {
    let controller = """
      apiVersion: v1
      kind: Pod
      metadata: {name: nginx, namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}
      spec: {containers: [{name: c, image: c}]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns-alone, namespace: ingress-nginx}
      spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: web, namespace: shop}
      spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {number: 8080}}}}
      ---

      """
    let named = Self.policy(
      "web",
      """
      podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: \
      {app.kubernetes.io/name: ingress-nginx}}, namespaceSelector: {}}], ports: [{port: 8080}]}]
      """)
    let rules: [RuleID] = ["NP501", "NP504"]
    let pods = controller + Self.service("web") + Self.pod("web")
    #expect(Set(await report(named + pods, rules)) == ["NP501", "NP504 < NP501"])
    #expect(await report(pods, rules) == ["NP504"])
  }

  /// A rule that the admin tier makes dead is told there; the other end, and what is called or scraped, hang on it.
  @Test func whatTheAdminTierDeniesHangsOnTheRuleThatItMakesDead() async {
    let wall = """
      apiVersion: policy.networking.k8s.io/v1alpha2
      kind: ClusterNetworkPolicy
      metadata: {name: wall}
      spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
      ---

      """
    let annotated = """
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: shop, labels: {app: db}, annotations: {prometheus.io/scrape: "true"}}
      spec: {containers: [{name: c, image: c, ports: [{containerPort: 5432}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: c, image: c, env: [{name: DB, value: "postgres://db:5432"}]}]}
      ---

      """
    let text =
      wall + annotated + Self.service("db", port: 5432)
      + Self.policy(
        "db",
        "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 5432}]}]")
      + Self.policy(
        "web",
        """
        podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: \
        {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
        """)
    let rules: [RuleID] = ["NP501", "NP510", "NP511", "NP514"]
    #expect(
      Set(await report(text, rules)) == ["NP514", "NP501 < NP514", "NP510 < NP514", "NP511 < NP514"])
    #expect(await report(text, ["NP501"]) == ["NP501"])
  }

  /// The pods that a selector means but for the term that contradicts another one.
  @Test func whatASelectorThatContradictsItselfDoesNotOpenHangsOnIt() async {
    let db = Self.policy(
      "db",
      """
      podSelector: {matchLabels: {app: db}, matchExpressions: [{key: app, operator: NotIn, values: [db]}]}, \
      ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
      """)
    let web = Self.policy(
      "web",
      """
      podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: \
      {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
      """)
    let text = Self.deny + db + web + Self.pod("db", port: 5432) + Self.pod("web")
    #expect(Set(await report(text, ["NP206", "NP501"])) == ["NP206", "NP501 < NP206"])
  }

  @Test func aDefaultDenyInANamespaceThatIsNearHangsOnItsName() async {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    let moved = Self.deny.replacing("namespace: shop", with: "namespace: shops")
    let own = Self.policy("db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]")
    let text = namespace + moved + own + Self.pod("db")
    #expect(Set(await report(text, ["NP101", "NP102", "NP208"])) == ["NP208", "NP101 < NP208", "NP102 < NP208"])
    #expect(Set(await report(namespace + own + Self.pod("db"), ["NP101", "NP102", "NP208"])) == ["NP101", "NP102"])
  }

  @Test func rulesBesideAWideOneAreAmongItsConsequences() async {
    let text = Self.policy(
      "p",
      """
      podSelector: {matchLabels: {app: db}}, ingress: [{}, {from: [{podSelector: {matchLabels: {app: web}}}]}]
      """)
    #expect(await report(text, ["NP401", "NP502"]) == ["NP401", "NP502 < NP401"])
    #expect(await report(text, ["NP502"]) == ["NP502"])
  }

  @Test func aPeerWithLabelsThatSelectNothingIsSaidOnce() async {
    let text =
      Self.policy("a", "podSelector: {matchLabels: {app: cache}}, policyTypes: [Ingress]")
      + Self.policy(
        "b", "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: cache}}}]}]")
      + ["web", "api", "db"].map { Self.pod($0) }.joined()
      + ["api", "db"].map { Self.policy($0, "podSelector: {matchLabels: {app: \($0)}}, policyTypes: [Ingress]") }
      .joined()
    #expect(await report(text, ["NP201", "NP202"]) == ["NP201", "NP202 < NP201"])
  }

  /// A policy that means a workload explains only that nothing at all is allowed, and not what none of its rules allows.
  @Test func aSelectorExplainsNoPortThatItsPolicyDoesNotOpen() async {
    let text =
      Self.deny
      + Self.policy("frontend", "podSelector: {matchLabels: {app: frontendd}}, ingress: [{ports: [{port: 9100}]}]")
      + Self.pod("frontend") + Self.service("frontend")
        + """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec: {defaultBackend: {service: {name: frontend, port: {number: 8080}}}}

        """
    #expect(await report(text, ["NP201", "NP504"]) == ["NP201", "NP504"])
    #expect(await report(text, ["NP201", "NP509"]) == ["NP201", "NP509 < NP201"])
  }

  /// What is not shown, in a file that is only read for facts or below the lowest severity, stands for nothing.
  @Test func whatIsNotShownSilencesNothing() async {
    let text = Self.policy("p", "podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]")
    let project = await Project.read(Lint.files(of: text), configuration: Configuration())
    let all = await Linter().lint(project).findings.map(\.rule)
    #expect(all.contains("NP409") && !all.contains("NP401"))
    let left = await Linter(shows: { $0.rule != "NP409" }).lint(project).findings.map(\.rule)
    #expect(left.contains("NP401"))
  }

  /// What is accepted at its place is accepted with all that follows from it.
  @Test func aSuppressedCauseTakesItsConsequencesAlong() async {
    let mark = "app: rediss # netpol-lint: ignore[NP201]: not deployed yet\n  }"
    let text = Self.misspelt.replacing("app: rediss}", with: mark)
    let result = await Lint.run(Lint.files(of: text))
    #expect(!result.findings.contains { $0.rule == "NP509" || $0.rule == "NP201" })
    #expect(Set(result.suppressed.map(\.finding.rule)) == ["NP111", "NP201", "NP306", "NP509"])
  }

  // MARK: The declarations

  /// Whoever follows the rules that others yield to, or follow from, never comes back.
  @Test func noRuleExplainsItself() {
    let next = Dictionary(uniqueKeysWithValues: Registry.infos.map { ($0.id, $0.yieldsTo + $0.followsFrom) })
    for info in Registry.infos {
      var open = next[info.id] ?? []
      var seen: Set<RuleID> = []
      while let rule = open.popLast() {
        #expect(rule != info.id)
        if seen.insert(rule).inserted { open += next[rule] ?? [] }
      }
    }
  }

  /// NP505 to NP507 say what the user asked for.
  @Test func declaredFlowsHangOnNothing() {
    for info in Registry.infos where (505...507).contains(info.id.number) {
      #expect(info.followsFrom.isEmpty && info.yieldsTo.isEmpty)
    }
  }
}
