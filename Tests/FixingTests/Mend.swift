import Config
import Diagnostics
import Fixing
import Rules
import TestSupport
import Traffic

/// Makes the fixes of text in memory.
struct Mend {
  /// The text with all fixes made: that of the manifests, where a kustomization is cut off it.
  let text: String
  let start: FixState
  let outcome: FixOutcome

  /// - Parameter rules: whose findings are mended; rules about suppressions need those that are suppressed.
  init(
    _ text: String, _ rules: [any Rule.Type] = Registry.all, unsafe: Bool = true,
    configuration: Configuration = Configuration(), mostReadings: Int = 100
  ) async {
    await self.init(
      Lint.files(of: text), rules, unsafe: unsafe, configuration: configuration, mostReadings: mostReadings)
  }

  init(
    _ files: [SourceFile], _ rules: [any Rule.Type] = Registry.all, unsafe: Bool = true,
    configuration: Configuration = Configuration(), mostReadings: Int = 100
  ) async {
    let asked = Set(rules.map { $0.info.id })
    @Sendable func state(_ changed: [String: [UInt8]]) async -> FixState {
      let files = files.map { SourceFile(id: $0.id, path: $0.path, bytes: changed[$0.path] ?? $0.bytes) }
      let project = await Project.read(files, configuration: configuration)
      let isAboutSuppressions = asked.contains("NP604")
      var result = await Linter(rules: isAboutSuppressions ? Registry.all : rules).lint(project)
      result.keepOnly { asked.contains($0.rule) ? $0 : nil }
      return FixState(project, result)
    }
    start = await state([:])
    outcome = await Fixer(makesUnsafe: unsafe, mostReadings: mostReadings, bar: { _ in nil }, reread: state)
      .run(start)
    self.text = outcome.state.project.sources.files.last.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }

  /// What is found afterwards, without places.
  var left: [String] { outcome.state.result.findings.map { "\($0.rule) \($0.message)" } }
}
