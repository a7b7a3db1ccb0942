import Assembly
import Testing
import YAMLSource

/// What kustomize takes for the same object, and which kinds its steps write into.
@Suite struct KustomizeIdentityTests {
  @Test func accountsElsewhereAreReachedWhereTheirNamespaceIsWritten() throws {
    func account(_ metadata: String) throws -> String? {
      let sample = SampleBuild([
        "kustomization.yaml": "resources: [binding.yaml, accounts]\n",
        "binding.yaml": """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: b, namespace: one}
        subjects: [{kind: ServiceAccount, name: a, namespace: default}]
        """,
        "accounts/kustomization.yaml": "namePrefix: p-\nresources: [account.yaml]\n",
        "accounts/account.yaml": "{apiVersion: v1, kind: ServiceAccount, metadata: {\(metadata)}}\n",
      ])
      return try sample.objects()[0].at("subjects.0.name").text
    }
    #expect(try account("name: a, namespace: default") == "p-a")
    #expect(try account("name: a") == "a")
  }

  @Test func stepsKnowTheVersionsOfKinds() throws {
    let step = "labels: [{pairs: {x: z}, includeTemplates: true}]\n"
    func isLabelled(_ version: String) throws -> Bool {
      let kind = "kind: ReplicationController, metadata: {name: a}, spec: {template: {}}"
      return try SampleBuild(step, "{apiVersion: \(version), \(kind)}\n").only().has("spec.template.metadata.labels.x")
    }
    #expect(try isLabelled("v1"))
    #expect(try isLabelled("apps/v1"))
    #expect(try !isLabelled("apps/v1beta1"))
  }

  @Test func hashesTellGeneratedObjectsApartThatAreRenamedAlike() throws {
    func refusal(_ literal: String, _ options: String = "") -> String? {
      let kustomization = """
        configMapGenerator: [{name: a, literals: [x=1]}, {name: b, literals: [\(literal)]}]
        replacements: [{sourceValue: one, targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]}]
        \(options)
        """
      return SampleBuild(["kustomization.yaml": kustomization]).refusal()?.message
    }
    #expect(refusal("x=2") == nil)
    #expect(refusal("x=1") != nil)
    #expect(refusal("x=2", "generatorOptions: {disableNameSuffixHash: true}") != nil)
  }

  @Test func aPatchLeavesNamesWithoutAType() throws {
    let object = "{apiVersion: example.com/v1, kind: Thing, metadata: {name: '2', namespace: '1'}}\n"
    let fragment = "{apiVersion: example.com/v1, kind: Thing, metadata: {name: a}}"
    let patch = "patches: [{target: {kind: Thing}, patch: '\(fragment)'}]\n"
    for (key, text) in [("namespace", "1"), ("name", "2")] {
      #expect(try SampleBuild("", object).only().at("metadata.\(key)").string == text)
      #expect(try SampleBuild(patch, object).only().at("metadata.\(key)").string == nil)
    }
  }

  @Test func valuesOfJSONPatchesAreWrittenAsJSON() throws {
    let kustomization = """
      patches:
      - target: {name: a}
        patch: '[{"op": "add", "path": "/spec", "value": {"x": true, "y": 1}}]'
      - target: {name: a}
        patch: |-
          - {op: replace, path: /spec/x, value: off}
          - {op: replace, path: /spec/y, value: 0x1F}
      replacements:
      - source: {kind: Thing, fieldPath: spec.x}
        targets: [{select: {kind: Thing}, fieldPaths: [metadata.labels.x]}]
      """
    let object = "{apiVersion: example.com/v1, kind: Thing, metadata: {name: a, labels: {x: z}}}\n"
    let only = try SampleBuild(kustomization + "\n", object).only()
    #expect(try only.at("metadata.labels.x").string == "false")
    #expect(try only.at("spec.y").text == "31")
  }
}
