import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// Every rule is replayed on the examples that it carries itself.
@Suite struct ExampleTests {
  @Test(arguments: Registry.infos.map(\.id))
  func theBadExampleYieldsItsMarks(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    let expected = Lint.marks(of: rule.info.bad)
    #expect(!expected.isEmpty && expected.allSatisfy { $0.rule == id }, "the bad example needs marks of its own rule")
    #expect(try await Lint.findings(of: rule.info.bad, rule) == expected)
  }

  @Test(arguments: Registry.infos.map(\.id))
  func theGoodExampleIsSilent(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    #expect(try await Lint.findings(of: rule.info.good, rule).isEmpty)
  }

  @Test func idsAndNamesAreUniqueAndInOrder() {
    let infos = Registry.infos
    #expect(infos.map(\.id) == Set(infos.map(\.id)).sorted())
    #expect(Set(infos.map(\.name)).count == infos.count)
  }

  @Test func everyRuleSaysWhatWhyAndWhatToDo() {
    for info in Registry.infos {
      #expect(info.summary.hasSuffix(".") && info.rationale.hasSuffix("."), "\(info.id)")
      #expect(!info.remedy.isEmpty && !info.remedy.hasSuffix("."), "\(info.id)")
      #expect(info.name == info.name.lowercased() && !info.name.contains(" "), "\(info.id)")
    }
  }
}
