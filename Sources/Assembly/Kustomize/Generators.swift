internal import Diagnostics
internal import Model
internal import YAMLSource

/// The objects that `configMapGenerator` and `secretGenerator` make. Names carry no hash of the content, and references
/// point to the names without one.
struct Generators {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  func run(_ result: inout Accumulation) throws(BuildRefusal) {
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
      for entry in file.items(key) {
        let object = try object(entry, kind, &result)
        try add(object, entry, to: &result)
      }
    }
  }

  private func object(
    _ entry: TreeNode, _ kind: String, _ result: inout Accumulation
  ) throws(BuildRefusal) -> Resource {
    guard let name = entry["name"], !(name.text ?? "").isEmpty else {
      throw BuildRefusal(
        "kustomize refuses this build: a generated \(kind) needs a name", at: entry.firstPlace, remedy: "give it a name"
      )
    }
    var metadata = TreeNode(.mapping([TreeEntry("name", at: name.span, name)]), at: entry.span)
    if let namespace = entry["namespace"], !namespace.isEmpty { metadata["namespace"] = namespace }
    for key in ["labels", "annotations"] {
      var pairs = TreeNode(.mapping(file.root["generatorOptions"]?[key]?.textPairs ?? []), at: entry.span)
      pairs.set(entry["options"]?[key]?.textPairs ?? [])
      if let place = pairs.entries.first?.keySpan { metadata[key] = TreeNode(pairs.content, at: place) }
    }
    var root = TreeNode(.mapping([]), at: entry.span)
    root["apiVersion"] = TreeNode(string: "v1", at: entry.firstPlace)
    root["kind"] = TreeNode(string: kind, at: entry.firstPlace)
    root["metadata"] = metadata
    if kind == "Secret" {
      let type = entry["type"].flatMap { $0.isEmpty ? nil : $0 } ?? TreeNode(string: "Opaque", at: entry.firstPlace)
      root["type"] = type
    }
    let data = try self.data(of: entry, isSecret: kind == "Secret", &result)
    if !data.isEmpty || kind == "Secret" { root["data"] = TreeNode(.mapping(data), at: entry.span) }
    if says("immutable", entry) {
      root["immutable"] = TreeNode(.scalar(TreeScalar(text: "true", style: .plain)), at: entry.span)
    }
    return Resource(root, origin: nil, isHashed: !says("disableNameSuffixHash", entry))
  }

  /// Whether an option is set, for the entry or for all.
  private func says(_ option: String, _ entry: TreeNode) -> Bool {
    [entry["options"], file.root["generatorOptions"]].contains { $0?[option]?.bool ?? false }
  }

  // MARK: Content

  private func data(
    of entry: TreeNode, isSecret: Bool, _ result: inout Accumulation
  ) throws(BuildRefusal) -> [TreeEntry] {
    var pairs: [TreeEntry] = []
    let sources = (entry["envs"]?.items ?? []) + (entry["env"].map { [$0] } ?? [])
    for source in sources where !source.isEmpty { pairs += try variables(source, &result) }
    for literal in entry["literals"]?.items ?? [] { pairs.append(try pair(literal)) }
    for source in entry["files"]?.items ?? [] { if let pair = try content(source, &result) { pairs.append(pair) } }
    for pair in pairs where !Generators.isKey(pair.key) {
      throw BuildRefusal(
        "kustomize refuses this build: `\(pair.key)` cannot be a key", at: pair.keySpan,
        remedy: "write letters, digits, `-`, `_` and `.` that are no number or boolean")
    }
    var seen: Set<String> = []
    for pair in pairs where !seen.insert(pair.key).inserted {
      throw BuildRefusal(
        "kustomize refuses this build: the key `\(pair.key)` is generated twice", at: pair.keySpan,
        remedy: "keep one of the two")
    }
    // What a Secret holds is no business of a linter.
    return isSecret ? pairs.map { TreeEntry($0.key, at: $0.keySpan, TreeNode(string: "", at: $0.value.span)) } : pairs
  }

  /// Whether the API takes a key, and kustomize, which does not quote it, gives it as a text.
  private static func isKey(_ key: String) -> Bool {
    let isValid = key.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    let nowhere = SourceSpan(file: FileID(0), start: 0, end: 0)
    return isValid && !key.isEmpty && TreeNode(plainResource: key, at: nowhere).string != nil
  }

  private func pair(_ literal: TreeNode) throws(BuildRefusal) -> TreeEntry {
    guard let text = literal.text, let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw BuildRefusal(
        "kustomize refuses this build: a literal must be `key=value`", at: literal.span, remedy: "write `key=value`")
    }
    var value = text[text.index(after: equals)...]
    if let quote = value.first, quote == "\"" || quote == "'", value.count > 1, value.last == quote {
      value = value.dropFirst().dropLast()
    }
    return TreeEntry(String(text[..<equals]), at: literal.span, TreeNode(string: String(value), at: literal.span))
  }

  private func content(_ source: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) -> TreeEntry? {
    guard let text = source.text else { return nil }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let path = parts[parts.count - 1]
    let key = parts.count == 2 ? parts[0] : Paths.name(of: path)
    guard let bytes = try bytes(of: path, source, &result) else { return nil }
    return TreeEntry(
      key, at: source.span, TreeNode(string: String(decoding: bytes, as: UTF8.self), at: source.span))
  }

  /// The variables of a file with a `KEY=value` on each line.
  private func variables(_ source: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) -> [TreeEntry] {
    guard let bytes = try bytes(of: source.text ?? "", source, &result) else { return [] }
    var pairs: [TreeEntry] = []
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.isEmpty || line.first == "#" { continue }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      // A name alone takes its value from the environment, which is nobody's here.
      let value = parts.count == 2 ? parts[1] : ""
      pairs.append(TreeEntry(parts[0], at: source.span, TreeNode(string: value, at: source.span)))
    }
    return pairs
  }

  private func bytes(
    of name: String, _ source: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> [UInt8]? {
    let path = Paths.join(file.directory, name)
    switch builder.files.kind(of: path) {
    case .file: break
    case .refused: return nil
    case .missing where GitIgnore(builder.files).ignores(path):
      result.absent.insert(
        BuildRefusal(
          "there is no file `\(name)`, which .gitignore keeps out of the repository: without it kustomize refuses this build",
          at: source.span, remedy: "see that whatever builds this writes the file first"))
      return nil
    case .missing, .directory:
      throw BuildRefusal(
        "kustomize refuses this build: there is no file `\(name)`", at: source.span,
        remedy: "add the file, or delete the entry")
    }
    try ResourceLoader(builder, file, context).checkRoot(path, source)
    result.usedFiles.insert(UsedFile(path: path, role: .data))
    return builder.files.file(at: path)?.bytes
  }

  // MARK: Adding

  private func add(_ resource: Resource, _ entry: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    let id = resource.id(builder.facts)
    let matching = result.indices(ofAny: id)
    let behavior = entry["behavior"]?.text ?? ""
    let place = entry["behavior"]?.span ?? entry["name"]?.span ?? entry.span
    guard let number = matching.first else {
      guard result.mayHoldMore || behavior != "merge" && behavior != "replace" else {
        throw nothingToChange(id, behavior, at: place, result)
      }
      return try result.append(resource, at: place)
    }
    guard matching.count == 1, behavior == "merge" || behavior == "replace" else {
      throw BuildRefusal(
        "kustomize refuses this build: \(id.text) is there already", at: place,
        remedy: "write `behavior: merge` or `behavior: replace`",
        related: [RelatedPlace(result.resources[number].root.firstPlace, "it comes from here")])
    }
    result.change(number) { $0.replace(by: resource, mergesData: behavior == "merge", at: entry.span) }
  }
}

