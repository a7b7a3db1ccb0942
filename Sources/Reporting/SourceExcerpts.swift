package import Diagnostics
package import Writing

/// Lines of the input for reports that show them, without what must not be shown.
package struct SourceExcerpts {
  private let sources: SourceTable
  private var secrets: Secrets

  /// Longer lines are cut.
  private static let longestLine = 160

  package init(_ sources: SourceTable) {
    self.sources = sources
    secrets = Secrets(sources)
  }

  /// The lines that a span takes up, safe to show, without the blanks that all of them start with.
  package mutating func lines(of span: SourceSpan, atMost most: Int, _ places: inout Places) -> [String] {
    let (first, last) = (places.line(of: span), places.lastLine(of: span))
    let index = places.lineIndex(of: span.file)
    let lines = (first...max(first, min(last, first + most - 1))).map { number in
      let line = index.line(number)
      let hidden = secrets.hidden(in: line, of: span.file)
      return DisplayText(line: line.prefix(SourceExcerpts.longestLine), hiding: hidden).text
    }
    let indent = lines.filter { !$0.allSatisfy { $0 == " " } }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return lines.map { String($0.dropFirst(indent)) }
  }
}
