import Diagnostics
import Fixing
import Rules
import TestSupport
import Testing
import Traffic

/// Fixtures with comments wherever YAML takes one, with tabs before them, with CRLF, a mark at the start or no line end at
/// the end: whatever fixes make of them, no comment is lost, the text can be read, and a second run changes nothing.
@Suite struct CommentedFixTests {
  private static let seeds: Range<UInt64> = 1..<4

  @Test(arguments: FixtureFixTests.fixable)
  func nothingIsLost(_ one: FixtureFixTests.Case) async throws {
    let rule = try #require(Registry.rule(one.rule))
    for seed in Self.seeds {
      var generator = SeededGenerator(seed: seed)
      guard let (text, marks) = commented(one.text, &generator) else { continue }
      let mend = await Mend(text, [rule], configuration: one.configuration)
      for file in mend.outcome.state.project.sources.files {
        let second = String(decoding: file.bytes, as: UTF8.self)
        #expect(JSONText.convert(second) != nil || JSONText.convert(text) == nil, "\(seed): \(second)")
      }
      let all = mend.outcome.state.project.sources.files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
      for mark in marks { #expect(all.contains("#\(mark)."), "\(seed): \(mark) of\n\(text)\n\(all)") }
      let again = await Mend(
        mend.outcome.state.project.sources.files, [rule], configuration: one.configuration)
      #expect(again.outcome.changes.isEmpty, "\(seed): \(all)")
      if text.contains("\r\n") {
        #expect(!all.replacing("\r\n", with: "").contains("\n"), "\(seed): \(all)")
      }
    }
  }

  /// `nil` where a comment could stand within a scalar, or a text stands for several files.
  private func commented(_ text: String, _ generator: inout SeededGenerator) -> (text: String, marks: [Int])? {
    guard !text.contains(" |"), !text.contains(" >"), !text.contains("kind: Kustomization"),
      !text.contains("netpol-lint:")
    else { return nil }
    var lines: [String] = []
    var marks: [Int] = []
    func mark() -> String {
      marks.append(marks.count)
      return "#\(marks.count - 1)."
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = String(line.firstRange(of: " # expect").map { line[..<$0.lowerBound] } ?? line)
      let isText = line.contains { $0 != " " } && !line.hasPrefix("---") && !line.contains("#")
      if isText, Int.random(in: 0..<8, using: &generator) == 0 {
        lines.append(line.prefix { $0 == " " } + mark())
      }
      let blank = Bool.random(using: &generator) ? " " : "\t"
      lines.append(isText && Int.random(in: 0..<4, using: &generator) == 0 ? line + blank + mark() : line)
    }
    var new = lines.joined(separator: "\n")
    if Bool.random(using: &generator) {
      new = String(new.drop { $0 == "\n" }.reversed().drop { $0 == "\n" }.reversed())
    }
    if Bool.random(using: &generator) { new = new.replacing("\n", with: "\r\n") }
    if Int.random(in: 0..<4, using: &generator) == 0 { new = "\u{FEFF}" + new }
    return (new, marks)
  }
}
