/// Writes text so that it can stand in XML 1.0.
package enum XML {
  /// The text in one line, for an attribute in double quotes or for content: control characters, which XML cannot hold
  /// even escaped, are shown as escapes, and so are the two code points that it forbids.
  package static func escaped(_ text: String) -> String {
    DisplayText.escaped(text).replacingScalars { scalar, _ in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "\u{FFFE}", "\u{FFFF}": "\\u{\(String(scalar.value, radix: 16))}"
      default: nil
      }
    }
  }

  package static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
}
