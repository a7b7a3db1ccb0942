/// The white space of Unicode, as Go's `unicode.IsSpace` has it.
enum UnicodeBlanks {
  /// Where the blanks at the start of a range end. O(blanks).
  static func end(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let length = length(bytes[offset..<range.upperBound])
      if length == 0 { break }
      offset += length
    }
    return offset
  }

  /// How long the blank is that some bytes begin with; 0 where it is none.
  private static func length(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    let first = bytes[bytes.startIndex]
    if first == 0x20 || (0x09...0x0D).contains(first) { return 1 }
    if first < 0xC2 { return 0 }
    return others.first { bytes.starts(with: $0) }?.count ?? 0
  }

  /// U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000.
  private static let others: [[UInt8]] =
    ["\u{85}", "\u{A0}", "\u{1680}", "\u{2028}", "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}"].map { Array($0.utf8) }
    + (0x80...0x8A).map { [0xE2, 0x80, $0] }
}
