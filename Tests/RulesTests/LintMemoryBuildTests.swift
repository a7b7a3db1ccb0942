import Assembly
import Config
import Diagnostics
import Rules
import TestSupport
import Testing
import Traffic

/// The same where kustomize, Flux and Argo CD build what is linted.
@Suite struct LintMemoryBuildTests {
  /// A repository with a base, two overlays of it, a component, and entries of Flux, of which a random one of its files
  /// changes again and again.
  struct Repository {
    private(set) var files: [String: String] = [:]
    private var removed: [String: String] = [:]
    private var random: SeededGenerator
    private let others: [YAMLValue]
    private let written: [String: String]

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
      others = (1...4).flatMap { Self.documents(seed &* 31 &+ $0) }
      var files: [String: String] = [:]
      var names: [String] = []
      for (number, document) in Self.documents(seed).enumerated() {
        let name = "\(document["kind"]?.text ?? "")-\(number).yaml".lowercased()
        names.append(name)
        files["base/\(name)"] = document.yaml
      }
      files["base/kustomization.yaml"] = "resources:\n" + names.map { "  - \($0)\n" }.joined()
      files.merge(Self.overlays(seed)) { $1 }
      if seed % 3 == 1 { files.merge(Self.entries) { $1 } }
      self.files = files
      written = files
    }

    /// Objects of different names: kustomize takes none twice.
    private static func documents(_ seed: UInt64) -> [YAMLValue] {
      var names: Set<[String?]> = []
      return WorldGenerator.exposedWorld(seed: seed).documents.filter { document in
        let kind = document["kind"]?.text ?? ""
        if kind != "NetworkPolicy", kind.hasSuffix("NetworkPolicy") { return false }
        let metadata = document["metadata"]
        return names.insert([kind, metadata?["namespace"]?.text ?? "default", metadata?["name"]?.text]).inserted
      }
    }

    /// Overlays that are live together, or alternatives.
    private static func overlays(_ seed: UInt64) -> [String: String] {
      var files: [String: String] = [:]
      let prefix = seed % 2 == 0
      files["overlays/dev/kustomization.yaml"] = """
        resources: [../../base, extra.yaml]
        \(prefix ? "namePrefix: dev-" : "nameSuffix: \"\"")
        components: [../../component]
        labels: [{pairs: {stage: dev}, includeTemplates: true}]
        patches:
          - path: patch.yaml
            target: {kind: NetworkPolicy, name: p.*}
          - path: ops.yaml
            target: {kind: Deployment}
        configMapGenerator: [{name: settings, literals: [stage=dev]}]

        """
      files["overlays/dev/patch.yaml"] = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: any}
        spec: {podSelector: {matchLabels: {app: web}}}

        """
      files["overlays/dev/ops.yaml"] = "- {op: add, path: /metadata/labels, value: {team: x}}\n"
      files["overlays/dev/extra.yaml"] = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: extra, namespace: a}
        spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}

        """
      files["overlays/prod/kustomization.yaml"] = """
        resources: [../../base, source.yaml]
        \(prefix ? "namePrefix: prod-" : "nameSuffix: \"\"")
        commonLabels: {stage: prod}
        replacements:
          - source: {kind: ConfigMap, name: source, fieldPath: data.team}
            targets:
              - select: {kind: NetworkPolicy}
                fieldPaths: [metadata.labels.team]
                options: {create: true}

        """
      files["overlays/prod/source.yaml"] =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: source, namespace: a}\ndata: {team: blue}\n"
      files["component/kustomization.yaml"] = """
        apiVersion: kustomize.config.k8s.io/v1alpha1
        kind: Component
        patches:
          - target: {kind: NetworkPolicy}
            patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"owner": "ops"}}]'

        """
      files["plain/policy.yaml"] = files["overlays/dev/extra.yaml"]?.replacing("extra", with: "plain")
      return files
    }

    private static let entries = [
      "clusters/a/source.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: flux-system, namespace: flux-system}
      spec: {url: ssh://git@example.com/a/b}

      """,
      "clusters/a/entries.yaml": """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: flux-system, namespace: flux-system}
      spec: {sourceRef: {kind: GitRepository, name: flux-system}, path: ./clusters/a}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: prod, namespace: flux-system}
      spec:
        sourceRef: {kind: GitRepository, name: flux-system}
        path: ./overlays/prod
        postBuild: {substitute: {APP: web}}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: dev, namespace: flux-system}
      spec: {sourceRef: {kind: GitRepository, name: flux-system}, path: ./overlays/dev}

      """,
    ]

    var sources: [SourceFile] {
      files.sorted { $0.key < $1.key }.enumerated().map { number, file in
        SourceFile(id: FileID(number), path: file.key, bytes: Array(file.value.utf8))
      }
    }

    private mutating func pick<Item>(_ items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }

    /// Changes something, and says what.
    mutating func change() -> String {
      let paths = files.keys.sorted()
      if let path = removed.keys.sorted().first, random.next() % 2 == 0 {
        files[path] = removed.removeValue(forKey: path)
        return "\(path) is there again"
      }
      let builds = paths.filter { !$0.hasPrefix("base/") || $0.hasSuffix("kustomization.yaml") }
      let path = random.next() % 3 == 0 ? pick(builds) : pick(paths)
      let text = files[path] ?? ""
      if text != written[path], random.next() % 4 == 0 {
        files[path] = written[path]
        return "\(path) is as it was"
      }
      switch random.next() % 12 {
      case 0:
        removed[path] = files.removeValue(forKey: path)
        return "\(path) is removed"
      case 1: files[path] = text + "\n  x: [\n"
      case 2: files[path] = "# said\n" + text
      case 3: files[path] = text + "# said\n"
      case 4: files[path] = ""
      default: files[path] = changed(text, path)
      }
      return "\(path):\n\(files[path] ?? "")"
    }

    private mutating func changed(_ text: String, _ path: String) -> String {
      let kinds = ["NetworkPolicy", "Service", "Deployment", "Pod", "Namespace"]
      let own = others.filter { other in
        let kind = other["kind"]?.text ?? ""
        return path.hasPrefix("base/\(kind.lowercased())-")
      }
      if !own.isEmpty, random.next() % 2 == 0 { return pick(own).yaml }
      let changes: [(String, String)] = [
        ("dev-", "test-"), ("stage: ", "stage: x"), ("web", "db"), ("team: ", "team: y"), ("80", "81"),
        ("web", "${APP}"),
        ("../../base, ", ""), ("kind: NetworkPolicy", "kind: \(pick(kinds))"), ("blue", "green"),
        ("name: a", "name: b"),
        ("namespace: a", "namespace: b"), ("- networkpolicy", "# - networkpolicy"),
        ("resources:", "namespace: a\nresources:"),
        ("ops", "owners"), ("commonLabels", "commonAnnotations"), ("APP: web", "APP: db"), ("Ingress", "Egress"),
      ]
      let fitting = changes.filter { text.contains($0.0) }
      if fitting.isEmpty { return text + "\n" }
      let (old, new) = pick(fitting)
      return text.replacing(old, with: new, maxReplacements: 1)
    }
  }

  /// Any file may change in any way, and files come and go.
  @Test(arguments: 0..<20) func repositoriesThatAreEdited(_ seed: UInt64) async {
    var repository = Repository(seed: seed)
    let editor = LintMemoryTests.Editor(Configuration())
    let project = await editor.lint(repository.sources, "\(seed)")
    #expect(project.assembly.units.count { [.kustomization, .flux].contains($0.kind) && $0.refusal == nil } >= 2)
    for step in 0..<14 {
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
