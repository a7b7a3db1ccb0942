import Model
import TestSupport
import Testing

@Suite struct SelectorTests {
  private static let keys = ["app", "tier"]
  private static let values = ["a", "b", "c"]

  /// Every label set over two keys with three values, and one value that no selector names.
  private static let worlds: [LabelSet] = {
    let choices: [String?] = [nil] + values + ["other"]
    return choices.flatMap { first in
      choices.map { second in
        LabelSet([first.map { (keys[0], $0) }, second.map { (keys[1], $0) }].compactMap(\.self))
      }
    }
  }()

  private func random(_ generator: inout SeededGenerator) -> [SelectorRequirement] {
    (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      let `operator` = SelectorOperator.allCases.randomElement(using: &generator) ?? .in
      let takesValues = `operator` == .in || `operator` == .notIn
      let values = Self.values.filter { _ in Bool.random(using: &generator) }
      return SelectorRequirement(
        key: Self.keys.randomElement(using: &generator) ?? "app", `operator`,
        takesValues ? (values.isEmpty ? ["a"] : values) : [])
    }
  }

  @Test func theCanonicalFormMeansTheSame() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<3_000 {
      let written = random(&generator)
      let selector = Selector(written)
      for labels in Self.worlds {
        let expected = written.allSatisfy { $0.matches(labels) == .yes }
        #expect(selector.matches(labels) == (expected ? .yes : .no), "\(written) on \(labels)")
      }
      #expect(selector.isContradictory == !Self.worlds.contains { selector.matches($0) == .yes })
      if let witness = selector.witness { #expect(selector.matches(witness) == .yes) }
      #expect((selector.witness == nil) == selector.isContradictory)
    }
  }

  @Test func implicationAndOverlapAreExact() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<3_000 {
      let a = Selector(random(&generator))
      let b = Selector(random(&generator))
      let matchingA = Self.worlds.filter { a.matches($0) == .yes }
      #expect(a.implies(b) == matchingA.allSatisfy { b.matches($0) == .yes }, "\(a) implies \(b)")
      #expect(a.overlaps(b) == matchingA.contains { b.matches($0) == .yes }, "\(a) overlaps \(b)")
    }
  }

  @Test func selectorsThatAskTheSameAreEqual() {
    let byLabel = Selector([SelectorRequirement(key: "app", .in, ["a"])])
    let byTerms = Selector([
      SelectorRequirement(key: "app", .in, ["a", "b"]), SelectorRequirement(key: "app", .notIn, ["b"]),
      SelectorRequirement(key: "app", .exists),
    ])
    #expect(byLabel == byTerms)
  }

  @Test func generatedValuesCannotBeTold() {
    let labels = LabelSet([("app", "a")], generated: ["pod-template-hash"])
    func answer(_ requirement: SelectorRequirement) -> Truth { Selector([requirement]).matches(labels) }
    #expect(answer(SelectorRequirement(key: "pod-template-hash", .exists)) == .yes)
    #expect(answer(SelectorRequirement(key: "pod-template-hash", .doesNotExist)) == .no)
    #expect(answer(SelectorRequirement(key: "pod-template-hash", .in, ["1"])) == .unknown)
    #expect(answer(SelectorRequirement(key: "pod-template-hash", .notIn, ["1"])) == .unknown)
  }

  @Test func aWrittenLabelBeatsTheGeneratedOne() {
    let labels = LabelSet([("pod-template-hash", "x")], generated: ["pod-template-hash"])
    #expect(labels.value("pod-template-hash") == "x" && !labels.isGenerated("pod-template-hash"))
  }

  @Test func theLastOfEqualLabelsCounts() {
    #expect(LabelSet([("app", "a"), ("app", "b")]).value("app") == "b")
  }
}
