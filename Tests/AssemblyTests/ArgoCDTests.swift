import Testing

@testable import Assembly

/// What Argo CD's Applications apply.
@Suite struct ArgoCDTests {
  private static let url = "https://example.com/a/b"

  private static func service(_ name: String, _ rest: String = "") -> String {
    "{apiVersion: v1, kind: Service, metadata: {name: \(name)\(rest)}, spec: {ports: [{port: 80}]}}\n"
  }

  private static let deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: 'nginx:1'}]}}

    """

  private static func application(_ source: String, _ rest: String = "") -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: shop, namespace: argocd}
    spec:
      source: {repoURL: '\(url)', \(source)}
      destination: {server: 'https://kubernetes.default.svc', namespace: shop}
      \(rest)

    """
  }

  private func sample(_ files: [String: String], _ source: String, _ rest: String = "") -> SampleAssembly {
    SampleAssembly(
      files.merging(["argo/app.yaml": Self.application(source, rest)]) { $1 }, remotes: [Self.url + ".git"])
  }

  /// What is told of a source counts before what lies in its folder, and a kustomization before a chart.
  @Test func chartsAreWhatSaysSoOrHoldsNothingElse() {
    let files = ["app/a.yaml": Self.service("a"), "app/Chart.yaml": "name: a\n"]
    #expect(sample(files, "path: app").units(.argoCD)["app"] == nil)
    #expect(sample(files, "path: app, directory: {exclude: x}").units(.argoCD)["app"] == ["Service shop/a"])
    let both = files.merging(["app/kustomization.yaml": "resources: [a.yaml]\n"]) { $1 }
    #expect(sample(both, "path: app").units(.argoCD)["app"] == ["Service shop/a"])
    #expect(sample(both, "path: app, helm: {releaseName: x}").units(.argoCD)["app"] == nil)
  }

  /// Argo CD does not look at `source` where there are `sources`.
  @Test func severalSourcesTakeThePlaceOfTheOne() {
    let files = ["app/a.yaml": Self.service("a"), "other/b.yaml": Self.service("b")]
    let units = sample(files, "path: app", "sources: [{repoURL: '\(Self.url)', path: other}]").units(.argoCD)
    #expect(units == ["other": ["Service shop/b"]])
  }

  // MARK: Folders

  @Test func aFolderIsTakenWithoutWhatLiesBelow() {
    let files = ["app/a.yaml": Self.service("a"), "app/deep/b.yaml": Self.service("b"), "app/values.yaml": "a: 1\n"]
    #expect(sample(files, "path: app").units(.argoCD)["app"] == ["Service shop/a"])
    let recursive = sample(files, "path: app, directory: {recurse: true}")
    #expect(recursive.units(.argoCD)["app"]?.sorted() == ["Service shop/a", "Service shop/b"])
    let chosen = sample(files, "path: app, directory: {recurse: true, include: '*b.yaml'}")
    #expect(chosen.units(.argoCD)["app"] == ["Service shop/b"])
    let other = sample(files, "path: app, directory: {recurse: true, exclude: '{deep/*,x}'}")
    #expect(other.units(.argoCD)["app"] == ["Service shop/a"])
  }

  @Test func aDirectoryIsOneWhateverLiesThere() {
    let files = [
      "app/kustomization.yaml": "kind: Kustomization\nresources: [a.yaml]\nnamePrefix: p-\n",
      "app/a.yaml": Self.service("a"), "app/b.yaml": Self.service("b"),
    ]
    #expect(sample(files, "path: app").units(.argoCD)["app"] == ["Service shop/p-a"])
    let directory = sample(files, "path: app, directory: {recurse: true}")
    #expect(directory.units(.argoCD)["app"]?.sorted() == ["Service shop/a", "Service shop/b"])
  }

  @Test func theDestinationFillsInWhatIsMissing() {
    let files = ["app/a.yaml": Self.service("a") + "---\n" + Self.service("b", ", namespace: own")]
    #expect(sample(files, "path: app").units(.argoCD)["app"] == ["Service shop/a", "Service own/b"])
  }

  // MARK: Kustomize

  private func kustomize(_ options: String, _ kustomization: String = "") -> SampleAssembly {
    sample(
      [
        "app/kustomization.yaml": "resources: [web.yaml]\n" + kustomization, "app/web.yaml": Self.deployment,
        "app/part/kustomization.yaml": "kind: Component\nnameSuffix: -part\n",
      ], "path: app, kustomize: {\(options)}")
  }

  @Test func namesAndNamespacesTakeThePlaceOfTheKustomizations() {
    let options = "namespace: new, namePrefix: n-, nameSuffix: -s"
    #expect(
      kustomize(options, "namespace: old\nnamePrefix: o-\n").units(.argoCD)["app"] == ["Deployment new/n-web-s"])
  }

  @Test func commonLabelsGoIntoSelectorsUnlessTheyMayNot() {
    func labels(_ options: String) -> [String: String]? {
      kustomize("commonLabels: {team: shop}\(options)").podLabels["web"]
    }
    #expect(labels("") == ["app": "web", "team": "shop"])
    #expect(labels(", labelWithoutSelector: true") == ["app": "web"])
    #expect(labels(", labelWithoutSelector: true, labelIncludeTemplates: true") == ["app": "web", "team": "shop"])
    #expect(labels(", labelIncludeTemplates: true") == ["app": "web", "team": "shop"])
  }

  @Test func labelsThatAreThereMustBeForced() {
    let own = "commonLabels: {team: old}\n"
    let refused = kustomize("commonLabels: {team: shop}", own)
    #expect(refused.refusals.count == 1)
    let forced = kustomize("commonLabels: {team: shop}, forceCommonLabels: true", own)
    #expect(forced.refusals.isEmpty && forced.podLabels["web"]?["team"] == "shop")
    let labels = "labels: [{pairs: {team: old}, includeTemplates: true}]\n"
    let apart = "commonLabels: {team: shop}, labelWithoutSelector: true"
    #expect(kustomize(apart, labels).refusals.isEmpty)
    #expect(kustomize(apart + ", labelIncludeTemplates: true", labels).refusals.count == 1)
    #expect(kustomize("commonAnnotations: {a: b}", "commonAnnotations: {a: c}\n").refusals.count == 1)
  }

  @Test func componentsThatAreMissingStopTheBuildUnlessTheyMay() {
    #expect(kustomize("components: [part]").units(.argoCD)["app"] == ["Deployment shop/web-part"])
    #expect(kustomize("components: [gone, part]").refusals.count == 1)
    let lenient = kustomize("components: [gone, part], ignoreMissingComponents: true")
    #expect(lenient.units(.argoCD)["app"] == ["Deployment shop/web-part"])
  }

  @Test func patchesReplicasAndImagesAreAppended() {
    let patch = "{target: {kind: Deployment}, patch: '[{op: add, path: /metadata/namespace, value: own}]'}"
    let sample = kustomize(
      "patches: [\(patch.replacing("[{op: add", with: "- {op: add").replacing("}]'", with: "}'"))]")
    #expect(sample.units(.argoCD)["app"] == ["Deployment own/web"])
    #expect(kustomize("replicas: [{name: web, count: '3'}], images: ['nginx=other:2']").refusals.isEmpty)
    #expect(kustomize("replicas: [{name: gone, count: 3}]").refusals.count == 1)
  }

  @Test(arguments: [
    ("nginx:2", "{name: \"nginx\", newTag: \"2\"}"), ("nginx=other", "{name: \"nginx\", newName: \"other\"}"),
    ("nginx=reg:5000/other:2", "{name: \"nginx\", newTag: \"2\", newName: \"reg:5000/other\"}"),
    ("reg:5000/a@sha256:ab", "{name: \"reg:5000/a\", digest: \"sha256:ab\"}"), ("reg:5000/a", "{name: \"reg:5000/a\"}"),
  ])
  func imagesAreWrittenInOneText(text: String, image: String) throws {
    let node = try SampleBuild("", "{apiVersion: v1, kind: Thing, metadata: {name: '\(text)'}}\n").only()
    #expect(ArgoCDApplication.Source.image(try node.at("metadata.name")).shown == image)
  }

  // MARK: What is not built

  @Test func whatIsNotHereIsNamed() {
    let files = ["app/a.yaml": Self.service("a")]
    for (source, reason) in [
      ("chart: x", "its chart is not rendered"),
      ("path: app, plugin: {name: x}", "its plugin is not run"),
    ] {
      let sample = sample(files, source)
      #expect(sample.additions == ["shop: the Application shop was not built: \(reason)"])
      #expect(sample.skipped.contains { $0.hasSuffix(reason) })
      #expect(sample.owners == ["Application argocd/shop"])
    }
  }

  @Test func aFolderThatIsNotThereStopsTheBuild() {
    let sample = sample(["app/a.yaml": Self.service("a")], "path: gone")
    #expect(sample.refusals == ["Argo CD cannot build this: there is no folder `gone`"])
    #expect(sample.additions.isEmpty && sample.owners == ["Application argocd/shop"])
  }

  @Test func sourcesElsewhereAreNoFoldersHere() {
    let other = Self.application("path: app").replacing(Self.url, with: "https://example.com/other")
    let sample = SampleAssembly(
      [
        "app/a.yaml": Self.service("a"), "argo/other.yaml": other.replacing("name: shop,", with: "name: other,"),
        "argo/own.yaml": Self.application("path: app"),
      ], remotes: ["git@EXAMPLE.com:a/b"])
    #expect(sample.additions == ["shop: the Application other was not built: it is in another repository"])
    #expect(sample.units(.argoCD)["app"] == ["Service shop/a"])
  }

  @Test func labelsOfTheNamespaceAreManaged() {
    let files = ["app/a.yaml": Self.service("a")]
    let managed = "managedNamespaceMetadata: {labels: {team: shop}}"
    let made = sample(files, "path: app", "syncPolicy: {\(managed), syncOptions: [CreateNamespace=true]}")
    #expect(made.units(.argoCD)["shop"]?.count == 1)
    // Argo CD looks at it only where it may make the namespace.
    for options in ["", ", syncOptions: [CreateNamespace=false]"] {
      #expect(sample(files, "path: app", "syncPolicy: {\(managed)\(options)}").units(.argoCD)["shop"] == nil)
    }
  }
}
