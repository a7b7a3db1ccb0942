internal import Diagnostics

/// Reads the YAML that nearly all manifests are written in, much faster than libyaml and into the same tree: block
/// mappings and lists, scalars and flow collections of one line, comments.
///
/// It decides nothing that libyaml would decide otherwise: wherever anything else stands (an anchor, a tag, a block scalar,
/// a text of several lines, an escape, a tab, a character beyond ASCII, indentation that does not fit) it gives up, and
/// libyaml reads the document. So there are no errors here, and what is read is compared with libyaml's tree by tests and
/// by a fuzzer.
struct SimpleYAMLReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let end: Int
  private var offset: Int
  private var lineStart: Int
  private var nodes: [YAMLTree.Node] = []
  private var open: [Collection] = []

  /// A collection that further lines may add to, or a flow collection that is being read.
  private struct Collection {
    let node: Int
    let isList: Bool
    /// Where its keys or dashes stand, counted from the start of their lines.
    let column: Int
    var lastChild = 0
    /// Where the value would stand that the last key or dash has not got yet.
    var wait: Int?
  }

  /// More nested collections, or longer keys, are for libyaml to judge, which has limits for both.
  private static let deepest = 50
  private static let longestKey = 200

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    lineStart = offset
    end = range.upperBound
    nodes.reserveCapacity(range.count / 12 + 4)
  }

  /// The document in a range of a file, which begins at the start of a line; `nil` where libyaml has to read it.
  static func tree(_ file: SourceFile, _ range: Range<Int>) -> YAMLTree? {
    file.bytes.withUnsafeBufferPointer { bytes in
      var reader = SimpleYAMLReader(bytes, range)
      guard reader.readLines() else { return nil }
      return YAMLTree(file: file, range: range, nodes: reader.nodes, cooked: [], hasMergeKeys: false)
    }
  }

  // MARK: Lines

  /// Whether all lines could be read, and there is a document.
  private mutating func readLines() -> Bool {
    while offset < end {
      lineStart = offset
      skipSpaces()
      if isAtContent, !readLine() { return false }
      guard skipComment() else { return false }
    }
    while !open.isEmpty { close() }
    return !nodes.isEmpty
  }

  /// Reads what stands on a line behind its indentation.
  private mutating func readLine() -> Bool {
    let column = offset - lineStart
    guard isDash else { return goTo(column, isList: false) && readPair() && isAtLineEnd() }
    guard goTo(column, isList: true) else { return false }
    offset += 1
    open[open.count - 1].wait = offset
    skipSpaces()
    if !isAtContent { return isAtLineEnd() }
    if isDash { return false }
    guard let key = keyAhead() else { return readValue() && isAtLineEnd() }
    begin(.mapping, column: offset - lineStart)
    return open.count <= SimpleYAMLReader.deepest && readPair(key) && isAtLineEnd()
  }

  /// Closes what a line at a column ends, and opens what it begins.
  private mutating func goTo(_ column: Int, isList: Bool) -> Bool {
    while let inner = open.last {
      if column < inner.column {
        close()
      } else if column == inner.column, isList == inner.isList {
        writeNull()
        return true
      } else if column == inner.column, inner.isList {
        // A list may stand at the column of its key, whose mapping goes on then.
        guard open.count > 1, open[open.count - 2].column == column else { return false }
        close()
      } else {
        guard inner.wait != nil, open.count < SimpleYAMLReader.deepest else { return false }
        begin(isList ? .sequence : .mapping, column: column)
        return true
      }
    }
    guard nodes.isEmpty, !isList else { return false }
    begin(.mapping, column: column)
    return true
  }

  /// Reads `key: value`, or a key whose value stands on the lines below.
  private mutating func readPair(_ known: Text? = nil) -> Bool {
    guard let key = known ?? keyAhead() else { return false }
    append(key)
    offset = key.end + 1
    open[open.count - 1].wait = offset
    skipSpaces()
    return isAtContent ? readValue() : true
  }

  // MARK: Scalars

  /// A scalar of one line.
  private struct Text {
    let style: ScalarStyle
    /// With its quotes.
    let start: Int
    let end: Int
  }

  /// The key that begins here, if a colon stands behind it.
  private func keyAhead() -> Text? {
    guard offset < end else { return nil }
    let first = bytes[offset]
    let key: Text?
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      key = quotedText()
    } else {
      key = isWordByte(first) ? Text(style: .plain, start: offset, end: endOfWord()) : nil
    }
    guard let key, key.end < end, bytes[key.end] == UInt8(ascii: ":"), isBlank(key.end + 1),
      key.end - key.start <= SimpleYAMLReader.longestKey
    else { return nil }
    return key
  }

  private mutating func readValue() -> Bool {
    let first = bytes[offset]
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") { return readFlow() }
    guard let text = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") ? quotedText() : plainText()
    else { return false }
    append(text)
    offset = text.end
    return true
  }

  /// A plain text up to the end of the line or a comment.
  private func plainText() -> Text? {
    let first = bytes[offset]
    let mayBegin =
      isWordByte(first) || [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "(")].contains(first)
      || first == UInt8(ascii: "-") && offset + 1 < end && isWordByte(bytes[offset + 1])
    if !mayBegin { return nil }
    var next = offset
    var textEnd = offset
    while next < end, bytes[next] != 0x0A {
      let byte = bytes[next]
      if !isText(byte) || byte == UInt8(ascii: ":") && isBlank(next + 1) { return nil }
      if byte == UInt8(ascii: "#"), textEnd < next { break }
      next += 1
      if byte != 0x20 { textEnd = next }
    }
    return Text(style: .plain, start: offset, end: textEnd)
  }

  private func quotedText() -> Text? {
    let quote = bytes[offset]
    var next = offset + 1
    while next < end, bytes[next] != quote {
      if !isText(bytes[next]) || bytes[next] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") { return nil }
      next += 1
    }
    // Two quotes stand for one.
    guard next < end, next + 1 == end || bytes[next + 1] != quote else { return nil }
    let isMerge = next - offset == 3 && bytes[offset + 1] == UInt8(ascii: "<") && bytes[offset + 2] == UInt8(ascii: "<")
    if isMerge { return nil }
    let style = quote == UInt8(ascii: "\"") ? ScalarStyle.doubleQuoted : .singleQuoted
    return Text(style: style, start: offset, end: next + 1)
  }

  // MARK: Flow collections

  /// Reads `[a, b]` or `{a: b}`.
  private mutating func readFlow() -> Bool {
    guard open.count < SimpleYAMLReader.deepest else { return false }
    let isList = bytes[offset] == UInt8(ascii: "[")
    let closing = isList ? UInt8(ascii: "]") : UInt8(ascii: "}")
    begin(isList ? .sequence : .mapping, column: -1)
    offset += 1
    skipSpaces()
    var isAtEnd = offset < end && bytes[offset] == closing
    while !isAtEnd {
      guard readFlowItem(isList: isList) else { return false }
      skipSpaces()
      guard offset < end else { return false }
      isAtEnd = bytes[offset] == closing
      if isAtEnd { break }
      guard bytes[offset] == UInt8(ascii: ",") else { return false }
      offset += 1
      skipSpaces()
    }
    offset += 1
    closeFlow()
    return true
  }

  private mutating func readFlowItem(isList: Bool) -> Bool {
    if isList { return readFlowValue() }
    guard let key = keyAhead(), key.end + 1 < end, bytes[key.end + 1] == 0x20 else { return false }
    append(key)
    offset = key.end + 1
    skipSpaces()
    return readFlowValue()
  }

  private mutating func readFlowValue() -> Bool {
    guard offset < end else { return false }
    let first = bytes[offset]
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") { return readFlow() }
    let text: Text
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      guard let quoted = quotedText() else { return false }
      text = quoted
    } else {
      guard isWordByte(first) else { return false }
      text = Text(style: .plain, start: offset, end: endOfWord())
    }
    append(text)
    offset = text.end
    // Nothing may stand right behind it but a blank, a comma or a bracket.
    guard offset < end else { return false }
    return [0x20, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(bytes[offset])
  }

  // MARK: Nodes

  private mutating func append(_ text: Text) {
    var node = YAMLTree.Node(kind: .scalar, style: text.style, start: UInt32(text.start), end: UInt32(text.end))
    let quotes = text.style == .plain ? 0 : 1
    node.textCount = UInt32(text.end - text.start - 2 * quotes)
    if node.textCount > 0 { node.textStart = UInt32(text.start + quotes) }
    append(node)
  }

  private mutating func append(_ node: YAMLTree.Node) {
    let index = nodes.count
    nodes.append(node)
    guard !open.isEmpty else { return }
    let parent = open.count - 1
    nodes.linkLast(to: open[parent].node, after: open[parent].lastChild)
    open[parent].lastChild = index
    open[parent].wait = nil
  }

  /// Nothing at all is a null, which stands behind its key or dash.
  private mutating func writeNull() {
    guard let place = open.last?.wait else { return }
    append(YAMLTree.Node(kind: .scalar, start: UInt32(place), end: UInt32(place)))
  }

  private mutating func begin(_ kind: YAMLTree.Node.Kind, column: Int) {
    let index = nodes.count
    append(YAMLTree.Node(kind: kind, start: UInt32(offset), end: UInt32(offset)))
    open.append(Collection(node: index, isList: kind == .sequence, column: column))
  }

  /// Ends a block collection, which reaches from its first child to its last one.
  private mutating func close() {
    writeNull()
    let collection = open.removeLast()
    nodes[collection.node].start = nodes[Int(nodes[collection.node].child)].start
    nodes[collection.node].end = nodes[collection.lastChild].end
  }

  private mutating func closeFlow() { nodes[open.removeLast().node].end = UInt32(offset) }

  // MARK: Bytes

  private mutating func skipSpaces() {
    while offset < end, bytes[offset] == 0x20 { offset += 1 }
  }

  /// Goes on to the next line, unless the comment in front of it holds what only libyaml judges.
  private mutating func skipComment() -> Bool {
    while offset < end, bytes[offset] != 0x0A {
      guard isText(bytes[offset]) else { return false }
      offset += 1
    }
    if offset < end { offset += 1 }
    return true
  }

  /// Whether a byte is a printable character of ASCII.
  private func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

  /// Whether something stands here that is neither the end of the line nor a comment.
  private var isAtContent: Bool { offset < end && bytes[offset] != 0x0A && bytes[offset] != UInt8(ascii: "#") }

  /// Whether nothing more stands on the line but blanks and a comment.
  private mutating func isAtLineEnd() -> Bool {
    let start = offset
    skipSpaces()
    if offset == end || bytes[offset] == 0x0A { return true }
    return bytes[offset] == UInt8(ascii: "#") && (offset > start || bytes[offset - 1] == 0x20)
  }

  private var isDash: Bool { bytes[offset] == UInt8(ascii: "-") && isBlank(offset + 1) }

  private func isBlank(_ place: Int) -> Bool { place >= end || bytes[place] == 0x20 || bytes[place] == 0x0A }

  /// Where the letters, digits and marks end that are plain text whatever stands around them.
  private func endOfWord() -> Int {
    var next = offset
    while next < end,
      isWordByte(bytes[next]) || bytes[next] >= UInt8(ascii: "-") && bytes[next] <= UInt8(ascii: "/")
    {
      next += 1
    }
    return next
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
