package import Config
package import Diagnostics
internal import YAMLSource

/// Writes comments into a file that suppress findings.
///
/// A comment stands at the end of the finding's line, so that it covers no more than that; where that is not possible
/// (there is another comment, or a text goes on), it stands above the line. Every comment is tried out: what would not
/// suppress its findings is not written.
package struct IgnoreWriter {
  /// The file's new bytes; its old ones where nothing could be written.
  package private(set) var bytes: [UInt8]
  /// The findings that are suppressed now.
  package private(set) var suppressed: [Finding] = []
  /// Those for which no place was found.
  package private(set) var left: [Finding]

  private let file: SourceFile
  private let findings: [Finding]
  private let lines: LineIndex
  private let reason: String
  private let until: String?

  /// - Parameters:
  ///   - findings: of this file, in report order.
  ///   - reason: one line.
  ///   - until: the last day on which the comments count; for ever when `nil`.
  package init(
    _ findings: [Finding], in file: SourceFile, reason: String, until: String? = nil, _ configuration: Configuration
  ) {
    self.file = file
    self.findings = findings
    self.reason = reason
    self.until = until
    bytes = file.bytes
    lines = LineIndex(file.bytes)
    left = findings
    // The file would be another one in UTF-8.
    if file.isRecoded { return }
    // JSON knows no comments, and kubectl takes what begins with a brace for JSON.
    let first = file.bytes.first { $0 > 0x20 && $0 < 0x80 }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return }
    let protected = RulesByWord(configuration).protected
    let candidates = findings.indices.filter { !protected.contains(findings[$0].rule) }
    let atEnd = working(candidates.map { Placed(finding: $0, isAbove: false) })
    let done = Set(atEnd.map(\.finding))
    let all = atEnd + candidates.filter { !done.contains($0) }.map { Placed(finding: $0, isAbove: true) }
    // What fails goes, and what is left must work without it.
    let placed = working(working(all))
    guard working(placed).count == placed.count else { return }
    bytes = file.bytes.applying(edits(placed))
    let written = Set(placed.map(\.finding))
    suppressed = findings.indices.filter(written.contains).map { findings[$0] }
    left = findings.indices.filter { !written.contains($0) }.map { findings[$0] }
  }

  /// A comment for a finding, given by its number.
  private struct Placed {
    let finding: Int
    let isAbove: Bool
  }

  /// Those of the comments that suppress their findings when all of them are written.
  private func working(_ placed: [Placed]) -> [Placed] {
    let edits = edits(placed)
    let changed = SourceFile(id: file.id, path: file.path, bytes: file.bytes.applying(edits))
    // A finding is covered by its own comment: the one that is written at its place.
    var covered: [Int: [(range: SourceSpan, words: [String])]] = [:]
    let index = LineIndex(changed.bytes)
    for suppression in SuppressionFinder.find(in: changed, []) {
      guard case .range(let range) = suppression.scope, let text = suppression.text, text.reason == reason else {
        continue
      }
      covered[index.position(of: suppression.span.start).line, default: []].append((range, text.words))
    }
    // Comments and findings both come in order of place.
    var upcoming = edits[...]
    var shift: UInt32 = 0
    return placed.sorted { $0.finding < $1.finding }.filter { entry in
      let start = findings[entry.finding].span.start
      while let edit = upcoming.first, edit.span.start <= start {
        shift += UInt32(edit.replacement.utf8.count)
        upcoming.removeFirst()
      }
      let place = start + shift
      let span = SourceSpan(file: file.id, start: place, end: place)
      let line = index.position(of: place).line - (entry.isAbove ? 1 : 0)
      return covered[line, default: []].contains { range, words in
        range.covers(span) && words.contains(findings[entry.finding].rule.description)
      }
    }
  }

  /// One comment for all findings of a line at the same place, in order.
  private func edits(_ placed: [Placed]) -> [Fix.Edit] {
    var rules: [Int: (above: Set<RuleID>, atEnd: Set<RuleID>)] = [:]
    for entry in placed {
      let finding = findings[entry.finding]
      let line = lines.position(of: finding.span.start).line
      if entry.isAbove {
        rules[line, default: ([], [])].above.insert(finding.rule)
      } else {
        rules[line, default: ([], [])].atEnd.insert(finding.rule)
      }
    }
    return rules.sorted { $0.key < $1.key }.flatMap { line, rules in
      [edit(line, isAbove: true, rules.above), edit(line, isAbove: false, rules.atEnd)].compactMap(\.self)
    }
  }

  private func edit(_ line: Int, isAbove: Bool, _ rules: Set<RuleID>) -> Fix.Edit? {
    if rules.isEmpty { return nil }
    let text = lines.line(line)
    let ids = rules.sorted().map(\.description).joined(separator: ", ")
    let end = until.map { " until=\($0)" } ?? ""
    let comment = "# \(SuppressionText.marker) ignore[\(ids)]\(end): \(reason)"
    let place = UInt32(isAbove ? text.startIndex : text.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? text.startIndex)
    let blanks = String(decoding: text.prefix { $0 == 0x20 }, as: UTF8.self)
    return Fix.Edit(
      SourceSpan(file: file.id, start: place, end: place),
      isAbove ? blanks + comment + lineEnd(after: text.endIndex, before: text.startIndex) : " " + comment)
  }

  /// The end of the line that ends at an offset; where the file ends there, that of the line before.
  private func lineEnd(after end: Int, before start: Int) -> String {
    let bytes = file.bytes
    if end < bytes.count { return bytes[end] == 0x0A ? "\n" : bytes[(end + 1)...].first == 0x0A ? "\r\n" : "\r" }
    return start > 1 && bytes[start - 2] == 0x0D ? "\r\n" : "\n"
  }
}
