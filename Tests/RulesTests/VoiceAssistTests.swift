import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// The system that the tool grew out of: as its documentation means it, and as it is usually found.
@Suite struct VoiceAssistTests {
  private func marks(_ folder: String, profile: Profile) async throws -> [Mark] {
    let files = try Fixture.files(folder, firstID: 1)
    var configuration = try Fixture.configuration(folder)
    configuration.profile = profile
    configuration.today = "2026-11-24"
    let selection = try RuleSelection(Registry.infos, configuration)
    let result = await Lint.run(files, configuration: configuration)
    return Expectations.marks(result.findings.compactMap(selection.shown), in: SourceTable(configuration.files + files))
      .sorted()
  }

  @Test func asDocumentedIsCleanUnderStrict() async throws {
    #expect(try await marks("voiceassist/as-documented", profile: .strict).isEmpty)
    #expect(try await marks("voiceassist/as-documented", profile: .hipaa).isEmpty)
  }

  @Test func asFoundYieldsExactlyItsMarks() async throws {
    let files = try Fixture.files("voiceassist/as-found") + Fixture.configuration("voiceassist/as-found").files
    let expected = files.flatMap { Expectations.marks($0) }.sorted()
    #expect(expected.count > 20)
    #expect(try await marks("voiceassist/as-found", profile: .hipaa) == expected)
  }

  @Test func marksForLaterAreForRulesThatDoNotExistYet() throws {
    let files = try Fixture.files("voiceassist/as-found") + Fixture.configuration("voiceassist/as-found").files
    let later = files.flatMap { Expectations.marks($0, word: "expect-later:") }
    let ready = later.filter { Registry.rule($0.rule) != nil }
    #expect(ready.isEmpty, "these rules exist by now: write `expect:`")
  }
}
