/// Takes the bytes of a stream apart into messages, as the base protocol of LSP 3.17 frames them: header lines, an empty
/// line, and as many bytes as `Content-Length` says.
package struct MessageStream {
  package enum Part: Equatable {
    case message([UInt8])
    /// Headers without a length that can be, or of another encoding than UTF-8: nobody knows where the next message
    /// begins, or what it says.
    case broken
  }

  private var bytes: [UInt8] = []
  private var start = 0
  private var isBroken = false

  /// Longer messages than this are refused, so that a wrong length cannot make the server wait for ever.
  private static let longest = 256 << 20
  private static let longestHeader = 4096

  package init() {}

  package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

  /// The next whole message; `nil` until there is one.
  package mutating func next() -> Part? {
    if isBroken { return nil }
    guard let bodyStart = endOfHeaders() else {
      if bytes.count - start <= Self.longestHeader { return nil }
      isBroken = true
      return .broken
    }
    guard let length = Headers(bytes[start..<bodyStart]).length, length <= Self.longest else {
      isBroken = true
      return .broken
    }
    guard bytes.count - bodyStart >= length else { return nil }
    let message = Array(bytes[bodyStart..<bodyStart + length])
    start = bodyStart + length
    // What is done with goes away in one step for many messages.
    if start > bytes.count / 2 {
      bytes.removeFirst(start)
      start = 0
    }
    return .message(message)
  }

  private func endOfHeaders() -> Int? {
    let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    let stop = min(bytes.count, start + Self.longestHeader)
    var index = start
    while index + end.count <= stop {
      if bytes[index..<index + end.count].elementsEqual(end) { return index + end.count }
      index += 1
    }
    return nil
  }

  /// A message as it goes over the wire.
  package static func framed(_ body: [UInt8]) -> [UInt8] {
    Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }
}

/// The headers of a message.
private struct Headers {
  /// Of the content, in bytes; `nil` where none is said, several are, or the content cannot be read.
  private(set) var length: Int?

  init(_ bytes: ArraySlice<UInt8>) {
    var lengths: [Int?] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.lowercased().trimmingBlanks }
      guard parts.count == 2 else { return }
      if parts[0] == "content-length" { lengths.append(parts[1].utf8.allSatisfy(isDigit) ? Int(parts[1]) : nil) }
      if parts[0] == "content-type", !Headers.isUTF8(parts[1]) { return }
    }
    length = lengths.count == 1 ? lengths[0] : nil
  }

  /// Whether a type names no other character set; `utf8` is how some clients write it.
  private static func isUTF8(_ type: String) -> Bool {
    type.split(separator: ";").dropFirst().allSatisfy { parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1).map { String($0).trimmingBlanks }
      return parts.count < 2 || parts[0] != "charset" || ["utf-8", "utf8"].contains(parts[1].filter { $0 != "\"" })
    }
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

extension String {
  fileprivate var trimmingBlanks: String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
