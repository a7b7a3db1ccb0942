/// Base64 (RFC 4648) as Go's encoding/base64 reads it: padded, line breaks passed over.
enum Base64 {
  /// The bytes that a text stands for; `nil` when it is no such text.
  static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let text = text.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard text.count % 4 == 0, padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    for (index, character) in text.enumerated() {
      guard let digit = index < text.count - padding ? digit(character) : 0 else { return nil }
      group = group << 6 | digit
      guard index % 4 == 3 else { continue }
      for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: group >> shift)) }
    }
    return Array(bytes.dropLast(padding))
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
