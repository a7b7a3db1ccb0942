/// Bytes that are appended one after the other. It owns its memory, so that nobody has to look who else holds it for each
/// byte, as an array does.
package struct ByteBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  package private(set) var count = 0

  /// - Parameter capacity: how many bytes it has room for before it grows; at least 1.
  package init(capacity: Int = 64) {
    self.capacity = max(1, capacity)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    if count == capacity { grow(by: 1) }
    base[count] = byte
    count += 1
  }

  /// - Parameter bytes: none of its own.
  @inline(__always)
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    if bytes.count > capacity - count { grow(by: bytes.count) }
    (base + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  @inline(__always)
  package mutating func append(_ text: String) {
    if text.utf8.withContiguousStorageIfAvailable({ append($0) }) != nil { return }
    // One that is no native string.
    for byte in text.utf8 { append(byte) }
  }

  /// Appends a byte `count` times; nothing when `count` is negative.
  package mutating func append(repeating byte: UInt8, count more: Int) {
    guard more > 0 else { return }
    if more > capacity - count { grow(by: more) }
    (base + count).update(repeating: byte, count: more)
    count += more
  }

  /// Leaves no bytes; the memory stays.
  package mutating func removeAll() { count = 0 }

  /// - Parameter body: gets the bytes, which it must not keep.
  package borrowing func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// A copy of the bytes.
  package var array: [UInt8] { withBytes { Array($0) } }

  private mutating func grow(by more: Int) {
    capacity = max(2 * capacity, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }
}
