internal import YAMLSource

/// Tells from the bytes alone that a document is nothing to anyone here, so that much of a repository is never parsed.
package enum KindFilter {
  /// False only where that is certain: the document holds `kind` once, at the start of a line, with one of `ignored`
  /// behind it, and neither `items` nor a Service that converts objects; or it holds `kind` nowhere, so that it is no object. A policy's kind is never passed by.
  ///
  /// No other key than the one that is seen can then be `kind`, whatever complex, quoted or anchored keys, merges, line
  /// breaks or texts over lines there are, for none of them spells a word without its letters. What does is an escape
  /// in quotes and a tag for binary data, and with one of those the document is parsed. So it is in all cases of doubt.
  /// O(bytes).
  ///
  /// - Parameter isTemplate: whether the text may be a chart's template: what it includes shows no kind.
  package static func mayMatter(
    _ bytes: [UInt8], _ range: Range<Int>, ignored: Set<String>, isTemplate: Bool = false
  ) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      func holds(_ text: StaticString) -> Bool { bytes.firstOffset(of: text, in: range) != nil }
      if let kind = bytes.firstOffset(of: "kind", in: range) {
        guard kind == range.lowerBound || bytes[kind - 1] == UInt8(ascii: "\n"),
          let word = value(bytes, kind + 4..<range.upperBound), ignored.contains(word),
          bytes.firstOffset(of: "kind", in: kind + 4..<range.upperBound) == nil,
          !holds("items"), !holds("conversion")
        else { return true }
      } else if holds("networking.k8s.io/") || (isTemplate && holds("{{")) {
        // A policy's API group without a kind is a fault to be told.
        return true
      }
      return holds("NetworkPolicy") || mayRespell(bytes, range)
    }
  }

  /// The word after `kind`, for `kind: Word` with at most a comment behind it; `nil` for anything else.
  private static func value(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String? {
    var rest = bytes[range]
    guard rest.popFirst() == UInt8(ascii: ":") else { return nil }
    let text = rest.drop { $0 == 0x20 }
    guard text.startIndex > rest.startIndex else { return nil }
    let word = text.prefix { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }
    rest = text[word.endIndex...]
    let end = rest.drop { $0 == 0x20 }
    switch end.first {
    case nil, UInt8(ascii: "\n"): break
    case UInt8(ascii: "\r"): if end.dropFirst().first != UInt8(ascii: "\n") { return nil }
    case UInt8(ascii: "#"): if end.startIndex == rest.startIndex { return nil }
    default: return nil
    }
    return String(decoding: word, as: UTF8.self)
  }

  /// Whether something can stand for a letter, or join the letters of two lines: `\x6b`, `\u006b`, `\U0000006b`, a line
  /// break behind a backslash, `!!binary a2luZA==` and other names of that tag.
  private static func mayRespell(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    while let backslash = bytes.firstOffset(of: "\\", in: offset..<range.upperBound) {
      offset = backslash + 1
      guard offset < range.upperBound else { break }
      // A line may end with U+0085, U+2028 or U+2029, too.
      switch bytes[offset] {
      case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"), 0x0A, 0x0D, 0xC2, 0xE2: return true
      default: break
      }
    }
    return ["!!", "!<", "%TAG"].contains { bytes.firstOffset(of: $0, in: range) != nil }
  }
}
