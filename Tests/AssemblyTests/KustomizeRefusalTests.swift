import Assembly
import Diagnostics
import Model
import Testing
import YAMLSource

/// What kustomize refuses, and where it is written.
@Suite struct KustomizeRefusalTests {
  private static let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec: {type: ClusterIP}\n"

  /// The objects of all builds of a run together.
  @Test func manyOverlaysOfABaseHaveAnEnd() throws {
    let overlay = "resources: [../base]\n"
    let files = MemoryTree([
      "/base/kustomization.yaml": "resources: [a.yaml]\n", "/base/a.yaml": Self.service,
      "/o1/kustomization.yaml": overlay, "/o2/kustomization.yaml": overlay, "/o3/kustomization.yaml": overlay,
    ])
    let builder = KustomizeBuilder(files, DocumentReader(files), mostObjects: 2)
    for folder in ["/o1", "/o2"] { #expect(try builder.build(folder).objects.count == 1) }
    let refusal = #expect(throws: BuildRefusal.self) { try builder.build("/o3") }
    #expect(refusal?.message.contains("more than 2 objects") ?? false)
  }

  /// A line for the kustomization, a part of the message, and the place.
  @Test(arguments: [
    ("patchs: []", "no field `patchs`", "2:1"), ("namePrefix: 12", "must be a string", "2:13"),
    ("labels: [{pairs: {a: yes}}]", "must be a string", "2:22"),
    ("replicas: [{name: a, count: many}]", "must be a whole number", "2:29"),
    ("kind: Service", "its kind is Service", "2:7"), ("apiVersion: v1", "apiVersion", "2:13"),
    ("resources: [gone.yaml]", "no `gone.yaml`", "2:13"), ("components: [gone]", "no `gone`", "2:14"),
    ("components: [objects.yaml]", "components are folders", "2:14"),
    ("resources: [objects.yaml, objects.yaml]", "twice", "2:27"),
    ("patches: [{path: gone.yaml}]", "no `gone.yaml`", "2:18"),
    ("patches: [objects.yaml]", "`path` or `patch`, and this is the bare name of a file", "2:11"),
    ("patches: ['{a: b}']", "`path` or `patch`, and this is a text", "2:11"),
    ("replacements: [objects.yaml]", "with `path`, and this is the bare name of a file", "2:16"),
    ("patchesStrategicMerge: [{path: objects.yaml}]", "a string, and this is a mapping with `path`", "2:26"),
    ("resources: [{path: objects.yaml}]", "a string, and this is a mapping with `path`", "2:14"),
    ("patches: [{target: {}}]", "`path` or `patch`", "2:12"),
    ("patches: [{patch: 'x: 1'}]", "no kind", "2:19"), ("patches: [{patch: '[{op: add}]'}]", "neither", "2:19"),
    ("patches: [{patch: '- {op: add, path: /x, value: 1}'}]", "needs a target", "2:12"),
    ("patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: b}}'}]", "no object of this build", "2:69"),
    ("patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: []}'}]", "different kinds", "2:79"),
    ("patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: a, $patch: gone}}'}]", "`gone`", "2:80"),
    ("patches: [{target: {name: '['}, patch: '- {op: add, path: /x, value: 1}'}]", "regular expression", "2:27"),
    ("patches: [{target: {labelSelector: '=a'}, patch: '- {op: add, path: /x}'}]", "no label selector", "2:36"),
    ("patches: [{target: {name: a}, patch: '- {op: remove, path: /x}'}]", "no /x", "2:60"),
    ("patches: [{target: {name: a}, patch: '- {op: test, path: /kind, value: x}'}]", "test of /kind", "2:58"),
    ("patches: [{target: {name: a}, patch: '- {op: cut, path: /kind}'}]", "no operation `cut`", "2:46"),
    ("patchesJson6902: [{patch: '- {op: remove, path: /x}'}]", "needs a target", "2:20"),
    ("patchesStrategicMerge: [gone.yaml]", "no `gone.yaml`", "2:25"),
    ("replicas: [{name: gone, count: 1}]", "no gone", "2:19"),
    ("labels: [{pairs: {n: x}}]", "the key `false` without quotes", "2:19"),
    ("commonAnnotations: {'1': x}", "the key `1` without quotes", "2:21"),
    ("images: [{name: '(', newTag: v}]", "regular expression", "2:17"),
    ("commonLabels: {a: b}\nlabels: [{pairs: {a: b}, fields: [{path: metadata/labels}]}]", "`fields`", "3:34"),
    ("labels: [{pairs: {a: b}, fields: [{path: spec/type/x}]}]", "no mapping", "objects.yaml:5:14"),
    ("configMapGenerator: [{}]", "needs a name", "2:22"),
    ("configMapGenerator: [{name: c, literals: [x]}]", "`key=value`", "2:43"),
    ("configMapGenerator: [{name: c, literals: [x=1, x=2]}]", "generated twice", "2:48"),
    ("configMapGenerator: [{name: c, literals: [true=2]}]", "cannot be a key", "2:43"),
    ("configMapGenerator: [{name: c, files: [gone]}]", "no file `gone`", "2:40"),
    ("configMapGenerator: [{name: c, behavior: merge}]", "is not there", "2:42"),
    ("configMapGenerator: [{name: c}, {name: c}]", "is there already", "2:40"),
    ("replacements: [{targets: []}]", "needs a source", "2:17"),
    ("replacements: [{source: {name: b}, targets: [{select: {name: a}}]}]", "no object is the source", "2:26"),
    ("replacements: [{source: {name: a, fieldPath: x}, targets: [{select: {name: a}}]}]", "no field `x`", "2:46"),
    ("replacements: [{sourceValue: x, targets: [{select: {name: a}, fieldPaths: [x.y]}]}]", "no field `x.y`", "2:76"),
  ])
  func refusalsHaveAReasonAndAPlace(line: String, message: String, place: String) throws {
    let isWhole = line.hasPrefix("resources")
    let sample = SampleBuild([
      "kustomization.yaml": (isWhole ? "\n" : "resources: [objects.yaml]\n") + line + "\n",
      "objects.yaml": Self.service,
    ])
    let refusal = try #require(sample.refusal())
    #expect(refusal.message.contains(message))
    #expect(refusal.place == (place.contains("yaml") ? place : "kustomization.yaml:" + place))
  }

  /// What a Secret holds changes no answer, and whoever builds has the file.
  @Test(arguments: [(".gitignore", "secret.env"), (".gitignore", "/local/"), ("local/.gitignore", "*.env\n")])
  func aFileThatGitIgnoresStopsNoBuild(_ path: String, _ pattern: String) throws {
    let files = [
      "local/kustomization.yaml": "resources: [a.yaml]\nsecretGenerator:\n  - {name: s, envs: [secret.env]}\n",
      "local/a.yaml": Self.service,
    ]
    let build = try SampleBuild(files.merging([path: pattern]) { $1 }).build("local")
    #expect(build.objects.count == 2 && build.absent.count == 1)
    #expect(build.absent[0].message.contains("there is no file `secret.env`, which .gitignore keeps out"))
    let refusal = try #require(SampleBuild(files.merging([path: "!secret.env\nother"]) { $1 }).refusal("local"))
    #expect(refusal.message.contains("there is no file `secret.env`"))
  }

  /// The generated object gets the kustomization's namespace after it is looked for.
  @Test func aMergeInAnotherNamespaceIsToldOfIt() throws {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n"
    let generator =
      "namespace: shop\nresources: [a.yaml]\nconfigMapGenerator:\n  - {name: c, behavior: merge%, literals: [a=b]}\n"
    let files = ["kustomization.yaml": generator.replacing("%", with: ""), "a.yaml": map]
    let refusal = try #require(SampleBuild(files).refusal())
    #expect(refusal.message.contains("ConfigMap default/c is not there") && refusal.message.contains("shop/c is there"))
    let mended = files.merging(["kustomization.yaml": generator.replacing("%", with: ", namespace: shop")]) { $1 }
    #expect(SampleBuild(mended).refusal() == nil)
  }

  @Test func aFolderWithoutAKustomizationIsRefusedAtItsEntry() throws {
    let sample = SampleBuild(["kustomization.yaml": "resources:\n  - base\n", "base/objects.yaml": Self.service])
    let refusal = try #require(sample.refusal())
    #expect(refusal.message.contains("base holds no kustomization"))
    #expect(refusal.place == "kustomization.yaml:2:5")
  }

  @Test func twoKustomizationsInOneFolderAreRefused() throws {
    let sample = SampleBuild(["kustomization.yaml": "namePrefix: a\n", "Kustomization": "namePrefix: a\n"])
    #expect(try #require(sample.refusal()).message.contains("several kustomizations"))
  }

  @Test func cyclesAreRefusedAtTheEntryThatCloses() throws {
    let sample = SampleBuild([
      "a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources:\n  - ../a\n",
      "self/kustomization.yaml": "resources: [.]\n", "top/kustomization.yaml": "resources: [below]\n",
      "top/below/kustomization.yaml": "resources: [../../top]\n",
    ])
    #expect(try #require(sample.refusal("a")).place == "b/kustomization.yaml:2:5")
    #expect(try #require(sample.refusal("self")).place == "self/kustomization.yaml:1:13")
    #expect(try #require(sample.refusal("top")).place == "top/below/kustomization.yaml:1:13")
  }

  @Test func filesOutsideOfTheFolderAreReadOnlyWithoutRestriction() throws {
    let sample = SampleBuild(["a/kustomization.yaml": "resources: [../objects.yaml]\n", "objects.yaml": Self.service])
    let refusal = try #require(sample.refusal("a"))
    #expect(refusal.message.contains("outside of the kustomization's folder"))
    #expect(refusal.place == "a/kustomization.yaml:1:13")
    #expect(sample.refusal("a", isRestricted: false) == nil)
  }

  @Test func aComponentIsNoResourceAndAKustomizationNoComponent() throws {
    let sample = SampleBuild([
      "a/kustomization.yaml": "resources: [../part]\n", "b/kustomization.yaml": "components: [../base]\n",
      "part/kustomization.yaml": "kind: Component\nnamePrefix: a\n", "base/kustomization.yaml": "namePrefix: a\n",
    ])
    #expect(try #require(sample.refusal("a")).message.contains("is a component"))
    #expect(try #require(sample.refusal("b")).message.contains("is no component"))
  }

  @Test func aNamespaceThatMakesTwoObjectsOneIsRefusedThere() throws {
    let sample = SampleBuild(
      "namespace: x\n",
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\n---\n" + Self.service)
    let refusal = try #require(sample.refusal())
    #expect(refusal.message.contains("Service x/a is in it twice"))
    #expect(refusal.place == "kustomization.yaml:2:12")
  }

  @Test func brokenFilesAreRefusedAtTheirEntryAndBrokenPatchesAtTheirFault() throws {
    let sample = SampleBuild([
      "a/kustomization.yaml": "resources: [x.yaml]\n", "a/x.yaml": "a: [\n",
      "b/kustomization.yaml": "resources: [x.yaml]\npatches:\n  - patch: |-\n      a: b\n      c: [\n",
      "b/x.yaml": Self.service,
      "c/kustomization.yaml": "resources: [\n",
    ])
    #expect(try #require(sample.refusal("a")).place == "a/kustomization.yaml:1:13")
    #expect(try #require(sample.refusal("b")).place.hasPrefix("b/kustomization.yaml:5:"))
    #expect(try #require(sample.refusal("c")).place.hasPrefix("c/kustomization.yaml:"))
  }

  @Test func idleTargetsAreNamedAndNoError() throws {
    let sample = SampleBuild(
      "patches:\n- target: {kind: Pod}\n  patch: '- {op: remove, path: /x}'\n", Self.service)
    #expect(try sample.build().idleTargets.map(sample.place) == ["kustomization.yaml:3:12"])
  }

  @Test func whatIsNotModelledIsNamedOnce() throws {
    let sample = SampleBuild([
      "kustomization.yaml": "resources: [a, b, 'https://example.com/x']\nvars: [{name: x}]\n",
      "a/kustomization.yaml": "resources: ['github.com/o/r//x?ref=v1']\nnamePrefix: a\n",
      "b/kustomization.yaml": "transformers: [t.yaml]\nhelmCharts: [{name: c}]\n",
    ])
    let gaps = try sample.build().gaps
    #expect(gaps.map(\.scope) == [.variables, .additions, .everything, .additions, .additions])
    #expect(gaps.map { sample.place($0.span) }.first == "kustomization.yaml:2:1")
  }

  /// Each level has twice the objects of the one below it; the build is given up long before it has them all.
  @Test func basesThatDoubleAreGivenUp() {
    var files = ["base0/kustomization.yaml": "resources: [a.yaml]\n"]
    files["base0/a.yaml"] = "{apiVersion: v1, kind: Service, metadata: {name: a}}\n"
    for level in 1...30 {
      for side in ["l", "r"] {
        files["base\(level)\(side)/kustomization.yaml"] = """
          namePrefix: \(side)
          resources: [\(level == 1 ? "../base0" : "../base\(level - 1)l, ../base\(level - 1)r")]
          """
      }
    }
    files["kustomization.yaml"] = "resources: [base30l, base30r]\n"
    #expect {
      try SampleBuild(files).build()
    } throws: { error in
      (error as? BuildRefusal)?.message.contains("takes more than") ?? false
    }
  }

  /// A patch or replacement that copies its own copies doubles with each line.
  @Test func whatCopiesItselfIsGivenUp() {
    let service = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}], a: text}}\n"
    let copies = (1...40).map { "      - {op: copy, from: /spec, path: /spec/x\($0)}" }.joined(separator: "\n")
    let patch = "patches:\n  - target: {kind: Service}\n    patch: |\n\(copies)\n"
    func replacements(_ field: String, _ options: String) -> String {
      "replacements:\n"
        + (1...40).map { number in
          let path = field.replacing("N", with: "\(number)")
          return """
              - source: {kind: Service, fieldPath: \(field.contains("N") ? "spec" : field)}
                targets: [{select: {kind: Service}, fieldPaths: ["\(path)"], options: {\(options)}}]

            """
        }.joined()
    }
    for keys in [patch, replacements("spec.xN", "create: true"), replacements("spec.a", "delimiter: e, index: -1")] {
      #expect {
        try SampleBuild(["kustomization.yaml": "resources: [s.yaml]\n" + keys, "s.yaml": service]).build()
      } throws: { error in
        let message = (error as? BuildRefusal)?.message ?? ""
        return message.contains("more than")
      }
    }
  }
}
