import Testing
import Writing

@Suite struct WrappingTests {
  @Test func linesBreakAtBlanksAndKeepTheirIndent() {
    let text = "one two three four five six seven"
    #expect(Wrapping.text(text, width: 30, start: 0, indent: 2) == "one two three four five six\n  seven")
    #expect(Wrapping.text(text, width: 30, start: 24, indent: 4) == "one\n    two three four five six\n    seven")
    #expect(Wrapping.text(text, width: nil, start: 0, indent: 2) == text)
    // No room that is worth it.
    #expect(Wrapping.text(text, width: 25, start: 0, indent: 2) == text)
  }

  @Test func blanksAndLongWordsStay() {
    #expect(Wrapping.text(" a  b", width: 40, start: 9, indent: 2) == " a  b")
    let long = String(repeating: "x", count: 50)
    #expect(Wrapping.text("a \(long) b", width: 30, start: 0, indent: 2) == "a\n  \(long)\n  b")
    // Wide characters take two cells.
    #expect(Wrapping.text("漢漢漢漢漢漢漢漢 漢漢漢漢漢漢漢 a", width: 30, start: 0, indent: 0) == "漢漢漢漢漢漢漢漢\n漢漢漢漢漢漢漢 a")
  }
}
