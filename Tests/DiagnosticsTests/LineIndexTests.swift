import Diagnostics
import Testing

@Suite struct LineIndexTests {
  private func position(_ text: String, _ offset: UInt32) -> SourcePosition {
    LineIndex(Array(text.utf8)).position(of: offset)
  }

  @Test func lineFeedsCarriageReturnsAndBothEndALine() {
    #expect(position("a\nb\r\nc\rd", 2) == SourcePosition(line: 2, column: 1))
    #expect(position("a\nb\r\nc\rd", 5) == SourcePosition(line: 3, column: 1))
    #expect(position("a\nb\r\nc\rd", 7) == SourcePosition(line: 4, column: 1))
  }

  @Test func unicodeLineSeparatorsDoNotEndALine() {
    #expect(position("a\u{85}\u{2028}\u{2029}b", 9) == SourcePosition(line: 1, column: 5))
  }

  @Test func columnsCountScalarsAndAByteOrderMarkHasNone() {
    #expect(position("äöb", 4) == SourcePosition(line: 1, column: 3))
    #expect(position("\u{FEFF}ab", 4) == SourcePosition(line: 1, column: 2))
    #expect(position("\u{FEFF}ab", 0) == SourcePosition(line: 1, column: 1))
  }

  @Test func columnsAreRightFarIntoALongLine() {
    let bytes = Array(("a\n" + String(repeating: "ä", count: 3000)).utf8)
    let index = LineIndex(bytes)
    for scalar in [0, 510, 511, 512, 1023, 1535, 3000] {
      #expect(index.position(of: UInt32(2 + 2 * scalar)) == SourcePosition(line: 2, column: scalar + 1))
    }
  }

  @Test func anOffsetPastTheEndCountsAsTheEnd() {
    #expect(position("ab\n", 99) == SourcePosition(line: 2, column: 1))
    #expect(position("", 0) == SourcePosition(line: 1, column: 1))
  }

  @Test func linesAreGivenWithoutTheirEnds() {
    let index = LineIndex(Array("\u{FEFF}one\r\ntwo\n\nthree".utf8))
    #expect((0...5).map { String(decoding: index.line($0), as: UTF8.self) } == ["", "one", "two", "", "three", ""])
  }
}
