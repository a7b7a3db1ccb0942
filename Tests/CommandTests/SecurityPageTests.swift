import Foundation
import TestSupport
import Testing

/// `docs/security.md` names tests; each of them is there.
@Suite struct SecurityPageTests {
  @Test func everyDefenceHasATest() throws {
    let tests = Fixture.repository.appendingPathComponent("Tests")
    let names = try FileManager.default.subpathsOfDirectory(atPath: tests.path).filter { $0.hasSuffix(".swift") }
    let sources = try names.map {
      try String(contentsOf: tests.appendingPathComponent($0), encoding: .utf8)
    }
    let page = try String(
      contentsOf: Fixture.repository.appendingPathComponent("docs/security.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| defence") }
    #expect(rows.count >= 17)
    for row in rows {
      let cited = row.split(separator: "|").last.map { $0.matches(of: #/`(\w+Tests)(?:\.(\w+))?`/#) } ?? []
      #expect(!cited.isEmpty, "\(row)")
      for test in cited {
        let isThere = sources.contains { source in
          source.contains("struct \(test.1) ") && (test.2.map { source.contains("func \($0)(") } ?? true)
        }
        #expect(isThere, "\(test.0)")
      }
    }
  }
}
