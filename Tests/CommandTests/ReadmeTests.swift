import Foundation
import TestSupport
import Testing

/// What the README shows is what the tool prints.
@Suite struct ReadmeTests {
  private static let text =
    (try? String(contentsOf: Fixture.repository.appendingPathComponent("README.md"), encoding: .utf8)) ?? ""

  /// The text of the first block of a language.
  private func block(_ language: String) throws -> String {
    let start = try #require(Self.text.range(of: "```\(language)\n"))
    let end = try #require(Self.text.range(of: "```", range: start.upperBound..<Self.text.endIndex))
    return String(Self.text[start.upperBound..<end.lowerBound])
  }

  /// Runs the tool in a folder of the fixtures.
  private func output(_ arguments: [String], in folder: String) throws -> String {
    let tool = try Tool()
    defer { tool.remove() }
    let path = Fixture.repository.appendingPathComponent("Fixtures/\(folder)").path
    return try tool.shell("cd \"$1\" && shift && \"$0\" \"$@\"", [Tool.binary, path] + arguments).output
  }

  @Test func theDiagramIsThatOfTheExample() throws {
    let arguments = ["connectivity", "-q", "--format", "mermaid"]
    #expect(try block("mermaid") == output(arguments, in: "voiceassist/as-documented"))
  }

  @Test func theAnswerIsThatOfTheExample() throws {
    let lines = try block("console").split(separator: "\n", maxSplits: 1)
    let words = lines[0].split(separator: " ").map(String.init)
    #expect(words.prefix(2) == ["$", "netpol-lint"])
    #expect(try output(Array(words.dropFirst(2)), in: "voiceassist/as-found") == String(lines[1]))
  }

  @Test func theFindingIsThatOfTheExample() throws {
    let start = try #require(Self.text.range(of: "```\nerror[NP203"))
    let end = try #require(Self.text.range(of: "```", range: start.upperBound..<Self.text.endIndex))
    let shown = Self.text[start.lowerBound..<end.lowerBound].dropFirst("```\n".count)
    let tool = try Tool()
    defer { tool.remove() }
    let folder = "Fixtures/voiceassist/as-found"
    let run = try tool.shell(
      "cd \"$1\" && \"$0\" --config \(folder)/.netpol-lint.yaml \(folder)", [Tool.binary, Fixture.repository.path])
    #expect(run.output.contains(shown))
  }
}
