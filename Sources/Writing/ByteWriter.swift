/// Collects the bytes of a report and hands them on in chunks, so that a report of any size needs little memory.
///
/// A failure of the sink is kept: what is written afterwards is dropped, and `flush()` throws it. Loops over many
/// findings ask `failed` and stop early, so that a closed pipe ends the work.
package struct ByteWriter: ~Copyable {
  package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private static let chunk = 1 << 16

  /// What has not been handed to the sink yet; everything that was written when there is no sink.
  private var buffer: ByteBuffer
  private let sink: Sink?
  private var failure: (any Error)?
  private var handedOn = 0

  /// - Parameter sink: takes the bytes in order; `nil` keeps them all in `bytes`.
  package init(sink: Sink? = nil) {
    self.sink = sink
    buffer = ByteBuffer(capacity: sink == nil ? 256 : Self.chunk + 4096)
  }

  /// A copy of what has not been handed to the sink yet: everything that was written when there is no sink.
  package var bytes: [UInt8] { buffer.array }

  /// Whether the sink has thrown.
  package var failed: Bool { failure != nil }

  /// The number of bytes written so far.
  package var count: Int { handedOn + buffer.count }

  package mutating func append(_ text: String) {
    buffer.append(text)
    handOnFullChunk()
  }

  package mutating func append(_ text: SafeText) { append(text.text) }

  package mutating func append(_ byte: UInt8) {
    buffer.append(byte)
    handOnFullChunk()
  }

  package mutating func append(_ raw: UnsafeBufferPointer<UInt8>) {
    buffer.append(raw)
    handOnFullChunk()
  }

  package mutating func append(_ number: Int) {
    if number < 0 { buffer.append(UInt8(ascii: "-")) }
    let magnitude = number.magnitude
    var power: UInt = 1
    while magnitude / power > 9 { power *= 10 }
    while power > 0 {
      buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / power % 10))
      power /= 10
    }
    handOnFullChunk()
  }

  /// Lets `body` append bytes: for those who append many small pieces.
  mutating func write(_ body: (inout ByteBuffer) -> Void) {
    body(&buffer)
    handOnFullChunk()
  }

  /// Appends a byte `count` times; nothing when `count` is negative.
  package mutating func append(repeating byte: UInt8, count: Int) {
    buffer.append(repeating: byte, count: count)
    handOnFullChunk()
  }

  package mutating func newline() { append(UInt8(ascii: "\n")) }

  /// Hands on what is left; throws the first error of the sink.
  package mutating func flush() throws {
    handOn()
    if let failure { throw failure }
  }

  @inline(__always)
  private mutating func handOnFullChunk() {
    if buffer.count >= Self.chunk { handOn() }
  }

  private mutating func handOn() {
    guard let sink, buffer.count > 0 else { return }
    if failure == nil {
      do {
        try buffer.withBytes { try sink(UnsafeRawBufferPointer($0)) }
      } catch {
        failure = error
      }
    }
    handedOn += buffer.count
    buffer.removeAll()
  }
}
