import Diagnostics
import Testing
import YAMLSource

/// Lines, columns and ends: libyaml's marks count scalars, stop too late, and count some line breaks of their own.
@Suite struct PlaceTests {
  @Test func aByteOrderMarkHasNoColumn() throws {
    let sample = Sample("\u{FEFF}kind: X\nname: y\n")
    let root = try sample.root()
    #expect(sample.place(try #require(root.entry("kind")).key.span) == "1:1-1:5")
    #expect(sample.place(try root.at("kind").span) == "1:7-1:8")
    #expect(sample.place(try root.at("name").span) == "2:7-2:8")
  }

  @Test func aByteOrderMarkBeforeALaterDocumentIsReadOver() throws {
    let sample = Sample("kind: X\n---\n\u{FEFF}kind: Y\n")
    let kind = try sample.root(1).at("kind")
    #expect(kind.text == "Y")
    #expect(sample.text(kind.span) == "Y")
  }

  @Test func carriageReturnsAreNoPartOfValuesOrColumns() throws {
    let sample = Sample("a: one\r\nb:\r\n  - two\r\nc: \"x\r\n  y\"\r\n")
    let root = try sample.root()
    #expect(sample.place(try root.at("a").span) == "1:4-1:7")
    #expect(sample.place(try root.at("b").item(0).span) == "3:5-3:8")
    #expect(try root.at("a").text == "one")
    #expect(try root.at("c").text == "x y")
    #expect(sample.place(try root.at("c").span) == "4:4-5:5")
  }

  @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
  func lineBreaksThatEditorsDoNotCountLeaveLinesAndColumnsRight(separator: String) throws {
    let sample = Sample("a: \"x\(separator)y\"\nb: two\n")
    let root = try sample.root()
    #expect(sample.place(try root.at("a").span) == "1:4-1:9")
    #expect(sample.place(try root.at("b").span) == "2:4-2:7")
  }

  @Test(arguments: ["\u{85}", "\u{2028}"])
  func theyDoSeparateKeysAsInKubernetes(separator: String) throws {
    let sample = Sample("a: 1\(separator)b: two\n")
    let root = try sample.root()
    #expect(try root.at("a").text == "1")
    #expect(sample.place(try root.at("b").span) == "1:9-1:12")
  }

  @Test func columnsCountScalarsAndTextsAreWhole() throws {
    let sample = Sample("ä: {größe: \"日本\", b: 😀x, c: end}\nd: é\n")
    let root = try sample.root()
    let map = try root.at("ä")
    #expect(sample.place(map.span) == "1:4-1:32")
    #expect(sample.place(try map.at("größe").span) == "1:12-1:16")
    #expect(sample.place(try map.at("b").span) == "1:21-1:23")
    #expect(try map.at("b").text == "😀x")
    #expect(sample.text(try map.at("c").span) == "end")
    #expect(try root.at("d").text == "é")
    #expect(sample.place(try root.at("d").span) == "2:4-2:5")
  }

  @Test func placesAreRightBehindWideTextInEarlierDocuments() throws {
    let sample = Sample("a: äöü\n---\nb: ü\nc: x\n")
    #expect(sample.place(try sample.root(1).at("c").span) == "4:4-4:5")
  }

  @Test func aBlockCollectionReachesFromItsFirstChildToItsLast() throws {
    let sample = Sample("spec:\n  ports:\n    - port: 80\n    - port: 443\n\n# done\n\nnext: 1\n")
    let root = try sample.root()
    #expect(sample.place(try root.at("spec").span) == "2:3-4:16")
    #expect(sample.place(try root.at("spec", "ports").span) == "3:7-4:16")
    #expect(sample.place(try root.at("spec", "ports").item(1).span) == "4:7-4:16")
    #expect(sample.place(root.span) == "1:1-8:8")
  }

