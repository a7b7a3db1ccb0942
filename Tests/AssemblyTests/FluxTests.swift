import Testing

@testable import Assembly

/// What Flux' Kustomizations apply.
@Suite struct FluxTests {
  private static let source = """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: {name: flux-system, namespace: flux-system}
    spec: {url: ssh://git@example.com/a/b}

    """

  private static func kustomization(_ name: String, _ spec: String) -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec: {sourceRef: {kind: GitRepository, name: flux-system}, \(spec)}
    ---

    """
  }

  private static func service(_ name: String, _ rest: String = "") -> String {
    "{apiVersion: v1, kind: Service, metadata: {name: \(name)\(rest)}, spec: {ports: [{port: 80}]}}\n"
  }

  private static func pod(_ label: String) -> String {
    "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {x: '\(label)'}}, spec: {containers: [{name: c, image: i}]}}\n"
  }

  /// A repository whose entry point applies `apps`.
  private func sample(_ files: [String: String], _ spec: String = "", source: String = Self.source) -> SampleAssembly {
    let entries = [
      "clusters/a/gotk-sync.yaml": source + "---\n" + Self.kustomization("flux-system", "path: ./clusters/a"),
      "clusters/a/apps.yaml": Self.kustomization("apps", "path: ./apps, \(spec)"),
    ]
    return SampleAssembly(files.merging(entries) { $1 })
  }

  // MARK: Folders

  @Test func aFolderWithoutKustomizationIsAllThatLiesInIt() {
    let sample = sample([
      "apps/a.yaml": Self.service("a"), "apps/deep/er/b.yaml": Self.service("b"), "apps/c.json": Self.service("c"),
      "apps/built/kustomization.yaml": "resources: [d.yaml]\nnamePrefix: p-\n", "apps/built/d.yaml": Self.service("d"),
      "apps/built/left.yaml": Self.service("left"),
    ])
    #expect(
      sample.units(.flux)["apps"]?.sorted() == ["Service default/a", "Service default/b", "Service default/p-d"])
    #expect(sample.refusals.isEmpty)
  }

  @Test func whatIsNoManifestStopsTheBuild() {
    let files = ["apps/a.yaml": Self.service("a"), "apps/values.yaml": "replicas: 2\n"]
    #expect(sample(files).refusals.count == 1)
    let ignored = sample(files.merging(["apps/.sourceignore": "values.yaml\n"]) { $1 })
    #expect(ignored.refusals.isEmpty && ignored.units(.flux)["apps"] == ["Service default/a"])
  }

  @Test(arguments: [
    ("", "*.yaml\n!a.yaml\n", ["a"]), ("apps/deep/\n", "", ["a", "b"]), ("/deep/\n", "", ["a", "b", "c"]),
    ("b.yaml\n", "!b.yaml\n", ["a", "b", "c"]), ("apps/*\n", "", []), ("# b.yaml\n\n", "b.yaml\n", ["a", "c"]),
    ("**/deep/**\n", "", ["a", "b"]), ("apps/\n", "!*\n", []),
  ])
  func whatTheSourceLeavesOut(root: String, apps: String, names: [String]) {
    let sample = sample([
      ".sourceignore": root, "apps/.sourceignore": apps, "apps/a.yaml": Self.service("a"),
      "apps/b.yaml": Self.service("b"), "apps/deep/c.yaml": Self.service("c"),
    ])
    #expect(sample.units(.flux)["apps"]?.sorted() ?? [] == names.map { "Service default/\($0)" })
  }

  @Test func theSourceItselfCountsMost() {
    let source = Self.source.replacing("url:", with: "ignore: \"/*\\n!/clusters\\n!/apps\\nb.yaml\", url:")
    let sample = sample(
      [
        "apps/.sourceignore": "!b.yaml\n", "apps/a.yaml": Self.service("a"), "apps/b.yaml": Self.service("b"),
        "apps/.github/c.yaml": Self.service("c"),
      ], source: source)
    #expect(sample.units(.flux)["apps"] == ["Service default/a"])
  }

  // MARK: What it changes

  @Test func namespacePrefixAndPatchesAreEditedIn() {
    let sample = sample(
      [
        "apps/kustomization.yaml": "resources: [a.yaml]\nnamespace: old\n",
        "apps/a.yaml": Self.service("a", ", namespace: own"),
      ],
      "targetNamespace: new, namePrefix: p-")
    #expect(sample.units(.flux)["apps"] == ["Service new/p-a"])
  }

  @Test func componentsThatAreMissingStopTheBuildUnlessTheyMay() {
    let files = ["apps/kustomization.yaml": "resources: [a.yaml]\n", "apps/a.yaml": Self.service("a")]
    #expect(sample(files, "components: [gone]").refusals.count == 1)
    #expect(sample(files, "components: [gone], ignoreMissingComponents: true").refusals.isEmpty)
  }

  @Test func commonLabelsAreForObjectsAlone() {
    let sample = sample(
      ["apps/a.yaml": Self.pod("y1")], "commonMetadata: {labels: {x: '${X}'}}, postBuild: {substitute: {X: z1}}")
    // They come behind the substitution.
    #expect(sample.podLabels["p"] == ["x": "${X}"])
  }

  // MARK: Variables

  @Test func variablesComeFromTheObjectAndFromConfigMaps() {
    let map =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: vars, namespace: flux-system}, data: {X: m1, W: \"m\\n2\"}}\n"
    let from = "substituteFrom: [{kind: ConfigMap, name: vars}]"
    func label(_ text: String, _ postBuild: String) -> String? {
      sample(["apps/a.yaml": Self.pod(text), "clusters/a/vars.yaml": map], "postBuild: {\(postBuild)}").podLabels["p"]?[
        "x"]
    }
    #expect(label("${X}-${W}", from) == "m1-m2")
    #expect(label("${X}-${W}", "substitute: {X: o1}, " + from) == "o1-m2")
    #expect(label("a${X}", "substitute: {Z: z}") == "a${X}")
    #expect(label("$${X}", "substitute: {X: z}") == "${X}")
    #expect(label("${X:=d1}", "substitute: {}") == "${X:=d1}")
    #expect(label("${X:=d1}", "substituteStrategy: Always") == "d1")
  }

  @Test func whatNobodyGivesIsInDoubtAndSaidOnce() {
    let files = ["apps/a.yaml": Self.pod("${X}") + "---\n" + Self.pod("${X}").replacing("name: p", with: "name: q")]
    let unset = sample(files, "postBuild: {substitute: {Y: z}}")
    #expect(unset.doubts.count == 2)
    #expect(unset.skipped == ["clusters/a/apps.yaml: nothing that was read gives a value for `X`"])
    let secret = sample(files, "postBuild: {substituteFrom: [{kind: Secret, name: s}]}")
    #expect(secret.doubts.count == 2)
    #expect(sample(files, "postBuild: {substitute: {X: z}}").doubts.isEmpty)
    #expect(sample(["apps/a.yaml": Self.pod("$${X}")], "postBuild: {substitute: {Y: z}}").doubts.isEmpty)
  }

  @Test func objectsMayBeLeftOut() {
    let pod = Self.pod("${X}").replacing(
      "labels:", with: "annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}, labels:")
    let sample = sample(["apps/a.yaml": pod], "postBuild: {substitute: {X: z}}")
    #expect(sample.podLabels["p"] == ["x": "${X}"] && sample.doubts.isEmpty)
  }

  @Test func whatFluxCannotReadStopsTheBuild() {
    #expect(sample(["apps/a.yaml": Self.pod("${X-1}")], "postBuild: {substitute: {X: z}}").refusals.count == 1)
    #expect(sample(["apps/a.yaml": Self.pod("x1")], "postBuild: {substitute: {a-b: z}}").refusals.count == 1)
    #expect(sample(["apps/a.yaml": Self.pod("${X-1}")]).refusals.isEmpty)
  }

  @Test func aFolderThatIsNotThereStopsTheBuild() {
    let entries = Self.kustomization("flux-system", "path: ./clusters/a") + Self.kustomization("x", "path: ./ap")
    let missing = SampleAssembly(["clusters/a/k.yaml": entries, "apps/a.yaml": Self.service("a")])
    #expect(missing.refusals == ["Flux cannot build this: there is no folder `./ap`"])
    #expect(missing.skipped.isEmpty)
    // Another repository's folders are nobody's fault here.
    let other = entries.replacing("name: flux-system}, path: ./ap", with: "name: other}, path: ./ap")
    #expect(SampleAssembly(["clusters/a/k.yaml": other]).refusals.isEmpty)
  }

  // MARK: Owners

  @Test func unitsSayWhatPlacedThem() {
    let owners = sample(["apps/a.yaml": Self.service("a")]).owners
    #expect(owners.sorted() == ["Kustomization flux-system/apps", "Kustomization flux-system/flux-system"])
  }

  // MARK: Values that nobody knows

  private static func values(_ port: Int) -> String {
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: vars, namespace: flux-system}, data: {L: 'v\(port)'}}\n"
  }

  /// One ConfigMap for each cluster is the usual layout: none of them is guessed to be the right one.
  @Test func configMapsOfOneNameWithDifferentDataAreUnknown() {
    let spec = "postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}"
    let one = sample(
      ["apps/p.yaml": Self.pod("${L}"), "vars/a.yaml": Self.values(1), "vars/b.yaml": Self.values(1)], spec)
    #expect(one.podLabels["p"] == ["x": "v1"] && one.doubts.isEmpty)
    let two = sample(
      ["apps/p.yaml": Self.pod("${L}"), "vars/a.yaml": Self.values(1), "vars/b.yaml": Self.values(2)], spec)
    #expect(!two.doubts.isEmpty)
  }

  /// A later source counts more, and this one was not read.
  @Test func aLaterSourceThatWasNotReadMayGiveAnything() {
    let spec = "postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}, {kind: Secret, name: s}]}"
    #expect(!sample(["apps/p.yaml": Self.pod("${L}"), "vars/a.yaml": Self.values(1)], spec).doubts.isEmpty)
    let earlier = "postBuild: {substituteFrom: [{kind: Secret, name: s}, {kind: ConfigMap, name: vars}]}"
    #expect(sample(["apps/p.yaml": Self.pod("${L}"), "vars/a.yaml": Self.values(1)], earlier).doubts.isEmpty)
  }
}
