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
}
