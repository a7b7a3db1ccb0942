import Diagnostics
import Testing

@Suite struct SuggestionTests {
  @Test func theNearestCandidateIsNamed() {
    let fields = ["podSelector", "namespaceSelector", "ipBlock"]
    #expect(Suggestion.nearest(to: "podselector", among: fields) == "podSelector")
    #expect(Suggestion.nearest(to: "namespaceSeletcor", among: fields) == "namespaceSelector")
    #expect(Suggestion.nearest(to: "podSelectors", among: fields) == "podSelector")
    #expect(Suggestion.nearest(to: "services", among: fields) == nil)
  }

  @Test func shortWordsNeedToBeNearer() {
    #expect(Suggestion.nearest(to: "prot", among: ["port"]) == "port")
    #expect(Suggestion.nearest(to: "form", among: ["port"]) == nil)
    #expect(Suggestion.nearest(to: "a", among: ["b"]) == nil)
    #expect(Suggestion.nearest(to: "", among: ["a", ""]) == nil)
  }

  @Test func letterCaseDecidesBetweenEquallyNearCandidates() {
    #expect(Suggestion.nearest(to: "Ports", among: ["portS", "Ports", "ports"]) == "ports")
    #expect(Suggestion.nearest(to: "cat", among: ["bat", "hat"]) == "bat")
    #expect(Suggestion.nearest(to: "cat", among: ["hat", "bat"]) == "hat")
  }

  @Test func hintsAreEmptyWithoutANearCandidate() {
    #expect(Suggestion.hint(for: "clutser", among: ["cluster"]) == "; did you mean 'cluster'?")
    #expect(Suggestion.hint(for: "clutser", among: ["flows"]) == "")
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("abc", "abc", 0), ("abcd", "acbd", 1), ("ca", "abc", 3), ("kitten", "sitting", 3),
    ("ab", "ba", 1), ("redis", "redsi", 1), ("postgres", "postgresql", 2),
  ])
  func editsAreCounted(a: String, b: String, edits: Int) {
    #expect(Suggestion.editDistance(a, b, atMost: 10) == edits)
    #expect(Suggestion.editDistance(b, a, atMost: edits) == edits)
    #expect(Suggestion.editDistance(a, b, atMost: edits - 1) == nil)
  }

  /// Written from the definition, without a bound.
  private func plainDistance(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
    guard let x = a.last, let y = b.last else { return a.count + b.count }
    let (a1, b1) = (a.dropLast(), b.dropLast())
    var best = min(plainDistance(a1, b) + 1, plainDistance(a, b1) + 1, plainDistance(a1, b1) + (x == y ? 0 : 1))
    if a1.last == y, b1.last == x { best = min(best, plainDistance(a1.dropLast(), b1.dropLast()) + 1) }
    return best
  }

  @Test func boundedCountingAgreesWithTheDefinition() {
    var words: [[UInt8]] = [[]]
    var longest = words
    for _ in 1...4 {
      longest = longest.flatMap { [$0 + [0x61], $0 + [0x62]] }
      words += longest
    }
    for a in words {
      for b in words {
        let expected = plainDistance(a[...], b[...])
        for limit in 0...4 {
          let counted = Suggestion.editDistance(
            String(decoding: a, as: UTF8.self), String(decoding: b, as: UTF8.self), atMost: limit)
          #expect(counted == (expected <= limit ? expected : nil))
        }
      }
    }
  }
}
