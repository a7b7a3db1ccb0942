package import Diagnostics
package import Writing

/// What changes in a file, as `diff -u` writes it: what `patch -p0` takes.
///
/// Lines are written as they are, unless a terminal or a log would obey them: no manifest needs such a line. Lines with
/// what may be a password are not shown around a change, which shortens a hunk and keeps it applicable.
package struct UnifiedDiff {
  /// How many lines are shown around a change.
  private static let context = 3

  private let file: SourceFile
  private let old: [ArraySlice<UInt8>]
  private let new: [ArraySlice<UInt8>]

  /// Lines keep their ends: one with another end is another line.
  ///
  /// - Parameters:
  ///   - file: as it was read.
  ///   - bytes: what it would hold.
  package init(_ file: SourceFile, _ bytes: [UInt8]) {
    self.file = file
    old = UnifiedDiff.lines(file.bytes)
    new = UnifiedDiff.lines(bytes)
  }

  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(bytes[start...offset])
      start = offset + 1
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
  }

  /// Writes the headers and all hunks; nothing where the texts are equal.
  ///
  /// - Parameter sources: the files of the run.
  package func write(_ sources: SourceTable, to out: inout ByteWriter) {
    let changes = changes()
    guard !changes.isEmpty else { return }
    var secrets = Secrets(sources)
    let name = DisplayText.escaped(file.path)
    out.append("--- \(name)\n+++ \(name)\n")
    var rest = changes[...]
    while let first = rest.first {
      var hunk = [first]
      rest.removeFirst()
      while let next = rest.first, let last = hunk.last,
        next.old.lowerBound - last.old.upperBound <= 2 * UnifiedDiff.context
      {
        hunk.append(next)
        rest.removeFirst()
      }
      write(hunk, &secrets, to: &out)
    }
  }

  // MARK: Changes

  /// Lines of the old text that others of the new one replace; one of the two may be empty.
  private struct Change {
    var old: Range<Int>
    var new: Range<Int>
  }

  private func changes() -> [Change] {
    var changes: [Change] = []
    var next = (old: 0, new: 0)
    for pair in LineMatches(old, new).pairs + [(old.count, new.count)] {
      if pair != next { changes.append(Change(old: next.old..<pair.old, new: next.new..<pair.new)) }
      next = (pair.old + 1, pair.new + 1)
    }
    return changes
  }

  // MARK: Text

  private func write(_ hunk: [Change], _ secrets: inout Secrets, to out: inout ByteWriter) {
    guard let first = hunk.first, let last = hunk.last else { return }
    let before = open(old[..<first.old.lowerBound].suffix(UnifiedDiff.context).reversed(), &secrets)
    let after = open(old[last.old.upperBound...].prefix(UnifiedDiff.context), &secrets)
    let oldLines = first.old.lowerBound - before..<last.old.upperBound + after
    let newLines = first.new.lowerBound - before..<last.new.upperBound + after
    out.append("@@ -\(UnifiedDiff.text(oldLines)) +\(UnifiedDiff.text(newLines)) @@\n")
    var line = oldLines.lowerBound
    for change in hunk {
      for text in old[line..<change.old.lowerBound] {
        write(" ", text, secrets.hidden(in: text, of: file.id), to: &out)
      }
      for text in old[change.old] { write("-", text, secrets.hidden(in: text, of: file.id), to: &out) }
      for text in new[change.new] { write("+", text, SecretText.credentials(in: text), to: &out) }
      line = change.old.upperBound
    }
    for text in old[line..<oldLines.upperBound] { write(" ", text, [], to: &out) }
  }

  /// How many lines there are before the first one that is not shown as a whole.
  private func open(_ lines: some Sequence<ArraySlice<UInt8>>, _ secrets: inout Secrets) -> Int {
    var count = 0
    for line in lines {
      if !secrets.hidden(in: line, of: file.id).isEmpty { break }
      count += 1
    }
    return count
  }

  /// The first line, from 1, and how many there are if not one; the line before for none.
  private static func text(_ lines: Range<Int>) -> String {
    switch lines.count {
    case 0: "\(lines.lowerBound),0"
    case 1: "\(lines.lowerBound + 1)"
    default: "\(lines.lowerBound + 1),\(lines.count)"
    }
  }

  private func write(_ sign: String, _ line: ArraySlice<UInt8>, _ hidden: [Range<Int>], to out: inout ByteWriter) {
    out.append(sign)
    let isWhole = line.last == UInt8(ascii: "\n")
    let text = isWhole ? line.dropLast() : line
    if hidden.isEmpty, UnifiedDiff.isHarmless(text) {
      text.withUnsafeBufferPointer { out.append($0) }
    } else {
      out.append(DisplayText(line: text, hiding: hidden).text)
    }
    out.newline()
    if !isWhole { out.append("\\ No newline at end of file\n") }
  }

  /// Whether a line shows as what it is: tabs, and a carriage return at its end, may stay.
  private static func isHarmless(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.last == 0x0D ? line.dropLast() : line
    return text.split(separator: 0x09).allSatisfy { DisplayText(line: $0).text.utf8.elementsEqual($0) }
  }
}
