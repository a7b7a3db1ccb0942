import Testing
import YAMLSource

/// YAML 1.1 as Kubernetes applies it, checked against what kubectl makes of the same text.
@Suite struct ScalarTests {
  private func scalar(_ text: String) throws -> Scalar? { try Sample("a: \(text)\n").root().at("a").scalar }

  @Test(arguments: ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])
  func theseWordsAreTrue(word: String) throws {
    #expect(try scalar(word) == .bool(true))
  }

  @Test(arguments: ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])
  func theseWordsAreFalse(word: String) throws {
    #expect(try scalar(word) == .bool(false))
  }

  @Test(arguments: ["null", "Null", "NULL", "~", ""])
  func theseWordsAreNull(word: String) throws {
    #expect(try scalar(word) == .null)
  }

  @Test(arguments: [
    "yEs", "oN", "nO", "tRUE", "fALSE", "oFF", "nULL", "~~", "yes no", "truee", "=", "<<", "None", "nil", "t", "f", "o",
  ])
  func otherSpellingsAreStrings(word: String) throws {
    #expect(try scalar(word) == .string)
  }

  @Test(arguments: [
    "'yes'", "\"on\"", "'443'", "\"\"", "''", "'~'", "\"null\"", "\"0x1F\"", "|\n  443", ">\n  yes",
  ])
  func whatIsQuotedIsAString(text: String) throws {
    #expect(try scalar(text) == .string)
  }

  @Test(arguments: [
    ("0", 0), ("443", 443), ("+443", 443), ("-1", -1), ("1_000", 1000), ("0443", 291), ("00", 0), ("-017", -15),
    ("0x1F", 31), ("-0x1f", -31), ("0X1F", 31), ("0o17", 15), ("0b11", 3), ("0x_1", 1),
    ("9223372036854775807", 9_223_372_036_854_775_807), ("-9223372036854775808", -9_223_372_036_854_775_808),
  ])
  func integersAreReadInGosBases(text: String, value: Int) throws {
    #expect(try scalar(text) == .integer(Int64(value)))
  }

  @Test(arguments: [
    ("5432.0", 5432), ("8e3", 8000), ("1E+3", 1000), ("1.", 1), ("1.e3", 1000), ("08080", 8080), ("08", 8), ("019", 19),
    ("1e-400", 0),
  ])
  func floatsWithoutAFractionAreIntegers(text: String, value: Int) throws {
    #expect(try scalar(text) == .integer(Int64(value)))
  }

  @Test(arguments: [
    ("1.5", 1.5), ("-1.5", -1.5), (".5", 0.5), ("+.5", 0.5), ("1e-1", 0.1), ("1_0.5", 10.5), (".5_0", 0.5),
    ("1234e56", 1234e56), ("1.10", 1.1), ("9223372036854775808", 9223372036854775808.0),
    ("18446744073709551616", 18446744073709551616.0), ("0xFFFFFFFFFFFFFFFF", 18446744073709551615.0),
  ])
  func otherNumbersAreFloats(text: String, value: Double) throws {
    #expect(try scalar(text) == .float(value))
  }

  @Test func infinitiesAndNotANumberAreFloats() throws {
    for text in [".inf", ".Inf", ".INF", "+.inf"] { #expect(try scalar(text) == .float(.infinity)) }
    for text in ["-.inf", "-.Inf", "-.INF"] { #expect(try scalar(text) == .float(-.infinity)) }
    for text in [".nan", ".NaN", ".NAN"] {
      guard case .float(let value)? = try scalar(text) else {
        Issue.record("\(text) is no float")
        continue
      }
      #expect(value.isNaN)
    }
  }

  @Test(arguments: [
    "12:30", "190:20:30", "1.2.3", "1e400", "-1e400", "12e", "12e+", "0x", "0b2", "0o8", "0x1p4", "_1", "1,000", "--1",
    "+-1", "0x-1", "0-1", ".", "..", ".e3", "+", ".inF", "inf", "NaN", "1 2", "10.0.0.0/8", "80-90", "1\u{301}",
    "1\u{FF11}", "v1", "1a",
  ])
  func whatOnlyLooksLikeANumberIsAString(text: String) throws {
    #expect(try scalar(text) == .string)
  }

  @Test(arguments: ["2024-01-31", "2024-01-31T10:00:00Z", "2024-1-1", "2024-01-31 10:00:00"])
  func datesStayTheWrittenString(text: String) throws {
    let node = try Sample("a: \(text)\n").root().at("a")
    #expect(node.scalar == .string)
    #expect(node.string == text)
  }

  @Test(arguments: [
    ("!!str 443", Scalar.string), ("!!str yes", .string), ("!!str", .string), ("!!str ~", .string),
    ("!!int \"443\"", .integer(443)), ("!!float 443", .integer(443)), ("!!bool \"yes\"", .bool(true)),
    ("!!null ''", .null), ("!foo 443", .string), ("! \"443\"", .string), ("!!timestamp 2024-01-31", .string),
    ("!!binary aGk=", .string), ("!<tag:yaml.org,2002:str> 443", .string),
  ])
  func tagsDecideOverTheText(text: String, value: Scalar) throws {
    #expect(try scalar(text) == value)
  }

  @Test(arguments: [
    ("1", "1"), ("1.10", "1.1"), ("1.0", "1"), ("0x10", "16"), ("yes", "true"), ("OFF", "false"),
    ("2024-01-01", "2024-01-01"),
    ("'yes'", "yes"), ("\"1.10\"", "1.10"), ("app", "app"), ("12:30", "12:30"),
  ])
  func keysAreWrittenOutAsInJSON(key: String, text: String) throws {
    let entries = Array(try Sample("\(key): x\n").root().writtenEntries)
    #expect(entries.map(\.key.keyText) == [text])
  }

  @Test func collectionsHaveNoScalar() throws {
    let root = try Sample("a: []\nb: {}\n").root()
    #expect(try root.at("a").scalar == nil)
    #expect(try root.at("b").scalar == nil)
    #expect(try !root.at("a").isNull)
    #expect(try root.at("a").text == "")
  }

  @Test func onlyStringsAreGivenAsStrings() throws {
    let root = try Sample("a: yes\nb: 'yes'\nc: 1.10\nd: web\ne:\n").root()
    #expect(try root.at("a").string == nil)
    #expect(try root.at("b").string == "yes")
    #expect(try root.at("c").string == nil)
    #expect(try root.at("d").string == "web")
    #expect(try root.at("e").string == nil)
    #expect(try root.at("a").text == "yes")
  }
}
