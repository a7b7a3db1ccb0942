import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// Changes of the text that must not change what is found.
@Suite struct MutationTests {
  struct Mutation: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let apply: @Sendable (String) -> String
  }

  static let mutations = [
    Mutation(testDescription: "comment lines in front") { "---\n# one\n# two\n---\n" + $0 },
    Mutation(testDescription: "CRLF") { $0.replacing("\n", with: "\r\n") },
    Mutation(testDescription: "byte order mark") { "\u{FEFF}" + $0 },
    Mutation(testDescription: "text that is not ASCII") {
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: note}\ndata: {note: \"grün 日本\u{2028} 🦀\"} # äö\n---\n" + $0
    },
    Mutation(testDescription: "a document of another kind in front") {
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n---\n" + $0
    },
  ]

  @Test(arguments: mutations, Registry.infos.map(\.id))
  func findingsStay(_ mutation: Mutation, _ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    for example in [rule.info.bad, rule.info.good] {
      let mutated = Example(mutation.apply(example.manifest), config: example.config)
      #expect(try await Lint.findings(of: mutated, rule) == Lint.marks(of: mutated))
    }
  }

  /// NP007 points at the later of two, and so depends on their order.
  @Test(arguments: Registry.infos.map(\.id).filter { $0 != "NP007" })
  func theOrderOfDocumentsDoesNotMatter(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    let text = rule.info.bad.manifest.components("\n---\n").reversed().joined(separator: "\n---\n")
    let example = Example(text, config: rule.info.bad.config)
    #expect(try await Lint.findings(of: example, rule) == Lint.marks(of: example))
  }

  /// The kustomizations of examples name one file.
  @Test(arguments: Registry.infos.filter { !$0.bad.manifest.contains("kind: Kustomization") }.map(\.id))
  func aFileForEachDocumentIsTheSame(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    let files = rule.info.bad.manifest.components("\n---\n").enumerated().map { index, text in
      SourceFile(id: FileID(index), path: "\(index).yaml", bytes: Array(text.utf8))
    }
    let configuration = try Lint.configuration(rule.info.bad.config ?? "")
    let result = await Lint.run(files, [rule], configuration: configuration)
    let expected = files.flatMap { Expectations.marks($0) }.sorted()
    // What is found in the config does not depend on the number of files.
    let findings = result.findings.filter { !$0.path.hasPrefix("flows[") }
    #expect(Expectations.marks(findings, in: SourceTable(files)).sorted() == expected)
  }

  private static let lostInJSON: Set<RuleID> = [
    "NP001", "NP002", "NP009", "NP405", "NP601", "NP604", "NP605", "NP703",
  ]

  /// Comments are no part of JSON, and broken text cannot be converted.
  @Test(arguments: Registry.infos.map(\.id).filter { !lostInJSON.contains($0) })
  func jsonIsTheSame(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    for example in [rule.info.bad, rule.info.good] {
      let json = try #require(JSONText.convert(example.manifest))
      let configuration = try Lint.configuration(example.config ?? "")
      #expect(await places(json, rule, configuration) == places(example.manifest, rule, configuration))
    }
  }

  private func places(_ text: String, _ rule: any Rule.Type, _ configuration: Configuration) async -> [String] {
    await Lint.run(Lint.files(of: text), [rule], configuration: configuration).findings
      .map { "\($0.rule) \($0.object?.name ?? "") \($0.path)" }.sorted()
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] { split(separator: separator).map(String.init) }
}
