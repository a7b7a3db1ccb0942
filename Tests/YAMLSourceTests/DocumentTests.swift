import Diagnostics
import Testing
import YAMLSource

/// Where documents begin and end, as Kubernetes cuts them.
@Suite struct DocumentTests {
  private func contents(_ text: String) -> [String] {
    let sample = Sample(text)
    return sample.documents.map { sample.text($0.content) }
  }

  @Test func aLineThatStartsWithThreeDashesSeparates() {
    #expect(contents("a: 1\n---\nb: 2\n") == ["a: 1\n", "b: 2\n"])
    #expect(contents("a: 1\r\n---\r\nb: 2\r\n") == ["a: 1\r\n", "b: 2\r\n"])
    #expect(contents("a: 1\n--- # why\nb: 2") == ["a: 1\n", "b: 2"])
    #expect(contents("a: 1\n---") == ["a: 1\n", ""])
  }

  @Test func otherDashesDoNotSeparate() {
    #expect(contents("a: 1\n ---\nb: 2\n").count == 1)
    #expect(contents("a: x---\nb: 2\n").count == 1)
    #expect(contents("a: 1\n--\nb: 2\n").count == 1)
  }

  @Test func aSeparatorAtTheStartMakesNoEmptyDocument() {
    #expect(contents("---\na: 1\n") == ["a: 1\n"])
    #expect(contents("\u{FEFF}---\na: 1\n") == ["a: 1\n"])
    #expect(contents("---\n---\na: 1\n") == ["", "a: 1\n"])
    #expect(contents("") == [""])
  }

  @Test func blockScalarsAndQuotesAreCutAsKubernetesCutsThem() throws {
    let sample = Sample("a: |\n  one\n---\nb: 2\n")
    #expect(try sample.root(0).at("a").text == "one\n")
    #expect(try sample.root(1).at("b").scalar == .integer(2))
    #expect(contents("a: \"x\n--- y\"\n").count == 2)
  }

  @Test func textOnTheSeparatorLineIsKept() throws {
    let sample = Sample("a: 1\n---  b: 2  \nc: 3\n----\n--- # fine\n---\t \n---\r\n---#fine\n")
    #expect(sample.documents.map { $0.strayText.map(sample.text) } == [nil, "b: 2", "-", nil, nil, nil, nil])
    #expect(sample.place(try #require(sample.documents[1].strayText)) == "2:6-2:10")
    #expect(sample.place(sample.documents[1].separator) == "2:1-2:10")
    #expect(sample.text(sample.documents[1].range) == "---  b: 2  \nc: 3\n")
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "  \n# nothing", "\u{FEFF}", "\u{FEFF}# nothing\n"])
  func aDocumentOfCommentsHasNoRoot(text: String) throws {
    #expect(try Sample(text).tree().root == nil)
  }

  @Test func aDocumentMayBeOneScalarOrNull() throws {
    #expect(try Sample("null\n").root().isNull)
    #expect(try Sample("just text\n").root().string == "just text")
  }

  @Test(arguments: [
    ("a: 1\n...\nb: 2\n", "3:1-3:5"), ("a: 1\n...\n# c\n\n  b: 2\nc: 3\n", "5:3-5:7"), ("a: 1\n... b: 2\n", "2:5-2:9"),
    ("...\na: 1\n", "2:1-2:5"), ("a: 1\r\n...\r\nb: 2\r\n", "3:1-3:5"),
  ])
  func textAfterTheEndMarkerIsFound(text: String, place: String) throws {
    let sample = Sample(text)
    let rest = YAMLReader.textAfterEnd(sample.documents[0], of: sample.file)
    #expect(rest.map(sample.place) == place)
  }

  @Test func textAfterTheEndMarkerIsNotRead() throws {
    let root = try Sample("a: 1\n...\nb: 2\n").root()
    #expect(root.count == 1)
    #expect(try Sample("a: 1\n...\n}: [ not yaml\n").root().count == 1)
  }

  @Test(arguments: [
    "a: 1\n...\n", "a: 1\n...\n\n# c\n...\n", "a: 1\n... # c\n", "a: ...\n", "a: 1\n ...\nb: 2\n",
    "a: 1\n...b: 2\nc: 3\n",
    "",
  ])
  func nothingIsFoundWhereNothingFollows(text: String) {
    let sample = Sample(text)
    #expect(YAMLReader.textAfterEnd(sample.documents[0], of: sample.file) == nil)
  }

  @Test func theEndMarkerOfOneDocumentLeavesTheNextAlone() throws {
    let sample = Sample("a: 1\n...\n---\nb: 2\n")
    #expect(YAMLReader.textAfterEnd(sample.documents[0], of: sample.file) == nil)
    #expect(try sample.root(1).at("b").scalar == .integer(2))
  }
}
