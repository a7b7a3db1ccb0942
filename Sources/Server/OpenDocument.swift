internal import YAMLSource

/// A text that a client has open: it counts in place of the file.
struct OpenDocument: Sendable {
  /// As the client writes it.
  let uri: String
  private(set) var version: Int?
  private(set) var bytes: [UInt8]

  init(uri: String, version: Int?, text: String) {
    self.uri = uri
    self.version = version
    bytes = Array(text.utf8)
  }

  /// Makes changes of `textDocument/didChange`, one after the other; one without a range is the whole text.
  mutating func change(_ changes: NodeRef, version: Int?, _ encoding: PositionEncoding) {
    for change in changes.items {
      let text = Array((change["text"]?.text ?? "").utf8)
      guard let range = change["range"].flatMap(TextRange.init) else {
        bytes = text
        continue
      }
      let positions = TextPositions(bytes, encoding)
      let start = positions.offset(of: range.start)
      bytes.replaceSubrange(start..<max(start, positions.offset(of: range.end)), with: text)
    }
    self.version = version
  }
}

/// A range of a text, its end excluded.
struct TextRange: Sendable {
  let start: TextPosition
  let end: TextPosition

  init(start: TextPosition, end: TextPosition) {
    self.start = start
    self.end = end
  }

  init?(_ node: NodeRef) {
    guard let start = node["start"].flatMap(TextPosition.init), let end = node["end"].flatMap(TextPosition.init) else {
      return nil
    }
    self.init(start: start, end: end)
  }

  func touches(_ other: TextRange) -> Bool { start <= other.end && other.start <= end }
}

extension TextPosition {
  init?(_ node: NodeRef) {
    guard node.kind == .mapping, let line = node["line"]?.int, let character = node["character"]?.int else {
      return nil
    }
    self.init(line: line, character: character)
  }
}
