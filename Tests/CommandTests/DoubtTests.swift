import Testing

/// What was not built leaves open what holds in every namespace that it may go to.
@Suite struct DoubtTests {
  private static func pod(_ name: String, in namespace: String?) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), labels: {app: \(name)}\(namespace.map { ", namespace: \($0)" } ?? "")}
    spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
    ---

    """
  }

  static let deny = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny}
    spec: {podSelector: {}, policyTypes: [Ingress]}

    """

  static let pods = pod("web", in: "shop") + pod("api", in: "shop") + pod("web", in: "other") + pod("api", in: "other")

  private static let absent = "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: nope}}'}]\n"

  /// What `can-reach` says of two pods of a namespace: `yes`, `no`, or `unknown`.
  private func answer(_ namespace: String, _ files: [String: String]) throws -> String {
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in files { try tool.write(path, text) }
    let run = try tool.run("can-reach", "--no-config", "\(namespace)/web", "\(namespace)/api:80", ".")
    return run.status == 0 ? "yes" : run.status == 1 ? "no" : run.output.contains("cannot tell") ? "unknown" : "\(run)"
  }

  @Test(arguments: [
    // What is written, and what the build says.
    ("", "yes", "yes"), ("namespace: shop\n", "unknown", "yes"),
    ("namespace: '${NS}'\n", "unknown", "unknown"),
    // Something behind it, or in its place, may say otherwise.
    ("namespace: shop\ntransformers: [t.yaml]\n", "unknown", "unknown"),
    ("namespace: shop\ncomponents: ['https://example.com/a/b//c']\n", "unknown", "yes"),
    ("components: ['https://example.com/a/b//c']\n", "unknown", "unknown"),
    (
      "namespace: shop\npatchesJson6902: [{target: {kind: NetworkPolicy}, "
        + "patch: '[{op: add, path: /metadata/namespace, value: x}]'}]\n", "unknown", "unknown"
    ),
  ])
  func aRefusedBuildIsInDoubtWhereItMayPutItsPolicies(kustomization: String, shop: String, other: String) throws {
    let files = [
      "plain/pods.yaml": Self.pods, "k/deny.yaml": Self.deny,
      "k/kustomization.yaml": "resources: [deny.yaml]\n" + kustomization + Self.absent,
    ]
    #expect(try answer("shop", files) == shop)
    #expect(try answer("other", files) == other)
  }

  @Test func eachBuildOfARefusedBasePutsItsPoliciesSomewhereElse() throws {
    let files = [
      "plain/pods.yaml": Self.pods, "base/deny.yaml": Self.deny,
      "base/kustomization.yaml": "resources: [deny.yaml, missing.yaml]\n",
      "a/kustomization.yaml": "resources: [../base]\nnamespace: shop\n",
      "b/kustomization.yaml": "resources: [../base]\nnamespace: other\n",
    ]
    #expect(try answer("shop", files) == "unknown")
    #expect(try answer("other", files) == "unknown")
  }

  @Test func transformersMayMoveObjectsAnywhere() throws {
    let files = [
      "plain/pods.yaml": Self.pods, "k/deny.yaml": Self.deny,
      "k/kustomization.yaml": "resources: [deny.yaml]\ntransformers: [t.yaml]\n",
      "k/t.yaml": "{apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: x, namespace: shop}}\n",
    ]
    #expect(try answer("shop", files) == "unknown")
    #expect(try answer("shop", files.filter { !$0.key.hasPrefix("k/") }) == "yes")
  }

  @Test(arguments: [
    ("patches: [{path: 'https://example.com/p.yaml'}]\n", "unknown", "yes"),
    ("patchesStrategicMerge: ['http://example.com/p.yaml']\n", "unknown", "yes"),
    // A JSON patch may write the namespace.
    ("patches: [{path: 'https://example.com/p.yaml', target: {kind: NetworkPolicy}}]\n", "unknown", "unknown"),
    (
      "namespace: shop\npatches: [{path: 'https://example.com/p.yaml', target: {kind: NetworkPolicy}}]\n", "unknown",
      "yes"
    ),
    // It changes what its target selects, and nothing else.
    ("patches: [{path: 'https://example.com/p.yaml', target: {kind: NetworkPolicy, name: den}}]\n", "no", "yes"),
    ("patches: [{path: 'https://example.com/p.yaml', target: {kind: Deployment}}]\n", "no", "yes"),
  ])
  func aPatchOnAServerIsNotRead(patches: String, shop: String, other: String) throws {
    let files = [
      "plain/pods.yaml": Self.pods, "k/deny.yaml": Self.placedDeny,
      "k/kustomization.yaml": "resources: [deny.yaml]\n" + patches,
    ]
    #expect(try answer("shop", files) == shop)
    #expect(try answer("other", files) == other)
  }

  @Test func aPatchOnAServerIsNoFault() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("deny.yaml", Self.placedDeny)
    try tool.write("kustomization.yaml", "resources: [deny.yaml]\npatches: [{path: 'https://example.com/p.yaml'}]\n")
    let run = try tool.run("--no-config", "--format", "concise", ".")
    #expect(!run.output.contains("NP010"))
    #expect(run.errors.contains("Skipped kustomization.yaml: https://example.com/p.yaml, a remote patch of ., was not"))
  }

  @Test func entriesGiveRefusedBuildsTheirNamespace() throws {
    let application = """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: k, namespace: argocd}
      spec: {source: {repoURL: 'https://example.com/a/b', path: k}, destination: {namespace: shop}}

      """
    let flux = """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: k, namespace: flux-system}
      spec: {path: ./k, targetNamespace: shop, sourceRef: {kind: GitRepository, name: flux-system}}

      """
    for entry in [application, flux] {
      let files = [
        "entry/entry.yaml": entry + "---\n" + Self.pods, "k/deny.yaml": Self.deny,
        "k/kustomization.yaml": "resources: [deny.yaml, missing.yaml]\n",
      ]
      #expect(try answer("shop", files) == "unknown")
      #expect(try answer("other", files) == "yes")
    }
  }

  // MARK: Entries that lead to folders nobody knows

  private static func flux(_ path: String, _ rest: String = "", name: String = "pol") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec: {path: '\(path)', sourceRef: {kind: GitRepository, name: flux-system}\(rest)}
    ---

    """
  }

  private static let placedDeny = deny.replacing("name: deny", with: "name: deny, namespace: shop")

  @Test func aPathWithAVariableMayLeadToAnyFolderBelowWhatIsKnown() throws {
    let entries = Self.flux("./cluster", name: "flux-system")
    let files = [
      "cluster/sync.yaml": entries + Self.pods, "cluster/pol.yaml": Self.flux("./pol/${ENV}"),
      "pol/dev/pods.yaml": "# nothing\n", "pol/prod/deny.yaml": Self.placedDeny,
    ]
    #expect(try answer("shop", files) == "unknown")
    #expect(try answer("other", files) == "yes")
    // What lies elsewhere is reached by nothing.
    let elsewhere = files.merging(["pol/prod/deny.yaml": "# nothing\n", "old/deny.yaml": Self.placedDeny]) { $1 }
    #expect(try answer("shop", elsewhere) == "yes")
    let moved = files.merging(["cluster/pol.yaml": Self.flux("./pol/${ENV}", ", targetNamespace: other")]) { $1 }
    #expect(try answer("other", moved) == "unknown")
  }

  @Test func aPathWithAVariableIsSaidOnce() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let secret = ", postBuild: {substituteFrom: [{kind: Secret, name: s}]}"
    try tool.write("cluster/sync.yaml", Self.flux("./cluster", secret, name: "flux-system"))
    try tool.write("cluster/pol.yaml", Self.flux("./pol/${ENV}"))
    try tool.write("pol/dev/deny.yaml", Self.placedDeny)
    let errors = try tool.run("--no-config", "--format", "concise", ".").errors
    let lines = errors.split(separator: "\n").filter { $0.contains("gives a value") && $0.hasPrefix("Skipped") }
    #expect(lines.count == 1 && errors.contains("cluster/pol.yaml") && errors.contains("`pol/${ENV}`"), "\(errors)")
    #expect(!errors.contains("another repository"))
  }

  private static func set(namespace: String) -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: set, namespace: argocd}
    spec:
      generators: [{clusters: {}}]
      template:
        metadata: {name: x}
        spec:
          source: {repoURL: 'https://example.com/a/b', path: 'apps/{{name}}'}
          destination: {namespace: '\(namespace)'}

    """
  }

  @Test(arguments: [("{{name}}", "unknown", "unknown"), ("shop", "unknown", "yes")])
  func anOpenSetGivesItsObjectsANamespaceThatNobodyKnows(namespace: String, shop: String, other: String) throws {
    let files = [
      "set.yaml": Self.set(namespace: namespace), "plain/pods.yaml": Self.pods, "apps/api/deny.yaml": Self.deny,
    ]
    #expect(try answer("shop", files) == shop)
    #expect(try answer("other", files) == other)
    // What says its namespace counts as applied there.
    #expect(try answer("shop", files.merging(["apps/api/deny.yaml": Self.placedDeny]) { $1 }) == "no")
  }

  @Test func noRuleSpeaksOfTheDefaultNamespaceOfAnOpenSet() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("apps/web/pod.yaml", Self.pod("web", in: nil))
    func lint() throws -> String { try tool.run("--no-config", "--select", "NP101,NP102", ".").output }
    #expect(try lint().contains("[NP101 "))
    try tool.write("set.yaml", Self.set(namespace: "{{name}}"))
    #expect(try !lint().contains("[NP101 "))
  }

  @Test func whatAPluginMakesOfAFolderIsNotKnown() throws {
    let application = """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: a, namespace: argocd}
      spec:
        source: {repoURL: 'https://example.com/a/b', path: a, plugin: {name: x}}
        destination: {namespace: shop}

      """
    let files = ["app.yaml": application, "plain/pods.yaml": Self.pods, "a/deny.yaml": Self.deny]
    #expect(try answer("shop", files) == "unknown")
    #expect(try answer("other", files) == "yes")
  }

  // MARK: Unknown text

  private static func substituted(_ files: [String: String]) -> [String: String] {
    let secret = ", postBuild: {substituteFrom: [{kind: Secret, name: s}]}"
    return files.merging(["cluster/k.yaml": flux("./apps", secret)]) { $1 }
  }

  private static func allow(_ from: String) -> String {
    """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: api, namespace: shop}
    spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [\(from)]}]}

    """
  }

  @Test func aPolicyInANamespaceThatNobodyKnowsMayBeInAny() throws {
    let deny = Self.deny.replacing("name: deny", with: "name: deny, namespace: '${NS}'")
    let files = Self.substituted(["apps/all.yaml": Self.pods + deny])
    #expect(try answer("shop", files) == "unknown")
    #expect(try answer("other", files) == "unknown")
  }

  /// The entry itself is in doubt, and with it all that it leads to.
  @Test func anEntryMayGiveANamespaceThatNobodyKnows() throws {
    let secret = ", postBuild: {substituteFrom: [{kind: Secret, name: s}]}"
    let files = [
      "cluster/sync.yaml": Self.flux("./cluster", secret, name: "flux-system"), "cluster/pods.yaml": Self.pods,
      "cluster/pol.yaml": Self.flux("./pol", ", targetNamespace: '${NS}'"), "pol/deny.yaml": Self.deny,
    ]
    #expect(try answer("shop", files) == "unknown")
    #expect(try answer("other", files) == "unknown")
  }

  @Test func aLabelThatNobodyKnowsMayMatch() throws {
    let role = Self.pods.replacing(
      "labels: {app: web}, namespace: shop", with: "labels: {app: web, role: '${R}'}, namespace: shop")
    let pods = role + Self.allow("{podSelector: {matchLabels: {role: ops}}}")
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in Self.substituted(["apps/all.yaml": pods]) { try tool.write(path, text) }
    let run = try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".")
    #expect(run.status == 2 && run.output.contains("ingress: it cannot be told"))
    #expect(run.output.contains("asks for a label whose value is not known"))
  }

  @Test func aNamespaceLabelThatNobodyKnowsMayMatch() throws {
    func namespace(_ tier: String) -> String {
      "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {tier: '\(tier)'}}}\n---\n"
    }
    let allow = Self.allow("{namespaceSelector: {matchLabels: {tier: ops}}}")
    func files(_ tier: String) -> [String: String] {
      Self.substituted(["apps/all.yaml": namespace(tier) + Self.pods + allow])
    }
    #expect(try answer("shop", files("${T}")) == "unknown")
    #expect(try answer("shop", files("ops")) == "yes")
    #expect(try answer("shop", files("dev")) == "no")
  }

  /// What Flux leaves as it stands is a value, and no variable of somebody else's.
  @Test func whatFluxDoesNotReplaceIsAValue() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let policy = Self.placedDeny.replacing("podSelector: {}", with: "podSelector: {matchLabels: {app: '${C}'}}")
    let exempt = policy.replacing(
      "namespace: shop}", with: "namespace: shop, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}")
    try tool.write("cluster/k.yaml", Self.flux("./apps", ", postBuild: {substitute: {A: b}}"))
    for (text, isFault) in [(exempt, true), (policy, false)] {
      try tool.write("apps/deny.yaml", text)
      let output = try tool.run("--no-config", "--select", "NP005", ".").output
      #expect(output.contains("NP005") == isFault, "\(output)")
    }
  }

  @Test func aNamespaceLabelWithTwoValuesNamesBothPlaces() throws {
    let tool = try Tool()
    defer { tool.remove() }
    for (folder, tier) in [("a", "ops"), ("b", "dev")] {
      try tool.write(
        "\(folder)/ns.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {tier: \(tier)}}}\n")
    }
    try tool.write("c/all.yaml", Self.pods + Self.allow("{namespaceSelector: {matchLabels: {tier: ops}}}"))
    let run = try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".")
    #expect(run.status == 2 && run.output.contains("with two values: `tier` (a/ns.yaml:1) and (b/ns.yaml:1)"))
  }

  // MARK: What is said

  @Test func connectivitySaysWhatIsInDoubt() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("pods.yaml", Self.pods)
    let free = "No NetworkPolicy was read: everything is allowed."
    #expect(try tool.run("connectivity", "--no-config", ".").output.contains(free))
    try tool.write("k/deny.yaml", Self.placedDeny)
    try tool.write("k/kustomization.yaml", "resources: [deny.yaml, missing.yaml]\n")
    let output = try tool.run("connectivity", "--no-config", ".").output
    #expect(!output.contains(free))
    #expect(output.contains("Cannot tell: k/kustomization.yaml:1: the build of k fails; what its policies may decide"))
  }

  @Test func suspendedEntriesAreNamedAndApplied() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("cluster/k.yaml", Self.flux("./apps", ", suspend: true"))
    try tool.write("apps/all.yaml", Self.pods + Self.placedDeny)
    let worlds = try tool.run("worlds", "--no-config", ".").output
    #expect(worlds.contains("Flux Kustomization apps (Kustomization flux-system/pol in cluster/k.yaml:3, suspended)"))
    let run = try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".")
    #expect(run.status == 1)
    #expect(run.errors.contains("Note: cluster/k.yaml: Kustomization flux-system/pol is suspended"))
    // A notice, other than what was not read.
    #expect(try tool.run("can-reach", "-q", "--no-config", "shop/web", "shop/api:80", ".").errors.isEmpty)
    try tool.write("apps/more.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: [\n")
    let broken = try tool.run("can-reach", "-q", "--no-config", "shop/web", "shop/api:80", ".")
    #expect(broken.errors.contains("Not read: apps/more.yaml") && !broken.errors.contains("Note:"), "\(broken)")
  }

  @Test func buildsOfOneFolderAreToldApart() throws {
    let tool = try Tool()
    defer { tool.remove() }
    for cluster in ["a", "b"] {
      let values = ", postBuild: {substitute: {APP: app-\(cluster)}}"
      try tool.write(
        "clusters/\(cluster)/k.yaml",
        Self.flux("./clusters/\(cluster)", name: "flux-system") + Self.flux("./apps", values))
    }
    let policy = Self.placedDeny.replacing("podSelector: {}", with: "podSelector: {matchLabels: {app: '${APP}'}}")
    try tool.write("apps/all.yaml", Self.pod("app-a", in: "shop") + policy)
    let output = try tool.run("--no-config", "--select", "NP201", ".").output
    #expect(output.contains("in apps of clusters/b only"), "\(output)")
  }

  // MARK: Objects that were not read

  private static let install = "resources: ['https://example.com/install.yaml', deny.yaml]\n"

  /// What a patch, a count or a replacement is for may be among the objects that were not read.
  @Test(arguments: [
    "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: nope}}'}]\n",
    "patchesStrategicMerge: ['{apiVersion: v1, kind: Pod, metadata: {name: nope}}']\n",
    "patches: [{target: {kind: Pod}, patch: '- {op: remove, path: /x}'}]\n", "replicas: [{name: nope, count: 2}]\n",
    "replacements: [{source: {kind: Pod, name: nope}, targets: [{select: {kind: Pod}}]}]\n",
    "configMapGenerator: [{name: nope, behavior: merge, literals: [a=b]}]\n",
  ])
  func whatIsNotHereMayBeAmongWhatWasNotRead(step: String) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("deny.yaml", Self.placedDeny)
    try tool.write("kustomization.yaml", Self.install + step)
    let run = try tool.run("--no-config", "--format", "concise", ".")
    #expect(!run.output.contains("NP010") && !run.output.contains("selects no object"), "\(run)")
    #expect(run.errors.contains("install.yaml, a remote resource of ., was not read"), "\(run)")
    // Where all is here, each is a fault, or does nothing.
    try tool.write("kustomization.yaml", "resources: [deny.yaml]\n" + step)
    #expect(try tool.run("--no-config", "--format", "concise", ".").output.contains("NP010"))
  }

  /// A patch that was not read may give a pod any labels: no peer is known to match it, or not to.
  @Test(arguments: [
    ("ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]", "unknown"),
    ("ingress: [{from: [{podSelector: {matchLabels: {app: none}}}]}]", "unknown"), ("ingress: [{}]", "yes"),
    ("ingress: []", "no"),
  ])
  func podsOfAnUnknownShapeMayBeAnyPeer(ingress: String, expected: String) throws {
    let policy = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, "
    let spec = "spec: {podSelector: {matchLabels: {app: api}}, \(ingress)}}\n"
    let files = [
      "k/web.yaml": Self.pod("web", in: "shop"), "plain/api.yaml": Self.pod("api", in: "shop") + policy + spec,
      "k/kustomization.yaml":
        "resources: [web.yaml]\npatches: [{path: 'https://example.com/p.yaml', target: {kind: Pod}}]\n",
    ]
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in files { try tool.write(path, text) }
    let run = try tool.run("can-reach", "--no-config", "--format", "json", "shop/web", "shop/api:80", ".")
    // The pod's own side is never known.
    #expect(
      run.output.contains("\"allowed\":null") || run.output.contains("\"allowed\": null") || expected == "no", "\(run)")
    if expected == "no" { #expect(run.status == 1, "\(run)") }
    let text = try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".").output
    #expect(text.contains("ingress: it cannot be told") == (expected == "unknown"), "\(text)")
  }

  /// What kustomizations write may be a variable too.
  @Test(arguments: [
    ("namespace: '${NS}'\n", "unknown"),
    ("namePrefix: '${ENV}-'\n", "no"), ("labels: [{pairs: {env: '${ENV}'}}]\n", "no"),
    (
      "patches: [{target: {kind: NetworkPolicy}, patch: '- {op: replace, path: /metadata/namespace, value: \"${NS}\"}'}]\n",
      "unknown"
    ),
  ])
  func variablesThatBuildsWriteAreOpen(step: String, shop: String) throws {
    let files = [
      "plain/pods.yaml": Self.pods, "k/deny.yaml": Self.placedDeny,
      "k/kustomization.yaml": "resources: [deny.yaml]\n" + step,
    ]
    #expect(try answer("shop", files) == shop)
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in files { try tool.write(path, text) }
    let run = try tool.run("--no-config", "--format", "concise", ".")
    #expect(!run.output.contains("NP005") && run.errors.contains("nothing that was read gives a value for"), "\(run)")
  }

  /// SOPS leaves kinds and names readable, and writes a field of its own beside them.
  @Test func encryptedValuesAreOpen() throws {
    let policy = Self.placedDeny.replacing(
      "podSelector: {}", with: "podSelector: {matchLabels: {app: 'ENC[AES256_GCM,data:AA==,type:str]'}}")
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("pods.yaml", Self.pods)
    try tool.write("p.yaml", policy + "sops: {mac: 'ENC[AES256_GCM,data:AA==]'}\n")
    let run = try tool.run("--no-config", "--format", "concise", ".")
    #expect(!run.output.contains("NP003") && !run.output.contains("NP005"), "\(run)")
    #expect(run.errors.contains("a value of it is encrypted"), "\(run)")
    #expect(try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".").status == 2)
  }

  /// A kustomization that is built is applied, whatever it replaces.
  @Test func replacementsDoNotMakeABuildAnotherOne() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k/deny.yaml", Self.placedDeny)
    let replacement =
      "replacements: [{sourceValue: other, targets: [{select: {kind: NetworkPolicy}, fieldPaths: [metadata.name]}]}]\n"
    try tool.write("k/kustomization.yaml", "resources: [deny.yaml]\n" + replacement)
    #expect(!(try tool.run("worlds", "--no-config", ".").output.contains("not applied")))
    try tool.write("o/kustomization.yaml", "resources: [../k]\nnamePrefix: x-\n")
    #expect(!(try tool.run("worlds", "--no-config", ".").output.contains("not applied")))
  }
}
