/// Random `replacements` between objects that are there.
enum ReplacementSketches {
  private static let fields = [
    "metadata.namespace", "metadata.labels.app", "metadata.annotations.note", "spec.replicas",
    "data.host", "spec.template.spec.containers.0.image", "spec.template.spec.containers.[name=a].image",
    "spec.template.spec.containers.*.image", "spec.ports.0.port",
    "metadata.annotations.[example.com/x]", "spec.value", "metadata.labels.app\\.kubernetes\\.io/name",
  ]

  static func one(
    _ objects: [Sketch], in directory: String, _ files: inout [String: String], _ sketches: inout ObjectSketches
  ) -> Sketch {
    var replacement: Sketch = [:]
    if sketches.dice.chance(10) {
      replacement["sourceValue"] = sketches.text("given")
    } else {
      replacement["source"] = source(objects, &sketches)
    }
    replacement["targets"] = .sequence((0...sketches.dice.number(0...1)).map { _ in target(objects, &sketches) })
    guard sketches.dice.chance(15) else { return replacement }
    let name = "replacement\(files.count).yaml"
    files["\(directory)/\(name)"] = SketchWriter.document(
      sketches.dice.chance(50) ? .sequence([replacement]) : replacement, &sketches.dice)
    return ["path": .scalar(name)]
  }

  /// A path that is there in the object, mostly.
  private static func field(_ object: Sketch, _ sketches: inout ObjectSketches, isSource: Bool = false) -> Sketch {
    let paths = PatchSketches.paths(object).filter { path, value in
      guard !path.contains("~"), !path.contains("."), !path.contains("<<"),
        !["/metadata", "/metadata/name", "/metadata/annotations", "/metadata/labels", "/kind", "/apiVersion"].contains(
          path)
      else { return false }
      if object["kind"]?.text == "Secret", path.hasPrefix("/data") { return false }
      if case .scalar = value { return true }
      return !isSource && sketches.dice.chance(3)
    }
    if sketches.dice.chance(8) || paths.isEmpty {
      let known = fields.filter { object["kind"]?.text != "Secret" || !$0.hasPrefix("data") }
      return .scalar(SketchWriter.quoted(sketches.dice.pick(known)))
    }
    return .scalar(String(sketches.dice.pick(paths).0.dropFirst().replacing("/", with: ".")))
  }

  private static func source(_ objects: [Sketch], _ sketches: inout ObjectSketches) -> Sketch {
    guard !objects.isEmpty else { return ["kind": "ConfigMap", "name": "nobody"] }
    let object = sketches.dice.pick(objects)
    var source: Sketch = ["kind": object["kind"] ?? "", "name": object["metadata"]?["name"] ?? ""]
    if sketches.dice.chance(30) { source["namespace"] = object["metadata"]?["namespace"] }
    if sketches.dice.chance(85) { source["fieldPath"] = field(object, &sketches, isSource: true) }
    if sketches.dice.chance(20) { source["options"] = options(&sketches, isSource: true) }
    return source
  }

  private static func options(_ sketches: inout ObjectSketches, isSource: Bool) -> Sketch {
    var options: Sketch = [:]
    if sketches.dice.chance(60) {
      options["delimiter"] = .scalar(sketches.dice.pick(["\"-\"", "\".\"", "\":\"", "\"/\""]))
      options["index"] = .scalar(sketches.dice.pick(["0", "0", isSource ? "0" : "1", isSource ? "0" : "-1", "5"]))
    }
    if !isSource, sketches.dice.chance(50) { options["create"] = "true" }
    return options
  }

  private static func target(_ objects: [Sketch], _ sketches: inout ObjectSketches) -> Sketch {
    guard !objects.isEmpty else { return ["select": ["kind": "ConfigMap"]] }
    let object = sketches.dice.pick(objects)
    var select: Sketch = ["kind": object["kind"] ?? ""]
    if sketches.dice.chance(80) { select["name"] = object["metadata"]?["name"] }
    if sketches.dice.chance(10) { select["namespace"] = object["metadata"]?["namespace"] }
    var target: Sketch = ["select": select]
    if sketches.dice.chance(95) {
      target["fieldPaths"] = .sequence((0...sketches.dice.number(0...1)).map { _ in field(object, &sketches) })
    }
    if sketches.dice.chance(40) { target["options"] = options(&sketches, isSource: false) }
    if sketches.dice.chance(15) { target["reject"] = [["name": sketches.name()]] }
    return target
  }
}
