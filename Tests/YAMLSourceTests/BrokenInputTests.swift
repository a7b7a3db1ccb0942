import Diagnostics
import Testing
import YAMLSource

/// What cannot be read is refused with its place, quickly, and spares the other documents.
@Suite struct BrokenInputTests {
  private func place(_ sample: Sample, _ document: Int = 0) -> String? {
    sample.problem(document).map { sample.place($0.span) }
  }

  private func bytes(_ before: String, _ middle: [UInt8], _ after: String) -> [UInt8] {
    Array(before.utf8) + middle + Array(after.utf8)
  }

  @Test func aControlCharacterIsPlacedByItsByte() throws {
    for byte: UInt8 in [0x00, 0x01, 0x1B, 0x7F] {
      let sample = Sample(bytes("ä: 1\n---\nö: ü\nb: x", [byte], "y\n---\nc: 3\n"))
      #expect(sample.problem(1)?.kind == .controlCharacter)
      #expect(place(sample, 1) == "4:5-4:6")
      #expect(try sample.root(0).at("ä").scalar == .integer(1))
      #expect(try sample.root(2).at("c").scalar == .integer(3))
    }
  }

  @Test func controlCharactersBeyondASCIIAreNamedAsSuch() {
    let sample = Sample("a: x\u{80}y\n")
    #expect(sample.problem()?.kind == .controlCharacter)
    #expect(place(sample) == "1:5-1:6")
  }

  @Test(
    arguments: [
      ([0xFF], "1:5"), ([0xE9], "1:5"), ([0xE9, 0x0A], "1:5"), ([0xC3, 0x28], "1:5"), ([0xE2, 0x82, 0x20], "1:5"),
      ([0xC0, 0x80], "1:5"), ([0xED, 0xA0, 0x80], "1:5"), ([0xF4, 0x90, 0x80, 0x80], "1:5"), ([0x80], "1:5"),
    ] as [([UInt8], String)])
  func bytesThatAreNotUTF8ArePlacedWhereTheCharacterBegins(broken: [UInt8], start: String) throws {
    let sample = Sample(bytes("a: x", broken, "\nb: 1\n---\nc: 3\n"))
    #expect(sample.problem()?.kind == .invalidUTF8)
    #expect(place(sample)?.hasPrefix(start) == true, "at \(place(sample) ?? "nowhere")")
    #expect(try sample.root(1).at("c").scalar == .integer(3))
  }

  @Test func aSequenceCutOffAtTheEndIsNotUTF8() {
    let sample = Sample(bytes("a: x", [0xE2, 0x82], ""))
    #expect(sample.problem()?.kind == .invalidUTF8)
    #expect(place(sample)?.hasPrefix("1:5") == true)
  }

  @Test(
    arguments: [
      ("a:\n\t- b\n", "2:1"), ("a: 'open\n", nil), ("a: \"open\n", nil), ("a: [1\n", nil), ("a: 1\n  b: 2\n", "2:4"),
      ("a: b: c\n", "1:5"), ("a: @x\n", "1:4"), ("a: {{ x }\n", nil), ("}\n", "1:1"), ("a: 1\n- b\n", "2:1"),
    ] as [(String, String?)])
  func syntaxErrorsHaveAPlaceInTheirDocument(text: String, start: String?) throws {
    let sample = Sample("ä: 1\n---\n" + text + "---\nc: 3\n")
    guard case .syntax(let words)? = sample.problem(1)?.kind else {
      Issue.record("\(text) was read")
      return
    }
    #expect(!words.isEmpty)
    let span = try #require(sample.problem(1)).span
    let document = sample.documents[1]
    #expect(Int(span.start) >= document.content.lowerBound && Int(span.end) <= document.content.upperBound)
    if let start {
      let line = Int(start.prefix(1)) ?? 0
      #expect(sample.place(span).hasPrefix("\(line + 2)\(start.dropFirst()):".dropLast()), "at \(sample.place(span))")
    }
    #expect(try sample.root(0).at("ä").scalar == .integer(1))
    #expect(try sample.root(2).at("c").scalar == .integer(3))
  }

  @Test func aHundredCollectionsMayNestAndOneMoreIsRefused() throws {
    let depth = YAMLReader.Limits.depth
    func nested(_ count: Int) -> Sample {
      Sample(String(repeating: "[", count: count) + String(repeating: "]", count: count))
    }
    #expect(nested(depth).problem() == nil)
    #expect(nested(depth + 1).problem()?.kind == .tooDeep)
    #expect(place(nested(depth + 1)) == "1:101-1:102")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "[{a: ", "[\n", "{\"a\":\n"])
  func endlessNestingIsRefusedAtOnce(opening: String) {
    let sample = Sample(String(repeating: opening, count: 200_000))
    let duration = ContinuousClock().measure { #expect(sample.problem()?.kind == .tooDeep) }
    #expect(duration < .seconds(1), "took \(duration)")
  }

  @Test func anAliasBombIsRefusedAtOnce() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    let sample = Sample(text)
    let duration = ContinuousClock().measure { #expect(sample.problem()?.kind == .tooManyAliases) }
    #expect(duration < .seconds(1), "took \(duration)")
    // 10 + 90 + 819 + 7,380 + 66,429 nodes fit in the limit, the next level does not.
    #expect(place(sample)?.hasPrefix("6:") == true, "at \(place(sample) ?? "nowhere")")
  }

  @Test func aBombOfMergeKeysIsRefusedToo() {
    var text = "a0: &a0 {k: 1}\n"
    for level in 1...30 { text += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)]}\n" }
    #expect(Sample(text).problem()?.kind == .tooManyAliases)
  }

  @Test func manyAliasesOfSmallThingsAreFine() throws {
    let count = 50_000
    let text = "a: &a x\nb:\n" + String(repeating: "- *a\n", count: count)
    #expect(try Sample(text).root().at("b").count == count)
  }

  @Test func aDocumentIsRefusedWhenItIsTooLargeAndTheNextIsRead() throws {
    let limit = YAMLReader.Limits.documentBytes
    var bytes = Array("# ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: limit - 2)
    #expect(Sample(bytes).problem() == nil)
    bytes.append(contentsOf: Array("x\n---\nb: 2\n".utf8))
    let sample = Sample(bytes)
    #expect(sample.problem()?.kind == .tooLarge)
    #expect(sample.problem()?.span == SourceSpan(file: sample.file.id, start: 0, end: 0))
    #expect(try sample.root(1).at("b").scalar == .integer(2))
  }
}
