/// All files of a run, for turning spans into paths, lines and text when something is reported.
package struct SourceTable: Sendable {
  package private(set) var files: [SourceFile]

  package init(_ files: [SourceFile] = []) { self.files = files }

  package subscript(_ id: FileID) -> SourceFile { files[Int(id.index)] }

  package func path(of span: SourceSpan) -> String { self[span.file].path }

  /// The text of a span, with bytes that are not UTF-8 replaced.
  package func text(of span: SourceSpan) -> String {
    let bytes = self[span.file].bytes
    let start = min(Int(span.start), bytes.count)
    return String(decoding: bytes[start..<max(start, min(Int(span.end), bytes.count))], as: UTF8.self)
  }
}

/// Finds lines and columns in one file: built once for a file that has findings, O(log lines) a look-up however long
/// the lines are.
///
/// A line ends at LF, CR LF or a lone CR, as editors count; U+0085, U+2028 and U+2029 do not end one. A UTF-8 byte
/// order mark at the start of the file has no column.
package struct LineIndex: Sendable {
  private let bytes: [UInt8]
  private let starts: [UInt32]
  /// The number of Unicode scalars that start before each block of `blockSize` bytes: minified JSON is one long line,
  /// and counting it from its start for each finding would take quadratic time.
  private let scalarsBeforeBlock: [UInt32]
  private static let blockSize = 1024

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts: [UInt32] = [0]
    var scalarsBeforeBlock: [UInt32] = []
    var scalars: UInt32 = 0
    bytes.withUnsafeBufferPointer { bytes in
      for block in stride(from: 0, to: bytes.count, by: Self.blockSize) {
        scalarsBeforeBlock.append(scalars)
        for offset in block..<min(block + Self.blockSize, bytes.count) {
          let byte = bytes[offset]
          if !isContinuationByte(byte) { scalars &+= 1 }
          // Most bytes are neither of the two.
          if byte > UInt8(ascii: "\r") { continue }
          let next = offset + 1
          if byte == UInt8(ascii: "\n")
            || (byte == UInt8(ascii: "\r") && (next == bytes.count || bytes[next] != UInt8(ascii: "\n")))
          {
            starts.append(UInt32(next))
          }
        }
      }
    }
    scalarsBeforeBlock.append(scalars)
    self.starts = starts
    self.scalarsBeforeBlock = scalarsBeforeBlock
  }

  package var lineCount: Int { starts.count }

  /// The position of a byte offset; an offset past the end counts as the end.
  package func position(of offset: UInt32) -> SourcePosition {
    let offset = min(offset, UInt32(bytes.count))
    let line = starts.partitioningIndex { $0 > offset } - 1
    var first = Int(starts[line])
    if line == 0 && bytes.starts(with: byteOrderMark) { first = min(byteOrderMark.count, Int(offset)) }
    return SourcePosition(line: line + 1, column: scalars(before: Int(offset)) - scalars(before: first) + 1)
  }

  /// The number of Unicode scalars that start before a byte of the file.
  private func scalars(before offset: Int) -> Int {
    // Without scalars of several bytes, bytes are scalars.
    if Int(scalarsBeforeBlock[scalarsBeforeBlock.count - 1]) == bytes.count { return offset }
    let block = offset / Self.blockSize
    let inBlock = bytes[block * Self.blockSize..<offset].count { !isContinuationByte($0) }
    return Int(scalarsBeforeBlock[block]) + inBlock
  }

  /// The bytes of a line (from 1) without its line end; empty for a line that the file does not have.
  package func line(_ number: Int) -> ArraySlice<UInt8> {
    guard number >= 1, number <= starts.count else { return [] }
    var start = Int(starts[number - 1])
    if number == 1 && bytes.starts(with: byteOrderMark) { start = byteOrderMark.count }
    var end = number < starts.count ? Int(starts[number]) : bytes.count
    while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return bytes[start..<end]
  }
}

/// The UTF-8 encoding of U+FEFF.
package let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

/// Whether a byte continues a UTF-8 sequence, so that it does not start a Unicode scalar.
@inlinable
package func isContinuationByte(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
