import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// Policies in the style of well-kept public projects, written for these tests: errors are reported only where the style
/// itself is at fault.
@Suite struct WellKeptTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
  }

  static let cases: [Case] = ((try? Fixture.files("well-kept")) ?? []).map {
    Case(testDescription: $0.path, text: String(decoding: $0.bytes, as: UTF8.self))
  }

  @Test func thereAreSome() { #expect(Self.cases.count >= 8) }

  @Test(arguments: cases)
  func errorsAreExactlyTheMarks(_ fixture: Case) async throws {
    let files = Lint.files(of: fixture.text)
    let configuration = try Lint.configuration(in: fixture.text)
    let selection = try RuleSelection(Registry.infos, configuration)
    let findings = await Lint.run(files, configuration: configuration).findings.compactMap(selection.shown)
    let errors = findings.filter { $0.severity == .error }
    #expect(Expectations.marks(errors, in: SourceTable(files)).sorted() == Lint.marks(of: fixture.text))
  }
}
