internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic

/// What is asked of a project, as often as it is read.
struct LintJob: Sendable {
  let rules: [any Rule.Type]
  let selection: RuleSelection
  /// The files in which nothing is reported.
  let context: Set<FileID>
  let jobs: Int
  let suppresses: Bool

  /// What is shown of a project.
  func lint(_ project: Project) async -> LintResult {
    let (selection, context) = (selection, context)
    let linter = Linter(rules: rules, jobs: jobs, suppresses: suppresses) { finding in
      !context.contains(finding.span.file) && selection.shown(finding) != nil
    }
    var result = await linter.lint(project)
    result.keepOnly { context.contains($0.span.file) ? nil : selection.shown($0) }
    return result
  }
}
