internal import Diagnostics

/// What a client counts in a line.
enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
}

/// A line and what stands before a place in it, both from 0, as LSP counts.
struct TextPosition: Hashable, Comparable, Sendable {
  var line: Int
  var character: Int

  static func < (a: TextPosition, b: TextPosition) -> Bool { (a.line, a.character) < (b.line, b.character) }
}

/// Turns byte offsets of a text into positions, and back.
struct TextPositions: Sendable {
  private let bytes: [UInt8]
  private let encoding: PositionEncoding
  /// Where each line begins. A line ends at LF, CR LF or CR.
  private let starts: [Int]
  private let isASCII: Bool

  /// - Parameter isOpen: whether the text is the client's own: of a file, a byte order mark is no part of the text that
  ///   clients have.
  init(_ bytes: [UInt8], _ encoding: PositionEncoding, isOpen: Bool = false) {
    self.bytes = bytes
    self.encoding = encoding
    var starts = [0]
    var isASCII = true
    for (offset, byte) in bytes.enumerated() {
      if byte >= 0x80 { isASCII = false }
      let next = offset + 1
      if byte == 0x0A || (byte == 0x0D && (next == bytes.count || bytes[next] != 0x0A)) { starts.append(next) }
    }
    if !isOpen, bytes.starts(with: byteOrderMark) { starts[0] = byteOrderMark.count }
    self.starts = starts
    self.isASCII = isASCII
  }

  func position(of offset: Int) -> TextPosition {
    let offset = max(starts[0], min(offset, bytes.count))
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let start = starts[low]
    let count = encoding == .utf8 || isASCII ? offset - start : utf16Count(start..<offset)
    return TextPosition(line: low, character: count)
  }

  private func utf16Count(_ range: Range<Int>) -> Int {
    var count = 0
    for byte in bytes[range] where !isContinuationByte(byte) { count += byte >= 0xF0 ? 2 : 1 }
    return count
  }

  /// The offset of a position; one behind the end of its line, or of the text, counts as that end.
  func offset(of position: TextPosition) -> Int {
    guard position.line >= 0, position.line < starts.count else { return position.line < 0 ? starts[0] : bytes.count }
    let start = starts[position.line]
    let end = endOfLine(position.line)
    if encoding == .utf8 || isASCII {
      var offset = start + min(end - start, max(0, position.character))
      while offset < end, isContinuationByte(bytes[offset]) { offset += 1 }
      return offset
    }
    var left = position.character
    var offset = start
    while offset < end, left > 0 {
      let lead = bytes[offset]
      left -= lead >= 0xF0 ? 2 : 1
      offset += 1
      while offset < end, isContinuationByte(bytes[offset]) { offset += 1 }
    }
    return offset
  }

  /// Where a line ends, before its line end.
  private func endOfLine(_ line: Int) -> Int {
    var end = line + 1 < starts.count ? starts[line + 1] : bytes.count
    while end > starts[line], bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return end
  }

  /// The text of a line without its end; empty for a line that is not there.
  func line(_ number: Int) -> String {
    guard number >= 0, number < starts.count else { return "" }
    return String(decoding: bytes[starts[number]..<endOfLine(number)], as: UTF8.self)
  }

  var lineCount: Int { starts.count }
}
