import Assembly
import Testing
import YAMLSource

/// Input that is large on purpose: what a build costs grows with what it reads and gives, and what grows faster is
/// given up.
@Suite struct KustomizeCostTests {
  private static let count = 8000

  private static func services(_ count: Int, _ more: (Int) -> String = { _ in "" }) -> String {
    (0..<count).map { "{apiVersion: v1, kind: Service, metadata: {name: s\($0)\(more($0))}}\n" }
      .joined(separator: "---\n")
  }

  private func time(_ body: () throws -> Void) rethrows -> Duration { try ContinuousClock().measure(body) }

  /// Long enough for a loaded machine, and far too short for anything that grows with the square.
  private static let limit = Duration.seconds(60)

  @Test func manyObjectsWithManyPatchesOfTheirOwn() throws {
    let patches = (0..<Self.count).map {
      "{apiVersion: v1, kind: Service, metadata: {name: s\($0)}, spec: {type: ClusterIP}}\n"
    }
    let targets = (0..<Self.count).map {
      "- {target: {kind: Service, name: s\($0)}, patch: '- {op: add, path: /x, value: 1}'}\n"
    }
    let sample = SampleBuild([
      "kustomization.yaml": "resources: [o.yaml]\nnamePrefix: p-\nnamespace: n\npatches:\n- path: p.yaml\n"
        + targets.joined(), "o.yaml": Self.services(Self.count), "p.yaml": patches.joined(separator: "---\n"),
    ])
    var objects: [TreeNode] = []
    #expect(try time { objects = try sample.objects() } < Self.limit)
    #expect(objects.count == Self.count)
    #expect(try objects.allSatisfy { try $0.at("x").shown == "1" && $0.at("spec.type").text == "ClusterIP" })
  }

  @Test func manyKeysManyItemsAndManyOperations() throws {
    let pairs = (0..<Self.count).map { "k\($0): v" }.joined(separator: ", ")
    let ports = (0..<Self.count).map { "{port: \($0), protocol: TCP}" }.joined(separator: ", ")
    let operations = (0..<Self.count).map { "    - {op: add, path: /data/n\($0), value: v}\n" }.joined()
    let sample = SampleBuild([
      "kustomization.yaml": "resources: [o.yaml]\ncommonAnnotations: {\(pairs)}\npatches:\n- path: p.yaml\n"
        + "- target: {kind: Service}\n  patch: |-\n    - {op: add, path: /data, value: {}}\n" + operations,
      "o.yaml": "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [\(ports)]}}\n",
      "p.yaml": "{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {\(pairs)}}, spec: {ports: [\(ports)]}}\n",
    ])
    var objects: [TreeNode] = []
    #expect(try time { objects = try sample.objects() } < Self.limit)
    #expect(try objects[0].at("data").entries.count == Self.count)
    #expect(try objects[0].at("spec.ports").items.count == Self.count)
    #expect(try objects[0].at("metadata.annotations").entries.count == Self.count)
  }

  @Test func manyNamesThatMayBeMeant() throws {
    let objects = (0..<2000).map { number in
      """
      {apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: n\(number)}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: same, namespace: n\(number)}, spec: {containers: [{name: a, envFrom: [
        {configMapRef: {name: same}}]}]}}

      """
    }
    let sample = SampleBuild("namePrefix: p-\n", objects.joined(separator: "---\n"))
    var built: [TreeNode] = []
    #expect(try time { built = try sample.objects() } < Self.limit)
    #expect(try built[1].at("spec.containers.0.envFrom.0.configMapRef.name").text == "p-same")
  }

  /// What each of many does to each of many others is inherent, and given up.
  @Test(arguments: [
    "patches:\n" + String(repeating: "- {target: {name: '.*'}, patch: '- {op: add, path: /x, value: 1}'}\n", count: 8000),
    "labels:\n" + (0..<8000).map { "- {pairs: {a\($0): b}}\n" }.joined(),
    "commonLabels: {" + (0..<8000).map { "a\($0): b" }.joined(separator: ", ") + "}\n",
    "images:\n" + String(repeating: "- {name: a, newTag: b}\n", count: 8000),
    "replacements:\n"
      + String(
        repeating: "- {sourceValue: x, targets: [{select: {name: '.*'}, fieldPaths: [metadata.name]}]}\n", count: 8000),
  ])
  func whatGrowsWithTheSquareIsGivenUp(steps: String) throws {
    let sample = SampleBuild(steps, Self.services(Self.count))
    var message: String?
    #expect(time { message = sample.refusal()?.message } < Self.limit)
    #expect(try #require(message).contains("is given up"))
  }

  @Test func manyOverlaysOfOneBaseShareIt() throws {
    var texts = ["base/kustomization.yaml": "resources: [o.yaml]\n", "base/o.yaml": Self.services(100)]
    for number in 0..<200 { texts["o\(number)/kustomization.yaml"] = "resources: [../base]\nnamePrefix: p\(number)-\n" }
    let sample = SampleBuild(texts)
    var count = 0
    #expect(try time { for number in 0..<200 { count += try sample.objects("o\(number)").count } } < Self.limit)
    #expect(count == 20_000)
  }

  @Test func deepAndManifoldKustomizations() throws {
    var texts = ["k0/kustomization.yaml": "namePrefix: a\n", "c0/kustomization.yaml": "kind: Component\nnamePrefix: a\n"]
    for number in 1..<64 {
      texts["k\(number)/kustomization.yaml"] = "resources: [../k\(number - 1), ../k\(number - 1)]\n"
      texts["c\(number)/kustomization.yaml"] = "kind: Component\ncomponents: [../c\(number - 1), ../c\(number - 1)]\n"
    }
    texts["deep/kustomization.yaml"] = "components: [../c60]\n"
    let sample = SampleBuild(texts)
    var objects: [TreeNode]?
    #expect(try time { objects = try sample.objects("k62") } < Self.limit)
    #expect(objects?.isEmpty == true)
    #expect(try #require(sample.refusal("deep")).message.contains("is given up"))
    for number in 64..<80 { texts["k\(number)/kustomization.yaml"] = "resources: [../k\(number - 1)]\n" }
    #expect(try #require(SampleBuild(texts).refusal("k79")).message.contains("lead to one another"))
  }
}
