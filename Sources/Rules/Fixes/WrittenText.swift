internal import Diagnostics
internal import YAMLSource

/// A file's text, for edits that keep the way in which it is written: block or flow style, indentation, quotes, line
/// ends and comments. Where that cannot be kept there is no edit.
struct WrittenText {
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
      let isText = Array(new.utf8).withUnsafeBufferPointer { ScalarResolution.resolve($0) } == .string
      return Fix.Edit(span, isText && !new.utf8.isEmpty ? new : "\"\(new)\"")
    }
  }

  // MARK: Items of lists

  /// Deletes an item with its line; `nil` for the only item of a flow list, and where a comment would go with it.
  func removing(_ item: SourceSpan) -> Fix.Edit? {
    switch form(of: item) {
    case .block(let dash):
      var start = lineStart(of: dash)
      let end = lineEnd(of: Int(item.end))
      guard isBlank(Int(item.end)..<end), !hasComment(start..<end) else { return nil }
      let next = end + newline(at: end).utf8.count
      // The last line of a file that does not end with one goes with the line end before it.
      if next == end, start > 0 { start -= newline(before: start).utf8.count }
      return edit(start..<next, "")
    case .flow(let separator): return removingFromFlow(item, after: separator)
    case nil: return nil
    }
  }

  private func removingFromFlow(_ item: SourceSpan, after separator: Int) -> Fix.Edit? {
    let isFirst = bytes[separator] == UInt8(ascii: "[")
    guard isFirst else {
      return hasComment(separator..<Int(item.end)) ? nil : edit(separator..<Int(item.end), "")
    }
    let comma = afterBlanks(Int(item.end))
    guard comma < bytes.count, bytes[comma] == UInt8(ascii: ",") else { return nil }
    let next = afterBlanks(comma + 1)
    return hasComment(Int(item.start)..<next) ? nil : edit(Int(item.start)..<next, "")
  }

  /// Writes a further item behind one.
  ///
  /// - Parameter text: the new item in the style of the one before it, its lines as far indented as that one's.
  func inserting(_ text: String, after item: SourceSpan) -> Fix.Edit? {
    switch form(of: item) {
    case .block(let dash):
      let end = lineEnd(of: Int(item.end))
      let start = lineStart(of: dash)
      guard isBlankOrComment(Int(item.end)..<end) else { return nil }
      let lead = String(decoding: bytes[start..<Int(item.start)], as: UTF8.self)
      return edit(end..<end, newline(near: end) + lead + text)
    case .flow(let separator):
      let blanks = bytes[separator + 1..<Int(item.start)]
      let gap = blanks.contains(UInt8(ascii: "\n")) ? String(decoding: blanks, as: UTF8.self) : " "
      return edit(Int(item.end)..<Int(item.end), "," + gap + text)
    case nil: return nil
    }
  }

  /// An item's text with a part of it replaced; `nil` where the part lies elsewhere.
  func text(of item: SourceSpan, with edit: Fix.Edit) -> String? {
    guard edit.span.file == item.file, edit.span.start >= item.start, edit.span.end <= item.end else { return nil }
    let before = bytes[Int(item.start)..<Int(edit.span.start)]
    let after = bytes[Int(edit.span.end)..<Int(item.end)]
    if hasComment(Int(item.start)..<Int(item.end)) { return nil }
    return String(decoding: before, as: UTF8.self) + edit.replacement + String(decoding: after, as: UTF8.self)
  }

  /// Makes one mapping of two that are items next to each other, and written alike.
  func joining(_ first: SourceSpan, _ second: SourceSpan) -> Fix.Edit? {
    guard first.file == second.file, first.end <= second.start, let form = form(of: first),
      let other = self.form(of: second)
    else { return nil }
    let opening = UInt8(ascii: "{")
    let isFlow = bytes[Int(first.start)] == opening
    guard isFlow == (bytes[Int(second.start)] == opening) else { return nil }
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
  ///
  /// - Parameter key: of the mapping, not in front of a dash that is on the same line.
  func inserting(_ name: String, _ value: String, beforeKey key: SourceSpan) -> Fix.Edit? {
    let place = Int(key.start)
    let start = lineStart(of: place)
    if isBlank(start..<place) || isBehindDash(place, from: start) {
      guard !isInFlow(place) else { return nil }
      let blanks = String(repeating: " ", count: place - start)
      return edit(place..<place, quoted(name, like: key) + ": \(value)" + newline(near: lineEnd(of: place)) + blanks)
    }
    guard isInFlow(place) else { return nil }
    return edit(place..<place, quoted(name, like: key) + ": \(value), ")
  }

  /// Writes a further key behind the value of one.
  func inserting(_ name: String, _ value: String, afterKey key: SourceSpan, value last: SourceSpan) -> Fix.Edit? {
    let (place, end) = (Int(key.start), Int(last.end))
    if isInFlow(place) { return edit(end..<end, ", " + quoted(name, like: key) + ": \(value)") }
    let start = lineStart(of: place)
    guard isBlank(start..<place) || isBehindDash(place, from: start), isBlankOrComment(end..<lineEnd(of: end)) else {
      return nil
    }
    let blanks = String(repeating: " ", count: place - start)
    let line = lineEnd(of: end)
    return edit(line..<line, newline(near: line) + blanks + quoted(name, like: key) + ": \(value)")
  }

  private func quoted(_ name: String, like key: SourceSpan) -> String {
    bytes[Int(key.start)] == UInt8(ascii: "\"") ? "\"\(name)\"" : name
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

  // MARK: Lines

  /// How an item stands in its list; `nil` behind an anchor or a tag, and where the text before it is a comment.
  func form(of item: SourceSpan) -> Form? {
    let end = beforeBlanks(Int(item.start))
    guard end > 0 else { return nil }
    let place = end - 1
    switch bytes[place] {
    case UInt8(ascii: "-"): return isBlank(lineStart(of: place)..<place) ? .block(dash: place) : nil
    case UInt8(ascii: "["), UInt8(ascii: ","): return hasComment(lineStart(of: place)..<place) ? nil : .flow(separator: place)
    default: return nil
    }
  }

  private func edit(_ range: Range<Int>, _ text: String) -> Fix.Edit {
    Fix.Edit(SourceSpan(file: file.id, start: UInt32(range.lowerBound), end: UInt32(range.upperBound)), text)
  }

  private func lineStart(of offset: Int) -> Int {
    let start = bytes[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    return start == 0 && bytes.starts(with: byteOrderMark) ? byteOrderMark.count : start
  }

  private func lineEnd(of offset: Int) -> Int {
    bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
  }

  private func column(of offset: Int) -> Int { offset - lineStart(of: offset) }

  /// The line end at an offset; empty at the end of the file.
  private func newline(at offset: Int) -> String {
    guard offset < bytes.count else { return "" }
    if bytes[offset] == 0x0A { return "\n" }
    return bytes[(offset + 1)...].first == 0x0A ? "\r\n" : "\r"
  }

  private func newline(before offset: Int) -> String {
    guard offset > 1, bytes[offset - 1] == 0x0A else { return offset > 0 ? "\n" : "" }
    return bytes[offset - 2] == 0x0D ? "\r\n" : "\n"
  }

  /// The line end at an offset; at the end of the file that of the line before.
  private func newline(near end: Int) -> String {
    if end < bytes.count { return newline(at: end) }
    let start = lineStart(of: end)
    return start > byteOrderMark.count ? newline(before: start) : "\n"
  }

  private func beforeBlanks(_ offset: Int) -> Int {
    (bytes[..<offset].lastIndex { !WrittenText.isBlank($0) } ?? -1) + 1
  }

  private func afterBlanks(_ offset: Int) -> Int {
    bytes[offset...].firstIndex { !WrittenText.isBlank($0) } ?? bytes.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  private func isBlankOrComment(_ range: Range<Int>) -> Bool {
    let rest = bytes[range].drop { $0 == 0x20 || $0 == 0x09 }
    return rest.isEmpty || rest.startIndex > range.lowerBound && rest.first == UInt8(ascii: "#")
  }

  /// Whether there may be a comment: what looks like one in quotes counts.
  private func hasComment(_ range: Range<Int>) -> Bool { bytes[range].contains(UInt8(ascii: "#")) }
}
