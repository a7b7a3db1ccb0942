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
}
