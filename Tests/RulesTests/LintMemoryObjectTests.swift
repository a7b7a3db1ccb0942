import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// The same where workloads, Services, Namespaces and kustomizations change, and where files come and go.
@Suite struct LintMemoryObjectTests {
  private static let pods = ["Deployment", "StatefulSet", "DaemonSet", "Pod", "CronJob", "Job", "Service"]

  private static func isPod(_ text: String) -> Bool { pods.contains { text.contains("kind: \($0)\n") } }

  /// What may become of the text of a workload or a Service, besides what it takes of another document.
  private static let changes: [@Sendable (String) -> String] = [
    { "\n# said\n" + $0 }, { $0 + "# said\n" }, { _ in "" },
    { $0.replacing("containerPort: ", with: "containerPort: 1") },
    { $0.replacing("targetPort: ", with: "targetPort: 1") },
    { $0.replacing("port: ", with: "port: 1") }, { $0.replacing("app: ", with: "app: x") },
    { $0.replacing("namespace: ", with: "namespace: x") },
    { $0.replacing("kind: Deployment", with: "kind: StatefulSet") },
    { $0.replacing("spec: {", with: "spec: {hostNetwork: true, ") }, { $0.replacing("name: ", with: "name: x") },
  ]

  private static func change(
    _ text: String, among documents: [String], _ mixer: inout LintMemoryTests.Mixer
  ) -> String {
    let other = mixer.pick(documents.filter { !$0.isEmpty } + [text])
    switch mixer.random.next() % 8 {
    case 0: return mixer.taking(/namespace: [a-z-]+/, of: other, text)
    case 1: return mixer.taking(/labels: \{[^{}]*\}/, of: other, text)
    case 2: return mixer.taking(/app: [a-z-]+/, of: other, text)
    case 3: return text + "---\n" + other
    default: return mixer.pick(changes)(text)
    }
  }

  /// A fixture in which each rule fires, between others, while any of its documents changes.
  @Test(arguments: Array(Registry.infos.map(\.id).enumerated()).map { ($0.offset, $0.element) })
  func documentsThatChange(_ seed: Int, _ rule: RuleID) async throws {
    let samples = try LintMemoryTests.samples.get()
    var mixer = LintMemoryTests.Mixer(seed: UInt64(seed) &+ 1000, samples)
    let bad = samples.filter { $0.isBad && $0.rule == rule.description }
    guard !bad.isEmpty else { return }
    let first = mixer.pick(bad)
    let rich = samples.filter { $0.documents.contains(where: LintMemoryObjectTests.isPod) }
    var documents = first.documents + mixer.pick(rich).documents + mixer.pick(rich).documents
    let written = documents
    let editor = LintMemoryTests.Editor(try Lint.configuration(in: first.config))
    await editor.lint(documents, "\(rule)")
    let pods = documents.indices.filter { LintMemoryObjectTests.isPod(documents[$0]) }
    for step in 0..<10 {
      let number = step % 3 == 2 || pods.isEmpty ? mixer.pick(Array(documents.indices)) : mixer.pick(pods)
      let text = documents[number]
      documents[number] =
        text.isEmpty ? written[number] : LintMemoryObjectTests.change(text, among: documents, &mixer)
      await editor.lint(documents, "\(rule), \(step), \(number):\n\(documents[number])")
    }
  }

  /// Workloads and Services take the place of others, in worlds in which everything meets.
  @Test(arguments: 0..<40) func podsThatAreReplaced(_ seed: UInt64) async throws {
    var documents = WorldGenerator.world(seed: seed).documents
    documents.removeAll { ($0["kind"]?.text ?? "").hasSuffix("NetworkPolicy") && $0["kind"]?.text != "NetworkPolicy" }
    let others = (1...4).flatMap { WorldGenerator.world(seed: seed &* 37 &+ $0).documents }
    var random = SeededGenerator(seed: seed)
    func pick<Item>(_ items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
    var texts = documents.map(\.yaml)
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(texts, "\(seed)")
    for step in 0..<14 {
      let number = pick(Array(documents.indices))
      let alike = others.filter { $0["kind"]?.text == documents[number]["kind"]?.text }
      texts[number] = alike.isEmpty || step % 5 == 4 ? "\n" + texts[number] : pick(alike).yaml
      await editor.lint(texts, "\(seed), \(step), \(number):\n\(texts[number])")
    }
    #expect(editor.memory.uses > 0)
  }

  /// Files come, go, and come again: those behind them have other numbers.
  @Test(arguments: 0..<12) func filesThatComeAndGo(_ seed: UInt64) async throws {
    let samples = try LintMemoryTests.samples.get()
    var mixer = LintMemoryTests.Mixer(seed: seed &+ 77, samples)
    var documents = mixer.pick(samples).documents + mixer.pick(samples).documents
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(documents, "\(seed)")
    for step in 0..<8 {
      let place = mixer.pick(Array(0...documents.count))
      if step % 2 == 0 || documents.count < 2 {
        documents.insert(contentsOf: mixer.pick(samples).documents, at: place)
      } else {
        documents.remove(at: min(place, documents.count - 1))
      }
      await editor.lint(documents, "\(seed), \(step)")
    }
  }

  private static func policy(_ name: String, _ namespace: String, _ spec: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: \(namespace)}
    spec: \(spec)

    """
  }

  private static func pod(_ name: String, _ namespace: String, port: Int = 80) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}
    spec: {containers: [{name: main, image: main, ports: [{containerPort: \(port)}]}]}

    """
  }

