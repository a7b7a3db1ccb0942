internal import Diagnostics

/// One YAML document of a file, cut out before libyaml sees it.
package struct DocumentChunk: Hashable, Sendable {
  /// The bytes after the separator line up to the next one.
  package var content: Range<Int>
  /// The `---` line in front, without its line end; empty for text before the first separator.
  package var separator: Range<Int>
  /// Where the separator line holds something other than blanks and a comment; kubectl refuses that.
  package var strayText: Range<Int>?
  /// Whether the content is JSON, in a file that starts as JSON does.
  package var isJSON = false

  /// The whole document, with its separator.
  package var range: Range<Int> { separator.lowerBound..<content.upperBound }
}

/// Cuts files into documents as Kubernetes does: only a line that starts with `---` in column 0 separates, also inside
/// block scalars and quotes (k8s.io/apimachinery/pkg/util/yaml/decoder.go, `YAMLReader.Read`).
///
/// Each document gets a libyaml parser of its own, so that a broken one spares the others. In a file that starts with
/// `{`, objects of JSON may also follow one another without a separator (`YAMLOrJSONDecoder`).
package enum DocumentSplitter {
  /// The documents of a file, in order; text without a separator is one document. O(bytes).
  package static func split(_ bytes: [UInt8]) -> [DocumentChunk] {
    var chunks: [DocumentChunk] = []
    let first = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    var separator = first..<first
    var strayText: Range<Int>?
    var contentStart = first
    bytes.withUnsafeBufferPointer { buffer in
      var lineStart = first
      while lineStart < buffer.count {
        let lineEnd = endOfLine(buffer, from: lineStart)
        if isSeparator(buffer, at: lineStart) {
          if contentStart > first || lineStart > contentStart {
            chunks.append(DocumentChunk(content: contentStart..<lineStart, separator: separator, strayText: strayText))
          }
          (separator, strayText) = readSeparator(buffer, lineStart..<lineEnd)
          contentStart = min(lineEnd + 1, buffer.count)
        }
        lineStart = lineEnd + 1
      }
    }
    chunks.append(DocumentChunk(content: contentStart..<bytes.count, separator: separator, strayText: strayText))
    return bytes.withUnsafeBufferPointer { buffer in
      chunks = chunks.map { withoutBlanks($0, buffer) }
      let start = UnicodeBlanks.end(buffer, first..<buffer.count)
      guard start < buffer.count, buffer[start] == UInt8(ascii: "{") else { return chunks }
      return chunks.flatMap { objects(of: $0, buffer) }
    }
  }

  /// The rest of a file as one document that begins as JSON does.
  package static func json(_ bytes: [UInt8], from start: Int) -> DocumentChunk {
    DocumentChunk(content: start..<bytes.count, separator: start..<start, isJSON: true)
  }

  /// A chunk without the blanks that only kubectl takes for such in front of a `{`: it asks Unicode which they are.
  private static func withoutBlanks(_ chunk: DocumentChunk, _ bytes: UnsafeBufferPointer<UInt8>) -> DocumentChunk {
    let start = UnicodeBlanks.end(bytes, chunk.content)
    guard start < chunk.content.upperBound, bytes[start] == UInt8(ascii: "{"),
      bytes[chunk.content.lowerBound..<start].contains(where: { $0 > 0x20 || $0 == 0x0B || $0 == 0x0C })
    else { return chunk }
    var chunk = chunk
    chunk.content = start..<chunk.content.upperBound
    return chunk
  }

  /// The objects of a chunk of JSON, a document each; the chunk itself when it holds something else.
  private static func objects(of chunk: DocumentChunk, _ bytes: UnsafeBufferPointer<UInt8>) -> [DocumentChunk] {
    guard let starts = JSONReader.objects(bytes, chunk.content), !starts.isEmpty else { return [chunk] }
    return starts.indices.map { index in
      let start = index == 0 ? chunk.content.lowerBound : starts[index]
      let end = index + 1 < starts.count ? starts[index + 1] : chunk.content.upperBound
      return DocumentChunk(
        content: start..<end, separator: index == 0 ? chunk.separator : start..<start,
        strayText: index == 0 ? chunk.strayText : nil, isJSON: true)
    }
  }

  private static func isSeparator(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    let dash = UInt8(ascii: "-")
    return start + 2 < bytes.count && bytes[start] == dash && bytes[start + 1] == dash && bytes[start + 2] == dash
  }

  private static func endOfLine(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = bytes.baseAddress,
      let found = memoryChr(base + start, UInt8(ascii: "\n"), bytes.count - start)
    else { return bytes.count }
    return start + found
  }

  private static func readSeparator(
    _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>
  ) -> (separator: Range<Int>, stray: Range<Int>?) {
    var end = line.upperBound
    while end > line.lowerBound, isBlank(bytes[end - 1]) { end -= 1 }
    var rest = line.lowerBound + 3
    while rest < end, isBlank(bytes[rest]) { rest += 1 }
    let stray = rest < end && bytes[rest] != UInt8(ascii: "#") ? rest..<end : nil
    return (line.lowerBound..<end, stray)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
