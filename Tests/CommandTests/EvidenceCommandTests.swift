import Foundation
import TestSupport
import Testing

/// `report hipaa` as a process. `make evidence-update` writes the goldens.
@Suite struct EvidenceCommandTests {
  /// In the folder of a fixture, so that paths are as they are there.
  private func report(_ name: String, _ arguments: String...) throws -> Tool.Run {
    let folder = Fixture.repository.appendingPathComponent("Fixtures/voiceassist/\(name)").path
    let tool = try Tool()
    defer { tool.remove() }
    return try tool.shell(
      "cd \"$1\" && shift && \"$0\" report hipaa --today 2026-11-24 \"$@\"", [Tool.binary, folder] + arguments)
  }

  @Test(arguments: ["as-documented", "as-found"])
  func goldensForPeople(_ name: String) throws {
    let folder = Fixture.repository.appendingPathComponent("Fixtures/voiceassist")
    let run = try report(name)
    let golden = try String(contentsOf: folder.appendingPathComponent("evidence/\(name).md"), encoding: .utf8)
    #expect(run.output == golden)
    #expect(run.status == 0)
  }

  @Test func failOnAsksForWhatFails() throws {
    func status(_ name: String, _ words: String) throws -> Int32 { try report(name, "--fail-on", words).status }
    #expect(try status("as-found", "fail") == 1)
    #expect(try status("as-documented", "fail") == 0)
    #expect(try status("as-documented", "undecided,fail") == 1)
    #expect(try status("as-documented", "never") == 0)
    #expect(try status("as-documented", "soon") == 2)
  }
}
