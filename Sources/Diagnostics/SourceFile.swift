/// The place of an input file in one run: an index into `SourceTable`.
///
/// Ids are given in the order in which the files are listed, before any of them is read, so that they do not depend
/// on the number of jobs.
package struct FileID: Hashable, Comparable, Sendable {
  package let index: UInt32

  package init(_ index: Int) { self.index = UInt32(index) }

  package static func < (a: FileID, b: FileID) -> Bool { a.index < b.index }
}

/// A range of bytes in an input file; `start == end` marks a place between two bytes.
///
/// Twelve bytes: spans are kept for nearly every node that is read. Lines and columns are worked out only for what is
/// reported (`SourceTable.position(of:)`).
package struct SourceSpan: Hashable, Sendable {
  package var file: FileID
  package var start: UInt32
  package var end: UInt32

  package init(file: FileID, start: UInt32, end: UInt32) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// The smallest span that holds both; both lie in the same file.
  package func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(file: file, start: min(start, other.start), end: max(end, other.end))
  }

  /// Whether the start of `other` lies inside this span.
  package func covers(_ other: SourceSpan) -> Bool {
    file == other.file && other.start >= start && other.start < max(end, start + 1)
  }
}

extension SourceSpan: Comparable {
  /// In order of files, then of places in the file; of two spans that start together the shorter one comes first.
  package static func < (a: SourceSpan, b: SourceSpan) -> Bool {
    (a.file, a.start, a.end) < (b.file, b.start, b.end)
  }
}

/// A line and a column, both counted from 1; columns count Unicode scalars.
package struct SourcePosition: Hashable, Comparable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (a: SourcePosition, b: SourcePosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// The bytes of one input file and the path under which reports name it.
package struct SourceFile: Sendable {
  package let id: FileID
  /// Relative to the working directory, with `/`; `<stdin>` for standard input.
  package let path: String
  /// What places count in: the file's own bytes, or its text in UTF-8.
  package let bytes: [UInt8]
  /// Whether the file is UTF-16 or UTF-32, so that it does not hold `bytes`.
  package let isRecoded: Bool

  /// - Parameter bytes: as the file holds them; text in UTF-16 or UTF-32 begins with a byte order mark.
  package init(id: FileID, path: String, bytes: [UInt8]) {
    self.id = id
    self.path = path
    let text = EncodedText.utf8(bytes)
    self.bytes = text ?? bytes
    isRecoded = text != nil
  }
}
