import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing
import YAMLSource

/// `Fixtures/rules/traps.yaml`: what each rule has to be silent about, each with a trap that holds it to that.
@Suite struct TrapTests {
  private struct Clause {
    let rule: String
    let text: String
    let traps: [String]
  }

  private static let fixtures = Fixture.repository.appendingPathComponent("Fixtures")

  private static func clauses() throws -> (rules: [String], clauses: [Clause]) {
    let path = "rules/traps.yaml"
    let data = try Data(contentsOf: fixtures.appendingPathComponent(path))
    let file = SourceFile(id: FileID(0), path: path, bytes: Array(data))
    let root = try #require(try YAMLReader.read(DocumentSplitter.split(file.bytes)[0], of: file).root)
    let clauses = root.entries.flatMap { rule in
      rule.value.entries.map { clause in
        Clause(rule: rule.key.text, text: clause.key.text, traps: clause.value.items.map(\.text))
      }
    }
    return (root.entries.map(\.key.text), clauses)
  }

  @Test func everyRuleIsListed() throws {
    #expect(try Self.clauses().rules.sorted() == Registry.infos.map(\.id.description).sorted())
  }

  @Test func everyClauseHasATrap() throws {
    for clause in try Self.clauses().clauses {
      #expect(!clause.traps.isEmpty, "\(clause.rule): \(clause.text)")
      for trap in clause.traps {
        let isTrap = trap.hasPrefix("cases/") ? try isSilent(clause.rule, in: trap) : isFixture(trap)
        #expect(isTrap, "\(clause.rule): \(clause.text): \(trap)")
      }
    }
  }

  @Test func everyTrapHasAClause() throws {
    let listed = Set(try Self.clauses().clauses.flatMap(\.traps))
    for info in Registry.infos {
      for file in try Fixture.files("rules/\(info.id)") where file.path.hasPrefix("good") {
        #expect(listed.contains("\(info.id)/\(file.path)"), "\(info.id)/\(file.path)")
      }
    }
  }

  /// `RuleFixtureTests` sees to it that nothing is reported in it, and `ExampleTests` in the good example.
  private func isFixture(_ path: String) -> Bool {
    if path == "the good example" { return true }
    return path.split(separator: "/").last?.hasPrefix("good") == true
      && FileManager.default.fileExists(atPath: Self.fixtures.appendingPathComponent("rules/\(path)").path)
  }

  private struct Expectation: Decodable {
    struct Check: Decodable {
      let silent: [String]?
    }

    let checks: [Check]
  }

  /// Whether a case, which `CaseTests` runs, asks the rule to say nothing.
  private func isSilent(_ rule: String, in path: String) throws -> Bool {
    let file = Self.fixtures.appendingPathComponent(path).appendingPathComponent("expect.json")
    guard let data = try? Data(contentsOf: file) else { return false }
    let checks = try JSONDecoder().decode(Expectation.self, from: data).checks
    return checks.contains { $0.silent?.contains { rule.hasPrefix($0) } ?? false }
  }
}
