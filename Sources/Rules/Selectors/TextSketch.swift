internal import Diagnostics

/// A number for a text under a label's key, by which texts are looked up that are nearly the same.
///
/// Two texts may have one number though they are not equal: who finds a text so has to compare it.
struct TextSketch: Hashable, Comparable, Sendable {
  private let number: UInt64

  static func < (a: TextSketch, b: TextSketch) -> Bool { a.number < b.number }

  /// What a text has in common with those that differ from it by one slip of the pen: itself, and what is left when one
  /// of its letters is dropped. Of texts below four letters, only the text. O(bytes): the number of a text without a letter
  /// is made of those of what stands before it and behind it.
  static func nearby(_ text: String, under key: String) -> [TextSketch] {
    let bytes = Array(text.utf8)
    let start = number(of: key.utf8, from: 1)
    guard bytes.count >= 4 else { return [TextSketch(number: number(of: bytes, from: start))] }
    var before = [start]
    for byte in bytes { before.append(appending(byte, to: before[before.count - 1])) }
    var result = [TextSketch(number: before[bytes.count])]
    result.reserveCapacity(bytes.count + 2)
    var (behind, power) = (UInt64(0), UInt64(1))
    var end = bytes.count
    for index in bytes.indices.reversed() {
      if isContinuationByte(bytes[index]) { continue }
      // Of equal neighbours it does not matter which one goes.
      if index == 0 || bytes[index] != bytes[index - 1] {
        result.append(TextSketch(number: before[index] &* power &+ behind))
      }
      for byte in bytes[index..<end].reversed() {
        behind = (UInt64(byte) + 1) &* power &+ behind
        power = power &* base
      }
      end = index
    }
    return result
  }

  private init(number: UInt64) { self.number = number }

  init(_ text: some StringProtocol, under key: String) {
    number = TextSketch.number(of: text.utf8, from: TextSketch.number(of: key.utf8, from: 1))
  }

  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func appending(_ byte: UInt8, to number: UInt64) -> UInt64 { number &* base &+ UInt64(byte) &+ 1 }

  private static func number(of bytes: some Sequence<UInt8>, from start: UInt64) -> UInt64 {
    bytes.reduce(start) { appending($1, to: $0) }
  }
}
