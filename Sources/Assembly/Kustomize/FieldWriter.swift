internal import Diagnostics
internal import Facts
internal import YAMLSource

/// Finds the nodes that a field specification leads to, and makes what is missing where it says so (kustomize:
/// `fieldspec.Filter`).
struct FieldWriter {
  /// What is made at the end of a path that is not there.
  enum Made { case mapping, text, nothing }

  let spec: FieldSpec
  /// Where what is made counts as written.
  let place: SourceSpan
  let made: Made

  init(_ spec: FieldSpec, at place: SourceSpan, makes made: Made) {
    self.spec = spec
    self.place = place
    self.made = made
  }

  private var creates: Bool { spec.creates && made != .nothing }

  /// Calls `body` for each node at the path; none where the object's kind is another one.
  ///
  /// - Throws: where the path leads through something that is neither a mapping nor a list.
  func write(
    _ resource: inout Resource, _ body: (inout TreeNode) throws(BuildRefusal) -> Void
  ) throws(BuildRefusal) {
    guard spec.concerns(group: resource.group, version: resource.version, kind: resource.kind) else { return }
    guard creates || reaches(resource.root, spec.path[...]) else { return }
    try descend(&resource.root, spec.path[...], body)
  }

  /// Whether the path leads anywhere, so that objects which it does not concern stay as they are.
  private func reaches(_ node: TreeNode, _ path: ArraySlice<FieldSpec.Step>) -> Bool {
    guard let step = path.first else { return !node.isNull }
    switch node.content {
    case .sequence(let items): return items.contains { reaches($0, path) }
    case .mapping: return node[step.key].map { reaches($0, path.dropFirst()) } ?? false
    case .scalar: return !node.isNull
    }
  }

  private func descend(
    _ node: inout TreeNode, _ path: ArraySlice<FieldSpec.Step>, _ body: (inout TreeNode) throws(BuildRefusal) -> Void
  ) throws(BuildRefusal) {
    guard let step = path.first else { return try body(&node) }
    if node.isNull { return }
    if node.isSequence {
      return try node.changeItems { (item: inout TreeNode) throws(BuildRefusal) in try descend(&item, path, body) }
    }
    guard node.isMapping else {
      throw BuildRefusal(
        "kustomize refuses this build: it cannot write below \(step.key)'s parent, which is no mapping", at: node.span,
        remedy: "write a mapping here", related: [RelatedPlace(place, "this is to be written")])
    }
    if creates, !step.isList, node[step.key]?.isNull ?? true {
      let isText = path.count == 1 && made == .text
      node[step.key] = isText ? TreeNode(string: "", at: place) : TreeNode(.mapping([]), at: place)
    }
    // A null is nothing to kustomize, and stays.
    if node[step.key]?.isNull ?? true { return }
    try node.change(step.key) { (value: inout TreeNode) throws(BuildRefusal) in
      try descend(&value, path.dropFirst(), body)
    }
  }
}

extension Resource {
  var version: String {
    let text = apiVersion
    return text.firstIndex(of: "/").map { String(text[text.index(after: $0)...]) } ?? text
  }

  /// Writes pairs into the mappings that some fields hold.
  mutating func write(_ pairs: [TreeEntry], into fields: [FieldSpec]) throws(BuildRefusal) {
    guard let place = pairs.first?.keySpan else { return }
    let pairs = pairs.map { pair in
      var pair = pair
      pair.value.identity = makeIdentity()
      return pair
    }
    var shared = SharedScalars()
    for field in fields {
      try FieldWriter(field, at: place, makes: .mapping).write(&self) { (node: inout TreeNode) throws(BuildRefusal) in
        guard node.isMapping || node.isNull else {
          throw BuildRefusal(
            "kustomize refuses this build: it cannot write into a value that is no mapping", at: node.span,
            remedy: "write a mapping here", related: [RelatedPlace(place, "this is to be written")])
        }
        node.set(pairs) { old, new in
          var new = new
          new.identity = 0
          return shared.replace(old, by: new)
        }
      }
    }
    if !shared.isEmpty { shared.propagate(in: &root) }
  }
}

extension TreeNode {
  /// Sets pairs of a mapping, each with its own places. O(keys + pairs).
  ///
  /// - Parameter replace: gives the value for a key that is there.
  mutating func set(_ pairs: [TreeEntry], _ replace: (TreeNode, TreeNode) -> TreeNode = { $1 }) {
    var entries = self.entries
    content = .sequence([])
    let isIndexed = entries.count * pairs.count > 256
    var numbers: [String: Int] = [:]
    if isIndexed { for (number, entry) in entries.enumerated() { numbers[entry.key] = number } }
    for pair in pairs {
      if let number = isIndexed ? numbers[pair.key] : entries.firstIndex(where: { $0.key == pair.key }) {
        entries[number] = TreeEntry(pair.key, at: pair.keySpan, replace(entries[number].value, pair.value))
      } else {
        if isIndexed { numbers[pair.key] = entries.count }
        entries.append(pair)
      }
    }
    content = .mapping(entries)
  }
}