  /// A pod of another namespace goes, so that two rules that nobody has touched turn out to be for the same pods.
  @Test func rulesThatAreJoinedWithOthers() async {
    let deny = "{podSelector: {}, policyTypes: [Ingress, Egress]}"
    var documents = ["east", "west"].map {
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: \($0), labels: {team: a}}\n"
    }
    documents += [
      Self.policy("deny", "east", deny), Self.policy("deny", "west", deny),
      Self.policy(
        "db", "east",
        "{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: "
          + "{matchLabels: {team: a}}, podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}]}"),
      Self.policy(
        "api", "east",
        "{podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], egress: [{to: [{podSelector: "
          + "{matchLabels: {app: db}}}], ports: [{port: 5433}]}]}"),
      Self.pod("api", "east"), Self.pod("db", "east", port: 5432),
    ]
    for number in 0..<8 { documents.append(Self.policy("deny", "ns-\(number)", deny)) }
    let place = documents.count
    documents.append(Self.pod("api", "west"))
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(documents, "as written")
    for app in ["other", "api", "other"] {
      documents[place] = Self.pod("api", "west").replacing("app: api", with: "app: \(app)")
      await editor.lint(documents, "\(app)")
    }
    #expect(editor.memory.uses > 0)
  }

  /// Rules at both ends of connections within and between many namespaces, of which few change: what is said of one rule
  /// may hang on one at the other end, and on others for the same pods.
  @Test(arguments: 0..<8) func flowsBetweenManyNamespaces(_ seed: UInt64) async {
    var random = SeededGenerator(seed: seed)
    func pick<Item>(_ items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
    let (apps, teams) = (["api", "db", "web"], ["a", "b", "c", "d"])
    let names = (0..<12).map { "ns-\($0)" }
    func policy(_ name: String, _ namespace: String) -> String {
      let (type, list, side) = pick([("Ingress", "ingress", "from"), ("Egress", "egress", "to")])
      let namespaces = pick([
        "", "", "", "namespaceSelector: {matchLabels: {team: \(pick(teams))}}, ",
        "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: \(pick(names))}}, ",
      ])
      return """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: \(name), namespace: \(namespace)}
        spec:
          podSelector: {matchLabels: {app: \(pick(apps))}}
          policyTypes: [\(type)]
          \(list):
            - \(side): [{\(namespaces)podSelector: {matchLabels: {app: \(pick(apps))}}}]
              ports: [{port: \(pick([5432, 5433]))}]

        """
    }
    var documents: [String] = []
    var places: [(index: Int, name: String, namespace: String)] = []
    for (number, name) in names.enumerated() {
      documents.append(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name), labels: {team: \(teams[number % teams.count])}}\n")
      documents.append(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: deny, namespace: \(name)}
        spec: {podSelector: {}, policyTypes: [Ingress, Egress]}

        """)
      documents += apps.map { app in
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(app), namespace: \(name), labels: {app: \(app)}}
        spec: {containers: [{name: main, image: main, ports: [{containerPort: \(pick([5432, 5433]))}]}]}

        """
      }
      for number in 0..<4 {
        places.append((documents.count, "p-\(number)", name))
        documents.append(policy("p-\(number)", name))
      }
    }
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(documents, "\(seed)")
    for step in 0..<10 {
      let place = pick(places)
      documents[place.index] = policy(place.name, place.namespace)
      await editor.lint(documents, "\(seed), \(step), \(place):\n\(documents[place.index])")
    }
    #expect(editor.memory.uses > 0)
  }

  /// A selector may name a namespace by a label that it does not have, and mean it all the same.
  @Test func namespacesThatAreOnlyNamed() async {
    func pod(_ port: Int) -> String {
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: server, namespace: kube-system, labels: {app: server}}
      spec: {containers: [{name: main, image: main, ports: [{containerPort: \(port)}]}]}

      """
    }
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to: [{namespaceSelector: {matchLabels: {name: kube-system}}}]
            ports: [{port: 6443}]

      """
    let editor = LintMemoryTests.Editor(Configuration())
    for port in [6443, 80, 6443, 6444] { await editor.lint([policy, pod(port)], "\(port)") }
    #expect(editor.memory.uses > 0)
  }

  /// One Service decides which address is the API server's, and policies of all namespaces may name it.
  @Test func theAPIServersService() async {
    func service(_ name: String, _ address: String) -> String {
      """
      apiVersion: v1
      kind: Service
      metadata: {name: \(name), namespace: default}
      spec: {clusterIP: \(address), ports: [{port: 443}]}

      """
    }
    // The second one is the address that is taken for its where the Service was not read.
    let policies = ["172.20.0.1", "10.96.0.1"].enumerated().map { number, address in
      Self.policy(
        "api-\(number)", "shop",
        "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: "
          + "\(address)/32}}], ports: [{port: 443}]}]}")
    }
    let (usual, moved) = (service("kubernetes", "172.20.0.1"), service("kubernetes", "172.20.0.2"))
    let other = service("other", "172.20.0.7")
    let editor = LintMemoryTests.Editor(Configuration())
    for text in [usual, moved, usual, "", moved, "", usual] {
      await editor.lint(policies + [other, text], "\(text)")
    }
    #expect(editor.memory.uses == 0)
    await editor.lint(policies + [service("other", "172.20.0.8"), usual], "another Service")
    #expect(editor.memory.uses > 0)
  }

  /// In many namespaces policies mean all of them, those of a team, or one: the partners of each are found.
  @Test func policiesThatMeanAllNamespaces() async {
    let deny = "{podSelector: {}, policyTypes: [Ingress, Egress]}"
    func rule(_ type: String, _ namespaces: String, port: Int) -> String {
      let (list, side) = type == "Ingress" ? ("ingress", "from") : ("egress", "to")
      return "{podSelector: {matchLabels: {app: api}}, policyTypes: [\(type)], \(list): [{\(side): [{"
        + "namespaceSelector: \(namespaces), podSelector: {matchLabels: {app: api}}}], ports: [{port: \(port)}]}]}"
    }
    func named(_ name: String) -> String { "{matchLabels: {kubernetes.io/metadata.name: \(name)}}" }
    var documents: [String] = []
    for number in 0..<9 {
      let name = "ns-\(number)"
      let namespaces = ["{}", "{matchLabels: {team: a}}", named("ns-\((number + 1) % 9)")][number % 3]
      documents.append(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name), labels: {team: \(number < 5 ? "a" : "b")}}\n")
      documents += [
        Self.policy("deny", name, deny), Self.policy("more", name, deny), Self.pod("api", name, port: 5432),
        Self.policy("api", name, rule("Ingress", namespaces, port: 5432)),
      ]
    }
    let place = documents.count
    documents.append("")
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(documents, "as written")
    for port in [5432, 5433] {
      for namespaces in ["{}", named("ns-0"), named("ns-3"), named("ns-7"), "{matchLabels: {team: b}}"] {
        documents[place] = Self.policy("calls", "ns-2", rule("Egress", namespaces, port: port))
        await editor.lint(documents, "\(namespaces), \(port)")
      }
    }
    #expect(editor.memory.uses > 0)
  }

  /// The only pod that a selector of several namespaces means goes: the engine puts one in its place, in the first of
  /// these, and what is said of a policy there changes too.
  @Test func podsThatSelectorsAloneShow() async {
    let namespaces = ["east", "north", "west"].map {
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: \($0), labels: {team: \($0 == "north" ? "b" : "a")}}\n"
    }
    var documents =
      namespaces + [
        Self.policy("deny", "east", "{podSelector: {}, policyTypes: [Ingress, Egress]}"),
        Self.policy(
          "wide", "west",
          "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: api}}}]}]}"
        ),
        Self.policy(
          "north", "north",
          "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: east}}, podSelector: {matchLabels: {app: api}}}]}]}"
        ),
        Self.pod("web", "north"), Self.pod("api", "west"), Self.pod("db", "east"),
      ]
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(documents, "as written")
    let place = documents.count - 2
    let api = documents[place]
    for text in [api.replacing("app: api", with: "app: other"), api, "", api] {
      documents[place] = text
      await editor.lint(documents, "\(text)")
    }
    #expect(editor.memory.uses > 0)
  }
}
