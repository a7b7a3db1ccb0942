internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic

/// What is asked of a project, as often as it is read.
struct LintJob: Sendable {
  let rules: [any Rule.Type]
  let selection: RuleSelection
  /// The files that are read for facts.
  let context: Set<FileID>
  /// The files that are named themselves, as hooks name those of a commit.
  let named: Set<FileID>
  let jobs: Int
  let suppresses: Bool
  /// For those who lint again and again.
  var memory: LintMemory?

  /// The same without the memory.
  var forgetting: LintJob {
    var job = self
    job.memory = nil
    return job
  }

  /// What is shown of a project.
  func lint(_ project: Project) async -> LintResult {
    var result = await Linter(rules: rules, jobs: jobs, suppresses: suppresses, memory: memory) { shown($0) != nil }
      .lint(project)
    result.keepOnly(shown)
    return result
  }

  /// What is shown of a finding: nothing where it lies in files that are read for facts, unless a named file has to do
  /// with it. A policy that cuts off an Ingress of another file must not pass.
  private func shown(_ finding: Finding) -> Finding? {
    if context.contains(finding.span.file), !finding.related.contains(where: { named.contains($0.span.file) }) {
      return nil
    }
    return selection.shown(finding)
  }
}
