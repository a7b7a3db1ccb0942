import Diagnostics
import Testing
import YAMLSource

/// A file that starts with `{` is JSON if it can be, and then follows JSON's rules.
@Suite struct JSONTests {
  @Test func aFileOfJSONIsReadAsSuch() throws {
    let sample = Sample("{\"a\": [1, \"x\", {\"b\": null}]}\n")
    #expect(sample.documents.map(\.isJSON) == [true])
    let list = try sample.root().at("a")
    #expect(Array(list.items).map(\.scalar) == [.integer(1), .string, nil])
    #expect(sample.place(list.span) == "1:7-1:28")
    #expect(sample.place(try #require(list.items.first { $0.scalar == .string }).span) == "1:11-1:14")
  }

  @Test func numbersKeepTheirFraction() throws {
    let root = try Sample(#"{"a": 5432.0, "b": 8e3, "c": 5432, "d": -0, "e": 1e400, "f": true, "g": false}"#).root()
    #expect(try root.at("a").scalar == .float(5432))
    #expect(try root.at("b").scalar == .float(8000))
    #expect(try root.at("c").scalar == .integer(5432))
    #expect(try root.at("d").scalar == .integer(0))
    #expect(try root.at("e").scalar == .float(.infinity))
    #expect(try root.at("f").scalar == .bool(true))
    #expect(try root.at("g").scalar == .bool(false))
  }

  @Test(arguments: [
    (#""\ud83d\ude00""#, "😀"), (#""\u00e4\/\"\\""#, "ä/\"\\"), (#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
    (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    (#""x\u007Fy""#, "x\u{7F}y"), ("\"\u{FEFF}x\"", "\u{FEFF}x"),
  ])
  func escapesAreRead(text: String, expected: String) throws {
    #expect(try Sample("{\"a\": \(text)}").root().at("a").string == expected)
  }

  @Test(arguments: [
    "{a: b}", "{'a': 'b'}", "{\"a\": b}", "{\"a\": 1,}", "{\"a\": [1,]}", "{\"a\": 01}", "{\"a\": 1.}", "{\"a\": +1}",
    "{\"a\": .5}", "{\"a\": 0x1}", "{\"a\": yes}", "{\"a\": \"x\ny\"}", "{\"a\": \"\\x41\"}", "{\"a\" 1}", "{1: 2}",
    "{\"a\": 1} # text", "{\"a\": 1e}", "{\"a\": nul}", "{\"a\": \"\\u12g4\"}", "{", "{\"a\": 1", "{\"a\": \"x",
  ])
  func whatIsNoJSONIsReadAsYAML(text: String) {
    #expect(Sample(text).documents.map(\.isJSON) == [false])
  }

  @Test func onlyAFileThatStartsAsJSONIsJSON() {
    #expect(Sample("# comment\n{\"a\": 1}\n").documents.map(\.isJSON) == [false])
    #expect(Sample("[1]\n").documents.map(\.isJSON) == [false])
    #expect(Sample("a: 1\n---\n{\"a\": 1}\n").documents.map(\.isJSON) == [false, false])
    #expect(
      Sample("\u{FEFF} \t\r\n{\"a\": 1}\n---\n{\"a\": 1}\n---\na: 1\n").documents.map(\.isJSON) == [true, true, false])
  }

  @Test func objectsMayFollowOneAnother() throws {
    let sample = Sample("{\"a\": 1}{\"a\": 2}\n{\"a\": 3}\n")
    #expect(try (0..<3).map { try sample.root($0).at("a").scalar } == [.integer(1), .integer(2), .integer(3)])
    #expect(sample.documents[1].content == 8..<17)
    #expect(Sample("{\"a\": 1}\n{\"a\": }\n").documents.count == 1)
  }

  @Test func depthAndSizeHaveTheLimitsOfYAML() {
    let limit = YAMLReader.Limits.depth
    let nested = String(repeating: "{\"a\": ", count: limit + 1) + "1" + String(repeating: "}", count: limit + 1)
    #expect(Sample(nested).problem()?.kind == .tooDeep)
    let key = String(repeating: "k", count: 2_000)
    #expect(Sample("{\"\(key)\": 1}").problem() == nil)
  }

  @Test(arguments: [
    ("a: .inf", YAMLProblem.Kind.notFinite), ("a: [x, .nan]", .notFinite), ("? [a]\n: b", .unsupportedKey),
    ("a: {{ b }}", .unsupportedKey), ("~: a", .unsupportedKey), ("0xFFFFFFFFFFFFFFFF: a", .unsupportedKey),
    ("a: !!int b", .wrongTag), ("a: !!bool 1", .wrongTag), ("a: !!timestamp 443", .wrongTag),
    ("a: {<<: b}", .wrongMerge), ("a: {<<: [b]}", .wrongMerge),
    ("a: \"x\\/y\"", .syntax("found unknown escape character")),
  ])
  func whatJSONCannotSayIsTold(text: String, kind: YAMLProblem.Kind) throws {
    #expect(try Sample(text).root().tree.conversionProblem()?.kind == kind)
  }

  @Test(arguments: [
    "a: \".inf\"", ".inf: a", "1e300: a", "18446744073709551616: a", "a: !!float 1", "a: !!timestamp 2024-01-31",
    "a: !!str .nan", "'~': a", "a: ~",
    "a: &x {b: c}\nd: {<<: *x}\ne: {<<: [*x]}", "a: !own b", "a: \"\\\\/\"", "a: 1.5",
  ])
  func whatJSONCanSayIsFine(text: String) throws {
    #expect(try Sample(text).root().tree.conversionProblem() == nil)
  }

  @Test(arguments: [
    ("1e6", "1e+06"), ("1e5", "100000"), ("16777217.0", "1.6777216e+07"), ("1e21", "1e+21"), ("0.00001", "1e-05"),
    ("0.0001", "0.0001"), ("1234567.5", "1.2345675e+06"), ("-1.5", "-1.5"), ("0.0", "0"), (".inf", ".inf"),
    ("5432.0", "5432"), ("1000000", "1000000"), ("120.50", "120.5"),
  ])
  func floatsAsKeysAreWrittenAsGoDoes(key: String, text: String) throws {
    #expect(try Sample("\(key): x").root().writtenEntries.map(\.key.keyText) == [text])
  }
}
