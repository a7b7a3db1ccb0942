import Foundation
import TestSupport
import Testing

/// Every format through the built binary, on the example system.
@Suite struct FormatTests {
  private static let example = Fixture.repository.appendingPathComponent("Fixtures/voiceassist/as-found").path

  /// How many findings of each severity the system has, as the JSON report counts them.
  private struct Counts {
    let errors: Int
    let warnings: Int
    let notes: Int

    var all: Int { errors + warnings + notes }

    var verdict: String {
      let parts = [(errors, "error"), (warnings, "warning"), (notes, "note")].filter { $0.0 > 0 }
      return parts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }
  }

  private func counts() throws -> Counts {
    let report = try JSONSerialization.jsonObject(with: Data(report("json").utf8)) as? [String: Any]
    let summary = try #require(report?["summary"] as? [String: Any])
    let findings = try #require(report?["findings"] as? [[String: Any]])
    func count(_ severity: String) -> Int { findings.count { $0["severity"] as? String == severity } }
    let counts = Counts(errors: count("error"), warnings: count("warning"), notes: count("note"))
    #expect(summary["errors"] as? Int == counts.errors && counts.errors > 0 && counts.notes > 0)
    return counts
  }

  /// A report made in the folder `k8s` of a repository.
  private func report(_ format: String) throws -> String {
    let tool = try Tool()
    defer { tool.remove() }
    let run = try tool.shell(
      "mkdir .git && cp -R \"$1\" k8s && cd k8s && \"$0\" --format \"$2\" .", [Tool.binary, Self.example, format])
    #expect(run.status == 1 && run.errors.contains(" in 5 policies, 8 files."))
    return run.output
  }

  private func json<Value>(_ format: String, as type: Value.Type) throws -> Value {
    try #require(try JSONSerialization.jsonObject(with: Data(report(format).utf8)) as? Value)
  }

  @Test func sarifNamesFilesFromTheRootOfTheRepository() throws {
    let log = try json("sarif", as: [String: Any].self)
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(try results.count == counts().all)
    let split = try #require(results.first { $0["ruleId"] as? String == "NP203" })
    let place = ((split["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]) ?? [:]
    #expect((place["artifactLocation"] as? [String: String])?["uri"] == "k8s/api-gateway-policy.yaml")
    #expect(
      place["region"] as? [String: Int] == ["startLine": 21, "startColumn": 11, "endLine": 21, "endColumn": 28])
    let fingerprints = split["partialFingerprints"] as? [String: String]
    #expect(fingerprints?["netpolLint/v1"]?.count == 32)
    #expect(fingerprints?["primaryLocationLineHash"]?.hasSuffix(":1") == true)
  }

  @Test func gitHubGetsOneCommandForEachFindingErrorsFirst() throws {
    let lines = try report("github").split(separator: "\n")
    let kinds = ["error", "warning", "notice"].map { kind in lines.count { $0.hasPrefix("::\(kind) ") } }
    let counts = try counts()
    #expect(kinds == [counts.errors, counts.warnings, counts.notes] && lines.count == counts.all)
    #expect(lines[..<counts.errors].allSatisfy { $0.hasPrefix("::error file=k8s/") })
    #expect(
      lines.contains { $0.contains(",line=21,endLine=21,col=11,endColumn=28,title=NP203 split-peer::namespace and") })
  }

  @Test func gitLabGetsAListWithDistinctFingerprints() throws {
    let issues = try json("gitlab", as: [[String: Any]].self)
    let counts = try counts()
    #expect(Set(issues.compactMap { $0["fingerprint"] as? String }).count == counts.all)
    let paths = issues.compactMap { ($0["location"] as? [String: Any])?["path"] as? String }
    #expect(paths.count == counts.all && paths.allSatisfy { $0.hasPrefix("k8s/") })
  }

  @Test func junitHasASuiteForEachFileAndPassesTheCleanOne() throws {
    let text = try report("junit")
    let counts = try counts()
    let failures = counts.errors + counts.warnings
    #expect(
      text.contains("<testsuites name=\"netpol-lint\" tests=\"\(counts.all)\" failures=\"\(failures)\" errors=\"0\">"))
    #expect(text.contains("<testsuite name=\"namespace.yaml\" tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"2\">"))
  }

  @Test func markdownBeginsWithTheVerdict() throws {
    let text = try report("markdown")
    #expect(try text.hasPrefix("## netpol-lint\n\n**\(counts().verdict) in 5 policies, 8 files.**\n"))
    #expect(text.contains("| error | <code>api-gateway-policy.yaml:21</code> | namespace and pod selectors stand in"))
  }

  @Test func checkstyleNamesRules() throws {
    let text = try report("checkstyle")
    #expect(try text.components(separatedBy: "<error ").count == counts().all + 1)
    #expect(text.contains("<error line=\"21\" column=\"11\" severity=\"error\" message=\"namespace and pod"))
    #expect(text.contains("source=\"netpol-lint.NP203\""))
  }

  @Test func rdjsonOffersSuggestions() throws {
    let diagnostics = try #require(try json("rdjson", as: [String: Any].self)["diagnostics"] as? [[String: Any]])
    #expect(try diagnostics.count == counts().all)
    let texts = diagnostics.compactMap { ($0["suggestions"] as? [[String: Any]])?.first?["text"] as? String }
    #expect(texts.contains("kubernetes.io/metadata.name"))
  }

  @Test func prometheusCountsFindings() throws {
    let lines = try report("prometheus").split(separator: "\n").filter { $0.hasPrefix("netpol_lint_findings{") }
    let total = lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    #expect(try total == counts().all)
  }

  @Test func oneRunWritesSeveralFormats() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let run = try tool.run(
      "--output", "github", "--output", "sarif:r.sarif", "--output", "junit:r.xml",
      Self.example)
    #expect(run.output.hasPrefix("::error "))
    for name in ["r.sarif", "r.xml"] {
      let text = try String(contentsOf: tool.directory.appendingPathComponent(name), encoding: .utf8)
      #expect(text.contains("NP203"))
    }
  }
}
