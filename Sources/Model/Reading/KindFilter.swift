internal import YAMLSource

/// Tells from the bytes alone whether a document can matter, so that most of a repository is never parsed.
enum KindFilter {
  /// False only if the bytes hold no `kind` key, or every kind in them is one of `ignored`: every kind in column 0 if
  /// there is one, for those are the document's own. When in doubt, true, also for a policy's API group without any
  /// kind, which is an error to be told. O(bytes) without parsing.
  static func mayMatter(_ bytes: [UInt8], _ range: Range<Int>, ignored: Set<String>) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var isIgnoredAtTop = false
      var hasOtherKinds = false
      var hasKinds = false
      var offset = range.lowerBound
      while let found = buffer.firstOffset(of: "kind", in: offset..<range.upperBound) {
        offset = found + 4
        guard let kind = value(buffer, after: offset, range) else { continue }
        hasKinds = true
        let isIgnored = ignored.contains(kind)
        let isAtTop = found == range.lowerBound || buffer[found - 1] == 0x0A
        if isAtTop, !isIgnored { return true }
        isIgnoredAtTop = isIgnoredAtTop || isAtTop
        hasOtherKinds = hasOtherKinds || !isIgnored
      }
      if isIgnoredAtTop { return false }
      // An escape can spell the key, too.
      return hasOtherKinds || buffer.firstOffset(of: "\\u", in: range) != nil
        || (!hasKinds && buffer.firstOffset(of: "networking.k8s.io/", in: range) != nil)
    }
  }

  /// The value after `kind`, for `kind: Word`, `"kind": "Word"` and the like; an empty text for a value that is not a
  /// plain word, `nil` where no colon follows.
  private static func value(_ bytes: UnsafeBufferPointer<UInt8>, after start: Int, _ range: Range<Int>) -> String? {
    var offset = start
    func skip(_ condition: (UInt8) -> Bool) {
      while offset < range.upperBound, condition(bytes[offset]) { offset += 1 }
    }
    skip { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    skip { $0 == 0x20 || $0 == 0x09 }
    guard offset < range.upperBound, bytes[offset] == UInt8(ascii: ":") else { return nil }
    offset += 1
    skip { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    let first = offset
    skip { ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) || ($0 >= 0x30 && $0 <= 0x39) }
    return String(decoding: bytes[first..<offset], as: UTF8.self)
  }
}
