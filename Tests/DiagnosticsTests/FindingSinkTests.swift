import Diagnostics
import Testing

@Suite struct FindingSinkTests {
  private static let rule = RuleInfo(
    id: "NP203", name: "split-peer", severity: .error, lower: [.warning], summary: "s", rationale: "r", remedy: "m",
    citations: ["164.312(a)(1)"], bad: Example(""), good: Example(""))
  private static let place = Place(
    SourceSpan(file: FileID(0), start: 3, end: 5),
    of: ObjectReference(group: "", kind: "Service", namespace: "shop", name: "web"), path: "spec.ports[0]")

  @Test func whatIsNotSaidIsTheRulesOwn() {
    var sink = FindingSink(rule: Self.rule)
    sink.report("m", at: Self.place, .severity(nil), .why(nil), .related(nil, "no such place"))
    let finding = sink.findings[0]
    #expect(finding.severity == .error)
    #expect(finding.citations == Self.rule.citations)
    #expect(finding.related.isEmpty)
    #expect((finding.span, finding.object, finding.path) == (Self.place.span, Self.place.object, "spec.ports[0]"))
  }

  @Test func detailsAddUpInTheirOrder() {
    let other = SourceSpan(file: FileID(0), start: 7, end: 9)
    var sink = FindingSink(rule: Self.rule)
    sink.report(
      "m", at: Self.place.field("name", at: other),
      [.severity(.warning), .related(other, "first"), .why("a"), .related([RelatedPlace(other, "second")]), .why("b")])
    let finding = sink.findings[0]
    #expect(finding.severity == .warning)
    #expect(finding.path == "spec.ports[0].name")
    #expect(finding.span == other)
    #expect(finding.related.map(\.message) == ["first", "second"])
    #expect(finding.why == "b")
  }

  @Test func aPlaceIsASubjectWhereItIsAnObjects() {
    #expect(Self.place.subjects.map(\.part) == ["spec.ports[0]"])
    #expect(Place(Self.place.span, path: "flows[0]").subjects.isEmpty)
    #expect(Self.place.marking(SourceSpan(file: FileID(0), start: 0, end: 1)).path == Self.place.path)
  }

  @Test func aChangedCopyLeavesTheOriginalAsItIs() {
    let original = Finding(rule: "NP203", severity: .error, message: "m", at: Self.place, .why("a"))
    var copy = original
    #expect(copy == original)
    copy.worlds.append("prod")
    copy.why = nil
    #expect(copy != original)
    #expect((original.worlds, original.why) == ([], "a"))
    #expect((copy.worlds, copy.why, copy.message) == (["prod"], nil, "m"))
    copy.worlds = []
    copy.why = "a"
    #expect(copy == original)
    #expect(Set([copy, original]).count == 1)
  }
}
