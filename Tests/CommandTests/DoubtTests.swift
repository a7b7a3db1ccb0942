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
    #expect(try lint().contains("NP101"))
    try tool.write("set.yaml", Self.set(namespace: "{{name}}"))
    #expect(try !lint().contains("NP101"))
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
}
