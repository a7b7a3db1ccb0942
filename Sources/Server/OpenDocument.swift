internal import YAMLSource

/// A text that a client has open: it counts in place of the file.
struct OpenDocument: Sendable {
  /// As the client writes it.
  let uri: String
  private(set) var version: Int?
  private(set) var bytes: [UInt8]
  /// Whether it is what the file holds, as far as the client has said.
  var isSaved = false

  init(uri: String, version: Int?, text: String) {
    self.uri = uri
    self.version = version
    bytes = Array(text.utf8)
  }

  /// Makes changes of `textDocument/didChange`, one after the other; one without a range is the whole text.
  mutating func change(_ changes: NodeRef, version: Int?, _ encoding: PositionEncoding) {
    isSaved = false
    for change in changes.items {
      guard let text = change.at("text")?.textIfString.map({ Array($0.utf8) }) else { continue }
      guard let written = change.at("range"), written.kind == .mapping else {
        bytes = text
        continue
      }
      // What cannot be understood changes nothing: nobody can say what the client has now.
      guard let range = TextRange(written) else { continue }
      let positions = TextPositions(bytes, encoding, isOpen: true)
      let start = positions.offset(of: range.start)
      bytes.replaceSubrange(start..<max(start, positions.offset(of: range.end)), with: text)
    }
    self.version = version
  }
}

/// A range of a text, its end excluded.
struct TextRange: Hashable, Sendable {
  let start: TextPosition
  let end: TextPosition

  init(start: TextPosition, end: TextPosition) {
    self.start = start
    self.end = end
  }

  init?(_ node: NodeRef) {
    guard let start = node.at("start").flatMap(TextPosition.init), let end = node.at("end").flatMap(TextPosition.init)
    else {
      return nil
    }
    self.init(start: start, end: end)
  }

  func touches(_ other: TextRange) -> Bool { start <= other.end && other.start <= end }
}

extension TextPosition {
  init?(_ node: NodeRef) {
    guard let line = node.at("line")?.int, let character = node.at("character")?.int else {
      return nil
    }
    self.init(line: line, character: character)
  }
}
