package import Diagnostics

/// Turns spans into lines and columns, and remembers the line index of every file that it was asked about.
package struct Places {
  private let sources: SourceTable
  private var indices: [FileID: LineIndex] = [:]

  package init(_ sources: SourceTable) { self.sources = sources }

  package func path(of span: SourceSpan) -> String { sources.path(of: span) }

  mutating func lineIndex(of file: FileID) -> LineIndex {
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
}