extension Generators {
  /// An entry that is to change what is not there; often it is there in the namespace that the entry leaves out.
  private func nothingToChange(
    _ id: ResourceID, _ behavior: String, at place: SourceSpan, _ result: Accumulation
  ) -> BuildRefusal {
    let message = "kustomize refuses this build: \(id.text) is not there, so that nothing can be \(behavior)d"
    let meant = result.candidates(name: id.name, kind: nil).lazy.map { result.resources[$0] }
      .first { $0.kind == id.kind && $0.group == id.group && $0.name == id.name && !$0.namespace.isEmpty }
    guard let meant else { return BuildRefusal(message, at: place, remedy: "leave `behavior` out") }
    return BuildRefusal(
      "\(message). \(meant.id(builder.facts).text) is there, and `namespace` of the kustomization comes after this",
      at: place, remedy: "write `namespace: \(meant.namespace)` into this entry",
      related: [RelatedPlace(meant.root.firstPlace, "\(meant.id(builder.facts).text) comes from here")])
  }
}

extension Resource {
  /// Puts what a generator makes into the place of what is there, whose name, labels and annotations stay.
  fileprivate mutating func replace(by new: Resource, mergesData: Bool, at span: SourceSpan) {
    var made = new.root
    var metadata = TreeNode(.mapping([]), at: span)
    for key in ["name", "namespace"] { metadata[key] = root["metadata"]?[key] }
    for key in ["labels", "annotations"] {
      let pairs = Resource.merged(root["metadata"]?[key], made["metadata"]?[key])
      if !pairs.isEmpty { metadata[key] = TreeNode(.mapping(pairs), at: span) }
    }
    made["metadata"] = metadata
    for key in mergesData ? ["data", "binaryData"] : [] {
      let pairs = Resource.merged(root[key], made[key])
      made[key] = pairs.isEmpty ? nil : TreeNode(.mapping(pairs), at: span)
    }
    root = made
    isHashed = new.isHashed
  }

  private static func merged(_ old: TreeNode?, _ new: TreeNode?) -> [TreeEntry] {
    var node = TreeNode(.mapping(old?.textPairs ?? []), at: old?.span ?? SourceSpan(file: FileID(0), start: 0, end: 0))
    node.set(new?.entries ?? [])
    return node.entries
  }
}
