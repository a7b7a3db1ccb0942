internal import Diagnostics
import YAMLSource

/// Writes YAML documents as JSON, which is YAML in flow style with every string in quotes.
package enum JSONText {
  /// One document a line, with `---` between them; `nil` for text that cannot be read.
  package static func convert(_ text: String) -> String? {
    let file = SourceFile(id: FileID(0), path: "manifest.yaml", bytes: Array(text.utf8))
    var documents: [String] = []
    for chunk in DocumentSplitter.split(file.bytes) {
      guard let tree = try? YAMLReader.read(chunk, of: file) else { return nil }
      if let root = tree.root { documents.append(json(root)) }
    }
    return documents.joined(separator: "\n---\n") + "\n"
  }

  private static func json(_ node: NodeRef) -> String {
    switch node.kind {
    case .sequence: "[" + node.items.map(json).joined(separator: ", ") + "]"
    case .mapping:
      "{" + node.writtenEntries.map { quoted($0.key.text) + ": " + json($0.value) }.joined(separator: ", ") + "}"
    case .scalar: node.string.map(quoted) ?? (node.isNull ? "null" : node.scalar == .bool(true) ? "true" : plain(node))
    }
  }

  private static func plain(_ node: NodeRef) -> String { node.scalar == .bool(false) ? "false" : node.text }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
