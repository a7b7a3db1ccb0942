import Diagnostics
import TestSupport
import Testing
import YAMLSource

/// What the reader of simple YAML reads, libyaml reads in the same way; what it must not judge, it leaves to libyaml.
struct SimpleYAMLTests {
  /// Whether both read a text alike; `nil` where libyaml alone reads it.
  private func alike(_ text: String) -> Bool? { alike(Array(text.utf8)) }

  private func alike(_ bytes: [UInt8]) -> Bool? {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: bytes)
    let answers = DocumentSplitter.split(bytes).filter { !$0.isJSON }
      .compactMap { YAMLReader.readsSimpleYAMLAlike($0, of: file) }
    return answers.isEmpty ? nil : answers.allSatisfy(\.self)
  }

  @Test(arguments: [
    "a: b\n", "a:\n", "a:", "a: # c\nb: c # d\n", "  a: b\n  c: d", "# c\n\na: 1\n\n# d\n",
    "a:\n  b:\n    c: d\n  e: f\n",
    "a:\n- b\n- c: d\n  e:\n-\n- f: g\nh: i\n", "a:\n  - b\n  - c:\n      - d\n    e: f\n",
    "a:\n  -\n    b: c\n  - d: e\n",
    "a: [b, c-d, \"e f\", [g], {h: i}]\nj: {}\nk: []\nl: {\"m\": 'n', o: 10.0.0.0/8}\n",
    "a: \"b # c\" # d\ne: 'f: g'\n",
    "a: b # c\n", "a: b#c\n", "a: http://b:80/c?d=e&f\n", "\"a b\": c\n'd': e\n",
    "a: -1\nb: 1.5\nc: .5\nd: $(e)\nf: (g)\n",
    "a: b   \nc:   d\n", "a: b [c] {d}, e\n", "a: \"\"\nb: ''\n", "a:\n    b: c\n\n    d: e\n",
  ])
  func simpleYAMLIsReadAsLibyamlReadsIt(text: String) {
    #expect(alike(text) == true)
  }

  @Test(arguments: [
    "a: &b c\n", "a: *b\n", "a: !!str b\n", "a: |\n  b\n", "a: >-\n  b\n", "a: b\n  c\n", "a:\n  b\n",
    "a: \"b\n  c\"\n",
    "a: \"b\\n\"\n", "a: 'b''c'\n", "a:\tb\n", "a: b\r\n", "a: b # \u{7F}\n", "# \u{1}\na: b\n", "a: 'b\u{7F}'\n",
    "a: b # ü\n", "a: ü\n", "? a\n: b\n", "<<: {a: b}\n", "a: '<<'\n", "- a\n",
    "a\n",
    "a: b: c\n", "a: b\n  c: d\n", "a:\n  b: c\n d: e\n", "a: [b\n, c]\n", "a: [b: c]\n", "a: [b c]\n", "a: {b}\n",
    "a: [b,]\n",
    "a: [b]]\n", "a: [b] c\n", "a: \"b\" c\n", "a: \"b\"#c\n", "%YAML 1.2\n", "...\na: b\n", "a: @b\n", "a: - b\n",
    "a: b:\n",
    "- - a\n", "a:\n- b\nc: d\n- e\n", "", "# a\n", "a: 'b\n", "a : b\n", "a: [b, # c\n d]\n", "a:\n  - b\n  c: d\n",
  ])
  func allElseIsLeftToLibyaml(text: String) {
    #expect(alike(text) == nil)
  }

  @Test func depthAndLongKeysAreLeftToLibyaml() {
    let nested = (0..<120).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(alike(nested) == nil)
    #expect(alike("a: " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)) == nil)
    #expect(alike(String(repeating: "k", count: 1100) + ": a\n") == nil)
  }

  /// All manifests of the fixtures, as they are and with changes here and there.
  @Test func fixturesAreReadAlikeWhateverChangesInThem() throws {
    var generator = SeededGenerator(seed: 20_261_201)
    let texts = try Fixture.files("").map(\.bytes).filter { $0.count < 4096 }
    #expect(texts.count > 300)
    var (simple, changedSimple) = (0, 0)
    for text in texts {
      let answer = alike(text)
      #expect(answer != false, "\(String(decoding: text, as: UTF8.self))")
      if answer == true { simple += 1 }
      for _ in 0..<10 {
        let changed = SimpleYAMLTests.changed(text, &generator)
        let answer = alike(changed)
        #expect(answer != false, "\(String(decoding: changed, as: UTF8.self).debugDescription)")
        if answer == true { changedSimple += 1 }
      }
    }
    // Otherwise nothing would have been compared.
    #expect(simple * 2 > texts.count)
    #expect(changedSimple > texts.count)
  }

  /// A text with one to three places changed: bytes that mean something to YAML put in or taken away, lines moved.
  private static func changed(_ text: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var text = text
    let marks = Array("  :-#[]{},&*!|>%@'\"\\\n\n\t?<.~aZ0/".utf8)
    for _ in 0...Int.random(in: 0...2, using: &generator) where !text.isEmpty {
      let place = Int.random(in: 0..<text.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: text.remove(at: place)
      case 1: text.insert(marks.randomElement(using: &generator) ?? 0x20, at: place)
      case 2: text[place] = marks.randomElement(using: &generator) ?? 0x20
      case 3:
        let line = text[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        text.insert(contentsOf: repeatElement(0x20, count: Int.random(in: 1...3, using: &generator)), at: line)
      default:
        let line = text[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        text.removeSubrange(line..<(text[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count))
      }
    }
    return text
  }
}
