internal import Config
package import Diagnostics
internal import Model
package import Traffic

/// What a run found.
package struct LintResult: Sendable {
  /// In report order, each once.
  package var findings: [Finding] = []
  /// Findings that a comment, an annotation or the config suppresses, in report order.
  package var suppressed: [SuppressedFinding] = []
  /// Sorted.
  package var undecided: [Undecided] = []

  /// Changes findings, suppressed ones too, or leaves them out; their order stays.
  package mutating func keepOnly(_ shown: (Finding) -> Finding?) {
    findings = findings.compactMap(shown)
    suppressed = suppressed.compactMap { entry in
      shown(entry.finding).map {
        SuppressedFinding(finding: $0, isInSource: entry.isInSource, reason: entry.reason)
      }
    }
  }
}

/// The way from worlds to findings: ask every rule about every world, sort, take away what is suppressed.
///
/// Rules are asked in parallel; results land in slots and are sorted, so that the output does not depend on the number
/// of jobs.
package struct Linter: Sendable {
  private let rules: [any Rule.Type]
  private let jobs: Int
  private let suppresses: Bool

  /// - Parameters:
  ///   - rules: the rules to ask.
  ///   - jobs: how many tasks may run at once, at least 1.
  ///   - suppresses: whether suppressions count.
  package init(rules: [any Rule.Type] = Registry.all, jobs: Int = 1, suppresses: Bool = true) {
    self.rules = rules
    self.jobs = max(1, jobs)
    self.suppresses = suppresses
  }

  /// Lints a project.
  package func lint(_ project: Project) async -> LintResult {
    let jobs = Project.jobs(for: project.sources.files, atMost: jobs)
    let enabled = Set(rules.map { $0.info.id })
    var first: Analysis?
    var findings: [Finding] = []
    var undecided: Set<Undecided> = []
    for view in project.worlds {
      // Faults of the files themselves belong to no world: they are reported with the first one.
      let analysis = Analysis(project, view, enabledRules: enabled, problems: first == nil ? project.problems : [])
      for sink in await inParallel(steps(), jobs: jobs, { Linter.take($0, analysis) }) {
        guard let sink else { continue }
        findings += sink.findings.map { finding in
          var finding = finding
          finding.worlds = [view.context.name]
          return finding
        }
        undecided.formUnion(sink.undecided)
      }
      first = first ?? analysis
    }
    if let view = project.unapplied {
      let analysis = Analysis(project, view, enabledRules: enabled, problems: first == nil ? project.problems : [])
      for rule in asked(isLast: false) where rule.looksAtObjectsAlone {
        findings += Linter.ask(rule, analysis).findings
      }
    }
    findings = FindingMerger(project).merged(findings)
    var result = LintResult(findings: Linter.inReportOrder(findings), undecided: undecided.sorted())
    if suppresses, var first {
      let written = await SuppressionFinder.find(in: project, jobs: jobs)
      suppress(&result, written, &first)
    }
    return result
  }

  /// Takes suppressed findings away, then asks the rules about the suppressions themselves.
  private func suppress(
    _ result: inout LintResult, _ written: [WrittenSuppression], _ analysis: inout Analysis
  ) {
    var suppressor = Suppressor(written, analysis.configuration)
    (result.findings, result.suppressed) = suppressor.divide(result.findings)
    let judged = analysis.enabledRules.subtracting(result.undecided.map(\.rule))
    analysis.suppressions = suppressor.review(judged: judged)
    let found = asked(isLast: true).flatMap { Linter.ask($0, analysis).findings }
    if !found.isEmpty { result.findings = Linter.inReportOrder(result.findings + found) }
  }

  /// What the tasks of one world do, in the order in which they begin: one works out what may connect to what while the
  /// others ask the rules that need not know.
  private enum Step: Sendable {
    case workOutReach
    case ask(any Rule.Type)
  }

  private func steps() -> [Step] {
    let rules = asked(isLast: false)
    let asking = rules.filter { $0.asksReach }
    return (asking.isEmpty ? [] : [.workOutReach]) + (rules.filter { !$0.asksReach } + asking).map(Step.ask)
  }

  private static func take(_ step: Step, _ analysis: Analysis) -> FindingSink? {
    switch step {
    case .workOutReach:
      _ = analysis.reach
      return nil
    case .ask(let rule): return ask(rule, analysis)
    }
  }

  /// The rules about suppressions are asked when all others have been.
  private func asked(isLast: Bool) -> [any Rule.Type] {
    rules.filter { suppressionRules.contains($0.info.id) == isLast }
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
    let world = analysis.world
    if world.doubts.isEmpty && world.additions.isEmpty || rule.looksAtObjectsAlone { return sink }
    sink.leaveUndecided { namespace in
      world.doubt(in: namespace)?.reason
        ?? (rule.missesUnreadObjects ? world.addition(in: namespace)?.reason : nil)
    }
    return sink
  }
}
