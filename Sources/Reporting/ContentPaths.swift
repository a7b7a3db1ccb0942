import Diagnostics
import Writing
import YAMLSource

/// Rewrites field paths for fingerprints: list items are named by their content, so that a fingerprint does not change
/// when other items come and go.
struct ContentPaths {
  private var trees: DocumentTrees

  init(_ sources: SourceTable) { trees = DocumentTrees(sources) }

  mutating func path(of finding: Finding) -> String {
    guard finding.path.utf8.contains(UInt8(ascii: "[")),
      let root = trees.document(at: Int(finding.span.start), of: finding.span.file)?.root
    else { return finding.path }
    return Fingerprint.contentPath(of: finding.path) { item in
      ContentPaths.node(root, item).map(ContentPaths.canonicalJSON)
    }
  }

  /// The node at a path such as `spec.ingress[0].from[1]`; keys in it hold no dots.
  private static func node(_ root: NodeRef, _ path: Substring) -> NodeRef? {
    var node = root
    for part in path.split(separator: ".") {
      let pieces = part.split(whereSeparator: { $0 == "[" || $0 == "]" })
      guard let key = pieces.first, let entry = node.entries.last(where: { $0.key.text == key }) else { return nil }
      node = entry.value
      for index in pieces.dropFirst() {
        guard let number = Int(index), let item = node.items.dropFirst(number).first(where: { _ in true }) else {
          return nil
        }
        node = item
      }
    }
    return node
  }

  /// JSON with sorted keys and without blanks.
  private static func canonicalJSON(_ node: NodeRef) -> [UInt8] {
    var out = ByteWriter()
    out.json { write(node, to: &$0) }
    return out.bytes.dropLast()
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
