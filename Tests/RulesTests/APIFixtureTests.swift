import Config
import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing
import YAMLSource

/// `Fixtures/api`: what the API server refuses, with its field path, and what it accepts; a file for each row of the
/// table of its checks. A document without a mark is accepted.
@Suite struct APIFixtureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let file: SourceFile
  }

  static let rules = Registry.all.filter { $0.info.id.number <= 6 }
  static let cases = ((try? Fixture.files("api")) ?? []).map { Case(testDescription: $0.path, file: $0) }
  static let jsonCases = ((try? Fixture.files("api", suffix: ".json")) ?? [])
    .map { Case(testDescription: $0.path, file: $0) }

  private func findings(_ file: SourceFile, minor: Int = 35) async -> [Finding] {
    var configuration = Configuration()
    configuration.cluster.kubernetesMinor = minor
    let file = SourceFile(id: FileID(0), path: file.path, bytes: file.bytes)
    return await Lint.run([file], Self.rules, configuration: configuration).findings
  }

  @Test(arguments: cases)
  func isRefusedAtExactlyTheMarkedFields(_ fixture: Case) async {
    let file = SourceFile(id: FileID(0), path: fixture.file.path, bytes: fixture.file.bytes)
    let found = await findings(file, minor: file.path.hasPrefix("1.36/") ? 36 : 35)
    let expected = Set(Expectations.marks(file))
    let marks = Set(Expectations.marks(found, in: SourceTable([file]), withPaths: true))
    #expect(marks.subtracting(expected).sorted() == [], "not expected")
    #expect(expected.subtracting(marks).sorted() == [], "not found")
    #expect(found.count == Expectations.marks(file).count)
  }

  /// Line ends, a byte order mark and what stands beside a document change nothing.
  @Test(arguments: cases)
  func theWayOfWritingDoesNotMatter(_ fixture: Case) async {
    let text = String(decoding: fixture.file.bytes, as: UTF8.self)
    for other in [text.replacing("\n", with: "\r\n"), "\u{FEFF}" + text] {
      let file = SourceFile(id: FileID(0), path: fixture.file.path, bytes: Array(other.utf8))
      let found = await findings(file, minor: file.path.hasPrefix("1.36/") ? 36 : 35)
      #expect(
        Set(Expectations.marks(found, in: SourceTable([file]), withPaths: true)) == Set(Expectations.marks(file)))
    }
  }

  @Test(arguments: cases)
  func holdsAcceptedAndRefusedDocuments(_ fixture: Case) {
    let marked = DocumentSplitter.split(fixture.file.bytes).map { chunk in
      String(decoding: fixture.file.bytes[chunk.range], as: UTF8.self).contains("# expect: ")
    }
    #expect(marked.contains(true) && marked.contains(false))
  }

  /// JSON has no comments: the expected findings stand in a file beside it, a line each, in the order of the text.
  @Test(arguments: jsonCases)
  func jsonIsRefusedAtExactlyTheFieldsBesideIt(_ fixture: Case) async throws {
    let url = Fixture.repository.appendingPathComponent("Fixtures/api/\(fixture.file.path).expect")
    let expected = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(await findings(fixture.file).map { "\($0.rule) path=\($0.path)" } == expected)
  }
}
