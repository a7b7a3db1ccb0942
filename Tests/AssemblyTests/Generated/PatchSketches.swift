/// Random patches of all three sorts for objects that are there, and now and then for ones that are not.
struct PatchSketches {
  var sketches: ObjectSketches
  private let objects: [Sketch]
  private(set) var files: [String: String]
  private let directory: String
  private var count = 0

  init(_ sketches: ObjectSketches, _ objects: [Sketch], _ files: [String: String], _ directory: String) {
    self.sketches = sketches
    self.objects = objects
    self.files = files
    self.directory = directory
  }

  mutating func add(to root: inout Sketch) {
    guard !objects.isEmpty else { return }
    if sketches.dice.chance(45) { root["patches"] = .sequence((0...sketches.dice.number(0...1)).map { _ in patch() }) }
    if sketches.dice.chance(12) {
      root["patchesStrategicMerge"] = .sequence((0...sketches.dice.number(0...1)).map { _ in strategicEntry() })
    }
    if sketches.dice.chance(10) {
      let object = sketches.dice.pick(objects)
      var entry: Sketch = ["target": exactTarget(object, forJSON6902: true)]
      write(operations(for: object), to: &entry)
      root["patchesJson6902"] = [entry]
    }
  }

  // MARK: Entries

  private mutating func patch() -> Sketch {
    let object = sketches.dice.pick(objects)
    var entry: Sketch = [:]
    let isJSON = sketches.dice.chance(40)
    if isJSON {
      entry["target"] = sketches.dice.chance(80) ? exactTarget(object, forJSON6902: false) : looseTarget(object)
      write(operations(for: object), to: &entry)
    } else if sketches.dice.chance(40) {
      entry["target"] = sketches.dice.chance(50) ? exactTarget(object, forJSON6902: false) : looseTarget(object)
      write([fragment(for: object)], to: &entry)
    } else {
      let others = sketches.dice.chance(10) ? [fragment(for: sketches.dice.pick(objects))] : []
      write([fragment(for: object)] + others, to: &entry)
    }
    // What a Secret holds is not compared, and nothing else may become or have been one.
    if sketches.dice.chance(10), object["kind"]?.text != "Secret" {
      entry["options"] = .mapping([(sketches.dice.pick(["allowNameChange", "allowKindChange"]), "true")])
    }
    return entry
  }

  private mutating func strategicEntry() -> Sketch {
    var entry: Sketch = [:]
    write([fragment(for: sketches.dice.pick(objects))], to: &entry)
    return entry["path"] ?? entry["patch"] ?? ""
  }

  private mutating func write(_ documents: [Sketch], to entry: inout Sketch) {
    let text = documents.map { SketchWriter.document($0, &sketches.dice) }.joined(separator: "---\n")
    write(text, to: &entry)
  }

  private mutating func write(_ operations: Sketch, to entry: inout Sketch) {
    var text = sketches.dice.chance(20) ? SketchWriter.json(operations) : ""
    // What begins with a bracket must be JSON.
    while text.isEmpty || text.hasPrefix("[{op") && !sketches.dice.chance(5) {
      text = SketchWriter.document(operations, &sketches.dice)
    }
    write(text, to: &entry)
  }

  private mutating func write(_ text: String, to entry: inout Sketch) {
    if sketches.dice.chance(50) {
      entry["patch"] = .block(text.last == "\n" ? String(text.dropLast()) : text)
    } else {
      count += 1
      files["\(directory)/patch\(count).yaml"] = text
      entry["path"] = .scalar("patch\(count).yaml")
    }
  }

  // MARK: Targets

  private mutating func exactTarget(_ object: Sketch, forJSON6902: Bool) -> Sketch {
    var target: Sketch = ["kind": object["kind"] ?? "", "name": object["metadata"]?["name"] ?? ""]
    let version = object["apiVersion"]?.text ?? ""
    if forJSON6902 || sketches.dice.chance(30) {
      let parts = version.split(separator: "/").map(String.init)
      if parts.count == 2 { target["group"] = .scalar(parts[0]) }
      target["version"] = .scalar(parts.last ?? "")
    }
    if let namespace = object["metadata"]?["namespace"], sketches.dice.chance(50) { target["namespace"] = namespace }
    return target
  }

  private mutating func looseTarget(_ object: Sketch) -> Sketch {
    switch sketches.dice.number(0...7) {
    case 0: return ["kind": object["kind"] ?? ""]
    case 1:
      return ["kind": .scalar(sketches.dice.pick(["Deployment|NetworkPolicy", "Net.*", "(Deployment)", ".*Set"]))]
    case 2:
      return ["kind": object["kind"] ?? "", "name": .scalar(sketches.dice.pick(["web.*", ".*c[0-9]+z", "^web", "w"]))]
    case 3:
      return [
        "labelSelector": .scalar(
          sketches.dice.pick([
            "app=web", "app in (web, a)", "app", "\"!app\"", "app!=web", "app==web,tier", "tier notin (a)",
          ]))
      ]
    case 4: return ["annotationSelector": .scalar(sketches.dice.pick(["note=a", "owner", "\"!note\""]))]
    case 5: return ["group": "apps", "namespace": .scalar(sketches.dice.pick(["one.*", "default", ".*"]))]
    case 6: return ["group": .scalar(sketches.dice.pick(["apps|batch", "networking.*"])), "version": "v1"]
    default: return ["name": object["metadata"]?["name"] ?? ""]
    }
  }

  // MARK: Strategic merges

