/// Random `configMapGenerator`s and `secretGenerator`s, with the files that they read.
enum GeneratorSketches {
  /// Returns what the generators make, as patches name it.
  static func add(
    to root: inout Sketch, in directory: String, _ files: inout [String: String], _ sketches: inout ObjectSketches,
    _ objects: [Sketch]
  ) -> [Sketch] {
    var made: [Sketch] = []
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
      guard sketches.dice.chance(12) else { continue }
      var entries: [Sketch] = []
      for _ in 0...sketches.dice.number(0...1) {
        var entry = self.entry(kind, directory, &files, &sketches)
        let twin = (objects + made).first {
          $0["kind"]?.text == kind && $0["metadata"]?["name"]?.text == entry["name"]?.text
        }
        if let twin {
          if sketches.dice.chance(90) { entry["behavior"] = .scalar(sketches.dice.pick(["merge", "replace"])) }
          entry["namespace"] = twin["metadata"]?["namespace"]
        } else if sketches.dice.chance(5) {
          entry["behavior"] = .scalar(sketches.dice.pick(["create", "merge"]))
        }
        entries.append(entry)
        var metadata: Sketch = ["name": entry["name"] ?? ""]
        metadata["namespace"] = entry["namespace"]
        if twin == nil { made.append(["apiVersion": "v1", "kind": .scalar(kind), "metadata": metadata]) }
      }
      root[key] = .sequence(entries)
    }
    if root["configMapGenerator"] != nil || root["secretGenerator"] != nil, sketches.dice.chance(50) {
      root["generatorOptions"] = options(&sketches)
    }
    return made
  }

  private static func options(_ sketches: inout ObjectSketches) -> Sketch {
    var options: Sketch = [:]
    if sketches.dice.chance(60) { options["disableNameSuffixHash"] = "true" }
    if sketches.dice.chance(30) { options["labels"] = sketches.labels() }
    if sketches.dice.chance(30) { options["annotations"] = sketches.annotations() }
    if sketches.dice.chance(15) { options["immutable"] = "true" }
    return options
  }

  private static func entry(
    _ kind: String, _ directory: String, _ files: inout [String: String], _ sketches: inout ObjectSketches
  ) -> Sketch {
    var entry: Sketch = ["name": sketches.name()]
    if sketches.dice.chance(30) { entry["namespace"] = sketches.namespace() }
    if sketches.dice.chance(70) {
      entry["literals"] = .sequence(
        sketches.dice.some(
          ["a=1", "b.txt=x y", "host=db.one", "c='quoted'", "d=\"q\"", "e=", "f=a=b", "no=yes"], 1...3
        )
        .map { .scalar(SketchWriter.quoted($0)) })
    }
    if sketches.dice.chance(25) {
      files["\(directory)/vars.env"] = "X=1\n# no\n\nY=a b \n  Z= z\nQ=\"q\"\n"
      if sketches.dice.chance(70) { entry["envs"] = ["vars.env"] } else { entry["env"] = "vars.env" }
    }
    if sketches.dice.chance(25) {
      files["\(directory)/note.txt"] = "first: 1\nsecond\n"
      entry["files"] = [.scalar(sketches.dice.pick(["note.txt", "key=note.txt", "./note.txt"]))]
    }
    if sketches.dice.chance(30) { entry["options"] = options(&sketches) }
    if kind == "Secret", sketches.dice.chance(30) { entry["type"] = "kubernetes.io/tls" }
    return entry
  }
}
