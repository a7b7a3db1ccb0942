internal import Diagnostics
internal import Model

/// Writes `labels` in place of a kustomization's `commonLabels`: the same labels on objects and pods, and in no selector.
struct CommonLabelsText {
  private static let name = Array("commonLabels:".utf8)

  private let text: WrittenText
  private var bytes: [UInt8] { text.file.bytes }
  /// Where the key begins, at the start of a line, and where its colon ends.
  private let key: Range<Int>
  /// Where the first label begins, and where the last one ends.
  private let labels: Range<Int>

  /// - Parameter added: the labels that a kustomization writes, with their places; `nil` where these are no `commonLabels`
  ///   at the first level of the file.
  init?(_ added: [Label], _ sources: SourceTable) {
    guard let first = added.map(\.keySpan).min(), let last = added.map(\.valueSpan).max(), first.file == last.file
    else { return nil }
    let text = WrittenText(sources, at: first)
    let bytes = text.file.bytes
    let lines = (0...Int(first.start) - min(Int(first.start), CommonLabelsText.name.count)).reversed()
    guard
      let start = lines.first(where: { start in
        bytes[start...].starts(with: CommonLabelsText.name) && text.lineStart(of: start) == start
      })
    else { return nil }
    self.text = text
    key = start..<start + CommonLabelsText.name.count
    labels = Int(first.start)..<Int(last.end)
  }

  /// `nil` where something else than labels stands there, as a comment on the line of the key.
  var edits: [Fix.Edit]? {
    let open = text.afterBlanks(key.upperBound)
    if open < bytes.count, bytes[open] == UInt8(ascii: "{") { return flowEdits(open) }
    let line = text.lineEnd(of: key.upperBound)
    guard text.isBlank(key.upperBound..<line), text.lineStart(of: labels.lowerBound) < labels.lowerBound else {
      return nil
    }
    return blockEdits(line)
  }

  private func flowEdits(_ open: Int) -> [Fix.Edit]? {
    let close = text.afterBlanks(labels.upperBound)
    guard open < labels.lowerBound, close < bytes.count, bytes[close] == UInt8(ascii: "}"),
      text.isBlank(open + 1..<labels.lowerBound)
    else { return nil }
    return [
      text.edit(key.lowerBound..<open + 1, "labels: [{pairs: {"),
      text.edit(close + 1..<close + 1, ", includeTemplates: true}]"),
    ]
  }

  /// - Parameter line: the end of the key's line.
  private func blockEdits(_ line: Int) -> [Fix.Edit]? {
    let end = text.lineEnd(of: labels.upperBound)
    // Another label would follow further in.
    let next = text.afterBlanks(end)
    guard next >= bytes.count || text.lineStart(of: next) == next else { return nil }
    let newline = text.newline(near: line)
    var edits = [
      text.edit(key.lowerBound..<key.upperBound - 1, "labels"), text.edit(line..<line, newline + "  - pairs:"),
    ]
    var start = line
    while start < end {
      start += text.newline(near: start).utf8.count
      let stop = text.lineEnd(of: start)
      if !text.isBlank(start..<stop) { edits.append(text.edit(start..<start, "    ")) }
      start = stop
    }
    return edits + [text.edit(end..<end, newline + "    includeTemplates: true")]
  }
}