  private mutating func fragment(for object: Sketch) -> Sketch {
    let kind = object["kind"]?.text ?? ""
    var metadata: Sketch = ["name": object["metadata"]?["name"] ?? ""]
    metadata["namespace"] = object["metadata"]?["namespace"]
    if sketches.dice.chance(1) { metadata["name"] = "nobody" }
    if sketches.dice.chance(20) { metadata["labels"] = directed(sketches.labels(), 5) }
    if sketches.dice.chance(10) { metadata["annotations"] = directed(sketches.annotations(), 5) }
    if sketches.dice.chance(5) { metadata["finalizers"] = ["a/x", "d/x"] }
    var fragment: Sketch = [
      "apiVersion": object["apiVersion"] ?? "", "kind": object["kind"] ?? "", "metadata": metadata,
    ]
    if sketches.dice.chance(4) {
      fragment["$patch"] = .scalar(sketches.dice.pick(["delete", "delete", "replace", "merge"]))
      if sketches.dice.chance(70) { return fragment }
    }
    let body = directed(sketches.body(kind), 6)
    for (key, value) in body.pairs where sketches.dice.chance(90) { fragment[key] = value }
    return fragment
  }

  /// The sketch with parts left out, nulls and directives put in.
  private mutating func directed(_ sketch: Sketch, _ percent: Int) -> Sketch {
    switch sketch {
    case .fields:
      var result: [(String, Sketch)] = []
      for (key, value) in sketch.pairs {
        let isKey = ["name", "containerPort", "port", "mountPath", "topologyKey", "ip"].contains(key)
        if !isKey, key != "containers", sketches.dice.chance(25) { continue }
        if key == "<<" { continue }
        result.append((key, !isKey && sketches.dice.chance(percent) ? "null" : directed(value, percent)))
      }
      if sketches.dice.chance(percent / 2) {
        result.append(("$patch", .scalar(sketches.dice.pick(["delete", "replace", "merge"]))))
      }
      return .mapping(result)
    case .sequence(let items):
      var result: [Sketch] = []
      for item in items { result.append(directed(item, percent)) }
      if sketches.dice.chance(percent / 3) {
        result.append(["$patch": .scalar(sketches.dice.pick(["delete", "replace", "merge"]))])
      }
      return .sequence(result)
    case .anchored(_, let inner): return directed(inner[0], percent)
    case .alias: return ["app": "a"]
    case .scalar, .block: return sketch
    }
  }

  // MARK: JSON patches

  private mutating func operations(for object: Sketch) -> Sketch {
    .sequence((0...sketches.dice.number(0...1)).map { _ in operation(for: object) })
  }

  private mutating func operation(for object: Sketch) -> Sketch {
    let paths = PatchSketches.paths(object).filter { path, _ in
      !["/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/annotations"].contains(path)
    }
    let isMetadata: Bool
    let (path, old) = sketches.dice.pick(paths.isEmpty ? [("/spec", Sketch.mapping([]))] : paths)
    isMetadata = path.hasPrefix("/metadata")
    switch sketches.dice.number(0...12) {
    case 0...3:
      return ["op": "replace", "path": .scalar(path), "value": isMetadata ? old : value(like: old)]
    case 4...5: return ["op": "remove", "path": .scalar(path)]
    case 6: return ["op": "test", "path": .scalar(path), "value": sketches.dice.chance(95) ? old : sketches.odd()]
    case 7:
      if object["kind"]?.text == "Secret" { return ["op": "remove", "path": .scalar(path)] }
      return [
        "op": .scalar(sketches.dice.pick(["copy", "move"])), "from": .scalar(path), "path": "/metadata/copied",
      ]
    case 8:
      let list = paths.filter { if case .sequence = $0.1 { true } else { false } }
      guard let (path, old) = list.first else { return ["op": "add", "path": "/spec", "value": ["a": sketches.odd()]] }
      return [
        "op": "add", "path": .scalar(path + sketches.dice.pick(["/-", "/0", "/1"])),
        "value": value(like: old.items.first ?? "x"),
      ]
    case 9 where object["metadata"]?["annotations"] != nil || sketches.dice.chance(30):
      return ["op": "add", "path": "/metadata/annotations/example.com~1y", "value": "v"]
    case 10: return ["op": "add", "path": "/metadata/labels", "value": sketches.labels()]
    case 11 where !isMetadata: return ["op": "add", "path": .scalar(path), "value": sketches.odd()]
    default: return ["op": "add", "path": .scalar(path), "value": old]
    }
  }

  private mutating func value(like old: Sketch) -> Sketch {
    switch old {
    case .fields:
      .mapping(old.pairs.filter { _ in sketches.dice.chance(80) })
    case .sequence(let items): .sequence(items.filter { _ in sketches.dice.chance(80) })
    case .anchored(_, let inner): inner[0]
    case .alias: ["app": "b"]
    case .scalar, .block: sketches.dice.chance(60) ? old : sketches.odd()
    }
  }

  /// Every path of an object, with what is there; nothing of merge keys, which no patch sees.
  static func paths(_ sketch: Sketch, _ prefix: String = "") -> [(String, Sketch)] {
    switch sketch {
    case .fields:
      sketch.pairs.filter { $0.0 != "<<" }.flatMap { key, value in
        let path = prefix + "/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
        return [(path, value)] + paths(value, path)
      }
    case .sequence(let items):
      items.enumerated().flatMap { index, item in
        [("\(prefix)/\(index)", item)] + paths(item, "\(prefix)/\(index)")
      }
    case .anchored(_, let inner): paths(inner[0], prefix)
    case .scalar, .alias, .block: []
    }
  }
}
