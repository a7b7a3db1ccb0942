/// Writes text so that it means nothing to GitHub-flavoured Markdown.
package enum Markdown {
  /// The text for a paragraph, a list or a cell: what could be markup is written as a character reference, which also
  /// keeps pipes from ending a cell. Control characters and the like are shown as escapes.
  package static func escaped(_ text: String) -> String {
    DisplayText.escaped(text).replacingScalars { scalar, previous in
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "<", ">", "&", "|", "~", "$", "!", "#": "&#\(scalar.value);"
      // Addresses become links without any markup.
      case "/" where previous == ":": "&#47;"
      // Code hosts look for names of people in the finished page: the comment parts them from their sign.
      case "@": "@<!-- -->"
      default: nil
      }
    }
  }

  /// A text of this program, as it reads without markup, for those who show none. What is escaped in it is as it was.
  package static func plain(_ markdown: String) -> String {
    var isCode = false
    var lines: [String] = []
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isCode.toggle()
      } else {
        lines.append(isCode ? String(line) : plainLine(line))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func plainLine(_ line: Substring) -> String {
    let text = line.drop { $0 == "#" }
    var rest = text.startIndex > line.startIndex ? text.drop { $0 == " " } : text
    var result = ""
    while let first = rest.first {
      if rest.hasPrefix("&#"), let end = rest.firstIndex(of: ";"),
        let scalar = UInt32(rest[..<end].dropFirst(2)).flatMap(Unicode.Scalar.init)
      {
        result.unicodeScalars.append(scalar)
        rest = rest[rest.index(after: end)...]
      } else if rest.hasPrefix("<!-- -->") {
        rest = rest.dropFirst("<!-- -->".count)
      } else {
        rest = rest.dropFirst()
        if first != "*", first != "`" { result.append(first) }
      }
    }
    return result
  }
}
