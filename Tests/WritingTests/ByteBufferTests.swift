import Testing
import Writing

@Suite struct ByteBufferTests {
  @Test func bytesOfAllKindsStandInTheOrderInWhichTheyWereAppended() {
    var buffer = ByteBuffer(capacity: 1)
    var expected: [UInt8] = []
    for round in 0..<300 {
      let byte = UInt8(truncatingIfNeeded: round)
      buffer.append(byte)
      expected.append(byte)
      let text = String(repeating: "é", count: round % 7)
      buffer.append(text)
      expected += text.utf8
      buffer.append(repeating: byte, count: round % 5 - 1)
      expected += [UInt8](repeating: byte, count: max(0, round % 5 - 1))
      let piece = [UInt8](repeating: byte, count: round)
      piece.withUnsafeBufferPointer { buffer.append($0) }
      expected += piece
      #expect(buffer.count == expected.count)
    }
    #expect(buffer.array == expected)
    buffer.removeAll()
    #expect(buffer.count == 0 && buffer.array.isEmpty)
    buffer.append("x")
    #expect(buffer.withBytes { Array($0) } == Array("x".utf8))
  }

  /// Of a text with letters of several bytes each byte is appended.
  @Test func partsOfStringsAreAppended() {
    var buffer = ByteBuffer()
    buffer.append(String("wörld".dropFirst()))
    #expect(buffer.array == Array("örld".utf8))
  }
}
