import Reporting
import TestSupport
import Testing

/// The first vectors are those that GitHub's upload action is tested with.
@Suite struct LineHashTests {
  private func hashes(_ text: String, lines: Int) -> [String] {
    let hashes = LineHashes(Array(text.utf8))
    return (1...lines).map { hashes[$0] }
  }

  @Test func knownHashesComeOut() {
    #expect(hashes("", lines: 1) == ["c129715d7a2bc9a3:1"])
    #expect(
      hashes(" a\nb\n  \t\tc\n d", lines: 4)
        == ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"])
  }

  @Test func everyLineEndCountsAsLF() {
    let expected = [
      "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
      "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
    ]
    for ends in [["\n", "\n", "\n"], ["\r", "\r", "\r"], ["\r\n", "\r\n", "\r\n"], ["\r\n", "\n", "\r"]] {
      let text = " hello; \t\(ends[0])world!!!\(ends[0])\(ends[1])\(ends[2])  \t\tGreetings\(ends[2]) End\(ends[0])"
      #expect(hashes(text, lines: 7) == expected)
    }
  }

  @Test func equalLinesAreNumberedAndTheWindowIsAHundredCharacters() {
    let repeated = (1...6).map { "a7f2ff13bc495cf2:\($0)" }
    #expect(
      hashes(String(repeating: "Lorem ipsum dolor sit amet.\n", count: 10), lines: 11)
        == repeated + [
          "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
        ])
  }

  /// The definition itself, one sum for each line.
  private func slowly(_ text: String) -> [String] {
    var units: [UInt16] = []
    var starts = [0]
    let lines = text.split(omittingEmptySubsequences: false) { ["\n", "\r", "\r\n"].contains($0) }
    for unit in lines.joined(separator: "\n").utf16 where unit != 0x20 && unit != 0x09 {
      units.append(unit)
      if unit == 0x0A { starts.append(units.count) }
    }
    units += [65535] + [UInt16](repeating: 0, count: 100)
    var seen: [UInt64: Int] = [:]
    return starts.map { start in
      let hash = units[start..<start + 100].reduce(UInt64(0)) { $0 &* 37 &+ UInt64($1) }
      seen[hash, default: 0] += 1
      return "\(String(hash, radix: 16)):\(seen[hash, default: 0])"
    }
  }

  @Test func rollingGivesWhatTheDefinitionGives() {
    var generator = SeededGenerator(seed: 7)
    let pieces = ["a", "b: ", "\n", "\r\n", "\r", "\t", "é", "漢", "𝒳", "\u{FEFF}", "long text without any end", " x"]
    for _ in 0..<50 {
      let text = (0..<Int.random(in: 0...300, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
        .joined()
      let expected = slowly(text)
      #expect(hashes(text, lines: expected.count) == expected)
    }
  }
}
