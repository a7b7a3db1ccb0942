import Diagnostics
import Writing
import YAMLSource

/// Rewrites field paths for fingerprints: list items are named by their content, so that a fingerprint does not change
/// when other items come and go.
///
/// What was found out about one document is remembered until another one is asked about: the findings of a long list have
/// the list, and what stands around it, in common.
struct ContentPaths {
  private var trees: DocumentTrees
  private var document: DocumentTrees.Document?
  /// The document's root, and the fields and items of all nodes that a path went through: those of one node in a row.
  private var nodes: [Known] = []

  private struct Known {
    /// `nil` for items, and for the root.
    let key: NodeRef?
    let node: NodeRef
    /// Where its fields or items stand in `nodes`, when they have been asked for.
    var children: Range<Int>?
    /// The field that was asked for last: mostly the next path goes the same way.
    var lastField: Int?
    var digest: String?
  }

  init(_ sources: SourceTable) { trees = DocumentTrees(sources) }

  mutating func path(of finding: Finding) -> String {
    guard finding.path.utf8.contains(UInt8(ascii: "[")),
      let found = trees.document(at: Int(finding.span.start), of: finding.span.file), let root = found.root
    else { return finding.path }
    if document?.file != found.file || document?.range != found.range {
      document = found
      nodes.removeAll(keepingCapacity: true)
      nodes.append(Known(key: nil, node: root))
    }
    var walk: (number: Int?, end: Int) = (0, 0)
    return Fingerprint.contentPath(of: finding.path) { path in
      walk = (walk.number.flatMap { follow(path[walk.end...], from: $0) }, path.endIndex)
      return walk.number.map { digest(of: $0) }
    }
  }

  private mutating func digest(of number: Int) -> String {
    if let known = nodes[number].digest { return known }
    let digest = Fingerprint.digest(of: CanonicalJSON.bytes(of: nodes[number].node))
    nodes[number].digest = digest
    return digest
  }

  /// The node at the end of a path such as `spec.ingress[0]` or `.from[1]`; keys in it hold no dots.
  private mutating func follow(_ path: ArraySlice<UInt8>, from start: Int) -> Int? {
    let (dot, open, close) = (UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"))
    var number = start
    var rest = path
    while let first = rest.first {
      if first == open {
        guard rest.startIndex > 0, let end = rest.firstIndex(of: close),
          let item = item(rest[(rest.startIndex + 1)..<end], of: number)
        else { return nil }
        (number, rest) = (item, rest[(end + 1)...])
      } else {
        // Only the first key of all has no dot before it.
        if first == dot, rest.startIndex > 0 { rest.removeFirst() } else if rest.startIndex > 0 { return nil }
        let key = rest.prefix { $0 != dot && $0 != open }
        guard !key.isEmpty, !key.contains(close), let field = field(key, of: number) else { return nil }
        (number, rest) = (field, rest[key.endIndex...])
      }
    }
    return number
  }

  private mutating func item(_ text: ArraySlice<UInt8>, of list: Int) -> Int? {
    guard let number = Int(String(decoding: text, as: UTF8.self)), nodes[list].node.kind == .sequence else {
      return nil
    }
    let items = children(of: list)
    return number >= 0 && number < items.count ? items.lowerBound + number : nil
  }

  private mutating func field(_ key: ArraySlice<UInt8>, of mapping: Int) -> Int? {
    guard nodes[mapping].node.kind == .mapping else { return nil }
    if let last = nodes[mapping].lastField, isCalled(key, last) { return last }
    let field = children(of: mapping).last { isCalled(key, $0) }
    nodes[mapping].lastField = field
    return field
  }

  private func isCalled(_ key: ArraySlice<UInt8>, _ field: Int) -> Bool {
    nodes[field].key?.withText { $0.count == key.count && $0.elementsEqual(key) } ?? false
  }

  private mutating func children(of number: Int) -> Range<Int> {
    if let known = nodes[number].children { return known }
    let start = nodes.count
    let node = nodes[number].node
    for item in node.items { nodes.append(Known(key: nil, node: item)) }
    for field in node.entries { nodes.append(Known(key: field.key, node: field.value)) }
    nodes[number].children = start..<nodes.count
    return start..<nodes.count
  }
}

/// JSON with sorted keys and without blanks: what items are recognised by.
private enum CanonicalJSON {
  static func bytes(of node: NodeRef) -> [UInt8] {
    var bytes = ByteBuffer(capacity: 512)
    write(node, to: &bytes)
    return bytes.array
  }

  private static func write(_ node: NodeRef, to bytes: inout ByteBuffer) {
    switch node.kind {
    case .scalar:
      switch node.scalar {
      case .null, nil: bytes.append("null")
      case .bool(let value): bytes.append(value ? "true" : "false")
      case .integer(let value): bytes.append(String(value))
      case .float(let value): bytes.append(String(value))
      case .string: node.withText { JSONEscapes.appendQuoted($0, to: &bytes) }
      }
    case .sequence:
      var opening = UInt8(ascii: "[")
      for item in node.items {
        bytes.append(opening)
        write(item, to: &bytes)
        opening = UInt8(ascii: ",")
      }
      if opening == UInt8(ascii: "[") { bytes.append(opening) }
      bytes.append(UInt8(ascii: "]"))
    case .mapping:
      var opening = UInt8(ascii: "{")
      var fields = node.entries.map { (key: $0.key.keyText, value: $0.value) }
      if fields.count > 1 { fields.sort { $0.key < $1.key } }
      for (key, value) in fields {
        bytes.append(opening)
        JSONEscapes.appendQuoted(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        write(value, to: &bytes)
        opening = UInt8(ascii: ",")
      }
      if opening == UInt8(ascii: "{") { bytes.append(opening) }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}
