internal import Diagnostics
internal import YAMLSource

/// A file's text, for edits that keep the way in which it is written: block or flow style, indentation, quotes, line
/// ends and comments. Where that cannot be kept there is no edit.
package struct WrittenText {
  let file: SourceFile

  private var bytes: [UInt8] { file.bytes }

  /// - Parameter span: a place in the file.
  init(_ sources: SourceTable, at span: SourceSpan) { file = sources[span.file] }

  /// How an item stands in its list, or a key in its mapping.
  enum Form: Equatable {
    /// Behind a dash that is the first on its line, at this offset; the item may begin on a later line.
    case block(dash: Int)
    /// Behind a bracket or a comma at this offset.
    case flow(separator: Int)
  }

  // MARK: Scalars

  /// Writes another text in place of a scalar, in the same quotes, and in quotes where the plain text would be no string;
  /// `nil` where something else is written, as where a build made the value.
  func replacing(_ span: SourceSpan, _ old: String, with new: String) -> Fix.Edit? {
    guard span.file == file.id else { return nil }
    let text = bytes[Int(span.start)..<Int(span.end)]
    switch text.first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      guard text.count > 1, text.dropFirst().dropLast().elementsEqual(old.utf8), let quote = text.first else {
        return nil
      }
      let sign = String(decoding: [quote], as: UTF8.self)
      return Fix.Edit(span, sign + new + sign)
    default:
      guard text.elementsEqual(old.utf8) else { return nil }
      return Fix.Edit(span, WrittenText.isPlainText(new) ? new : "\"\(new)\"")
    }
  }

  /// Whether a text of letters, digits and the signs of labels is text without quotes too.
  package static func isPlainText(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { ScalarResolution.resolve($0) } == .string
  }

  // MARK: Items of lists

  func removingFromFlow(_ item: SourceSpan, after separator: Int) -> Fix.Edit? {
    let isFirst = bytes[separator] == UInt8(ascii: "[")
    guard isFirst else {
      return hasComment(separator..<Int(item.end)) ? nil : edit(separator..<Int(item.end), "")
    }
    let comma = afterBlanks(Int(item.end))
    guard comma < bytes.count, bytes[comma] == UInt8(ascii: ",") else { return nil }
    let next = afterBlanks(comma + 1)
    return hasComment(Int(item.start)..<next) ? nil : edit(Int(item.start)..<next, "")
  }

  /// Writes further items behind one.
  ///
  /// - Parameter texts: the new items in the style of the one before them, their lines as far indented as that one's.
  func inserting(_ texts: [String], after item: SourceSpan) -> Fix.Edit? {
    inserting(texts.map { (remark: nil, text: $0) }, after: item)
  }

  /// Writes further items behind one, in that one's style; flow style takes no remarks.
  func inserting(_ nodes: [TextNode], after item: SourceSpan) -> Fix.Edit? {
    inserting(nodes.map { (remark: $0.remark, text: text($0, like: item)) }, after: item)
  }

  private func inserting(_ items: [(remark: String?, text: String)], after item: SourceSpan) -> Fix.Edit? {
    switch form(of: item) {
    case .block(let dash):
      let end = lineEnd(of: Int(item.end))
      let start = lineStart(of: dash)
      guard isBlankOrComment(Int(item.end)..<end) else { return nil }
      let newline = newline(near: end)
      let blanks = newline + String(decoding: bytes[start..<dash], as: UTF8.self)
      let lead = newline + String(decoding: bytes[start..<Int(item.start)], as: UTF8.self)
      return edit(end..<end, items.map { ($0.remark.map { blanks + "# " + $0 } ?? "") + lead + $0.text }.joined())
    case .flow(let separator):
      let blanks = bytes[separator + 1..<Int(item.start)]
      let gap = blanks.contains(UInt8(ascii: "\n")) ? String(decoding: blanks, as: UTF8.self) : " "
      return edit(Int(item.end)..<Int(item.end), items.map { "," + gap + $0.text }.joined())
    case nil: return nil
    }
  }

  func text(_ node: TextNode, like item: SourceSpan) -> String {
    let start = Int(item.start)
    guard byte(start) == UInt8(ascii: "{") else {
      return node.block(indent: column(of: start), newline: newline(near: lineEnd(of: start)))
    }
    return node.flow(quoted: bytes[afterBlanks(start + 1)...].first == UInt8(ascii: "\""))
  }

  /// Makes one mapping of two that are items next to each other, and written alike.
  func joining(_ first: SourceSpan, _ second: SourceSpan) -> Fix.Edit? {
    guard first.file == second.file, first.end <= second.start, let form = form(of: first),
      let other = self.form(of: second)
    else { return nil }
    let opening = UInt8(ascii: "{")
    let isFlow = byte(Int(first.start)) == opening
    guard isFlow == (byte(Int(second.start)) == opening) else { return nil }
    if isFlow {
      let gap = Int(first.end) - 1..<Int(second.start) + 1
      return hasComment(gap) ? nil : edit(gap, ", ")
    }
    guard case .block(let dash) = form, case .block(let otherDash) = other, column(of: dash) == column(of: otherDash),
      column(of: Int(first.start)) == column(of: Int(second.start)),
      lineStart(of: otherDash) == lineStart(of: Int(second.start))
    else { return nil }
    return edit(otherDash..<otherDash + 1, " ")
  }

  // MARK: Keys of mappings

  /// Writes a further key before one, in the style of the mapping that holds it; `nil` where its style is not told.
  func inserting(_ name: String, _ value: TextNode, beforeKey key: SourceSpan) -> Fix.Edit? {
    guard key.file == file.id else { return nil }
    let place = Int(key.start)
    let text = pair(name, value, like: key)
    if isInFlow(place) { return edit(place..<place, text + "," + flowGap(before: place)) }
    let start = lineStart(of: place)
    guard isBlank(start..<place) || isBehindDash(place, from: start) else { return nil }
    let blanks = String(repeating: " ", count: place - start)
    return edit(place..<place, text + newline(near: lineEnd(of: place)) + blanks)
  }

  /// Writes a further key behind the value of one.
  func inserting(_ name: String, _ value: TextNode, afterKey key: SourceSpan, value last: SourceSpan) -> Fix.Edit? {
    guard key.file == file.id, key.file == last.file, key.end <= last.start else { return nil }
    let (place, end) = (Int(key.start), Int(last.end))
    let text = pair(name, value, like: key)
    if isInFlow(place) { return edit(end..<end, "," + flowGap(before: place) + text) }
    let start = lineStart(of: place)
    guard isBlank(start..<place) || isBehindDash(place, from: start), isBlankOrComment(end..<lineEnd(of: end)) else {
      return nil
    }
    let blanks = String(repeating: " ", count: place - start)
    let line = lineEnd(of: end)
    return edit(line..<line, newline(near: line) + blanks + text)
  }

  /// Writes a further key behind a value of a mapping; `nil` where the mapping is written in another file.
  func inserting(_ name: String, _ value: TextNode, behind last: SourceSpan, in mapping: SourceSpan) -> Fix.Edit? {
    guard mapping.file == file.id, mapping.file == last.file, mapping.start < last.start, last.end <= mapping.end else {
      return nil
    }
    let isFlow = bytes[Int(mapping.start)] == UInt8(ascii: "{")
    let first = UInt32(isFlow ? afterBlanks(Int(mapping.start) + 1) : Int(mapping.start))
    let key = SourceSpan(file: mapping.file, start: first, end: first)
    return inserting(name, value, afterKey: key, value: last)
  }

  private func pair(_ name: String, _ value: TextNode, like key: SourceSpan) -> String {
    let isQuoted = byte(Int(key.start)) == UInt8(ascii: "\"")
    return (isQuoted ? "\"\(name)\"" : name) + ": " + value.flow(quoted: isQuoted)
  }

  /// What stands between two keys of a flow mapping: a line end with the blanks of the next line, where a key has its own.
  private func flowGap(before key: Int) -> String {
    let blanks = bytes[beforeBlanks(key)..<key]
    return blanks.contains(0x0A) ? String(decoding: blanks, as: UTF8.self) : " "
  }

  /// Whether a key belongs to a flow mapping: a brace or a comma stands before it.
  private func isInFlow(_ place: Int) -> Bool {
    let before = beforeBlanks(place)
    guard before > 0, let sign = Optional(bytes[before - 1]) else { return false }
    return (sign == UInt8(ascii: "{") || sign == UInt8(ascii: ",")) && !hasComment(lineStart(of: before)..<before)
  }

  private func isBehindDash(_ place: Int, from start: Int) -> Bool {
    let text = bytes[start..<place]
    return text.contains(UInt8(ascii: "-")) && text.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }
  }

  // MARK: Comments

  /// Deletes a comment, with its line where nothing else is on it; `nil` where another one follows in it.
  func removingComment(_ span: SourceSpan) -> Fix.Edit? {
    let (place, end) = (Int(span.start), lineEnd(of: Int(span.start)))
    guard !hasComment(place + 1..<end) else { return nil }
    let start = lineStart(of: place)
    if isBlank(start..<place) { return edit(start..<end + newline(at: end).utf8.count, "") }
    let before = bytes[start..<place].lastIndex { $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? start
    return edit(before..<end, "")
  }

  /// Writes other words between the brackets of a comment.
  func listing(_ words: [String], in span: SourceSpan) -> Fix.Edit? {
    let text = bytes[Int(span.start)..<Int(span.end)]
    guard let open = text.firstIndex(of: UInt8(ascii: "[")), let close = text.firstIndex(of: UInt8(ascii: "]")),
      open < close
    else { return nil }
    return edit(open + 1..<close, words.joined(separator: ", "))
  }

  // MARK: Documents

  /// Writes a further document behind all others; `nil` where the file takes none (JSON).
  func appending(_ document: TextNode) -> Fix.Edit? {
    let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
    guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return nil }
    let newline = newlineOfFile
    let isOpen = !bytes.isEmpty && bytes.last != 0x0A
    let text = document.block(indent: 0, newline: newline)
    return edit(bytes.count..<bytes.count, (isOpen ? newline : "") + "---" + newline + text + newline)
  }

  // MARK: Lines

  /// How an item stands in its list; `nil` behind an anchor or a tag, and where the text before it is a comment.
  func form(of item: SourceSpan) -> Form? {
    guard item.file == file.id else { return nil }
    let end = beforeBlanks(Int(item.start))
    guard end > 0 else { return nil }
    let place = end - 1
    switch bytes[place] {
    case UInt8(ascii: "-"): return isBlank(lineStart(of: place)..<place) ? .block(dash: place) : nil
    case UInt8(ascii: "["), UInt8(ascii: ","):
      return hasComment(lineStart(of: place)..<place) ? nil : .flow(separator: place)
    default: return nil
    }
  }

  func edit(_ range: Range<Int>, _ text: String) -> Fix.Edit {
    Fix.Edit(SourceSpan(file: file.id, start: UInt32(range.lowerBound), end: UInt32(range.upperBound)), text)
  }

  func lineStart(of offset: Int) -> Int {
    let start = bytes[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    return start == 0 && bytes.starts(with: byteOrderMark) ? byteOrderMark.count : start
  }

  func lineEnd(of offset: Int) -> Int {
    bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
  }

  /// `nil` behind the end of the file, where something that is not written stands.
  private func byte(_ offset: Int) -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func column(of offset: Int) -> Int { offset - lineStart(of: offset) }

  /// The line end at an offset; empty at the end of the file.
  func newline(at offset: Int) -> String {
    guard offset < bytes.count else { return "" }
    if bytes[offset] == 0x0A { return "\n" }
    return bytes[(offset + 1)...].first == 0x0A ? "\r\n" : "\r"
  }

  func newline(before offset: Int) -> String {
    guard offset > 1, bytes[offset - 1] == 0x0A else { return offset > 0 ? "\n" : "" }
    return bytes[offset - 2] == 0x0D ? "\r\n" : "\n"
  }

  /// The line end that the file's first line has.
  var newlineOfFile: String {
    let end = lineEnd(of: 0)
    return end < bytes.count ? newline(at: end) : "\n"
  }

  /// The line end at an offset; at the end of the file that of the line before.
  func newline(near end: Int) -> String {
    if end < bytes.count { return newline(at: end) }
    let start = lineStart(of: end)
    return start > byteOrderMark.count ? newline(before: start) : "\n"
  }

  private func beforeBlanks(_ offset: Int) -> Int {
    (bytes[..<offset].lastIndex { !WrittenText.isBlank($0) } ?? -1) + 1
  }

  func afterBlanks(_ offset: Int) -> Int {
    bytes[offset...].firstIndex { !WrittenText.isBlank($0) } ?? bytes.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  func isBlankOrComment(_ range: Range<Int>) -> Bool {
    let rest = bytes[range].drop { $0 == 0x20 || $0 == 0x09 }
    return rest.isEmpty || rest.startIndex > range.lowerBound && rest.first == UInt8(ascii: "#")
  }

  /// Whether there may be a comment: what looks like one in quotes counts.
  private func hasComment(_ range: Range<Int>) -> Bool { bytes[range].contains(UInt8(ascii: "#")) }
}
