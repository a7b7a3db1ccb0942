/// Writes text so that it means nothing to HTML.
package enum HTML {
  /// The text in one line, for content and for attributes in double quotes. Control characters and the like are shown as
  /// escapes.
  package static func escaped(_ text: String) -> String {
    DisplayText.escaped(text).replacingScalars { scalar, _ in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: nil
      }
    }
  }

  /// Lines of text that are safe to show, each on its own.
  package static func escaped(lines: String) -> String {
    lines.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }.joined(separator: "\n")
  }
}
