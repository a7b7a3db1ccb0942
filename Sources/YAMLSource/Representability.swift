internal import Diagnostics

extension YAMLTree {
  /// The first thing in the document that Kubernetes' way from YAML to JSON refuses although it is YAML
  /// (sigs.k8s.io/yaml, `convertToJSONableObject`; goyaml.v2, `resolve` and `merge`); `nil` when there is none.
  ///
  /// O(nodes); aliases are not followed, for what they stand for is looked at where it is written.
  package func conversionProblem() -> YAMLProblem? {
    if isJSON { return nil }
    for index in nodes.indices {
      let node = NodeRef(tree: self, place: index)
      switch nodes[index].kind {
      case .alias, .sequence: continue
      case .mapping:
        for entry in node.writtenEntries {
          if let kind = entry.problem { return YAMLProblem(kind, at: entry.key.span) }
        }
      case .scalar:
        if nodes[index].tag != .none, !node.fitsTag { return YAMLProblem(.wrongTag, at: node.span) }
        if node.hasEscapedSlash { return YAMLProblem(.syntax("found unknown escape character"), at: node.span) }
      }
    }
    return nodes.indices.lazy.filter { self.nodes[$0].kind == .sequence }
      .compactMap { NodeRef(tree: self, place: $0).items.first { $0.isNotFinite } }.first
      .map { YAMLProblem(.notFinite, at: $0.span) }
  }
}

extension MappingEntry {
  /// Why the pair has no place in JSON.
  fileprivate var problem: YAMLProblem.Kind? {
    if key.isMergeKey {
      let isMergeable =
        value.kind == .mapping || (value.kind == .sequence && value.items.allSatisfy { $0.kind == .mapping })
      return isMergeable ? nil : .wrongMerge
    }
    if !key.beginsAsWord, key.kind != .scalar || key.isNull || key.isBeyondInt64 { return .unsupportedKey }
    return value.isNotFinite ? .notFinite : nil
  }
}

extension NodeRef {
  /// Whether it is a text that begins with a letter, but for that of `null`: nearly all keys.
  fileprivate var beginsAsWord: Bool {
    guard kind == .scalar, tag == .none else { return false }
    return withText { text in
      guard let first = text.first.map({ $0 | 0x20 }) else { return false }
      return first >= UInt8(ascii: "a") && first <= UInt8(ascii: "z") && first != UInt8(ascii: "n")
    }
  }

  /// `.inf` and `.nan`; told by their first byte, for nearly no text begins like them.
  fileprivate var isNotFinite: Bool {
    guard kind == .scalar, !isQuoted || tag == .float,
      withText({ $0.count <= 5 && $0.contains(UInt8(ascii: ".")) })
    else { return false }
    if case .float(let value) = scalar { return !value.isFinite }
    return false
  }

  /// An integer from 2^63 on, which goyaml reads as one without sign, and which no key can be.
  fileprivate var isBeyondInt64: Bool {
    guard case .float(let value) = scalar, value >= 0x1p63 else { return false }
    return withText(ScalarResolution.naturalTag) == .integer
  }

  /// Whether a double-quoted text holds `\/`, which libyaml knows from JSON and goyaml does not.
  fileprivate var hasEscapedSlash: Bool {
    guard style == .doubleQuoted, isCooked else { return false }
    var isEscape = false
    for byte in tree.file.bytes[Int(span.start)..<Int(span.end)] {
      if isEscape, byte == UInt8(ascii: "/") { return true }
      isEscape = !isEscape && byte == UInt8(ascii: "\\")
    }
    return false
  }

  /// Whether a scalar's text is what its tag says.
  fileprivate var fitsTag: Bool {
    let natural = withText(ScalarResolution.naturalTag)
    return switch tag {
    case .integer, .boolean, .null: natural == tag
    case .float: natural == .float || natural == .integer
    case .timestamp: natural == .string && text.prefix(5).suffix(1) == "-"
    default: true
    }
  }
}
