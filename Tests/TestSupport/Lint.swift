package import Config
package import Diagnostics
package import Rules

/// Runs the linter on text in memory.
package enum Lint {
  package static let fileName = "manifest.yaml"

  /// The marks that a text asks for.
  package static func marks(of text: String) -> [Mark] {
    Expectations.marks(SourceFile(id: FileID(0), path: fileName, bytes: Array(text.utf8))).sorted()
  }

  /// Where one rule reports on an example, as marks.
  package static func findings(of example: Example, _ rule: any Rule.Type) async -> [Mark] {
    await findings(of: example.manifest, [rule])
  }

  /// Where rules report on one file, as marks.
  package static func findings(
    of text: String, _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration()
  ) async -> [Mark] {
    let file = SourceFile(id: FileID(0), path: fileName, bytes: Array(text.utf8))
    let result = await run([file], rules, configuration: configuration)
    return Expectations.marks(result.findings, in: SourceTable([file])).sorted()
  }

  package static func run(
    _ files: [SourceFile], _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration(),
    jobs: Int = 1
  ) async -> LintResult {
    await Linter(rules: rules, jobs: jobs).lint(await Project.read(files, configuration: configuration, jobs: jobs))
  }
}
