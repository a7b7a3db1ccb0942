/// A random kustomization with all that it names.
struct KustomizeCase {
  let number: Int
  /// By path from the case's folder.
  private(set) var files: [String: String] = [:]
  /// The folder that is built.
  static let entry = "top"
  private var sketches: ObjectSketches
  private var fileCount = 0
  /// Kinds and names, which seldom occur twice.
  private var taken: Set<String> = []

  /// - Parameter attempt: another case of the same number for each.
  init(number: Int, attempt: Int, seed: UInt64) {
    self.number = number
    let attempts = UInt64(attempt) &* 0x2545_F491_4F6C_DD1D
    sketches = ObjectSketches(tag: "c\(number)z", Dice(seed: seed &+ UInt64(number) &* 7919 &+ attempts))
    _ = folder(Self.entry, depth: sketches.dice.number(0...2), isComponent: false, inherited: [])
  }

  /// Writes a kustomization and what lies below it, and returns the objects that it builds, as they are written.
  private mutating func folder(_ directory: String, depth: Int, isComponent: Bool, inherited: [Sketch]) -> [Sketch] {
    var root: Sketch = [:]
    var objects: [Sketch] = []
    if sketches.dice.chance(30) {
      root["apiVersion"] = .scalar("kustomize.config.k8s.io/" + (isComponent ? "v1alpha1" : "v1beta1"))
    }
    if isComponent || sketches.dice.chance(30) { root["kind"] = isComponent ? "Component" : "Kustomization" }
    var resources: [Sketch] = []
    for number in 0..<(depth > 0 ? sketches.dice.number(1...2) : 0) {
      objects += folder("\(directory)/base\(number)", depth: depth - 1, isComponent: false, inherited: [])
      resources.append(.scalar("\(sketches.dice.chance(20) ? "./" : "")base\(number)"))
    }
    for _ in 0..<sketches.dice.number(objects.isEmpty && inherited.isEmpty ? 1...2 : 0...1) {
      let (name, own) = resourceFile(directory)
      objects += own
      resources.append(.scalar(name))
    }
    if !resources.isEmpty { root[sketches.dice.chance(4) ? "bases" : "resources"] = .sequence(resources) }
    let generators = GeneratorSketches.add(to: &root, in: directory, &files, &sketches, inherited + objects)
    objects += generators
    if depth > 0, sketches.dice.chance(25) {
      root["components"] = ["part"]
      objects += folder("\(directory)/part", depth: 0, isComponent: true, inherited: inherited + objects)
    }
    steps(&root, directory, inherited + objects)
    if isComponent, root.pairs.count < 3 { root["commonAnnotations"] = sketches.annotations() }
    root = .mapping(sketches.dice.shuffled(root.pairs))
    let name = sketches.dice.pick(["kustomization.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization"])
    files["\(directory)/\(name)"] = SketchWriter.document(root, &sketches.dice)
    return objects
  }

  // MARK: Resources

  /// A file with objects: YAML documents, a List, or JSON.
  private mutating func resourceFile(_ directory: String) -> (String, [Sketch]) {
    var objects: [Sketch] = []
    for _ in 0...sketches.dice.number(0...3) {
      let object = sketches.object()
      let key = (object["kind"]?.text ?? "") + (object["metadata"]?["name"]?.text ?? "")
      if taken.insert(key).inserted || sketches.dice.chance(3) { objects.append(object) }
    }
    fileCount += 1
    switch sketches.dice.number(0...9) {
    case 0:
      let name = "objects\(fileCount).json"
      files["\(directory)/\(name)"] = objects.map(SketchWriter.json).joined(separator: "\n---\n")
      return (name, objects)
    case 1:
      let name = "list\(fileCount).yaml"
      let list: Sketch = ["apiVersion": "v1", "kind": "List", "items": .sequence(objects)]
      files["\(directory)/\(name)"] = SketchWriter.document(list, &sketches.dice)
      return (name, objects)
    default:
      let name = "\(sketches.dice.chance(10) ? "sub/" : "")objects\(fileCount).yaml"
      var text = sketches.dice.chance(20) ? "# objects\n---\n" : ""
      for (index, object) in objects.enumerated() {
        text += (index > 0 ? "---\n" : "") + SketchWriter.document(object, &sketches.dice)
      }
      files["\(directory)/\(name)"] = text
      return (name, objects)
    }
  }

