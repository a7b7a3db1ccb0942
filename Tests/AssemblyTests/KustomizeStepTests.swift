import Assembly
import Testing
import YAMLSource

/// The other steps of a build, one by one.
@Suite struct KustomizeStepTests {
  @Test func renamedObjectsAreCalledByTheirNewNames() throws {
    let sample = SampleBuild(
      "namePrefix: p-\nnameSuffix: -s\n",
      """
      {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {
        serviceAccountName: web, containers: [{name: a, envFrom: [{configMapRef: {name: web}}, {secretRef: {name: no}}]}]}}}}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: web}}
      ---
      {apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: web}}
      """)
    let objects = try sample.objects()
    #expect(try objects.map { try $0.at("metadata.name").text } == ["p-web-s", "p-web-s", "p-web-s", "web"])
    let pod = try objects[0].at("spec.template.spec")
    #expect(try pod.at("serviceAccountName").text == "p-web-s")
    #expect(
      try pod.at("containers.0.envFrom").shown == "[{configMapRef: {name: \"p-web-s\"}}, {secretRef: {name: \"no\"}}]")
  }

  @Test func bindingsGetTheNamespaceOfTheirAccounts() throws {
    let binding = """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: b}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
      subjects: [{kind: ServiceAccount, name: a}, {kind: ServiceAccount, name: default}, {kind: ServiceAccount, name: x}]
      """
    let sample = SampleBuild(
      "namespace: shop\n", binding + "\n---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}\n")
    #expect(
      try sample.objects()[0].at("subjects").items.map { $0["namespace"]?.text } == ["shop", "shop", nil])
  }

  @Test func labelsGoWhereTheEntrySays() throws {
    let object = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {}}}}\n"
    func labelled(_ options: String) throws -> [Bool] {
      let only = try SampleBuild("labels: [{pairs: {x: v}\(options)}]\n", object).only()
      return ["metadata.labels.x", "spec.template.metadata.labels.x", "spec.selector.matchLabels.x"].map {
        only.has($0)
      }
    }
    #expect(try labelled("") == [true, false, false])
    #expect(try labelled(", includeTemplates: true") == [true, true, false])
    #expect(try labelled(", includeSelectors: true") == [true, true, true])
    #expect(try labelled(", fields: [{path: spec/template/metadata/labels, create: true}]") == [true, true, false])
  }

  @Test func whatOneEntryOfLabelsMakesIsOneNodeToKustomize() throws {
    let object = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {}}}}\n"
    let labels = "labels: [{pairs: {x: v}, includeSelectors: true}, {pairs: {x: z}}]\n"
    #expect(try SampleBuild(labels, object).only().at("spec.selector.matchLabels.x").text == "z")
  }

  @Test(arguments: [
    ("name: nginx, newTag: v2", "nginx:1@sha256:ab", "nginx:v2"), ("name: nginx, newName: a/b", "nginx:1", "a/b:1"),
    ("name: nginx, digest: 'sha256:cd'", "nginx:1", "nginx@sha256:cd"),
    ("name: nginx, newTag: v2, digest: 'sha256:cd'", "nginx", "nginx:v2@sha256:cd"),
    ("name: ngin, newTag: v2", "nginx:1", "nginx:1"), ("name: 'n.*', newTag: v2", "nginx:1", "nginx:v2"),
    ("name: 'r:5000/a', newTag: v2", "r:5000/a:v1", "r:5000/a:v2"), ("name: nginx", "nginx:1", "nginx:1"),
  ])
  func imagesChange(entry: String, image: String, result: String) throws {
    let sample = SampleBuild(
      "images: [{\(entry)}]\n",
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: '\(image)'}]}}\n")
    #expect(try sample.only().at("spec.containers.0.image").text == result)
  }

  @Test func objectsAreReadAsYAML12AndPatchesOfJSONAreNot() throws {
    let sample = SampleBuild(
      "",
      "{apiVersion: v1, kind: Thing, metadata: {name: a, annotations: {n: 1}}, v: [yes, on, 2001-1-2, 0o17, true]}\n")
    let object = try sample.build().objects[0]
    #expect(object.isChanged)
    #expect(try object.root.at("v").shown == "[\"yes\", \"on\", \"2001-01-02T00:00:00Z\", 0o17, true]")
    #expect(try object.root.at("metadata.annotations.n").string == "1")
  }

  @Test(arguments: [
    ("2001-01-01", "2001-01-01T00:00:00Z"), ("2001-1-1 10:20:30.50", "2001-01-01T10:20:30.5Z"),
    ("2001-01-01T10:20:30+02:00", "2001-01-01T10:20:30+02:00"), ("2001-01-01t10:20:30Z", "2001-01-01T10:20:30Z"),
    ("2001-02-30", "2001-02-30"), ("2001-13-01", "2001-13-01"), ("20010101", nil),
    ("2001-01-01T10:20:30", "2001-01-01T10:20:30"),
  ])
  func datesAreWrittenOut(text: String, result: String?) throws {
    let sample = SampleBuild("", "{apiVersion: v1, kind: Thing, metadata: {name: a}, v: \(text)}\n")
    #expect(try sample.only().at("v").string == result)
  }

  @Test func generatedObjectsMergeAndKeepWhatWasThere() throws {
    let sample = SampleBuild([
      "base/kustomization.yaml": "configMapGenerator: [{name: c, literals: [a=1, b=2], options: {labels: {x: v}}}]\n",
      "kustomization.yaml": """
      resources: [base]
      namePrefix: p-
      configMapGenerator: [{name: c, behavior: merge, literals: [b=3, "c='q'"], files: [d=note.txt], envs: [e.env]}]
      secretGenerator: [{name: s, literals: [k=v]}]
      generatorOptions: {immutable: true}
      """, "note.txt": "text\n", "e.env": "# no\n\nE=1=2\n",
    ])
    let objects = try sample.objects()
    #expect(try objects[0].at("data").shown == "{a: \"1\", b: \"3\", E: \"1=2\", c: \"q\", d: \"text\n\"}")
    #expect(try objects[0].at("metadata").shown == "{name: \"p-c\", labels: {x: \"v\"}}")
    #expect(try objects[0].at("immutable").bool == true)
    // What a Secret holds is left out.
    #expect(try objects[1].at("data").shown == "{k: \"\"}")
    #expect(try objects[1].at("type").text == "Opaque")
  }

  @Test func componentsWorkOnWhatIsThereBeforeTheirParentDoes() throws {
    let sample = SampleBuild([
      "kustomization.yaml": "resources: [o.yaml]\ncomponents: [part]\nnamePrefix: p-\n",
      "o.yaml": "{apiVersion: v1, kind: Service, metadata: {name: a}}\n",
      "part/kustomization.yaml": "kind: Component\nnameSuffix: -s\npatches: [{target: {name: a}, path: p.yaml}]\n",
      "part/p.yaml": "- {op: add, path: /spec, value: {}}\n",
    ])
    let object = try sample.only()
    #expect(try object.at("metadata.name").text == "p-a-s")
    #expect(try object.at("spec").isMapping)
  }

  @Test(arguments: [
    ("spec.replicas", "spec.template.spec.containers.0.image", "", "3"),
    ("metadata.name", "spec.template.spec.containers.[name=a].image", ", options: {delimiter: ':', index: 1}", "x:web"),
    ("metadata.name", "spec.template.spec.containers.*.image", ", options: {delimiter: ':', index: -1}", "web:x:y"),
    ("metadata.name", "metadata.annotations.[a.b/c]", ", options: {create: true}", "web"),
  ])
  func replacementsWrite(from: String, to: String, options: String, result: String) throws {
    let sample = SampleBuild(
      """
      replacements:
        - source: {kind: Deployment, fieldPath: '\(from)'}
          targets: [{select: {kind: Deployment}, fieldPaths: ['\(to)']\(options)}]
      """,
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3, template: {spec: {containers: "
        + "[{name: a, image: 'x:y'}]}}}}\n")
    let object = try sample.only()
    let texts = [
      try object.at("spec.template.spec.containers.0.image").text, object["metadata"]?["annotations"]?["a.b/c"]?.text,
    ]
    #expect(texts.contains(result))
  }

  @Test func aNumberIsNoTextThatAReplacementMayWrite() throws {
    let sample = SampleBuild(
      "replacements: [{sourceValue: x, targets: [{select: {kind: Service}, fieldPaths: [spec.ports.0.port]}]}]\n",
      "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}\n")
    #expect(try #require(sample.refusal()).message.contains("takes the place of a number"))
  }

  @Test func objectsOnlyForKustomizeAreLeftOut() throws {
    let objects = ["true", "\"false\"", "\"\""].enumerated().map { number, value in
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\(number)\n  annotations:\n"
        + "    config.kubernetes.io/local-config: \(value)\n"
    }
    #expect(try SampleBuild("", objects.joined(separator: "---\n")).objects().count == 1)
  }

  @Test func editsReplaceFieldsAndAppendToLists() throws {
    let files = MemoryTree([
      "/kustomization.yaml": "resources: [o.yaml]\nnamespace: a\ncomponents: []\n",
      "/o.yaml": "{apiVersion: v1, kind: Service, metadata: {name: a}}\n",
      "/part/kustomization.yaml": "kind: Component\nnamePrefix: p-\n",
      "/edits.yaml": "namespace: b\ncomponents: [part]\n",
    ])
    let documents = DocumentReader(files)
    let written = try #require(try documents.documents(of: "/edits.yaml").first).root.entries
    var edits = KustomizationEdits()
    edits.replaced = [written[0]]
    edits.appended = [written[1]]
    let build = try KustomizeBuilder(files, documents).build("/", edits: edits)
    #expect(build.objects.map(\.root.identity) == ["v1 Service b p-a"])
  }
}
