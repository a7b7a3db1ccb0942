import Diagnostics
import Testing
import YAMLSource

/// Anchors, aliases, merge keys and keys that are written twice.
@Suite struct AnchorTests {
  @Test func anAnchorIsNoPartOfItsNodesPlace() throws {
    let sample = Sample("a: &x\n  k: 1\nb: &y { k: 1 }\nc: &z text\nd: &q \"text\"\ne: &l\n  - 1\nf: !!str 80\n")
    let root = try sample.root()
    #expect(sample.place(try root.at("a").span) == "2:3-2:7")
    #expect(sample.text(try root.at("b").span) == "{ k: 1 }")
    #expect(sample.text(try root.at("c").span) == "text")
    #expect(sample.text(try root.at("d").span) == "\"text\"")
    #expect(sample.place(try root.at("e").span) == "7:5-7:6")
    #expect(sample.text(try root.at("f").span) == "80")
  }

  @Test func propertiesOnTheirOwnLinesAreNoPartEither() throws {
    let sample = Sample("a: !!str &x # why\n  text\nb: &y !!str\nc: &z |\n  block\n")
    let root = try sample.root()
    #expect(sample.text(try root.at("a").span) == "text")
    #expect(try root.at("b").text == "")
    #expect(sample.place(try root.at("b").span) == "3:12-3:12")
    #expect(sample.place(try root.at("c").span) == "4:7-5:8")
  }

  @Test func anAliasKeepsItsOwnPlaceBesideTheAnchors() throws {
    let sample = Sample("a: &x { k: 1 }\nb: *x\nc: &s text\nd: *s\n")
    let root = try sample.root()
    let alias = try root.at("b")
    #expect(sample.text(alias.span) == "*x")
    #expect(sample.text(try #require(alias.anchorSpan)) == "{ k: 1 }")
    #expect(alias.kind == .mapping)
    #expect(try alias.at("k").scalar == .integer(1))
    #expect(try root.at("d").text == "text")
    #expect(sample.text(try #require(try root.at("d").anchorSpan)) == "text")
    #expect(try root.at("a").anchorSpan == nil)
    #expect(!alias.isSame(as: try root.at("a")))
  }

  @Test func aLaterAnchorOfTheSameNameReplacesTheEarlier() throws {
    let root = try Sample("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").root()
    #expect(try root.at("b").scalar == .integer(1))
    #expect(try root.at("d").scalar == .integer(2))
  }

  @Test func anAliasCanBeAKey() throws {
    let root = try Sample("a: &x name\n*x : 1\n").root()
    #expect(try root.at("name").scalar == .integer(1))
  }

  @Test func unknownAndRecursiveAliasesAreRefusedAtTheirPlace() throws {
    let unknown = Sample("a: 1\nb: [*x]\n")
    #expect(unknown.problem()?.kind == .undefinedAlias("x"))
    #expect(unknown.problem().map { unknown.place($0.span) } == "2:5-2:7")
    let recursive = Sample("a: &x [1, *x]\n")
    #expect(recursive.problem()?.kind == .recursiveAlias("x"))
    #expect(recursive.problem().map { recursive.place($0.span) } == "1:11-1:13")
    #expect(Sample("a: &x {<<: *x}\n").problem()?.kind == .recursiveAlias("x"))
  }

  @Test func anchorsDoNotCrossDocuments() {
    let sample = Sample("a: &x 1\n---\nb: *x\n")
    #expect(sample.problem(0) == nil)
    #expect(sample.problem(1)?.kind == .undefinedAlias("x"))
  }

  @Test func duplicateKeysAllArriveAndTheLastCounts() throws {
    let sample = Sample("a: 1\nb: 2\n'a': 3\n\"\\x61\": 4\n")
    let root = try sample.root()
    #expect(root.count == 4)
    #expect(root.writtenEntries.map(\.key.text) == ["a", "b", "a", "a"])
    #expect(root.writtenEntries.map { sample.place($0.key.span) } == ["1:1-1:2", "2:1-2:2", "3:1-3:4", "4:1-4:7"])
    #expect(try root.at("a").scalar == .integer(4))
  }

  @Test func aMergedKeyCountsAtThePlaceOfTheMergeKey() throws {
    let root = try Sample("x: &x {k: merged}\nafter: {<<: *x, k: own}\nbefore: {k: own, <<: *x}\n").root()
    #expect(try root.at("after", "k").text == "own")
    #expect(try root.at("before", "k").text == "merged")
    #expect(try root.at("after").count == 2)
    #expect(try root.at("after").entries.map(\.key.text) == ["k", "k"])
  }

  @Test func ofSeveralMergedMappingsTheEarlierWins() throws {
    let root = try Sample("a: {<<: [{k: 1, l: 1}, {k: 2, m: 2}]}\n").root()
    let merged = try root.at("a")
    #expect(try merged.at("k").scalar == .integer(1))
    #expect(try merged.at("l").scalar == .integer(1))
    #expect(try merged.at("m").scalar == .integer(2))
  }

  @Test func mergesNest() throws {
    let root = try Sample("x: &x {k: 1}\ny: &y {<<: *x, l: 2}\nz: {<<: *y}\n").root()
    #expect(try root.at("z").entries.map(\.key.text) == ["k", "l"])
  }

  @Test func aQuotedMergeKeyIsAnOrdinaryKey() throws {
    let root = try Sample("a: {\"<<\": {k: 1}}\nb: {<<: {k: 1}}\n").root()
    #expect(try root.at("a")["k"] == nil)
    #expect(try root.at("a", "<<", "k").scalar == .integer(1))
    #expect(try root.at("b")["k"]?.scalar == .integer(1))
  }
}
