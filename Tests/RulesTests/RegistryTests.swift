import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing

@Suite struct RegistryTests {
  /// The file of a rule is named for it, and every such file is registered.
  @Test func everyRuleFileIsRegistered() throws {
    let folder = Fixture.repository.appendingPathComponent("Sources/Rules")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .compactMap { $0.split(separator: "/").last.map(String.init) }
      .filter { $0.hasPrefix("NP") && $0.hasSuffix(".swift") }
    #expect(Set(names.map { String($0.prefix(5)) }) == Set(Registry.infos.map(\.id.description)))
    #expect(names.count == Registry.infos.count)
  }

  /// Which rules have to do with each other stands in their `RuleInfo`, as ids; no rule asks another one.
  @Test func noRuleCallsAnotherOne() throws {
    let folder = Fixture.repository.appendingPathComponent("Sources/Rules")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".swift") && !$0.hasSuffix("Registry.swift")
    }
    #expect(paths.count > 100)
    for path in paths {
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      let own = path.split(separator: "/").last?.dropLast(".swift".count) ?? ""
      for match in text.matches(of: #/\bNP\d{3}[A-Z]\w+/#) where match.output != own {
        Issue.record("\(path) names \(match.output)")
      }
    }
  }

  /// `RulePlaces` alone knows the paths of fields, and rules what stands there.
  @Test func noRuleMakesPathsOfFields() throws {
    let folder = Fixture.repository.appendingPathComponent("Sources/Rules")
    let rules = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      $0.contains("/NP") && $0.hasSuffix(".swift")
    }
    #expect(rules.count > 80)
    for path in rules {
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      for match in text.matches(of: #/pathPrefix|\bpath\(in:|"spec\.podSelector|"metadata\.name"/#) {
        Issue.record("\(path) has \(match.output): let a Place say it")
      }
    }
  }
}
