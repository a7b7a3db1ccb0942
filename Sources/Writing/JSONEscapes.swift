/// Which characters of a string stand as escapes in JSON: those that must (RFC 8259), and those that a terminal or a log
/// would obey when the JSON is shown there: control characters, characters of format such as the bidirectional
/// controls, line separators, and the second `#` of what may be a command of a CI system.
package enum JSONEscapes {
  /// Appends a string in quotes.
  package static func appendQuoted(_ text: String, to bytes: inout ByteBuffer) {
    if text.utf8.withContiguousStorageIfAvailable({ appendQuoted($0, to: &bytes) }) == nil {
      Array(text.utf8).withUnsafeBufferPointer { appendQuoted($0, to: &bytes) }
    }
  }

  /// Appends a string in quotes; bytes that are not UTF-8 are replaced.
  package static func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout ByteBuffer) {
    bytes.append(UInt8(ascii: "\""))
    var written = 0
    var index = plainEnd(of: text, from: 0)
    while index < text.count {
      let byte = text[index]
      let followsTwin = byte == UInt8(ascii: "#") && index > 0 && text[index - 1] == byte
      if byte >= 0x7F || followsTwin { break }
      if byte != UInt8(ascii: "#") {
        bytes.append(UnsafeBufferPointer(rebasing: text[written..<index]))
        bytes.append(escape(Unicode.Scalar(byte)))
        written = index + 1
      }
      index = plainEnd(of: text, from: index + 1)
    }
    bytes.append(UnsafeBufferPointer(rebasing: text[written..<index]))
    if index < text.count {
      // What stands before is ASCII.
      let last = index > 0 ? Unicode.Scalar(text[index - 1]) : nil
      let rest = String(decoding: UnsafeBufferPointer(rebasing: text[index...]), as: UTF8.self)
      bytes.append(escaped(rest, after: last))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Where the first byte stands that may need an escape: below 0x20, from 0x7F on, a quote, a backslash or a `#`; the
  /// end where there is none. Looks at eight bytes at a time.
  private static func plainEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = UnsafeRawPointer(text.baseAddress) else { return text.count }
    var index = start
    while index + 8 <= text.count {
      let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // The high bit of each byte: no carry gets from one byte into the next but from one that is looked for itself.
      let control = (word &- 0x2020_2020_2020_2020) & ~word
      let high = word | ((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x0101_0101_0101_0101)
      let quoteOrHash = (word | 0x0101_0101_0101_0101) ^ 0x2323_2323_2323_2323
      let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let zeros =
        ((quoteOrHash &- 0x0101_0101_0101_0101) & ~quoteOrHash) | ((backslash &- 0x0101_0101_0101_0101) & ~backslash)
      if (control | high | zeros) & 0x8080_8080_8080_8080 != 0 { break }
      index += 8
    }
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "\\"), 0..<0x20, 0x7F...: return index
      default: index += 1
      }
    }
    return index
  }

  /// A string with its escapes, without quotes.
  ///
  /// - Parameter last: the scalar before it that shows.
  private static func escaped(_ text: String, after last: Unicode.Scalar?) -> String {
    var result = ""
    var last = last
    for scalar in text.unicodeScalars {
      if mustEscape(scalar, after: last) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
      if !scalar.properties.isDefaultIgnorableCodePoint { last = scalar }
    }
    return result
  }

  /// The escape of a scalar: two of them above U+FFFF.
  static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default:
      UTF16.encode(scalar)?.reduce(into: "") { result, unit in
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      } ?? ""
    }
  }

  /// - Parameter last: the scalar before it that shows.
  static func mustEscape(_ scalar: Unicode.Scalar, after last: Unicode.Scalar?) -> Bool {
    switch scalar {
    case "\"", "\\": return true
    case "#": return last == "#"
    default: break
    }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
