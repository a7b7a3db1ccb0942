import Testing
import YAMLSource

/// `!!binary` stands for other text than is written, as in goyaml.
@Suite struct BinaryTests {
  @Test(arguments: [
    ("TmV0d29ya1BvbGljeQ==", "NetworkPolicy"), ("a2luZA==", "kind"), ("YWJj", "abc"), ("YWI=", "ab"), ("\"\"", ""),
    ("\"YW\\nJj\"", "abc"), ("|\n  YW\n  Jj", "abc"), ("Pz8/Pj4+", "???>>>"), ("/+8=", "\u{FFFD}\u{FFFD}"),
  ])
  func theTextIsWhatItStandsFor(written: String, text: String) throws {
    let value = try Sample("a: !!binary \(written)\n").root().at("a")
    #expect(value.string == text)
  }

  @Test func theyAreKeysToo() throws {
    let root = try Sample("!!binary a2luZA== : X\n!!binary PDw= : {a: b}\n").root()
    #expect(root["kind"]?.string == "X")
    #expect(root["a"] == nil && root["<<"]?.count == 1)
  }

  @Test(arguments: ["a", "YWJ", "YWJj=", "Y===", "YW Jj", "YW=j", "ä==="])
  func whatIsNoBase64IsNoValue(written: String) {
    #expect(Sample("a: !!binary '\(written)'\n").problem()?.kind == .wrongTag)
  }

  @Test func placesAreThoseOfTheWrittenText() throws {
    let sample = Sample("a: !!binary a2luZA==\n")
    #expect(sample.text(try sample.root().at("a").span) == "a2luZA==")
  }
}

/// Where a text stands that is neither quoted nor a comment.
@Suite struct UnquotedTextTests {
  @Test(arguments: [
    ("a: x{{ b }}\n", 4), ("a: |\n  {{ b }}\n", 7), ("a: >-\n  x {{ b }}\n", 10), ("x{{ a }}: b\n", 1), ("- x{{\n", 3),
    ("a: \"{{ b }}\"\n", nil), ("a: '{{ b }}'\n", nil), ("# {{ b }}\na: b # {{ c }}\n", nil), ("\"{{ a }}\": b\n", nil),
    ("a: b\n", nil), ("a: '{{'\nb: x{{\n", 12),
  ])
  func itIsFoundInPlainTextAndInBlocks(text: String, offset: Int?) throws {
    #expect(try Sample(text).root().tree.unquotedOffset(of: "{{") == offset)
  }
}
