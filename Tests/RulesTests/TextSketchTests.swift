import Testing

@testable import Rules

struct TextSketchTests {
  @Test(
    "texts that differ by one slip of the pen have a sketch in common",
    arguments: [
      ("backend", "backnd"), ("backend", "bakend"), ("backend", "backends"), ("backend", "backemd"), ("web1", "web"),
      ("größe", "grösse"), ("größe", "grße"), ("aabb", "abb"),
    ])
  func near(_ one: String, _ other: String) {
    let common = Set(TextSketch.nearby(one, under: "app")).intersection(TextSketch.nearby(other, under: "app"))
    #expect(common.isEmpty == (other == "grösse"))
  }

  @Test("the sketch of a text is the first of those that are near it, and another one under another key")
  func equal() {
    for text in ["", "a", "web", "backend", "größe"] {
      #expect(TextSketch.nearby(text, under: "app").first == TextSketch(text, under: "app"))
      #expect(TextSketch(text, under: "app") != TextSketch(text, under: "tier"))
    }
    #expect(
      TextSketch.nearby("abcd", under: "app").dropFirst() == [
        TextSketch("abc", under: "app"), TextSketch("abd", under: "app"), TextSketch("acd", under: "app"),
        TextSketch("bcd", under: "app"),
      ])
    #expect(TextSketch.nearby("abé", under: "app").contains(TextSketch("ab", under: "app")))
  }

  /// Compared with all texts that are left when at most one letter goes.
  @Test("two texts differ by one letter where one of each may be dropped")
  func oneLetter() {
    let texts = ["a", "b"].flatMap { a in ["a", "b"].map { a + $0 } }
    let all =
      [""] + ["a", "b", "c"] + texts + texts.flatMap { a in texts.map { a + $0 } }
      + texts.flatMap { a in ["a", "b", "c"].map { a + $0 } } + ["abcab", "babca", "abcba", "aabbc"]
    func left(_ text: String) -> Set<String> {
      Set([text] + text.indices.map { text[..<$0] + text[text.index(after: $0)...] }.map(String.init))
    }
    for one in all {
      for other in all {
        let isNear = !left(one).isDisjoint(with: left(other))
        #expect(Words.differByOneLetter(Array(one.utf8), Array(other.utf8)) == isNear, "\(one) \(other)")
      }
    }
  }
}
