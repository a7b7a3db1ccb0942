import Diagnostics
import TestSupport

extension LintMemoryBuildTests {
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
      files["base/named.yaml"] = Self.named
      files["base/kustomization.yaml"] =
        "resources:\n" + (names + ["named.yaml"]).map { "  - \($0)\n" }.joined()
        + "configMapGenerator: [{name: settings, namespace: named, literals: [team=red]}]\n"
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

    /// Objects that name one another, and what a generator makes.
    private static let named = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: front, namespace: named, labels: {app: front}}
      spec:
        selector: {matchLabels: {app: front}}
        template:
          metadata: {labels: {app: front}}
          spec:
            serviceAccountName: front
            containers: [{name: front, image: "nginx:1", envFrom: [{configMapRef: {name: settings}}]}]
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: front, namespace: named}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: front, namespace: named}
      spec: {selector: {app: front}, ports: [{port: 80}]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: front, namespace: named}
      spec: {defaultBackend: {service: {name: front, port: {number: 80}}}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: front, namespace: named}
      spec:
        podSelector: {matchLabels: {app: front}}
        policyTypes: [Ingress, Egress]
        ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 80}]}]

      """

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
        images: [{name: nginx, newTag: "2"}]
        replicas: [{name: front, count: 2}]
        commonAnnotations: {owner: ops}

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
        // Steps that say as much in the same places, and others than before.
        ("namePrefix", "nameSuffix"), ("includeTemplates", "includeSelectors"), ("app: front", "app: other"),
        ("nginx", "redis"), ("newTag", "newName"), ("count: 2", "count: 3"),
        // Names, and what names them.
        ("name: front", "name: other"), ("{name: settings", "{name: options"), ("team=red", "team=blue"),
        ("namespace: named", "namespace: a"), ("service: {name: front", "service: {name: other"),
        // Targets that select other objects, or none, and what patches do with these.
        ("name: p.*", "name: q.*"), ("name: p.*", "name: front"), ("kind: Deployment", "kind: Service"),
        ("/metadata/labels", "/metadata/annotations"),
        ("/metadata/labels, value: {team: x}", "/metadata/name, value: new"),
        ("spec: {podSelector: {matchLabels: {app: web}}}", "$patch: delete"), ("kind: ConfigMap", "kind: Secret"),
        ("data.team", "data.none"), ("metadata.labels.team", "spec.podSelector.matchLabels.app"),
        ("components: [../../component]", "components: []"),
        ("resources: [../../base, extra.yaml]", "resources: [extra.yaml, ../../base]"),
        ("  - named.yaml\n", ""), ("resources:\n  - ", "resources:\n  - named.yaml\n  - "),
      ]
      let fitting = changes.filter { text.contains($0.0) }
      if fitting.isEmpty { return text + "\n" }
      let (old, new) = pick(fitting)
      return text.replacing(old, with: new, maxReplacements: 1)
    }
  }
}
