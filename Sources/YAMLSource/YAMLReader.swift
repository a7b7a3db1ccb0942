internal import CYAML
package import Diagnostics

/// Why a document could not be read.
package struct YAMLProblem: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// libyaml's words for a syntax error.
    case syntax(String)
    case invalidUTF8
    case controlCharacter
    case undefinedAlias(String)
    /// An alias inside the node that it refers to.
    case recursiveAlias(String)
    case tooDeep
    case tooManyAliases
    case tooLarge
    /// A file has so many documents that the rest is not read.
    case tooManyDocuments
    /// Text after `---` on the separator line.
    case textAfterSeparator
    /// Text after `...`, which Kubernetes never reads.
    case textAfterEnd
    /// Text after the closing bracket of the whole document.
    case textAfterRoot
    /// A key that JSON cannot have: null, a collection, or an integer beyond 64 bits with a sign.
    case unsupportedKey
    /// `.inf` or `.nan` as a value: JSON has no such numbers.
    case notFinite
    /// A tag that does not fit the text, such as `!!int abc`.
    case wrongTag
    /// `<<` with something else than mappings.
    case wrongMerge
    case outOfMemory
  }

  package var kind: Kind
  package var span: SourceSpan

  package init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }
}

/// Reads one document to a `YAMLTree`: JSON and simple YAML by readers of our own, all else by libyaml's events.
package enum YAMLReader {
  /// Bounds that keep hostile input cheap: libyaml has none of its own, and nested flow collections cost it quadratic
  /// time.
  package enum Limits {
    /// Collections inside one another.
    package static let depth = 100
    /// Nodes that aliases add, were they written out.
    package static let aliasExpansion = 100_000
    /// Bytes of one document.
    package static let documentBytes = 32 << 20
    /// Documents of one file: each costs about a kilobyte, however short it is.
    package static let documents = 1 << 18
  }

  /// Reads a document of a file.
  ///
  /// Only the first YAML document of the chunk is read: `...` ends it, and Kubernetes never reads what follows
  /// (`textAfterEnd` finds it). The separator line itself is not looked at. O(bytes).
  package static func read(_ chunk: DocumentChunk, of file: SourceFile) throws(YAMLProblem) -> YAMLTree {
    let range = chunk.content
    if range.count > Limits.documentBytes {
      throw YAMLProblem(.tooLarge, at: span(file, range.lowerBound, range.lowerBound))
    }
    if chunk.isJSON, let tree = JSONReader.tree(file, range) { return tree }
    if let tree = SimpleYAMLReader.tree(file, range) { return tree }
    return try readWithLibyaml(file, range)
  }

  /// Whether libyaml reads a document just as the reader of simple YAML does; `nil` where that one leaves it to libyaml. For
  /// tests.
  package static func readsSimpleYAMLAlike(_ chunk: DocumentChunk, of file: SourceFile) -> Bool? {
    guard let simple = SimpleYAMLReader.tree(file, chunk.content) else { return nil }
    let other = try? readWithLibyaml(file, chunk.content)
    return other.map { $0.nodes == simple.nodes && $0.cooked.isEmpty && !$0.hasMergeKeys } ?? false
  }

  private static func readWithLibyaml(_ file: SourceFile, _ range: Range<Int>) throws(YAMLProblem) -> YAMLTree {
    var builder = TreeBuilder(file: file, range: range)
    let result: Result<Void, YAMLProblem> = file.bytes.withUnsafeBufferPointer { bytes in
      let content = UnsafeBufferPointer(rebasing: bytes[range])
      do throws(YAMLProblem) {
        try readEvents(content, into: &builder)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
    return builder.finish()
  }

  private static func readEvents(
    _ content: UnsafeBufferPointer<UInt8>, into builder: inout TreeBuilder
  ) throws(YAMLProblem) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw YAMLProblem(.outOfMemory, at: span(builder.file, builder.range.lowerBound, builder.range.lowerBound))
    }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, content.baseAddress ?? emptyInput, content.count)

    var offsets = ScalarOffsets(content)
    var event = yaml_event_t()
    while true {
      guard yaml_parser_parse(&parser, &event) == 1 else { throw problem(of: parser, builder, &offsets) }
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT: return
      default: try builder.add(event, &offsets, content)
      }
    }
  }

  private static func problem(
    of parser: yaml_parser_t, _ builder: TreeBuilder, _ offsets: inout ScalarOffsets
  ) -> YAMLProblem {
    let file = builder.file
    let base = builder.range.lowerBound
    switch parser.error {
    case YAML_READER_ERROR:
      return readerProblem(parser, builder)
    case YAML_MEMORY_ERROR:
      return YAMLProblem(.outOfMemory, at: span(file, base, base))
    default:
      let words = parser.problem.map { String(cString: $0) } ?? "not valid YAML"
      // Where the `:` is missed may be lines behind the key.
      let mark = words == "could not find expected ':'" ? parser.context_mark : parser.problem_mark
      let offset = base + offsets.offset(of: Int(mark.index))
      return YAMLProblem(.syntax(words), at: span(file, offset, min(offset + 1, builder.range.upperBound)))
    }
  }

  /// Marks are 0:0 for these; only the byte offset of the problem is right. The value beside it may be a character or
  /// a byte, so that libyaml's words alone tell the kinds apart.
  private static func readerProblem(_ parser: yaml_parser_t, _ builder: TreeBuilder) -> YAMLProblem {
    let range = builder.range
    var offset = min(range.lowerBound + Int(parser.problem_offset), range.upperBound)
    let words = parser.problem.map { String(cString: $0) } ?? ""
    if words == "invalid trailing UTF-8 octet" {
      // The place is that of the byte which does not continue the character: go back to where the character begins.
      repeat { offset -= 1 } while offset > range.lowerBound && isContinuationByte(builder.file.bytes[offset])
    }
    let kind: YAMLProblem.Kind =
      words == "control characters are not allowed" ? .controlCharacter : .invalidUTF8
    return YAMLProblem(kind, at: span(builder.file, offset, min(offset + 1, range.upperBound)))
  }

  private static func span(_ file: SourceFile, _ start: Int, _ end: Int) -> SourceSpan {
    SourceSpan(file: file.id, start: UInt32(start), end: UInt32(end))
  }

  /// The place of text after the document's end marker (`...`, alone or before a blank), which Kubernetes silently
  /// never reads; `nil` when there is none. Blanks, comments and further markers do not count.
  package static func textAfterEnd(_ chunk: DocumentChunk, of file: SourceFile) -> SourceSpan? {
    guard file.bytes.contains("\n...", in: chunk.content) || file.bytes[chunk.content].starts(with: [46, 46, 46])
    else { return nil }
    var isAfterEnd = false
    var lineStart = chunk.content.lowerBound
    while lineStart < chunk.content.upperBound {
      let lineEnd = file.bytes[lineStart..<chunk.content.upperBound].firstIndex(of: 0x0A) ?? chunk.content.upperBound
      var line = file.bytes[lineStart..<lineEnd]
      if line.starts(with: [46, 46, 46]), line.dropFirst(3).first.map({ $0 <= 0x20 }) ?? true {
        isAfterEnd = true
        line = line.dropFirst(3)
      }
      if isAfterEnd, let text = line.firstIndex(where: { $0 > 0x20 }), line[text] != UInt8(ascii: "#") {
        let end = line.lastIndex { $0 > 0x20 } ?? text
        return span(file, text, end + 1)
      }
      lineStart = lineEnd + 1
    }
    return nil
  }

  /// The place of text after the closing bracket of a document in flow style, which libyaml leaves unread as
  /// Kubernetes' reader does; `nil` when there are only blanks, comments and `...`.
  package static func textAfterRoot(_ tree: YAMLTree) -> SourceSpan? {
    let bytes = tree.file.bytes
    // An empty collection may stand behind the last byte.
    guard let root = tree.root, root.kind != .scalar, root.span.start < tree.range.upperBound,
      bytes[Int(root.span.start)] | 0x20 == UInt8(ascii: "{")
    else { return nil }
    var offset = Int(root.span.end)
    while offset < tree.range.upperBound {
      if bytes[offset] == UInt8(ascii: "#") {
        offset = bytes[offset..<tree.range.upperBound].firstIndex(of: 0x0A) ?? tree.range.upperBound
      } else if bytes[offset] <= 0x20 {
        offset += 1
      } else {
        return bytes[offset...].starts(with: [46, 46, 46]) ? nil : span(tree.file, offset, offset + 1)
      }
    }
    return nil
  }
}

/// An input for libyaml where a Swift buffer has no address.
nonisolated(unsafe) private let emptyInput = UnsafePointer<UInt8>(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))

/// Turns libyaml's marks into byte offsets: marks count Unicode scalars.
///
/// Events come nearly in order, so that the cursor moves each byte a few times at most.
struct ScalarOffsets {
  private let content: UnsafeBufferPointer<UInt8>
  private let isASCII: Bool
  private var scalars = 0
  private var bytes = 0

  init(_ content: UnsafeBufferPointer<UInt8>) {
    self.content = content
    self.isASCII = content.isASCII
  }

  /// The byte at which scalar number `index` starts; the end for a number past it.
  mutating func offset(of index: Int) -> Int {
    if isASCII { return min(index, content.count) }
    while scalars < index, bytes < content.count {
      bytes += 1
      while bytes < content.count, isContinuationByte(content[bytes]) { bytes += 1 }
      scalars += 1
    }
    while scalars > index {
      bytes -= 1
      while isContinuationByte(content[bytes]) { bytes -= 1 }
      scalars -= 1
    }
    return bytes
  }
}
