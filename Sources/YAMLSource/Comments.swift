package import Diagnostics

/// A `#` comment.
package struct Comment: Hashable, Sendable {
  /// From the `#` to the end of the line, without trailing blanks.
  package var span: SourceSpan
  /// The text after the `#`s, without blanks around it.
  package var text: String
  /// Whether nothing but blanks stands in front of it on its line.
  package var isAlone: Bool
}

extension YAMLTree {
  /// The comments of the document, in order, those on its separator line included. libyaml does not report them: this
  /// scan skips what lies inside scalars by their places, so that `#` in a string is never taken for one. O(bytes).
  package func comments(of chunk: DocumentChunk) -> [Comment] {
    guard file.bytes.contains("#", in: chunk.range) else { return [] }
    var result: [Comment] = []
    var offset = chunk.range.lowerBound
    for node in nodes where node.kind == .scalar && node.end > node.start {
      // The header of a block scalar (`|  # like this`) may have a comment of its own.
      let isBlock = node.style == .literal || node.style == .folded
      let end = isBlock ? endOfLine(Int(node.start)) : Int(node.start)
      scan(from: offset, to: end, into: &result)
      offset = max(offset, end, Int(node.end))
    }
    scan(from: offset, to: chunk.range.upperBound, into: &result)
    return result
  }

  private func scan(from start: Int, to end: Int, into result: inout [Comment]) {
    var offset = start
    while offset < end {
      guard let hash = file.bytes[offset..<end].firstIndex(of: UInt8(ascii: "#")) else { return }
      guard hash == 0 || file.bytes[hash - 1] <= 0x20 || isByteOrderMark(endingAt: hash - 1) else {
        offset = hash + 1
        continue
      }
      let lineEnd = endOfLine(hash)
      result.append(comment(at: hash, lineEnd))
      offset = lineEnd
    }
  }

  private func comment(at hash: Int, _ lineEnd: Int) -> Comment {
    var end = lineEnd
    while end > hash, file.bytes[end - 1] <= 0x20 { end -= 1 }
    var textStart = hash
    while textStart < end, file.bytes[textStart] == UInt8(ascii: "#") || file.bytes[textStart] <= 0x20 {
      textStart += 1
    }
    let before = file.bytes[..<hash].lastIndex { $0 > 0x20 || $0 == 0x0A || $0 == 0x0D }
    return Comment(
      span: SourceSpan(file: file.id, start: UInt32(hash), end: UInt32(end)),
      text: String(decoding: file.bytes[textStart..<end], as: UTF8.self),
      isAlone: before.map { file.bytes[$0] <= 0x20 || isByteOrderMark(endingAt: $0) } ?? true)
  }

  private func isByteOrderMark(endingAt last: Int) -> Bool {
    file.bytes[...last].suffix(byteOrderMark.count).elementsEqual(byteOrderMark)
  }

  private func endOfLine(_ offset: Int) -> Int {
    file.bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? file.bytes.count
  }
}
