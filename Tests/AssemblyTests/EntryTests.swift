import Testing

@testable import Assembly

/// Entries of Flux, Argo CD and Helm count as the builds leave them that hold them.
@Suite struct EntryTests {
  private static func flux(_ name: String, _ spec: String, namespace: String? = "flux-system") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? "")}
    spec: {sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}, \(spec)}
    ---

    """
  }

  private static func application(_ name: String, path: String, namespace: String) -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: \(name)}
    spec:
      source: {repoURL: https://example.com/x, path: \(path)}
      destination: {server: https://kubernetes.default.svc, namespace: \(namespace)}

    """
  }

  private static let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c}]}}\n"
  private static let release = """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: web}
    spec: {chart: {spec: {chart: web}}}

    """

  /// Whoever reads the inner Kustomization as it is written puts its objects into another namespace.
  @Test func aKustomizationThatABuildHoldsIsFollowedAsBuiltAlone() {
    let files = [
      "apps/kustomization.yaml": """
      resources: [web/ks.yaml]
      patches: [{target: {kind: Kustomization}, patch: '- {op: add, path: /spec/targetNamespace, value: shop}'}]
      """,
      "apps/web/ks.yaml": Self.flux("web", "path: ./apps/web/app", namespace: nil), "apps/web/app/web.yaml": Self.pod,
    ]
    for entry in ["clusters/home/apps.yaml", "z.yaml", "a.yaml"] {
      let sample = SampleAssembly(files.merging([entry: Self.flux("apps", "path: ./apps")]) { $1 })
      #expect(sample.units(.flux)["apps/web/app"] == ["Pod shop/web"], "\(entry)")
    }
    // Nobody but a kustomization holds an entry: it is where things begin.
    #expect(SampleAssembly(files).units(.flux)["apps/web/app"] == ["Pod shop/web"])
    // A folder without kustomization holds it too.
    var plain = files
    plain["apps/kustomization.yaml"] = nil
    plain["entry.yaml"] = Self.flux(
      "apps",
      "path: ./apps, patches: [{target: {kind: Kustomization}, patch: '- {op: add, path: /spec/targetNamespace, value: shop}'}]"
    )
    #expect(SampleAssembly(plain).units(.flux)["apps/web/app"] == ["Pod shop/web"])
  }

  @Test func anApplicationThatABuildChangesIsFollowedAsBuiltAlone() {
    let sample = SampleAssembly([
      "root.yaml": Self.application("root", path: "apps/dev", namespace: "argocd"),
      "apps/base/kustomization.yaml": "resources: [web.yaml]\n",
      "apps/base/web.yaml": Self.application("web", path: "web/base", namespace: "web"),
      "apps/dev/kustomization.yaml": """
      resources: [../base]
      patches:
        - target: {kind: Application, name: web}
          patch: |
            - {op: replace, path: /spec/source/path, value: web/dev}
            - {op: replace, path: /spec/destination/namespace, value: web-dev}
      """,
      "web/base/kustomization.yaml": "resources: [web.yaml]\n", "web/base/web.yaml": Self.pod,
      "web/dev/kustomization.yaml": "resources: [../base]\n",
    ])
    #expect(sample.units(.argoCD).keys.sorted() == ["apps/dev", "web/dev"])
    #expect(sample.units(.argoCD)["web/dev"] == ["Pod web-dev/web"])
  }

  @Test func aReleaseIsWhereItsBuildPutsIt() {
    let built = SampleAssembly([
      "kustomization.yaml": "namespace: shop\nresources: [release.yaml]\n", "release.yaml": Self.release,
    ])
    #expect(built.additions == ["shop: the chart of HelmRelease web was not rendered"])
    let remote = SampleAssembly([
      "entry.yaml": Self.flux("a", "path: ./a, targetNamespace: shop, kubeConfig: {secretRef: {name: k}}")
        + Self.flux("b", "path: ./b"),
      "a/release.yaml": Self.release, "b/pod.yaml": Self.pod,
    ])
    #expect(remote.additions == ["shop: the chart of HelmRelease web was not rendered"])
    #expect(remote.clusters == ["a": "flux-system/k", "b": "default", "web": "flux-system/k"])
  }

  @Test func aFolderWithoutManifestsIsNoFaultOfArgoCD() {
    let sample = SampleAssembly([
      "infra.yaml": Self.application("infra", path: "infra", namespace: "x"), "infra/deep/pod.yaml": Self.pod,
    ])
    #expect(sample.refusals.isEmpty && sample.units(.argoCD) == ["infra": []])
  }

  /// What the failed build holds is read, and nobody knows what it made of the entries in it.
  @Test func entriesOfAFailedBuildLeaveOpenWhatTheyApply() {
    let sample = SampleAssembly([
      "entry.yaml": Self.flux("apps", "path: ./apps"), "apps/web/kustomization.yaml": "resources: [missing.yaml]\n",
      "apps/db/kustomization.yaml": "resources: [ks.yaml]\n",
      "apps/db/ks.yaml": Self.flux("db", "path: ./db"), "db/pod.yaml": Self.pod,
    ])
    #expect(sample.refusals.count == 1)
    #expect(sample.units(.flux)["db"] == ["Pod default/web"])
    #expect(sample.skipped.contains { $0.contains("it says how this is built") })
  }

  /// Entries of one name in two files are two entries: nothing of the second one is lost.
  @Test func entriesOfOneNameAreToldApart() {
    func set(_ path: String) -> String {
      """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: apps, namespace: argocd}
      spec:
        generators: [{list: {elements: [{path: \(path)}]}}]
        template:
          metadata: {name: '{{path}}'}
          spec:
            source: {repoURL: https://example.com/x, path: '{{path}}'}
            destination: {server: 'https://{{path}}', namespace: x}

      """
    }
    let sets = SampleAssembly([
      "cl/dev.yaml": set("dev"), "cl/prod.yaml": set("prod"), "dev/pod.yaml": Self.pod, "prod/pod.yaml": Self.pod,
    ])
    #expect(sets.clusters == ["dev": "https://dev", "prod": "https://prod"])
    let twins = SampleAssembly([
      "clusters/dev.yaml": Self.flux("apps", "path: ./apps, targetNamespace: dev"),
      "clusters/prod.yaml": Self.flux("apps", "path: ./apps, targetNamespace: prod"), "apps/pod.yaml": Self.pod,
    ])
    #expect(twins.units(.flux)["apps"]?.sorted() == ["Pod dev/web", "Pod prod/web"])
  }

  /// A Kustomization that holds itself, changed each time, comes to an end.
  @Test func anEntryThatHoldsItselfComesToAnEnd() {
    let sample = SampleAssembly([
      "apps/ks.yaml": Self.flux("apps", "path: ./apps, namePrefix: a-"), "apps/pod.yaml": Self.pod,
    ])
    #expect(!(sample.units(.flux)["apps"] ?? []).isEmpty)
  }

  // MARK: Repositories

  private static func source(_ name: String, _ url: String) -> String {
    "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: \(name)}, spec: {url: '\(url)'}}\n---\n"
  }

  /// `flux bootstrap` writes namespaces down; by hand they often come from the kustomization that holds everything.
  private static func bootstrapped(_ url: String, _ patch: String = "") -> [String: String] {
    [
      "clusters/home/kustomization.yaml": "{namespace: flux-system, resources: [all.yaml], patches: [\(patch)]}",
      "clusters/home/all.yaml": source("flux-system", url) + source("other", "https://example.com/other")
        + ["flux-system": "./clusters/home", "apps": "./apps"].sorted { $0.key > $1.key }.map { name, path in
          """
          apiVersion: kustomize.toolkit.fluxcd.io/v1
          kind: Kustomization
          metadata: {name: \(name)}
          spec: {sourceRef: {kind: GitRepository, name: flux-system}, path: \(path)}
          ---

          """
        }.joined(),
      "apps/web.yaml": pod,
    ]
  }

  @Test func sourcesAreFoundWhateverGivesThemTheirNamespace() {
    let (ours, elsewhere) = ("https://example.com/ours", "https://example.com/elsewhere")
    let patch = """
      {target: {kind: GitRepository, name: flux-system}, patch: "{\\"apiVersion\\": \\"source.toolkit.fluxcd.io/v1\\", \
      \\"kind\\": \\"GitRepository\\", \\"metadata\\": {\\"name\\": \\"flux-system\\"}, \\"spec\\": {\\"url\\": \\"URL\\"}}"}
      """
    for (url, patch, remote, isHere) in [
      (ours, "", ours, true), (elsewhere, "", ours, true), ("https://example.com/other", "", ours, true),
      (elsewhere, patch.replacing("URL", with: ours), ours, true),
      (ours, patch.replacing("URL", with: elsewhere), ours, false),
    ] {
      let sample = SampleAssembly(Self.bootstrapped(url, patch), remotes: [remote])
      #expect((sample.units(.flux)["apps"] == ["Pod default/web"]) == isHere, "\(url) \(patch)")
    }
  }

  /// The address that counts is the one that the build leaves.
  @Test func anApplicationsRepositoryIsAsItsBuildLeavesIt() {
    var files = [
      "argo/kustomization.yaml": """
      resources: [app.yaml]
      patches: [{target: {kind: Application}, patch: '- {op: replace, path: /spec/source/repoURL, value: "https://example.com/ours"}'}]
      """,
      "argo/app.yaml": Self.application("web", path: "apps", namespace: "shop"),
      "apps/web.yaml": Self.pod,
      "other.yaml": Self.application("other", path: "apps", namespace: "no").replacing("com/x", with: "com/y"),
    ]
    let ours = SampleAssembly(files, remotes: ["git@example.com:ours.git"])
    #expect(ours.units(.argoCD)["apps"] == ["Pod shop/web"])
    files["argo/kustomization.yaml"] = "resources: [app.yaml]"
    #expect(SampleAssembly(files, remotes: ["git@example.com:ours.git"]).units(.argoCD)["apps"] == nil)
  }

  @Test func configMapsCountAsTheBuildOfTheirClusterLeavesThem() {
    func cluster(_ name: String) -> [String: String] {
      [
        "clusters/\(name)/kustomization.yaml": "{namespace: flux-system, resources: [all.yaml]}",
        "clusters/\(name)/all.yaml": """
        {apiVersion: v1, kind: ConfigMap, metadata: {name: vars}, data: {LABEL: in-\(name)}}
        ---
        \(Self.flux("flux-system", "path: ./clusters/\(name)", namespace: nil))
        \(Self.flux("apps", "path: ./apps/\(name), postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}", namespace: nil))
        """,
        "apps/\(name)/web.yaml": Self.pod.replacing("name: web}", with: "name: \(name), labels: {x: '${LABEL}'}}"),
      ]
    }
    let sample = SampleAssembly(cluster("one").merging(cluster("two")) { $1 })
    #expect(sample.podLabels == ["one": ["x": "in-one"], "two": ["x": "in-two"]] && sample.doubts.isEmpty)
  }

  /// What two Kustomizations reach by one secret is one cluster.
  @Test func aClusterIsWhatTheSecretLeadsTo() {
    func elsewhere(_ name: String, _ secret: String) -> String {
      Self.flux(name, "path: ./\(name), kubeConfig: {secretRef: {name: \(secret)}}")
    }
    let sample = SampleAssembly([
      "entries.yaml": elsewhere("a", "west") + elsewhere("b", "west") + elsewhere("c", "east"), "a/web.yaml": Self.pod,
      "b/web.yaml": Self.pod, "c/web.yaml": Self.pod,
    ])
    #expect(
      sample.clusters.filter { $0.key != "." } == [
        "a": "flux-system/west", "b": "flux-system/west", "c": "flux-system/east",
      ])
  }

  // MARK: Entries that nobody applies

  @Test func anEntryBesideThoseThatAKustomizationListsIsForgotten() {
    let files = [
      "infra/apps/kustomization.yaml": "resources: [web.yaml]\n",
      "infra/apps/web.yaml": Self.application("web", path: "web", namespace: "shop"),
      "infra/apps/old.yaml": Self.application("old", path: "old", namespace: "shop"),
      "infra/apps/deep/older.yaml": Self.application("older", path: "older", namespace: "shop"),
      "web/pod.yaml": Self.pod, "old/pod.yaml": Self.pod, "older/pod.yaml": Self.pod,
    ]
    let root = ["root.yaml": Self.application("root", path: "infra/apps", namespace: "argocd")]
    for files in [files, files.merging(root) { $1 }] {
      let sample = SampleAssembly(files)
      #expect(sample.units(.argoCD).keys.filter { !$0.contains("infra") } == ["web"])
      #expect(sample.notApplied["old"]?.contains("leads to it") ?? false)
      #expect(sample.notApplied["infra/apps/old.yaml"]?.contains("does not list it") ?? false)
    }
    // What applies the folder itself is applied by hand.
    let inside = files.merging(["infra/apps/root.yaml": root["root.yaml"] ?? ""]) { $1 }
    #expect(SampleAssembly(inside).units(.argoCD).keys.sorted() == ["infra/apps", "web"])
  }

  @Test func anEntryBesideTheKustomizationOfItsOwnAppIsApplied() {
    let sample = SampleAssembly([
      "web/application.yaml": Self.application("web", path: "web/app", namespace: "shop"),
      "web/kustomization.yaml": "resources: [app/pod.yaml]\n", "web/app/pod.yaml": Self.pod,
    ])
    #expect(sample.units(.argoCD)["web/app"] == ["Pod shop/web"])
  }

  @Test func whatAnEntryLeavesOutIsNotApplied() {
    let root = Self.application("root", path: "apps", namespace: "argocd")
      .replacing("path: apps", with: "path: apps, directory: {exclude: 'old*'}")
    let files = [
      "root.yaml": root, "apps/web.yaml": Self.application("web", path: "web", namespace: "shop"),
      "apps/old.yaml": Self.application("old", path: "old", namespace: "shop"),
      "web/pod.yaml": Self.pod, "old/pod.yaml": Self.pod,
    ]
    let sample = SampleAssembly(files)
    #expect(sample.units(.argoCD).keys.sorted() == ["apps", "web"])
    #expect(sample.notApplied["apps/old.yaml"] == "`directory` of its Application leaves it out")
    #expect(sample.notApplied["old"]?.contains("leads to it") ?? false)
    // Another entry may take it.
    let both = files.merging(["all.yaml": Self.application("all", path: "apps", namespace: "argocd")]) { $1 }
    #expect(SampleAssembly(both).units(.argoCD).keys.sorted() == ["apps", "old", "web"])
  }

  @Test func whatASourceIgnoresIsSaidSo() {
    let sample = SampleAssembly([
      "entry.yaml": Self.flux("apps", "path: ./apps"), "apps/.sourceignore": "old/\nb.yaml\n",
      "apps/a.yaml": Self.pod, "apps/b.yaml": Self.pod, "apps/old/c.yaml": Self.pod,
    ])
    #expect(sample.notApplied.keys.sorted() == ["apps/b.yaml", "apps/old/c.yaml"])
    #expect(Set(sample.notApplied.values) == ["the source of its Flux Kustomization ignores it"])
  }

  @Test func whatAKustomizationTakesForSomethingElseIsSaidSo() {
    let sample = SampleAssembly([
      "kustomization.yaml": """
      resources: [a.yaml]
      configMapGenerator: [{name: c, files: [data.yaml]}]
      transformers: [step.yaml]
      """,
      "a.yaml": Self.pod, "data.yaml": Self.pod, "step.yaml": Self.pod, "left.yaml": Self.pod,
    ])
    #expect(
      sample.notApplied == [
        "data.yaml": "the kustomization of . takes it for data of a ConfigMap or Secret",
        "step.yaml": "the kustomization of . takes it for a step of its build",
        "left.yaml": "the kustomization of . does not list it",
      ])
  }

  /// Scaffolds list in comments what may be switched on: `#- ../network-policy`.
  @Test func whatAKustomizationListsInACommentIsNotApplied() {
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: metrics, namespace: system}
      spec: {podSelector: {}, policyTypes: [Ingress]}

      """
    var files = [
      "config/default/kustomization.yaml":
        "resources:\n- ../manager\n# Protects the metrics.\n  #  - ../network-policy\n",
      "config/manager/kustomization.yaml": "resources: [pod.yaml]", "config/manager/pod.yaml": Self.pod,
      "config/network-policy/kustomization.yaml": "resources: [p.yaml]", "config/network-policy/p.yaml": policy,
    ]
    func isApplied(_ files: [String: String]) -> Bool {
      SampleAssembly(files).units(.kustomization).keys.contains { $0.hasSuffix("network-policy") }
    }
    #expect(!isApplied(files))
    // What holds pods is more than a part of something else.
    var whole = files
    whole["config/network-policy/p.yaml"] = policy + "---\n" + Self.pod
    #expect(isApplied(whole))
    // Two that are commented out in one another stand for themselves.
    files["config/network-policy/kustomization.yaml"] = "resources: [p.yaml] #\n# - ../default\n"
    #expect(isApplied(files))
    files["config/default/kustomization.yaml"] = "resources:\n- ../manager\n#- ../network\n"
    #expect(isApplied(files))
  }
}
