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
}