  @Test func aListThatIsNotIndentedEndsWithItsLastItem() throws {
    let sample = Sample("ports:\n- port: 80\n-\n  port: 443\n\nnext: 1\n")
    let ports = try sample.root().at("ports")
    #expect(sample.place(ports.span) == "2:3-4:12")
    #expect(sample.place(try ports.item(0).span) == "2:3-2:11")
    #expect(sample.place(try ports.item(1).span) == "4:3-4:12")
  }

  @Test func nestedDashesKeepTheirPlaces() throws {
    let sample = Sample("- - a\n  - b\n- c\n")
    let root = try sample.root()
    #expect(sample.place(try root.item(0).span) == "1:5-2:6")
    #expect(sample.place(root.span) == "1:5-3:4")
  }

  @Test func aFlowCollectionIncludesItsBrackets() throws {
    let sample = Sample("a: [ 1,\n  2 ]\nb: {}\nc: { x: [] }  # end\n")
    let root = try sample.root()
    #expect(sample.place(try root.at("a").span) == "1:4-2:6")
    #expect(sample.place(try root.at("b").span) == "3:4-3:6")
    #expect(sample.place(try root.at("c").span) == "4:4-4:13")
    #expect(sample.place(try root.at("c", "x").span) == "4:9-4:11")
  }

  @Test func aPairInAFlowListIsPlacedByItsKeyAndValue() throws {
    let sample = Sample("a: [b: 1, c]\n")
    #expect(sample.place(try sample.root().at("a").item(0).span) == "1:5-1:9")
  }

  @Test func anEmptyValueStandsBehindItsKey() throws {
    let sample = Sample("a:\nb: 1\n")
    let value = try sample.root().at("a")
    #expect(value.isNull)
    #expect(value.span.start == value.span.end)
    #expect(sample.place(value.span) == "1:3-1:3")
  }

  @Test(arguments: [
    ("a: |\n  one\n  two\n\n\nb: 1\n", "1:4-3:6", "one\ntwo\n"),
    ("a: |+\n  one\n\n\nb: 1\n", "1:4-2:6", "one\n\n\n"),
    ("a: |-\n  one\n\n# comment\nb: 1\n", "1:4-2:6", "one"),
    ("a: >\n  one\n  two\n\nb: 1\n", "1:4-3:6", "one two\n"),
    ("a: |2\n    one\nb: 1\n", "1:4-2:8", "  one\n"),
    ("a: |\n  one", "1:4-2:6", "one"),
    ("a: |\r\n  one\r\n  two\r\n\r\nb: 1\r\n", "1:4-3:6", "one\ntwo\n"),
  ])
  func aBlockScalarEndsWithItsLastLineOfText(text: String, place: String, value: String) throws {
    let sample = Sample(text)
    let node = try sample.root().at("a")
    #expect(sample.place(node.span) == place)
    #expect(node.text == value)
    #expect(node.isQuoted)
  }

  @Test func anEmptyBlockScalarDoesNotReachIntoWhatFollows() throws {
    let sample = Sample("a: |  # nothing\n\nb: 1\n")
    let node = try sample.root().at("a")
    #expect(node.text == "")
    #expect(sample.place(node.span) == "1:4-1:5")
  }

  @Test func quotedScalarsIncludeTheirQuotesAndKnowTheirText() throws {
    let sample = Sample("a: 'it''s'\nb: \"x\\ty\"\nc: \"two\n  lines\"\nd: 'plain'\ne: one\n  two\n")
    let root = try sample.root()
    let expected: [(StaticString, String, String)] = [
      ("a", "it's", "1:4-1:11"), ("b", "x\ty", "2:4-2:10"), ("c", "two lines", "3:4-4:9"), ("d", "plain", "5:4-5:11"),
      ("e", "one two", "6:4-7:6"),
    ]
    for (key, text, place) in expected {
      #expect(try root.at(key).text == text)
      #expect(sample.place(try root.at(key).span) == place)
    }
  }
}
