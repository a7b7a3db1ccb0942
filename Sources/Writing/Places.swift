package import Diagnostics

/// Turns spans into lines and columns, and remembers the line index of every file that it was asked about.
package struct Places {
  private let sources: SourceTable
  private var indices: [FileID: LineIndex] = [:]

  package init(_ sources: SourceTable) { self.sources = sources }

  package func path(of span: SourceSpan) -> String { sources.path(of: span) }

  package mutating func lineIndex(of file: FileID) -> LineIndex {
    if let index = indices[file] { return index }
    let index = LineIndex(sources[file].bytes)
    indices[file] = index
    return index
  }

  /// Where a span starts and where it ends; the end is the first position after it.
  package mutating func range(of span: SourceSpan) -> (start: SourcePosition, end: SourcePosition) {
    let index = lineIndex(of: span.file)
    return (index.position(of: span.start), index.position(of: max(span.start, span.end)))
  }

  /// The line that a span starts in.
  package mutating func line(of span: SourceSpan) -> Int { range(of: span).start.line }

  /// `k8s/a.yaml:12`, safe to show.
  package mutating func text(of span: SourceSpan) -> String {
    "\(DisplayText.escaped(path(of: span))):\(line(of: span))"
  }

  /// The last line of which a span holds something: not the one that it ends before.
  package mutating func lastLine(of span: SourceSpan) -> Int {
    let (start, end) = range(of: span)
    return end.column == 1 && end.line > start.line ? end.line - 1 : end.line
  }

  /// As `range(of:)`, with columns that count bytes.
  package mutating func byteRange(of span: SourceSpan) -> (start: SourcePosition, end: SourcePosition) {
    let index = lineIndex(of: span.file)
    func position(_ offset: UInt32) -> SourcePosition {
      let line = index.position(of: offset).line
      return SourcePosition(line: line, column: max(0, Int(offset) - index.line(line).startIndex) + 1)
    }
    return (position(span.start), position(max(span.start, span.end)))
  }
}
