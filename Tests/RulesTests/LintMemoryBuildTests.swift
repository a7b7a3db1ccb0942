import Assembly
import Config
import Diagnostics
import Rules
import TestSupport
import Testing
import Traffic

/// The same where kustomize, Flux and Argo CD build what is linted.
@Suite struct LintMemoryBuildTests {
  /// Any file may change in any way, and files come and go.
  @Test(arguments: 0..<20) func repositoriesThatAreEdited(_ seed: UInt64) async {
    var repository = Repository(seed: seed)
    let editor = LintMemoryTests.Editor(Configuration())
    let project = await editor.lint(repository.sources, "\(seed)")
    #expect(project.assembly.units.count { [.kustomization, .flux].contains($0.kind) && $0.refusal == nil } >= 2)
    for step in 0..<16 {
      var what = repository.change()
      if step % 5 == 4 { what += "\n" + repository.change() }
      await editor.lint(repository.sources, "\(seed), \(step): \(what)", comparesObjects: step % 2 == 0)
    }
  }

  /// What an Ingress names is called otherwise than before, and is there no more.
  @Test func aServiceThatIsRenamed() async {
    func service(_ name: String) -> String {
      "apiVersion: v1\nkind: Service\nmetadata: {name: \(name), namespace: shop}\nspec: {ports: [{port: 80}]}\n"
    }
    let ingress = """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: web, namespace: shop}
      spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}

      """
    let editor = LintMemoryTests.Editor(Configuration())
    for name in ["web", "api", "web", "shop"] {
      let files = Self.sources([
        ("base/ingress.yaml", ingress), ("base/kustomization.yaml", "resources: [ingress.yaml, service.yaml]\n"),
        ("base/service.yaml", service(name)), ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"),
      ])
      await editor.lint(files, "\(name)", comparesObjects: true)
    }
  }

  private static func policy(_ name: String, port: Int) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec:
      podSelector: {matchLabels: {app: \(name)}}
      policyTypes: [Ingress]
      ingress: [{from: [{podSelector: {}}], ports: [{port: \(port)}]}]

    """
  }

  private static func sources(_ files: [(String, String)]) -> [SourceFile] {
    files.enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
  }

  /// One policy of a base that two overlays take: rules are asked about what has become of it, and keep the rest. Where
  /// nothing but the places of labels has changed, all objects say so.
  @Test func aBaseOfTwoOverlays() async {
    var files = (0..<6).map { ("base/\($0).yaml", Self.policy("p\($0)", port: 80)) }
    let names = (0..<6).map { "\($0).yaml" }.joined(separator: ", ")
    files.append(("base/kustomization.yaml", "resources: [\(names)]\n"))
    for stage in ["dev", "prod"] {
      files.append(
        (
          "\(stage)/kustomization.yaml",
          "resources: [../base]\nnamePrefix: \(stage)-\ncommonLabels: {stage: \(stage)}\n"
        ))
    }
    let editor = LintMemoryTests.Editor(Configuration())
    await editor.lint(Self.sources(files), "as written")
    for port in [81, 80, 1_000_000] {
      let before = editor.memory.uses
      files[2].1 = Self.policy("p2", port: port)
      await editor.lint(Self.sources(files), "\(port)")
      #expect(editor.memory.uses > before, "\(port)")
    }
    for text in ["# said\nresources: [../base]\nnamePrefix: dev-\n", "resources: [../base]\nnamePrefix: x-\n"] {
      files[7].1 = text
      await editor.lint(Self.sources(files), "\(text)")
    }
  }

  /// Entries of a base change their places, and steps that each object goes through by itself are told other things in the
  /// same places: what was kept of the others holds.
  @Test func stepsThatAreToldOtherThings() async {
    let base = (0..<5).map { ("base/\($0).yaml", Self.policy("p\($0)", port: 80 + $0)) }
    func files(_ entries: [Int], _ overlay: String) -> [SourceFile] {
      let list = entries.map { "\($0).yaml" }.joined(separator: ", ")
      return Self.sources(
        base + [
          ("base/kustomization.yaml", "resources: [\(list)]\n"),
          ("dev/kustomization.yaml", "resources: [../base]\n\(overlay)"),
        ])
    }
    let editor = LintMemoryTests.Editor(Configuration())
    let overlays = [
      "namePrefix: x-\n", "nameSuffix: x-\n", "commonLabels: {app: a}\n", "commonLabels: {app: b}\n",
      "labels: [{pairs: {app: b}}]\n", "labels: [{pairs: {app: b}, includeSelectors: true}]\n", "namespace: a\n",
      "namespace: b\n", "commonAnnotations: {a: b}\n", "namePrefix: x-\nnamespace: a\n",
    ]
    for (number, overlay) in overlays.enumerated() {
      let orders = [[0, 1, 2, 3, 4], [1, 2, 3, 4], [4, 0, 1, 2, 3], [0, 1, 3, 2, 4], [0, 1, 2, 2], [2, 1, 0, 3]]
      for order in [orders[number % 6], orders[(number + 1) % 6]] {
        await editor.lint(files(order, overlay), "\(order), \(overlay)", comparesObjects: true)
      }
    }
  }

  /// Two objects that a namespace makes one are refused, with what stands first, and no more where one of them goes.
  @Test func objectsThatBecomeOne() async {
    func files(_ other: String, _ step: String) -> [SourceFile] {
      Self.sources([
        ("base/a.yaml", Self.policy("web", port: 80)),
        ("base/b.yaml", Self.policy("web", port: 81).replacing("namespace: shop", with: "namespace: \(other)")),
        ("base/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"),
        ("dev/kustomization.yaml", "resources: [../base]\n\(step)"),
      ])
    }
    let editor = LintMemoryTests.Editor(Configuration())
    for other in ["bank", "shop", "bank", "default"] {
      for step in ["", "namespace: shop\n", "namePrefix: x-\n", "namespace: shop\n"] {
        await editor.lint(files(other, step), "\(other), \(step)", comparesObjects: true)
      }
    }
  }

  /// A patch of one overlay deletes a policy: what is said of its twin in the other one, which stands in the same document,
  /// is asked again.
  @Test func aPolicyThatOneOverlayDeletes() async {
    let review = "# 45 CFR 164.999(a)(1)\n"
    let patch =
      "patches: [{patch: '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, "
      + "metadata: {name: web, namespace: shop}, $patch: delete}'}]\n"
    func files(_ change: String) -> [SourceFile] {
      Self.sources([
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", review + Self.policy("web", port: 80)),
        ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n\(change)"),
        ("prod/kustomization.yaml", "resources: [../base]\nnamePrefix: prod-\n"),
      ])
    }
    let editor = LintMemoryTests.Editor(Configuration())
    for change in ["", patch, "", patch] { await editor.lint(files(change), "\(change)") }
  }
}
