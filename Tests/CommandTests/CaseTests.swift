import Foundation
import TestSupport
import Testing

/// Small repositories whose right answers are known: `Fixtures/cases/KIND/NAME` with an `expect.json` beside the files.
///
/// Each runs in a folder of its own, outside of any repository, with its own `.netpol-lint.yaml` where it has one.
/// `bugs` holds kinds of faults that people ask about in public trackers, in small inputs of our own.
@Suite struct CaseTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let folder: URL
  }

  /// What `expect.json` says.
  private struct Expectation: Decodable {
    let checks: [Check]
  }

  private struct Check: Decodable {
    /// Rules that must report, `NP402@name` about an object or its namespace, alternatives with `|`.
    let lint: [String]?
    /// Rules that must not.
    let silent: [String]?
    /// How often rules report.
    let count: [String: Int]?
    let profile: String?
    let from: String?
    let to: String?
    /// `yes`, `no` or `unknown`, alternatives with `|`.
    let answer: String?
    let path: String?
  }

  private struct Report: Decodable {
    struct Finding: Decodable {
      struct Object: Decodable {
        let namespace: String?
        let name: String?
      }

      let rule: String
      let object: Object?

      func fits(_ wanted: String) -> Bool {
        wanted.split(separator: "|").contains { part in
          let words = part.split(separator: "@", maxSplits: 1).map(String.init)
          guard rule.hasPrefix(words[0]) else { return false }
          return words.count == 1 || [object?.namespace, object?.name].contains(words[1])
        }
      }
    }

    let findings: [Finding]
  }

  static let cases: [Case] = ["assembly", "bugs", "hiding"].flatMap { kind in
    let root = Fixture.repository.appendingPathComponent("Fixtures/cases/\(kind)")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
    return names.map { Case(testDescription: "\(kind)/\($0)", folder: root.appendingPathComponent($0)) }
  }

  @Test func thereAreSome() { #expect(Self.cases.count >= 87) }

  @Test(arguments: cases)
  func answersAreRight(_ fixture: Case) throws {
    let tool = try Tool()
    defer { tool.remove() }
    tool.remove()
    try FileManager.default.copyItem(at: fixture.folder, to: tool.directory)
    let data = try Data(contentsOf: fixture.folder.appendingPathComponent("expect.json"))
    let checks = try JSONDecoder().decode(Expectation.self, from: data).checks
    #expect(!checks.isEmpty)
    for check in checks {
      if let answer = check.answer { try ask(check, answer, tool) } else { try lint(check, tool) }
    }
  }

  private func lint(_ check: Check, _ tool: Tool) throws {
    let run = try tool.run(
      "lint", config(tool), "--today", "2026-01-01", "--profile", check.profile ?? "recommended", "--format", "json",
      check.path ?? ".")
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    let findings = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8)).findings
    for wanted in check.lint ?? [] { #expect(findings.contains { $0.fits(wanted) }, "missing \(wanted)") }
    for unwanted in check.silent ?? [] { #expect(!findings.contains { $0.fits(unwanted) }, "unwanted \(unwanted)") }
    for (rule, count) in check.count ?? [:] { #expect(findings.count { $0.rule == rule } == count, "\(rule)") }
  }

  private func config(_ tool: Tool) -> String {
    let name = ".netpol-lint.yaml"
    let path = tool.directory.appendingPathComponent(name).path
    return FileManager.default.fileExists(atPath: path) ? "--config=\(name)" : "--no-config"
  }

  private func ask(_ check: Check, _ answer: String, _ tool: Tool) throws {
    let (from, to) = (try #require(check.from), try #require(check.to))
    let run = try tool.run("can-reach", config(tool), "--format", "json", from, to, check.path ?? ".")
    let answers: [Int32: String] = [0: "yes", 1: "no", 2: "unknown"]
    let wanted = answer.split(separator: "|").map(String.init)
    let given = answers[run.status] ?? "exit \(run.status)"
    #expect(wanted.contains(given), "\(from) -> \(to): \(run.output)\(run.errors)")
    if run.status == 2 { #expect(run.output.contains("\"reason\""), "\(run.errors)") }
  }
}
