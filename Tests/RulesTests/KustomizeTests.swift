import Config
import Diagnostics
import Model
import Rules
import TestSupport
import Testing
import Traffic

/// What a kustomization calls a patch is a fragment, not an object.
@Suite struct KustomizeTests {
  private func findings(_ kustomization: String, _ patch: String) async -> [String] {
    let texts = [("base/kustomization.yaml", kustomization), ("base/patch.yaml", patch)]
    let files = texts.enumerated().map {
      SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8))
    }
    return await Lint.run(files).findings.map { $0.rule.description }
  }

  private let fragment = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {$patch: replace, matchLabels: {app: web}}
      policyTypes: [Ingress]
      ingress: [{ports: [{port: 0}]}]
    """

  /// The base's namespace stays where something of another unit is in it.
  @Test(arguments: [false, true])
  func aNamespaceThatSomethingStaysInIsNoMistake(_ stays: Bool) async {
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: old}
      spec:
        podSelector: {}
        policyTypes: [Ingress]
        ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: old}}}]}]
      """
    let other = """
      apiVersion: example.org/v1
      kind: Monitor
      metadata: {name: m, namespace: old}
      """
    let texts =
      [("app/kustomization.yaml", "namespace: new\nresources: [policy.yaml]"), ("app/policy.yaml", policy)]
      + (stays ? [("infra/monitor.yaml", other)] : [])
    let files = texts.enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    #expect(await Lint.run(files).findings.contains { $0.rule == "NP210" } == !stays)
  }

  /// A Namespace that no build of the world takes shows all the same which labels namespaces get.
  @Test(arguments: [false, true])
  func aLabelOfANamespaceThatNobodyAppliesIsNoMistake(_ isSet: Bool) async {
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress]
        ingress: [{from: [{namespaceSelector: {matchLabels: {name: front}}}]}]
      """
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: front, labels: {name: front}}\n"
    let texts =
      [("app/kustomization.yaml", "resources: [policy.yaml]"), ("app/policy.yaml", policy)]
      + (isSet ? [("app/unused.yaml", namespace)] : [])
    let files = texts.enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    #expect(await Lint.run(files).findings.contains { $0.rule == "NP204" } == !isSet)
  }

  @Test func onlyTheSyntaxOfAPatchIsJudgedByItself() async {
    // There is nothing that could be patched, so that the patch is all that is there of the policy.
    #expect(await findings("patches: [{path: patch.yaml}]", fragment) == ["NP010", "NP005"])
    #expect(await findings("patchesStrategicMerge: [patch.yaml]", fragment) == ["NP010", "NP005"])
    let part = fragment.replacing("  podSelector: {$patch: replace, matchLabels: {app: web}}\n", with: "")
    #expect(await findings("patches: [{path: patch.yaml}]", part) == ["NP010"])
    let twice = await findings("patches: [{path: patch.yaml}]", fragment + "\nspec: {}")
    #expect(Set(twice).isSuperset(of: ["NP002", "NP010"]))
  }

  /// One text that a build writes into very many fields is one fault: a few of the fields show it.
  @Test func aTextInVeryManyFieldsIsComplainedOfAFewTimes() async {
    let rules = (0..<100).map { _ in "{from: [{podSelector: {matchLabels: {app: web}}}]}" }.joined(separator: ", ")
    let policies = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: source, namespace: shop}
      spec: {podSelector: {matchLabels: {app: "-x", part: "-y"}}, policyTypes: [Ingress]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: target, namespace: shop}
      spec: {podSelector: {}, policyTypes: [Ingress], ingress: [\(rules)]}
      """
    let kustomization = """
      resources: [patch.yaml]
      replacements:
        - source: {kind: NetworkPolicy, name: source, fieldPath: spec.podSelector.matchLabels}
          targets:
            - select: {kind: NetworkPolicy, name: target}
              fieldPaths: [spec.ingress.*.from.*.podSelector.matchLabels]
      """
    let found = await findings(kustomization, policies).filter { $0 == "NP005" }
    #expect((2...20).contains(found.count))
  }

  @Test func aResourceIsJudgedAsAWhole() async {
    let found = await findings("resources: [patch.yaml]", fragment)
    #expect(found.contains("NP003") && found.contains("NP005"))
  }

  @Test func whatAKustomizationNamesAndWasNotReadIsSaid() async {
    let files = [
      ("over/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]"), ("over/patch.yaml", fragment),
    ]
    .enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    let project = await Project.read(files, configuration: Configuration())
    #expect(project.problems.contains { $0.kind == .buildFails })
    #expect(project.counts.policies == 0)
  }

  @Test func aRefusedPolicyIsNotPassedOverInSilence() async {
    let file = SourceFile(id: FileID(0), path: "web.yaml", bytes: Array(fragment.utf8))
    let undecided = await Lint.run([file]).undecided.filter { $0.reason.contains("would refuse NetworkPolicy web") }
    #expect(Set(undecided.map(\.rule)) == ["NP003", "NP005"] && undecided.allSatisfy { $0.namespace == "shop" })
  }

  @Test func labelsThatABuildAddsAreToldApart() async {
    let policies = ["webs", "db", "cache"].map { name in
      """
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: \(name), namespace: shop}
      spec: {podSelector: {matchLabels: {app: \(name)}}, policyTypes: [Ingress]}

      """
    }
    let workloads = ["db", "web", "cache"].map { name in
      """
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \(name), namespace: shop}
      spec: {selector: {matchLabels: {app: \(name)}}, template: {metadata: {labels: {app: \(name)}}, spec: {}}}

      """
    }
    let files = [
      ("base/kustomization.yaml", "resources: [web.yaml]\n"), ("base/web.yaml", (policies + workloads).joined()),
      ("dev/kustomization.yaml", "labels: [{pairs: {env: dev}, includeSelectors: true}]\nresources: [../base]\n"),
    ].enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    let found = await Lint.run(files).findings.filter { $0.rule == "NP201" }
    let text = "app=webs, with labels added by dev/kustomization.yaml, matches none of the workloads"
    #expect(found.count == 1 && found[0].message.hasPrefix(text), "\(found.map(\.message))")
  }

  @Test func objectsWithoutANamespaceAreTogetherWhereABuildIs() async {
    let deny =
      "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: deny}\n"
      + "spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n"
    let app =
      "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web}\n"
      + "spec: {template: {metadata: {labels: {app: web}}, spec: {}}}\n"
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [deny.yaml]\n"
    func rules(_ more: [(String, String)]) async -> Set<String> {
      let texts = [
        ("base/app.yaml", app), ("base/kustomization.yaml", "resources: [app.yaml]\n"), ("part/deny.yaml", deny),
        ("part/kustomization.yaml", component),
      ]
      let files = (texts + more).enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
      return Set(await Lint.run(files).findings.map { $0.rule.description })
    }
    let over = ("over/kustomization.yaml", "resources: [../base]\ncomponents: [../part]\n")
    #expect(await rules([over]).isDisjoint(with: ["NP101", "NP102", "NP107"]))
    #expect(await rules([("over/kustomization.yaml", "resources: [../base]\n")]).contains("NP101"))
  }

  /// A workload of a base, in two overlays that put it into namespaces of their own.
  @Test func aRoleOfABaseIsOneFaultWhateverNamespacesBuildsGiveIt() async {
    let base = """
      kind: Deployment
      apiVersion: apps/v1
      metadata: {name: watcher}
      spec:
        selector: {matchLabels: {app: watcher}}
        template:
          metadata: {labels: {app: watcher}}
          spec: {serviceAccountName: watcher, containers: [{name: watcher, image: watcher}]}
      ---
      kind: ServiceAccount
      apiVersion: v1
      metadata: {name: watcher}
      ---
      kind: RoleBinding
      apiVersion: rbac.authorization.k8s.io/v1
      metadata: {name: watcher}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher}
      subjects: [{kind: ServiceAccount, name: watcher}]
      ---
      kind: NetworkPolicy
      apiVersion: networking.k8s.io/v1
      metadata: {name: watcher}
      spec: {podSelector: {matchLabels: {app: watcher}}, policyTypes: [Egress], egress: []}

      """
    var texts = [("base/all.yaml", base), ("base/kustomization.yaml", "resources: [all.yaml]\n")]
    for name in ["dev", "prod"] {
      texts.append(
        ("\(name)/kustomization.yaml", "namespace: app-\(name)\nnamePrefix: \(name)-\nresources: [../base]\n"))
    }
    let files = texts.enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    #expect(await Lint.run(files).findings.count { $0.rule == "NP512" } == 1)
  }

  /// Two overlays of one base in one namespace, told apart by a prefix: each fault of the base once.
  @Test func aFaultOfABaseIsOneWhateverPrefixesBuildsAdd() async {
    let base = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: web}
      spec:
        rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny}
      spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress: [{to: [{namespaceSelector: {}}], ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]

      """
    var texts = [("base/all.yaml", base), ("base/kustomization.yaml", "namespace: shop\nresources: [all.yaml]\n")]
    for name in ["a", "b"] {
      let overlay = "namePrefix: \(name)-\ncommonLabels: {env: \(name)}\nresources: [../base]\n"
      texts.append(("\(name)/kustomization.yaml", overlay))
    }
    let files = texts.enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    let found = await Lint.run(files).findings
    let unreachable = found.filter { $0.rule == "NP504" }
    #expect(unreachable.count == 1 && Set(unreachable[0].related.map(\.span)).count == unreachable[0].related.count)
    // Neither of the twins makes the other one redundant.
    #expect(!found.contains { $0.rule == "NP503" })
  }
}
