import Diagnostics
import Testing
import YAMLSource

/// A file in memory, its documents, and places in it written as an editor shows them.
struct Sample {
  let file: SourceFile
  let documents: [DocumentChunk]

  init(_ bytes: [UInt8]) {
    file = SourceFile(id: FileID(0), path: "sample.yaml", bytes: bytes)
    documents = DocumentSplitter.split(bytes)
  }

  init(_ text: String) { self.init(Array(text.utf8)) }

  func tree(_ document: Int = 0) throws -> YAMLTree { try YAMLReader.read(documents[document], of: file) }

  func root(_ document: Int = 0) throws -> NodeRef { try #require(try tree(document).root) }

  /// Why a document cannot be read; `nil` when it can.
  func problem(_ document: Int = 0) -> YAMLProblem? {
    do throws(YAMLProblem) {
      _ = try YAMLReader.read(documents[document], of: file)
      return nil
    } catch {
      return error
    }
  }

  func comments(_ document: Int = 0) throws -> [YAMLSource.Comment] {
    try tree(document).comments(of: documents[document])
  }

  /// `line:column-line:column`.
  func place(_ span: SourceSpan) -> String {
    let index = LineIndex(file.bytes)
    let (start, end) = (index.position(of: span.start), index.position(of: span.end))
    return "\(start.line):\(start.column)-\(end.line):\(end.column)"
  }

  func place(_ range: Range<Int>) -> String {
    place(SourceSpan(file: file.id, start: UInt32(range.lowerBound), end: UInt32(range.upperBound)))
  }

  /// The text that a span covers.
  func text(_ span: SourceSpan) -> String { SourceTable([file]).text(of: span) }

  func text(_ range: Range<Int>) -> String { String(decoding: file.bytes[range], as: UTF8.self) }
}

extension NodeRef {
  /// The value at a path of keys.
  func at(_ keys: StaticString...) throws -> NodeRef {
    try keys.reduce(self) { node, key in try #require(node[key], "no key \(key)") }
  }

  /// The item at an index.
  func item(_ index: Int) throws -> NodeRef {
    let items = Array(items)
    try #require(index < items.count)
    return items[index]
  }
}
