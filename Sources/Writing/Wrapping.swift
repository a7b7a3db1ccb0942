/// Breaks text at blanks, so that it fits a terminal.
package enum Wrapping {
  /// The text in lines that are joined by a line end and blanks.
  ///
  /// A word that is longer than a line stands alone; what is in the text already, line ends included, stays.
  ///
  /// - Parameters:
  ///   - text: safe for a terminal.
  ///   - width: of the terminal in cells; `nil` for text that is not wrapped.
  ///   - start: the cells of the first line that are taken.
  ///   - indent: the blanks in front of the further lines.
  package static func text(_ text: String, width: Int?, start: Int, indent: Int) -> String {
    guard let width, width - indent >= narrowest else { return text }
    let blanks = "\n" + String(repeating: " ", count: indent)
    var result = ""
    var column = start
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      let cells = DisplayText.cells(of: word)
      if index > 0, column + 1 + cells > width {
        result += blanks
        column = indent
      } else if index > 0 {
        result += " "
        column += 1
      }
      result += word
      column += cells
    }
    return result
  }

  /// Where less room than this is left, lines of single words would not be read more easily.
  private static let narrowest = 24
}
