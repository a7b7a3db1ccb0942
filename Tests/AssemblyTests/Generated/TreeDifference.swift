import YAMLSource

extension TreeNode {
  /// As YAML in one line, for messages.
  var shown: String {
    switch content {
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "null"
      case .string: "\"\(scalar.text)\""
      default: scalar.text
      }
    case .sequence(let items): "[" + items.map(\.shown).joined(separator: ", ") + "]"
    case .mapping(let entries): "{" + entries.map { $0.key + ": " + $0.value.shown }.joined(separator: ", ") + "}"
    }
  }

  /// The first difference from another node, with its path; `nil` where there is none.
  func difference(from other: TreeNode, at path: String = "") -> String? {
    if self == other { return nil }
    if case .mapping(let entries) = content, other.isMapping {
      for entry in entries {
        guard let value = other[entry.key] else { return "\(path).\(entry.key): \(entry.value.shown) is there" }
        if let difference = entry.value.difference(from: value, at: path + "." + entry.key) { return difference }
      }
      for entry in other.entries where self[entry.key] == nil {
        return "\(path).\(entry.key): \(entry.value.shown) is missing"
      }
    }
    if isSequence, other.isSequence, items.count == other.items.count {
      for (index, pair) in zip(items, other.items).enumerated() {
        if let difference = pair.0.difference(from: pair.1, at: "\(path)[\(index)]") { return difference }
      }
    }
    return "\(path): \(shown) instead of \(other.shown)"
  }

  /// What tells objects of a build apart.
  var identity: String {
    [self["apiVersion"], self["kind"], self["metadata"]?["namespace"], self["metadata"]?["name"]]
      .map { $0?.text ?? "" }.joined(separator: " ")
  }

  /// The node with the texts changed that a mapping names.
  func replacing(_ texts: [String: String]) -> TreeNode {
    switch content {
    case .scalar(let scalar): texts[scalar.text].map { TreeNode(string: $0, at: span) } ?? self
    case .sequence(let items): TreeNode(.sequence(items.map { $0.replacing(texts) }), at: span)
    case .mapping(let entries):
      TreeNode(
        .mapping(entries.map { TreeEntry($0.key, at: $0.keySpan, $0.value.replacing(texts)) }), at: span)
    }
  }

  /// The node without what a Secret holds, which builds leave out.
  var withoutSecrets: TreeNode {
    guard self["kind"]?.text == "Secret", let data = self["data"], data.isMapping else { return self }
    var copy = self
    copy["data"] = TreeNode(
      .mapping(data.entries.map { TreeEntry($0.key, at: $0.keySpan, TreeNode(string: "", at: $0.keySpan)) }),
      at: data.span)
    return copy
  }
}

/// Compares the objects of two builds.
enum BuildComparison {
  /// The first difference of a build from the real one; `nil` where there is none.
  static func difference(of ours: [TreeNode], from theirs: [TreeNode]) -> String? {
    let ours = ours.map(\.withoutSecrets)
    let theirs = withoutHashes(theirs, ours).map(\.withoutSecrets)
    // Several objects have one identity where hashes told them apart.
    var left = Dictionary(grouping: theirs, by: \.identity)
    for object in ours {
      guard let others = left[object.identity], let first = others.first else {
        return "only we have \(object.identity)"
      }
      if let index = others.firstIndex(of: object) {
        left[object.identity]?.remove(at: index)
      } else if let difference = object.difference(from: first) {
        return "\(object.identity): \(difference)"
      }
    }
    return left.filter { !$0.value.isEmpty }.keys.min().map { "only kustomize has \($0)" }
  }

  /// Generated names lose the hash of the content that kustomize puts behind them.
  private static func withoutHashes(_ theirs: [TreeNode], _ ours: [TreeNode]) -> [TreeNode] {
    let known = Set(ours.map(\.identity))
    var names: [String: String] = [:]
    for object in theirs where ["ConfigMap", "Secret"].contains(object["kind"]?.text) {
      guard !known.contains(object.identity), let name = object["metadata"]?["name"]?.text else { continue }
      let short = String(name.dropLast(11))
      if known.contains(String(object.identity.dropLast(11))) { names[name] = short }
    }
    return names.isEmpty ? theirs : theirs.map { $0.replacing(names) }
  }
}
