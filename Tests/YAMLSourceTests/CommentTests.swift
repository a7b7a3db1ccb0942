import Testing
import YAMLSource

/// Comments, which libyaml does not report.
@Suite struct CommentTests {
  private func texts(_ text: String) throws -> [String] { try Sample(text).comments().map(\.text) }

  @Test func commentsAreFoundWithTheirPlaces() throws {
    let sample = Sample("# first\nä: 1 # at the end  \n  ## indented\nb:  #x\n  - 1\n#")
    let comments = try sample.comments()
    #expect(comments.map(\.text) == ["first", "at the end", "indented", "x", ""])
    #expect(comments.map(\.isAlone) == [true, false, true, false, true])
    #expect(comments.map { sample.place($0.span) } == ["1:1-1:8", "2:6-2:18", "3:3-3:14", "4:5-4:7", "6:1-6:2"])
  }

  @Test(arguments: [
    "a: 'x # y'\n", "a: \"x # y\"\n", "a: \"x\n  # y\"\n", "a: x#y\n", "a: http://x/#y\n", "'a # b': 1\n",
    "a: |\n  x\n  # y\n\n  # z\nb: 1\n", "a: >-\n  # y\n", "{\"a\": \"x # y\", \"b # c\": [\"# d\"]}",
    "a: 'it''s # not one'\n", "a: \"quote \\\" # not one\"\n", "a: [x#y, 'z # 1']\n", "a: &x \"# 1\"\nb: *x\n",
  ])
  func hashesInsideScalarsAreNoComments(text: String) throws {
    #expect(try texts(text) == [])
  }

  @Test func commentsAroundScalarsAreFoundAllTheSame() throws {
    #expect(try texts("a: 'x # y' # z\n") == ["z"])
    #expect(try texts("a: |  # header\n  # text\n# after\nb: 1\n") == ["header", "after"])
    #expect(try texts("a: |  # nothing\n# after\n") == ["nothing", "after"])
    #expect(try texts("a: >- # header\n  text\n\n  # text\n# after\n") == ["header", "after"])
    #expect(try texts("a: [ # one\n  x, # two\n  # three\n  y ] # four\n") == ["one", "two", "three", "four"])
    #expect(try texts("a: # one\n  # two\n  b: 1\n") == ["one", "two"])
    #expect(try texts("a: &x # one\n  b: 1\nc: !!str # two\n  d\ne: *x # three\n") == ["one", "two", "three"])
  }

  @Test func aCommentBehindAByteOrderMarkIsOne() throws {
    let sample = Sample("\u{FEFF}# first\na: 1\n")
    let comments = try sample.comments()
    #expect(comments.map(\.text) == ["first"])
    #expect(comments.map(\.isAlone) == [true])
    #expect(comments.map { sample.place($0.span) } == ["1:1-1:8"])
  }

  @Test func carriageReturnsEndCommentsToo() throws {
    let sample = Sample("# one\r\na: 1 # two\r\n  # three\r\n")
    #expect(try sample.comments().map(\.text) == ["one", "two", "three"])
    #expect(try sample.comments().map(\.isAlone) == [true, false, true])
  }

  @Test func aDocumentHasTheCommentsOfItsSeparatorLineButNotOfItsNeighbours() throws {
    let sample = Sample("# one\na: 1\n--- # two\n# three\nb: 2 # four\n---\n# five\n")
    #expect(try sample.comments(0).map(\.text) == ["one"])
    #expect(try sample.comments(1).map(\.text) == ["two", "three", "four"])
    #expect(try sample.comments(1).map(\.isAlone) == [false, true, false])
    #expect(try sample.comments(2).map(\.text) == ["five"])
  }

  @Test func commentsAfterTheEndMarkerAreFound() throws {
    #expect(try texts("a: 1\n... # end\n# after\n") == ["end", "after"])
  }
}
