import Diagnostics
import YAMLSource

/// Reads single documents again: trees are not kept.
///
/// Findings come in order of place, so that the last document is remembered and nearly always the right one.
struct DocumentTrees {
  private let sources: SourceTable
  private var chunks: [FileID: [DocumentChunk]] = [:]
  private var last: Document?

  /// A document of a file.
  struct Document {
    let file: FileID
    let range: Range<Int>
    /// `nil` where the document cannot be read, or holds nothing.
    let root: NodeRef?
  }

  init(_ sources: SourceTable) { self.sources = sources }

  /// The document that holds a byte; `nil` in an empty file.
  mutating func document(at offset: Int, of id: FileID) -> Document? {
    if let last, last.file == id, last.range.contains(offset) { return last }
    let file = sources[id]
    let all = chunks[id] ?? DocumentSplitter.split(file.bytes)
    chunks[id] = all
    let number = all.partitioningIndex { $0.range.upperBound > offset }
    guard let chunk = number < all.count ? all[number] : all.last else { return nil }
    let document = Document(file: id, range: chunk.range, root: (try? YAMLReader.read(chunk, of: file))?.root)
    last = document
    return document
  }
}
