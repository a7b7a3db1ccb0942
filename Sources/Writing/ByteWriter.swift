/// Collects the bytes of a report and hands them on in chunks, so that a report of any size needs little memory.
///
/// A failure of the sink is kept: what is written afterwards is dropped, and `flush()` throws it. Loops over many
/// findings ask `failed` and stop early, so that a closed pipe ends the work.
package struct ByteWriter: ~Copyable {
  package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private static let chunk = 1 << 16

  /// What has not been handed to the sink yet; everything that was written when there is no sink.
  package private(set) var bytes: [UInt8] = []
  private let sink: Sink?
  private var failure: (any Error)?
  private var handedOn = 0

  /// - Parameter sink: takes the bytes in order; `nil` keeps them all in `bytes`.
  package init(sink: Sink? = nil) {
    self.sink = sink
    if sink != nil { bytes.reserveCapacity(Self.chunk + 4096) }
  }

  /// Whether the sink has thrown.
  package var failed: Bool { failure != nil }

  /// The number of bytes written so far.
  package var count: Int { handedOn + bytes.count }

  package mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    handOnFullChunk()
  }

  package mutating func append(_ text: SafeText) { append(text.text) }

  package mutating func append(_ byte: UInt8) {
    bytes.append(byte)
    handOnFullChunk()
  }

  package mutating func append(_ raw: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: raw)
    handOnFullChunk()
  }

  package mutating func append(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = number.magnitude
    var power: UInt = 1
    while magnitude / power > 9 { power *= 10 }
    while power > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / power % 10))
      power /= 10
    }
    handOnFullChunk()
  }

  /// Lets `body` append bytes: for those who append many small pieces.
  mutating func write(_ body: (inout [UInt8]) -> Void) {
    body(&bytes)
    handOnFullChunk()
  }

  /// Appends a byte `count` times; nothing when `count` is negative.
  package mutating func append(repeating byte: UInt8, count: Int) {
    guard count > 0 else { return }
    bytes.append(contentsOf: repeatElement(byte, count: count))
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
    if bytes.count >= Self.chunk { handOn() }
  }

  private mutating func handOn() {
    guard let sink, !bytes.isEmpty else { return }
    if failure == nil {
      do {
        try bytes.withUnsafeBytes(sink)
      } catch {
        failure = error
      }
    }
    handedOn += bytes.count
    bytes.removeAll(keepingCapacity: true)
  }
}
