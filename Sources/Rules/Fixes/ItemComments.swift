internal import Diagnostics

/// Comments of items that fixes delete or write anew: whose they are decides whether they can be kept.
extension WrittenText {
  /// Deletes an item with its lines; `nil` for the only item of a flow list, and where there is a comment that may be about
  /// it.
  func removing(_ item: SourceSpan) -> Fix.Edit? {
    switch form(of: item) {
    case .block(let dash):
      let lines = lines(of: item, dash)
      guard isBlank(Int(item.end)..<lines.upperBound), comments(in: lines)?.isEmpty == true,
        commentsAbove(dash).isEmpty
      else { return nil }
      return removing(lines)
    case .flow(let separator): return removingFromFlow(item, after: separator)
    case nil: return nil
    }
  }

  /// Deletes an item that another one makes needless, and moves the comment that is about it behind that one.
  ///
  /// Whose a comment is is clear on the item's own lines, and above the last item: above others it may be a heading.
  func removing(_ item: SourceSpan, movingCommentTo other: SourceSpan) -> [Fix.Edit]? {
    guard other.file == item.file, case .block(let dash) = form(of: item) else { return nil }
    var lines = lines(of: item, dash)
    let above = commentsAbove(dash)
    if let first = above.first {
      guard isLast(dash, endingAt: lines.upperBound) else { return nil }
      lines = lineStart(of: first.lowerBound)..<lines.upperBound
    }
    let place = lineEnd(of: Int(other.end))
    guard let all = comments(in: lines), all.count == 1, let comment = all.first,
      isBlankOrComment(Int(item.end)..<lines.upperBound), isBlankOrComment(Int(other.end)..<place),
      !lines.contains(place)
    else { return nil }
    let moved = edit(place..<place, " " + String(decoding: file.bytes[comment], as: UTF8.self))
    return [removing(lines), moved].sorted { $0.span < $1.span }
  }

  /// Writes something else in place of an item, in its style; `nil` where more than one comment would have to find its
  /// place.
  func replacing(_ item: SourceSpan, with node: TextNode) -> Fix.Edit? {
    let (start, end) = (Int(item.start), Int(item.end))
    guard let form = form(of: item), let comments = comments(in: start..<end) else { return nil }
    let new = text(node, like: item)
    guard let comment = comments.first else { return Fix.Edit(item, new) }
    guard comments.count == 1, case .block = form, file.bytes[start] != UInt8(ascii: "{"),
      isBlank(end..<lineEnd(of: end))
    else { return nil }
    return Fix.Edit(item, new + " " + String(decoding: file.bytes[comment], as: UTF8.self))
  }

  /// An item's text with a part of it replaced, without its comments; `nil` where the part lies elsewhere.
  func text(of item: SourceSpan, with edit: Fix.Edit) -> String? {
    guard edit.span.file == item.file, edit.span.start >= item.start, edit.span.end <= item.end,
      let comments = comments(in: Int(item.start)..<Int(item.end))
    else { return nil }
    var text = ""
    var start = Int(item.start)
    let cuts =
      comments.map { (withBlanksBefore($0), "") } + [(Int(edit.span.start)..<Int(edit.span.end), edit.replacement)]
    for (range, new) in cuts.sorted(by: { $0.0.lowerBound < $1.0.lowerBound }) {
      guard range.lowerBound >= start else { return nil }
      text += String(decoding: file.bytes[start..<range.lowerBound], as: UTF8.self) + new
      start = range.upperBound
    }
    return text + String(decoding: file.bytes[start..<Int(item.end)], as: UTF8.self)
  }

  // MARK: Lines

  private func lines(of item: SourceSpan, _ dash: Int) -> Range<Int> {
    lineStart(of: dash)..<lineEnd(of: Int(item.end))
  }

  private func removing(_ lines: Range<Int>) -> Fix.Edit {
    let next = lines.upperBound + newline(at: lines.upperBound).utf8.count
    guard next == lines.upperBound, lines.lowerBound > 0 else { return edit(lines.lowerBound..<next, "") }
    // The last line of a file that does not end with one goes with the line end before it.
    return edit(lines.lowerBound - newline(before: lines.lowerBound).utf8.count..<next, "")
  }

  /// The comments on the lines right above an item, in order.
  private func commentsAbove(_ dash: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = lineStart(of: dash)
    while start > 0 {
      let end = start - newline(before: start).utf8.count
      guard end >= 0, end < start else { break }
      let line = lineStart(of: end)
      guard let sign = file.bytes[line..<end].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
        file.bytes[sign] == UInt8(ascii: "#")
      else { break }
      result.append(sign..<end)
      start = line
    }
    return result.reversed()
  }

  /// Whether no item of the same list follows on the next line that says something.
  private func isLast(_ dash: Int, endingAt end: Int) -> Bool {
    let next = afterBlanks(end)
    guard next < file.bytes.count else { return true }
    return file.bytes[next] != UInt8(ascii: "#")
      && (next - lineStart(of: next) < dash - lineStart(of: dash) || file.bytes[next] != UInt8(ascii: "-"))
  }

  private func withBlanksBefore(_ comment: Range<Int>) -> Range<Int> {
    let start = lineStart(of: comment.lowerBound)
    let blanks = file.bytes[start..<comment.lowerBound].reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count
    // A line of its own goes as a whole.
    if comment.lowerBound - blanks == start {
      return start..<comment.upperBound + newline(at: comment.upperBound).utf8.count
    }
    return comment.lowerBound - blanks..<comment.upperBound
  }

  // MARK: Comments

  /// The comments of a part that begins outside of scalars, without the blanks at their ends; `nil` where it has text in
  /// which a `#` may be anything, as in scalars of several lines.
  func comments(in range: Range<Int>) -> [Range<Int>]? {
    var result: [Range<Int>] = []
    var quote: UInt8?
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = file.bytes[place]
      let before = place > range.lowerBound ? file.bytes[place - 1] : 0x20
      let isStart = before <= 0x20 || "[{,".utf8.contains(before)
      if let open = quote {
        if byte == 0x0A || byte == 0x0D { return nil }
        if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { place += 1 }
        // Two of them stand for one within single quotes.
        if byte == open, byte == UInt8(ascii: "'"), file.bytes[(place + 1)...].first == byte {
          place += 1
        } else if byte == open {
          quote = nil
        }
      } else if isStart, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if isStart, byte == UInt8(ascii: "|") || byte == UInt8(ascii: ">") {
        return nil
      } else if byte == UInt8(ascii: "#"), before <= 0x20 {
        let end = min(lineEnd(of: place), range.upperBound)
        let text = file.bytes[place..<end]
        result.append(place..<(text.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? end))
        place = end
        continue
      }
      place += 1
    }
    return result
  }
}
