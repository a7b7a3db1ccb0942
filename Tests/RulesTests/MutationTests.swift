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
    Mutation(testDescription: "text that is not ASCII") { "---\nnote: \"grün 日本 🦀\" # ä\u{2028}ö\n---\n" + $0 },
    Mutation(testDescription: "a document of another kind in front") {
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n---\n" + $0
    },
  ]

  @Test(arguments: mutations, Registry.infos.map(\.id))
  func findingsStay(_ mutation: Mutation, _ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    for example in [rule.info.bad, rule.info.good] {
      let text = mutation.apply(example.manifest)
      #expect(await Lint.findings(of: text, [rule]) == Lint.marks(of: text))
    }
  }

  /// NP007 points at the later of two, and so depends on their order.
  @Test(arguments: Registry.infos.map(\.id).filter { $0 != "NP007" })
  func theOrderOfDocumentsDoesNotMatter(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    let text = rule.info.bad.manifest.components("\n---\n").reversed().joined(separator: "\n---\n")
    #expect(await Lint.findings(of: text, [rule]) == Lint.marks(of: text))
  }

  @Test(arguments: Registry.infos.map(\.id))
  func aFileForEachDocumentIsTheSame(_ id: RuleID) async throws {
    let rule = try #require(Registry.rule(id))
    let files = rule.info.bad.manifest.components("\n---\n").enumerated().map { index, text in
      SourceFile(id: FileID(index), path: "\(index).yaml", bytes: Array(text.utf8))
    }
    let result = await Lint.run(files, [rule])
    let expected = files.flatMap { Expectations.marks($0) }.sorted()
    #expect(Expectations.marks(result.findings, in: SourceTable(files)).sorted() == expected)
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
      #expect(await places(json, rule) == places(example.manifest, rule))
    }
  }

  private func places(_ text: String, _ rule: any Rule.Type) async -> [String] {
    let file = SourceFile(id: FileID(0), path: "manifest.yaml", bytes: Array(text.utf8))
    return await Lint.run([file], [rule]).findings.map { "\($0.rule) \($0.object?.name ?? "") \($0.path)" }.sorted()
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] { split(separator: separator).map(String.init) }
}
