#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The distance to the first `byte` in `count` bytes, `nil` when there is none.
func memoryChr(_ start: UnsafePointer<UInt8>, _ byte: UInt8, _ count: Int) -> Int? {
  guard let found = memchr(start, Int32(byte), count) else { return nil }
  return UnsafeRawPointer(start).distance(to: UnsafeRawPointer(found))
}

/// Whether `count` bytes are equal.
func memoryEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  memcmp(a, b, count) == 0
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether every byte is ASCII; scans eight bytes at a time.
  var isASCII: Bool {
    guard let base = UnsafeRawPointer(baseAddress) else { return true }
    var offset = 0
    while offset + 8 <= count {
      if base.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
      offset += 8
    }
    while offset < count {
      if self[offset] >= 0x80 { return false }
      offset += 1
    }
    return true
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where `needle` (not empty) first occurs in `range`; `nil` when it does not.
  package func firstOffset(of needle: StaticString, in range: Range<Int>) -> Int? {
    firstOffset(of: UnsafeBufferPointer(start: needle.utf8Start, count: needle.utf8CodeUnitCount), in: range)
  }

  fileprivate func firstOffset(of needle: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Int? {
    guard let base = baseAddress, let start = needle.baseAddress else { return nil }
    var offset = range.lowerBound
    while offset + needle.count <= range.upperBound {
      let candidates = range.upperBound - needle.count + 1 - offset
      guard let distance = memoryChr(base + offset, start.pointee, candidates) else { return nil }
      offset += distance
      if memoryEqual(base + offset, start, needle.count) { return offset }
      offset += 1
    }
    return nil
  }
}

extension [UInt8] {
  /// Where `needle` (not empty) first occurs in `range`; `nil` when it does not.
  package func firstOffset(of needle: StaticString, in range: Range<Int>) -> Int? {
    withUnsafeBufferPointer { $0.firstOffset(of: needle, in: range) }
  }

  /// Whether a text (not empty) occurs anywhere.
  package func contains(_ needle: String) -> Bool {
    withUnsafeBufferPointer { bytes in
      var needle = needle
      return needle.withUTF8 { bytes.firstOffset(of: $0, in: 0..<bytes.count) != nil }
    }
  }

  /// Whether `needle` (not empty) occurs in `range`.
  package func contains(_ needle: StaticString, in range: Range<Int>) -> Bool {
    firstOffset(of: needle, in: range) != nil
  }
}
