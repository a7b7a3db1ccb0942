package import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// What a run found.
package struct LintResult: Sendable {
  /// In report order, each once.
  package var findings: [Finding] = []
  /// Sorted.
  package var undecided: [Undecided] = []
}

/// The way from worlds to findings: ask every rule about every world, sort.
///
/// Rules are asked in parallel; results land in slots and are sorted, so that the output does not depend on the number
/// of jobs.
package struct Linter: Sendable {
  private let rules: [any Rule.Type]
  private let jobs: Int

  /// - Parameters:
  ///   - rules: the rules to ask.
  ///   - jobs: how many tasks may run at once, at least 1.
  package init(rules: [any Rule.Type] = Registry.all, jobs: Int = 1) {
    self.rules = rules
    self.jobs = max(1, jobs)
  }

  /// Lints a project.
  package func lint(_ project: Project) async -> LintResult {
    let jobs = Project.jobs(for: project.sources.files, atMost: jobs)
    let enabled = Set(rules.map { $0.info.id })
    var findings: [Finding] = []
    var undecided: Set<Undecided> = []
    for (number, world) in project.worlds.enumerated() {
      // Faults of the files themselves belong to no world: they are reported with the first one.
      let analysis = Analysis(project, world, enabledRules: enabled, problems: number == 0 ? project.problems : [])
      for sink in await inParallel(rules, jobs: jobs, { Linter.ask($0, analysis) }) {
        findings += sink.findings
        undecided.formUnion(sink.undecided)
      }
    }
    return LintResult(findings: Linter.inReportOrder(findings), undecided: undecided.sorted())
  }

  /// Sorts findings, and drops what two worlds have in common. Findings are large, so that their places are sorted.
  private static func inReportOrder(_ findings: [Finding]) -> [Finding] {
    let order = findings.indices.sorted { Finding.inReportOrder(findings[$0], findings[$1]) }
    var result: [Finding] = []
    result.reserveCapacity(findings.count)
    for index in order where result.last != findings[index] { result.append(findings[index]) }
    return result
  }

  private static func ask(_ rule: any Rule.Type, _ analysis: Analysis) -> FindingSink {
    var sink = FindingSink(rule: rule.info)
    rule.check(analysis, &sink)
    return sink
  }
}