  // MARK: Steps

  private mutating func steps(_ root: inout Sketch, _ directory: String, _ objects: [Sketch]) {
    if sketches.dice.chance(30) {
      root["namespace"] = sketches.text(sketches.dice.pick(sketches.namespaces + ["default"]))
    }
    if sketches.dice.chance(30) { root["namePrefix"] = sketches.text(sketches.dice.pick(["p-", "q-"])) }
    if sketches.dice.chance(15) { root["nameSuffix"] = sketches.text(sketches.dice.pick(["-s", "-t"])) }
    if sketches.dice.chance(30) { root["labels"] = .sequence((0...sketches.dice.number(0...1)).map { _ in label() }) }
    if sketches.dice.chance(15) { root["commonLabels"] = sketches.labels() }
    if sketches.dice.chance(20) { root["commonAnnotations"] = sketches.annotations() }
    if sketches.dice.chance(15) { root["images"] = .sequence((0...sketches.dice.number(0...1)).map { _ in image() }) }
    if sketches.dice.chance(30) { root["replicas"] = replicas(objects) }
    var patches = PatchSketches(sketches, objects, files, directory)
    patches.add(to: &root)
    sketches = patches.sketches
    files = patches.files
    if sketches.dice.chance(15) {
      root["replacements"] = .sequence(
        (0...sketches.dice.number(0...1)).map { _ in
          ReplacementSketches.one(objects, in: directory, &files, &sketches)
        })
    }
    if sketches.dice.chance(1) { root[sketches.dice.pick(["nameprefix", "patchs", "resource"])] = "x" }
    if sketches.dice.chance(1) { root["metadata"] = ["name": "x"] }
  }

  private mutating func label() -> Sketch {
    var label: Sketch = ["pairs": sketches.labels()]
    if sketches.dice.chance(35) { label["includeSelectors"] = sketches.dice.pick(["true", "true", "false"]) }
    if sketches.dice.chance(35) { label["includeTemplates"] = "true" }
    if sketches.dice.chance(25) {
      var field: Sketch = [
        "path": .scalar(
          sketches.dice.pick([
            "spec/template/metadata/labels", "spec/podSelector/matchLabels", "spec/extra/labels", "metadata/labels",
            "spec/selector/matchLabels", "spec/containers/labels",
          ]))
      ]
      if sketches.dice.chance(50) {
        field["kind"] = .scalar(sketches.dice.pick(["Deployment", "NetworkPolicy", "Thing"]))
      }
      if sketches.dice.chance(20) { field["group"] = "apps" }
      if sketches.dice.chance(10) { field["version"] = "v1" }
      if sketches.dice.chance(50) { field["create"] = "true" }
      label["fields"] = [field]
    }
    return label
  }

  private mutating func image() -> Sketch {
    var image: Sketch = ["name": .scalar(sketches.dice.pick(["nginx", "quay.io/a/app", "app", "reg:5000/app", ".*"]))]
    if sketches.dice.chance(50) { image["newName"] = .scalar(sketches.dice.pick(["other", "reg/other"])) }
    if sketches.dice.chance(50) { image["newTag"] = .scalar(sketches.dice.pick(["v9", "'1.10'", "'2'"])) }
    if sketches.dice.chance(20) { image["digest"] = "'sha256:99'" }
    if sketches.dice.chance(10) { image["tagSuffix"] = "'-x'" }
    return image
  }

  private mutating func replicas(_ objects: [Sketch]) -> Sketch? {
    let scalable = objects.filter {
      ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"].contains($0["kind"]?.text ?? "")
    }
    if scalable.isEmpty { return sketches.dice.chance(2) ? [["name": "nobody", "count": 1]] : nil }
    let name = sketches.dice.pick(scalable)["metadata"]?["name"]?.text
    return [["name": .scalar(name ?? ""), "count": .scalar(String(sketches.dice.number(0...5)))]]
  }
}
