import Config
import Diagnostics
import Fixing
import Rules
import TestSupport
import Testing
import Traffic

/// What fixes must do, asked of every fixture and example of every rule that has some.
@Suite struct FixtureFixTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: RuleID
    let testDescription: String
    let text: String
    let configuration: Configuration
  }

  static let cases: [Case] = Registry.infos.flatMap { info in
    let examples = [("bad example", info.bad), ("good example", info.good)].map { name, example in
      Case(
        rule: info.id, testDescription: "\(info.id) \(name)", text: example.manifest,
        configuration: (try? Lint.configuration(example.config ?? "")) ?? Configuration())
    }
    let fixtures = ((try? Fixture.files("rules/\(info.id)")) ?? []).map { file in
      let text = String(decoding: file.bytes, as: UTF8.self)
      return Case(
        rule: info.id, testDescription: "\(info.id)/\(file.path)", text: text,
        configuration: (try? Lint.configuration(in: text)) ?? Configuration())
    }
    return examples + fixtures
  }

  static let fixable = cases.filter { one in Registry.rule(one.rule)?.info.fix != nil }

  private func mend(_ one: Case, _ text: String? = nil, unsafe: Bool = true) async throws -> Mend {
    let rule = try #require(Registry.rule(one.rule))
    return await Mend(text ?? one.text, [rule], unsafe: unsafe, configuration: one.configuration)
  }

  /// After the fixes of one rule all rules find what they found before, without what was mended and but for declared
  /// consequences.
  @Test(arguments: fixable)
  func exactlyTheOtherFindingsAreLeft(_ one: Case) async throws {
    let mend = try await mend(one)
    let change = await FindingChange(from: mend.start.project, to: mend.outcome.state.project)
    let declared = FixConsequence.declared[one.testDescription]
    let mended = [RuleID](repeating: one.rule, count: mend.outcome.mendedCount)
    #expect(change.gone == (mended + (declared?.takes ?? [])).sorted(), "\(mend.text)")
    #expect(change.new == (declared?.brings ?? []).sorted(), "\(mend.text)")
    for (finding, refusal) in mend.outcome.refused {
      #expect(refusal == .isNotProved, "\(finding.rule) \(finding.message): \(refusal.reason)")
    }
    #expect(mend.outcome.isStable)
  }

  @Test func consequencesAreThoseOfFixtures() {
    let names = Set(FixtureFixTests.fixable.map(\.testDescription))
    for name in FixConsequence.declared.keys { #expect(names.contains(name)) }
  }

  @Test(arguments: fixable)
  func aSecondRunChangesNothing(_ one: Case) async throws {
    for unsafe in [false, true] {
      let first = try await mend(one, unsafe: unsafe)
      let rule = try #require(Registry.rule(one.rule))
      let files = first.outcome.state.project.sources.files
      let second = await Mend(files, [rule], unsafe: unsafe, configuration: one.configuration)
      #expect(second.outcome.changes.isEmpty)
    }
  }

  @Test(arguments: fixable)
  func lineEndsAndAMarkAtTheStartStay(_ one: Case) async throws {
    // Such a text stands for two files, of which each has blank lines for the other one's.
    if one.text.contains("kind: Kustomization") { return }
    let plain = try await mend(one)
    let crlf = try await mend(one, one.text.replacing("\n", with: "\r\n"))
    #expect(crlf.text.utf8.elementsEqual(plain.text.replacing("\n", with: "\r\n").utf8))
    let marked = try await mend(one, "\u{FEFF}" + one.text)
    #expect(marked.outcome.mendedCount == plain.outcome.mendedCount)
  }

  /// Comments are no part of JSON, and a new document none of a file in it: no fix breaks the text, that is all.
  @Test(arguments: fixable)
  func jsonIsNotBroken(_ one: Case) async throws {
    guard let json = JSONText.convert(one.text) else { return }
    let mend = try await mend(one, json)
    for (finding, refusal) in mend.outcome.refused {
      #expect(refusal == .isNotProved, "\(finding.rule) \(finding.message): \(refusal.reason)\n\(mend.text)")
    }
  }

  /// What is missing at the end of a file is looked for behind it by nobody.
  @Test(arguments: fixable.filter { $0.testDescription.contains("bad") })
  func cutTextsDoNoHarm(_ one: Case) async throws {
    let lines = one.text.split(separator: "\n", omittingEmptySubsequences: false)
    for count in stride(from: lines.count - 1, to: 0, by: -max(1, lines.count / 12)) {
      let text = lines.prefix(count).joined(separator: "\n")
      for cut in [text, String(text.dropLast(2))] {
        let mend = try await mend(one, cut)
        #expect(mend.outcome.isStable)
      }
    }
  }

  /// What a rule's metadata says about fixes is true of what it reports.
  @Test(arguments: Registry.infos.map(\.id))
  func theMetadataSaysWhichFixesThereAre(_ id: RuleID) async throws {
    let info = try #require(Registry.rule(id)).info
    var fixes: Set<String> = []
    var lacks = false
    for one in FixtureFixTests.cases where one.rule == id {
      // A mark is a comment, and whose one is is not always clear.
      let text = one.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.firstRange(of: " # expect").map { line[..<$0.lowerBound] } ?? line)
      }.joined(separator: "\n")
      for finding in try await mend(one, text, unsafe: false).start.result.findings {
        if let fix = finding.fix, !fix.edits.isEmpty { fixes.insert(fix.safety.rawValue) } else { lacks = true }
      }
    }
    #expect(fixes == Set(info.fix?.safeties.map(\.rawValue) ?? []))
    if info.fix?.isAlways == true { #expect(!lacks) }
  }

  /// What a rule's metadata says about severities is true of what it reports.
  @Test(arguments: Registry.infos)
  func theMetadataSaysWhichSeveritiesThereAre(_ info: RuleInfo) async throws {
    let rule = try #require(Registry.rule(info.id))
    var seen: Set<Severity> = []
    for one in FixtureFixTests.cases where one.rule == info.id {
      let configuration = one.configuration
      let project = await Project.read(Lint.files(of: one.text), configuration: configuration)
      seen.formUnion(await Linter(rules: [rule]).lint(project).findings.map(\.severity))
    }
    #expect(seen.isSubset(of: info.severities))
  }

  @Test func allRulesTogetherComeToAnEnd() async throws {
    let files = try Fixture.files("voiceassist/as-found", firstID: 1)
    let configuration = try Fixture.configuration("voiceassist/as-found")
    let mend = await Mend(files, configuration: configuration)
    #expect(mend.outcome.isStable && mend.outcome.mendedCount > 0)
  }
}
