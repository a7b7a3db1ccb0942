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
  /// By path.
  private var nodes: [Substring: NodeRef?] = [:]
  private var items: [Substring: [NodeRef]] = [:]
  private var digests: [Substring: String] = [:]

  init(_ sources: SourceTable) { trees = DocumentTrees(sources) }

  mutating func path(of finding: Finding) -> String {
    guard finding.path.utf8.contains(UInt8(ascii: "[")),
      let found = trees.document(at: Int(finding.span.start), of: finding.span.file), let root = found.root
    else { return finding.path }
    if document?.file != found.file || document?.range != found.range {
      document = found
      (nodes, items, digests) = ([:], [:], [:])
    }
    return Fingerprint.contentPath(of: finding.path) { digest(of: $0, in: root) }
  }

  private mutating func digest(of path: Substring, in root: NodeRef) -> String? {
    if let known = digests[path] { return known }
    guard let node = node(root, path) else { return nil }
    let digest = Fingerprint.digest(of: ContentPaths.canonicalJSON(node))
    digests[path] = digest
    return digest
  }

  /// The node at a path such as `spec.ingress[0].from[1]`; keys in it hold no dots.
  private mutating func node(_ root: NodeRef, _ path: Substring) -> NodeRef? {
    if let known = nodes[path] { return known }
    let node = path.utf8.last == UInt8(ascii: "]") ? item(root, path) : value(root, path)
    nodes[path] = .some(node)
    return node
  }

  private mutating func item(_ root: NodeRef, _ path: Substring) -> NodeRef? {
    guard let open = path.utf8.lastIndex(of: UInt8(ascii: "[")),
      let number = Int(Substring(path.utf8[path.utf8.index(after: open)...].dropLast()))
    else {
      return nil
    }
    let list = path[..<open]
    if items[list] == nil { items[list] = node(root, list).map { Array($0.items) } ?? [] }
    guard let items = items[list], items.indices.contains(number) else { return nil }
    return items[number]
  }

  private mutating func value(_ root: NodeRef, _ path: Substring) -> NodeRef? {
    let dot = path.utf8.lastIndex(of: UInt8(ascii: "."))
    let key = dot.map { path[path.utf8.index(after: $0)...] } ?? path
    if key.isEmpty || key.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }) { return nil }
    let mapping = dot.map { node(root, path[..<$0]) } ?? root
    return mapping?.entries.last { $0.key.text == key }?.value
  }

  /// JSON with sorted keys and without blanks.
  private static func canonicalJSON(_ node: NodeRef) -> [UInt8] {
    var out = ByteWriter()
    out.json { write(node, to: &$0) }
    // Without the line end.
    return Array(out.bytes[..<(out.bytes.count - 1)])
  }

  private static func write(_ node: NodeRef, to json: inout JSONWriter) {
    switch node.kind {
    case .scalar:
      switch node.scalar {
      case .null, nil: json.null()
      case .bool(let value): json.value(value)
      case .integer(let value): json.value { $0.append(String(value)) }
      case .float(let value): json.value { $0.append(String(value)) }
      case .string: json.value(node.text)
      }
    case .sequence:
      json.array { json in
        for item in node.items { write(item, to: &json) }
      }
    case .mapping:
      json.object { json in
        for entry in node.entries.sorted(by: { $0.key.keyText < $1.key.keyText }) {
          json.key(entry.key.keyText)
          write(entry.value, to: &json)
        }
      }
    }
  }
}
