internal import Diagnostics

/// Reads JSON (RFC 8259) as Go's encoding/json does, into the same tree as YAML.
///
/// libyaml takes nearly all JSON, but not tabs in front of the first token, keys beyond 1,024 bytes, or characters
/// written as two UTF-16 surrogates; and JSON's numbers keep their fraction. What is no JSON is `nil`, never an error:
/// kubectl (from 1.33 on) reads it as YAML then, whose reader has the better words for what is wrong.
struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let end: Int
  private var offset: Int
  private var nodes: [YAMLTree.Node] = []
  private var cooked: [UInt8] = []

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The only value in a range of a file as a tree; `nil` when there is something else.
  static func tree(_ file: SourceFile, _ range: Range<Int>) -> YAMLTree? {
    file.bytes.withUnsafeBufferPointer { bytes in
      var reader = JSONReader(bytes, range)
      reader.skipBlanks()
      guard reader.readValue(depth: 0) != nil, reader.isAtEnd() else { return nil }
      return YAMLTree(
        file: file, range: range, nodes: reader.nodes, cooked: reader.cooked, hasMergeKeys: false, isJSON: true)
    }
  }

  /// Where each value of a series begins (`{…}{…}` is one for kubectl); `nil` when this is no series of JSON objects in
  /// UTF-8. O(bytes).
  static func objects(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Int]? {
    var reader = JSONReader(bytes, range)
    var starts: [Int] = []
    while !reader.isAtEnd() {
      starts.append(reader.offset)
      guard reader.next == UInt8(ascii: "{"), reader.readValue(depth: 0) != nil else { return nil }
      reader.nodes.removeAll(keepingCapacity: true)
      reader.cooked.removeAll(keepingCapacity: true)
    }
    let text = UnsafeBufferPointer(rebasing: bytes[range])
    return text.isASCII || String(validating: text, as: UTF8.self) != nil ? starts : nil
  }

  // MARK: Tokens

  private var next: UInt8? { offset < end ? bytes[offset] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
  }

  private mutating func isAtEnd() -> Bool {
    skipBlanks()
    return offset == end
  }

  private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
    return offset - start
  }

  // MARK: Values

  /// Reads a value at the offset; its node's number, or `nil` when this is no JSON.
  private mutating func readValue(depth: Int) -> Int? {
    guard depth < YAMLReader.Limits.depth else { return nil }
    switch next {
    case UInt8(ascii: "{"): return readCollection(.mapping, until: "}", depth)
    case UInt8(ascii: "["): return readCollection(.sequence, until: "]", depth)
    case UInt8(ascii: "\""): return readString()
    case UInt8(ascii: "t"): return readWord("true")
    case UInt8(ascii: "f"): return readWord("false")
    case UInt8(ascii: "n"): return readWord("null")
    default: return readNumber()
    }
  }

  private mutating func readCollection(_ kind: YAMLTree.Node.Kind, until close: Unicode.Scalar, _ depth: Int) -> Int? {
    let collection = nodes.count
    nodes.append(YAMLTree.Node(kind: kind, start: UInt32(offset), end: 0))
    offset += 1
    skipBlanks()
    var last: Int?
    var isFirst = true
    while !skip(close) {
      if !isFirst {
        guard skip(",") else { return nil }
        skipBlanks()
      }
      isFirst = false
      if kind == .mapping {
        guard let key = next == UInt8(ascii: "\"") ? readString() : nil else { return nil }
        link(key, in: collection, after: &last)
        skipBlanks()
        guard skip(":") else { return nil }
        skipBlanks()
      }
      guard let value = readValue(depth: depth + 1) else { return nil }
      link(value, in: collection, after: &last)
      skipBlanks()
    }
    nodes[collection].end = UInt32(offset)
    return collection
  }

  private mutating func link(_ node: Int, in collection: Int, after last: inout Int?) {
    if let last { nodes[last].next = UInt32(node) } else { nodes[collection].child = UInt32(node) }
    nodes[collection].count += 1
    last = node
  }

  private mutating func readWord(_ word: StaticString) -> Int? {
    let start = offset
    guard end - start >= word.utf8CodeUnitCount, let base = bytes.baseAddress,
      memoryEqual(base + start, word.utf8Start, word.utf8CodeUnitCount)
    else { return nil }
    offset += word.utf8CodeUnitCount
    return append(start, .plain, text: start..<offset)
  }

  private mutating func readNumber() -> Int? {
    let start = offset
    _ = skip("-")
    if !skip("0"), skipDigits() == 0 { return nil }
    if skip("."), skipDigits() == 0 { return nil }
    if skip("e") || skip("E") {
      if !skip("-") { _ = skip("+") }
      if skipDigits() == 0 { return nil }
    }
    return append(start, .plain, text: start..<offset)
  }

  private mutating func append(_ start: Int, _ style: ScalarStyle, text: Range<Int>, isCooked: Bool = false) -> Int {
    var node = YAMLTree.Node(kind: .scalar, style: style, start: UInt32(start), end: UInt32(offset))
    node.isCooked = isCooked
    node.textStart = UInt32(text.lowerBound)
    node.textCount = UInt32(text.count)
    nodes.append(node)
    return nodes.count - 1
  }

  // MARK: Strings

  private mutating func readString() -> Int? {
    let start = offset
    offset += 1
    while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\\") {
      offset += 1
      if byte == UInt8(ascii: "\"") { return append(start, .doubleQuoted, text: start + 1..<offset - 1) }
    }
    let cookedStart = cooked.count
    cooked.append(contentsOf: bytes[start + 1..<offset])
    while let byte = next, byte >= 0x20 {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        return append(start, .doubleQuoted, text: cookedStart..<cooked.count, isCooked: true)
      case UInt8(ascii: "\\"): guard readEscape() else { return nil }
      default: cooked.append(byte)
      }
    }
    return nil
  }

  private mutating func readEscape() -> Bool {
    guard let byte = next else { return false }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): cooked.append(byte)
    case UInt8(ascii: "b"): cooked.append(0x08)
    case UInt8(ascii: "f"): cooked.append(0x0C)
    case UInt8(ascii: "n"): cooked.append(0x0A)
    case UInt8(ascii: "r"): cooked.append(0x0D)
    case UInt8(ascii: "t"): cooked.append(0x09)
    case UInt8(ascii: "u"):
      guard let unit = readHex() else { return false }
      cooked.append(contentsOf: Character(readSurrogate(after: unit)).utf8)
    default: return false
    }
    return true
  }

  private mutating func readHex() -> UInt32? {
    guard offset + 4 <= end,
      bytes[offset..<offset + 4].allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) })
    else { return nil }
    defer { offset += 4 }
    return UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
  }

  /// The character of a UTF-16 code unit, together with the `\u` of its other half; a lone half is replaced, as Go does.
  private mutating func readSurrogate(after unit: UInt32) -> Unicode.Scalar {
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let start = offset
    if unit < 0xDC00, skip("\\"), skip("u"), let low = readHex(), (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    {
      return scalar
    }
    offset = start
    return "\u{FFFD}"
  }
}
