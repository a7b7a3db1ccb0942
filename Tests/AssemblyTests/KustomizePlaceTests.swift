import Assembly
import Diagnostics
import Model
import Testing
import YAMLSource

/// Where the parts of built objects stand: in the file that says them.
@Suite struct KustomizePlaceTests {
  private static let deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      template:
        spec:
          containers:
            - name: a
              image: nginx
              ports:
                - containerPort: 80
    """

  @Test func aPatchedFieldStandsInThePatchFileAndTheRestInTheBase() throws {
    let sample = SampleBuild([
      "base/kustomization.yaml": "resources: [objects.yaml]\n", "base/objects.yaml": Self.deployment,
      "prod/kustomization.yaml": "resources: [../base]\npatches:\n  - path: patch.yaml\n",
      "prod/patch.yaml": """
      kind: Deployment
      apiVersion: apps/v1
      metadata: {name: web}
      spec:
        replicas: 3
        template: {spec: {containers: [{name: a, image: app:v2}]}}
      """,
    ])
    let object = try sample.only("prod")
    let replicas = try object.at("spec.replicas")
    #expect(sample.place(replicas.span) == "prod/patch.yaml:5:13")
    #expect(sample.text(replicas.span) == "3")
    #expect(sample.place(try object.at("spec.template.spec.containers.0.image").span) == "prod/patch.yaml:6:51")
    #expect(
      sample.place(try object.at("spec.template.spec.containers.0.ports.0.containerPort").span)
        == "base/objects.yaml:13:30")
    #expect(sample.place(try object.at("metadata.name").span) == "base/objects.yaml:4:9")
  }

  @Test func anInlineBlockHasTheLinesAndColumnsOfTheKustomization() throws {
    let sample = SampleBuild(
      """
      patches:
        - target: {kind: Deployment}
          patch: |-
            - op: replace

              path: /spec/replicas
              value: 5
        - patch: |
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              paused: true
      """, Self.deployment)
    let object = try sample.only()
    #expect(sample.place(try object.at("spec.replicas").span) == "kustomization.yaml:8:16")
    let paused = try #require(try object.at("spec").entries.first { $0.key == "paused" })
    #expect(sample.place(paused.keySpan) == "kustomization.yaml:15:9")
    #expect(sample.place(paused.value.span) == "kustomization.yaml:15:17")
  }

  @Test func anInlineTextInQuotesHasItsPlaceWhereItStandsThereAsItIs() throws {
    let patch = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {paused: true}}"
    let sample = SampleBuild("patches: [{patch: \"\(patch)\"}]\n", Self.deployment)
    #expect(sample.place(try sample.only().at("spec.paused").span) == "kustomization.yaml:2:98")
    let folded = SampleBuild("patches:\n- patch: >\n    \(patch)\n", Self.deployment)
    #expect(folded.place(try folded.only().at("spec.paused").span) == "kustomization.yaml:3:10")
  }

  @Test func labelsNamespacesAndReplicasStandInTheKustomization() throws {
    let sample = SampleBuild(
      """
      namespace: shop
      labels:
        - pairs:
            team: a
          includeSelectors: true
      replicas:
        - name: web
          count: 7
      images:
        - name: nginx
          newTag: v2
      """, Self.deployment)
    let object = try sample.only()
    #expect(sample.place(try object.at("metadata.namespace").span) == "kustomization.yaml:2:12")
    let label = try #require(try object.at("spec.selector.matchLabels").entries.first)
    #expect(sample.place(label.keySpan) == "kustomization.yaml:5:7")
    #expect(sample.place(label.value.span) == "kustomization.yaml:5:13")
    #expect(sample.place(try object.at("spec.replicas").span) == "kustomization.yaml:9:12")
    // What an image is called is written at the container, and changed elsewhere.
    #expect(sample.place(try object.at("spec.template.spec.containers.0.image").span) == "objects.yaml:11:18")
  }

  @Test func generatedDataStandsAtItsLiteral() throws {
    let sample = SampleBuild([
      "kustomization.yaml": "configMapGenerator:\n  - name: c\n    literals:\n      - HOST=db\n"
    ])
    let build = try sample.build()
    #expect(build.objects[0].origin == nil)
    #expect(sample.place(try build.objects[0].root.at("data.HOST").span) == "kustomization.yaml:4:9")
    #expect(sample.place(try build.objects[0].root.at("metadata.name").span) == "kustomization.yaml:2:11")
  }

  @Test func objectsThatNothingChangesSayWhereTheyComeFrom() throws {
    let sample = SampleBuild(
      "patches: [{target: {name: b}, patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'}]\n",
      """
      {apiVersion: v1, kind: List, items: [
        {apiVersion: v1, kind: Service, metadata: {name: a}}, {apiVersion: v1, kind: Service, metadata: {name: b}}]}
      """)
    let objects = try sample.build().objects
    #expect(objects.map(\.isChanged) == [false, true])
    #expect(objects.map { $0.origin?.pathPrefix } == ["items[0].", "items[1]."])
    #expect(objects.map { $0.origin?.document.index } == [0, 0])
  }

  @Test func aBuildNamesTheFilesThatItReadAndAsWhat() throws {
    let sample = SampleBuild([
      "kustomization.yaml": """
      resources: [base, objects.yaml]
      components: [part]
      patches: [{path: patch.yaml}]
      replacements: [{path: replacement.yaml}]
      configMapGenerator: [{name: c, files: [note.txt], envs: [vars.env]}]
      """,
      "base/kustomization.yaml": "namePrefix: p-\n", "note.txt": "x", "vars.env": "A=1",
      "part/kustomization.yaml": "kind: Component\nresources: [more.yaml]\n",
      "part/more.yaml": "{apiVersion: v1, kind: Service, metadata: {name: b}}",
      "objects.yaml": "{apiVersion: v1, kind: Service, metadata: {name: a}}",
      "patch.yaml": "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: ClusterIP}}",
      "replacement.yaml":
        "{sourceValue: x, targets: [{select: {name: a}, fieldPaths: [metadata.labels.x], options: {create: true}}]}",
    ])
    let build = try sample.build()
    #expect(
      build.usedFiles == [
        UsedFile(path: "/kustomization.yaml", role: .kustomization),
        UsedFile(path: "/base/kustomization.yaml", role: .kustomization),
        UsedFile(path: "/objects.yaml", role: .resource), UsedFile(path: "/vars.env", role: .data),
        UsedFile(path: "/note.txt", role: .data), UsedFile(path: "/part/kustomization.yaml", role: .component),
        UsedFile(path: "/part/more.yaml", role: .resource),
        // It is read before anybody knows whether it changes anything.
        UsedFile(path: "/patch.yaml", role: .idlePatch), UsedFile(path: "/patch.yaml", role: .patch),
        UsedFile(path: "/replacement.yaml", role: .data),
      ])
    #expect(build.directories == ["/", "/base", "/part"])
  }
}
