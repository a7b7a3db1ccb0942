/// Which characters of a string stand as escapes in JSON: those that must (RFC 8259), and those that a terminal or a log
/// would obey when the JSON is shown there: control characters, characters of format such as the bidirectional
/// controls, line separators, and the second `#` of what may be a command of a CI system.
enum JSONEscapes {
  /// Whether only bytes below 0x20, quotes and backslashes can need an escape.
  static func isSimple(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in text {
      if byte >= 0x7F || (byte == UInt8(ascii: "#") && last == byte) { return false }
      last = byte
    }
    return true
  }

  /// A string with its escapes, without quotes.
  static func escaped(_ text: String) -> String {
    var result = ""
    var last: Unicode.Scalar?
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
