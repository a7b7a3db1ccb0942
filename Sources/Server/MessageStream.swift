/// Takes the bytes of a stream apart into messages, as the base protocol of LSP 3.17 frames them: header lines, an empty
/// line, and as many bytes as `Content-Length` says.
package struct MessageStream {
  package enum Part: Equatable {
    case message([UInt8])
    /// Headers without a length that can be: nobody knows where the next message begins.
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
    guard let length = contentLength(of: bytes[start..<bodyStart]), length <= Self.longest else {
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

  private func contentLength(of headers: ArraySlice<UInt8>) -> Int? {
    for line in String(decoding: headers, as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      return Int(parts[1].filter { $0 != " " }).flatMap { $0 >= 0 ? $0 : nil }
    }
    return nil
  }

  /// A message as it goes over the wire.
  package static func framed(_ body: [UInt8]) -> [UInt8] {
    Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }
}
