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

  /// Rules about suppressions need the rules that are suppressed: those that a file names are asked too, and their
  /// findings left out.
  package static func run(
    _ files: [SourceFile], _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration(),
    jobs: Int = 1
  ) async -> LintResult {
    let asked = Set(rules.map { $0.info.id })
    let texts = files.map { String(decoding: $0.bytes, as: UTF8.self) }
    let isAboutSuppressions = asked.contains("NP604") || asked.contains("NP605")
    let companions = Registry.all.filter { rule in
      isAboutSuppressions && !asked.contains(rule.info.id) && texts.contains { $0.contains(rule.info.id.description) }
    }
    var result = await Linter(rules: rules + companions, jobs: jobs)
      .lint(await Project.read(files, configuration: configuration, jobs: jobs))
    result.findings.removeAll { !asked.contains($0.rule) }
    return result
  }
}
