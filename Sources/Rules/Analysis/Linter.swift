internal import Assembly
internal import Config
package import Diagnostics
internal import Engine
internal import Model
package import Traffic

/// What a run found.
package struct LintResult: Sendable {
  /// In report order, each once.
  package var findings: [Finding] = []
  /// Findings that a comment, an annotation or the config suppresses, in report order.
  package var suppressed: [SuppressedFinding] = []
  /// Suppressions that suppress nothing any more: those of the input, then those of the config.
  package var expired: [ExpiredSuppression] = []
  /// Sorted.
  package var undecided: [Undecided] = []

  /// One that found nothing, for there was nothing to ask.
  package init() {}

  /// Changes findings, suppressed ones too, or leaves them out; their order stays.
  package mutating func keepOnly(_ shown: (Finding) -> Finding?) {
    findings = findings.compactMap(shown)
    suppressed = suppressed.compactMap { entry in
      shown(entry.finding).map {
        SuppressedFinding(
          finding: $0, isInSource: entry.isInSource, reason: entry.reason, until: entry.until, owner: entry.owner)
      }
    }
  }
}

extension LintResult {
  /// Makes one of the findings in equal copies of a document. To be done when all that is not shown has been left out.
  package mutating func mergeEqualCopies(_ sources: SourceTable) {
    var copies = EqualCopies(sources)
    findings = copies.merged(findings)
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
  private let memory: LintMemory?
  private let shows: @Sendable (Finding) -> Bool

  /// - Parameters:
  ///   - rules: the rules to ask.
  ///   - jobs: how many tasks may run at once, at least 1.
  ///   - suppresses: whether suppressions count.
  ///   - memory: what was found before by the same rules, for those who lint again and again.
  ///   - shows: whether a finding will be shown: one that will not takes the place of no other one.
  package init(
    rules: [any Rule.Type] = Registry.all, jobs: Int = 1, suppresses: Bool = true, memory: LintMemory? = nil,
    shows: @escaping @Sendable (Finding) -> Bool = { _ in true }
  ) {
    self.shows = shows
    self.memory = memory
    self.rules = rules
    self.jobs = max(1, jobs)
    self.suppresses = suppresses
  }

  /// Lints a project.
  package func lint(_ project: Project) async -> LintResult {
    let jobs = Project.jobs(for: project.sources.files, atMost: jobs)
    let causes = Causes(rules.map { $0.info }, shows: shows)
    var first: Analysis?
    var said = Answers()
    var flows = FlowOutcomes(asked(.acrossWorlds).isEmpty ? [] : project.configuration.flows)
    let rules = rules
    let unapplied = Lazy { project.unapplied }
    let merging = Lazy { FindingMerger(project, rules) }
    for view in project.worlds {
      // Faults of the files themselves belong to no world: they are reported with the first one.
      let analysis = Analysis(
        project, view, isJudged: isJudged, problems: first == nil ? project.problems : [],
        nearMisses: memory?.world(view.context.name)?.nearMisses)
      let preparing = first == nil ? [Step.prepare { _ = (unapplied.value, merging.value) }] : []
      said.add(await answers(about: analysis, preparing, jobs: jobs), causes)
      if !flows.isEmpty { flows.add(view, analysis.flowResults) }
      first = first ?? analysis
    }
    memory?.keep(said.kept, uses: said.uses)
    first = first.map { $0.with(flows.all(in: project)) }
    if let first {
      for rule in asked(.acrossWorlds) { said.add(Linter.ask(rule, first, worlds: project.plans.map(\.name))) }
    }
    if let view = unapplied.value {
      let analysis = Analysis(project, view, isJudged: isJudged, problems: first == nil ? project.problems : [])
      let alone = asked(.inEachWorld).filter { $0.looksAtObjectsAlone }
      said.findings += causes.linked(alone.flatMap { Linter.ask($0, analysis).findings })
    }
    var merger = merging.value
    merger.undecided = Set(said.undecided.map(\.rule))
    var result = LintResult()
    result.findings = Linter.inReportOrder(merger.merged(said.takeFindings()))
    result.undecided = said.undecided.sorted()
    if suppresses, let first {
      let written = await SuppressionFinder.find(in: project, jobs: jobs)
      suppress(&result, written, first)
    }
    return result
  }

  /// What rules said so far. Nothing else holds the findings: one that two hold is copied when it is changed.
  private struct Answers {
    var findings: [Finding] = []
    var undecided: Set<Undecided> = []
    var kept: [String: KeptWorld] = [:]
    /// How many rules had said a part of it before.
    var uses = 0

    mutating func add(_ sink: FindingSink) {
      findings += sink.findings
      undecided.formUnion(sink.undecided)
    }

    /// Adds what was said of one world.
    mutating func add(_ world: Answers, _ causes: Causes) {
      findings += causes.linked(world.findings)
      undecided.formUnion(world.undecided)
      kept.merge(world.kept) { $1 }
      uses += world.uses
    }

    mutating func takeFindings() -> [Finding] {
      defer { findings = [] }
      return findings
    }
  }

  /// What the rules say of one world.
  private func answers(about analysis: Analysis, _ preparing: [Step], jobs: Int) async -> Answers {
    let known = memory?.world(analysis.context.name)
    let change = known.flatMap { WorldChange(from: $0, to: analysis.view, analysis.project) }
    let taken = await inParallel(steps + preparing, jobs: jobs, { Linter.take($0, analysis, change) }).compactMap { $0 }
    var answers = Answers()
    if memory != nil {
      let asksReach = asked(.inEachWorld).contains { $0.asksReach }
      answers.kept[analysis.context.name] = KeptWorld(analysis, taken.map(\.said), asksReach: asksReach, known)
      answers.uses = taken.count(where: \.isKept)
    }
    for answer in taken { answers.add(answer.sink) }
    answers.findings += limits(taken.map(\.sink), analysis)
    return answers
  }

  private var isJudged: Bool { rules.contains { !$0.looksAtFiles } }

  /// Takes suppressed findings away, then asks the rules about the suppressions themselves.
  private func suppress(
    _ result: inout LintResult, _ written: [WrittenSuppression], _ analysis: Analysis
  ) {
    var suppressor = Suppressor(written, analysis.configuration, analysis.sources)
    (result.findings, result.suppressed) = suppressor.divide(result.findings)
    // What suppresses nothing in one world may do so in another one.
    let judged =
      analysis.project.isPartial ? [] : Set(rules.map { $0.info.id }).subtracting(result.undecided.map(\.rule))
    let review = suppressor.review(judged: judged)
    result.expired = review.expired
    let reviewed = analysis.with(review)
    let found = asked(.atTheEnd).flatMap { Linter.ask($0, reviewed).findings }
    if !found.isEmpty { result.findings = Linter.inReportOrder(result.findings + found) }
  }

  /// What the tasks of one world do, in the order in which they begin: one works out which selectors match what, and what
  /// may connect to what, while the others ask the rules that need not know.
  private enum Step: Sendable {
    case workOutReach
    case ask(any Rule.Type)
    /// What is asked for when all rules have been.
    case prepare(@Sendable () -> Void)
  }

  private var steps: [Step] {
    let rules = asked(.inEachWorld)
    let asking = rules.filter { $0.asksReach }
    let others = rules.filter { !$0.asksReach }
    // It looks at pairs of pods, which takes longer than what any other one does.
    let longest = asking.filter { $0.policyScope == .neighbours }
    let alone = others.filter { $0.looksAtObjectsAlone || $0.looksAtFiles }
    let matching = others.filter { !$0.looksAtObjectsAlone && !$0.looksAtFiles }
    return (asking.isEmpty ? [] : [.workOutReach])
      + (alone + matching + longest + asking.filter { $0.policyScope != .neighbours }).map(Step.ask)
  }

  private static func take(_ step: Step, _ analysis: Analysis, _ change: WorldChange?) -> Answer? {
    switch step {
    case .workOutReach:
      _ = analysis.reach
      return nil
    case .prepare(let work):
      work()
      return nil
    case .ask(let rule):
      let kept = change?.ask(rule, analysis)
      let said = kept ?? said(rule, analysis, [analysis.context.name])
      return Answer(said: said, sink: judged(said, rule, analysis), isKept: kept != nil)
    }
  }

  /// What a rule says of a world.
  private struct Answer: Sendable {
    /// Before anything is taken back.
    let said: FindingSink
    let sink: FindingSink
    /// Whether a part of it was known from before.
    let isKept: Bool
  }

  /// What rules and the engine gave up in one world.
  private func limits(_ answers: [FindingSink], _ analysis: Analysis) -> [Finding] {
    guard let rule = rules.first(where: { $0.info.id == LimitFindings.rule }) else { return [] }
    var limits = LimitFindings(rule.info, worlds: [analysis.context.name])
    limits.add(answers)
    if asked(.inEachWorld).contains(where: { $0.asksReach }) {
      limits.add(overloaded: analysis.reach.overloaded.map { analysis.world.meta(of: $0.policy) })
    }
    return limits.findings
  }

  /// When a rule is asked.
  private enum Turn {
    case inEachWorld
    /// When all worlds have been looked at.
    case acrossWorlds
    /// When it is known what suppressions take away.
    case atTheEnd
  }

  private func asked(_ turn: Turn) -> [any Rule.Type] {
    rules.filter { rule in
      if suppressionRules.contains(rule.info.id) { return turn == .atTheEnd }
      return turn == (rule.comparesWorlds ? .acrossWorlds : .inEachWorld)
    }
  }

  /// Sorts findings, and drops what two worlds have in common.
  private static func inReportOrder(_ findings: [Finding]) -> [Finding] {
    var result: [Finding] = []
    result.reserveCapacity(findings.count)
    for finding in findings.sorted(by: Finding.inReportOrder) {
      // Few places have two.
      if let last = result.last, last.span == finding.span, last == finding { continue }
      result.append(finding)
    }
    return result
  }

  /// - Parameter worlds: those that it is asked about.
  private static func ask(_ rule: any Rule.Type, _ analysis: Analysis, worlds: [String] = []) -> FindingSink {
    judged(said(rule, analysis, worlds), rule, analysis)
  }

  private static func said(_ rule: any Rule.Type, _ analysis: Analysis, _ worlds: [String]) -> FindingSink {
    var sink = FindingSink(rule: rule.info, worlds: worlds)
    rule.check(analysis, &sink)
    return sink
  }

  /// What counts of what a rule says.
  private static func judged(_ said: FindingSink, _ rule: any Rule.Type, _ analysis: Analysis) -> FindingSink {
    var sink = said
    if !rule.looksAtFiles, !rule.isAboutWorkloads { analysis.vendorPolicies.markFindings(&sink) }
    let world = analysis.world
    let isCertain = world.doubts.isEmpty && world.additions.isEmpty
    if isCertain || rule.looksAtObjectsAlone || rule.looksAtFiles { return sink }
    sink.leaveUndecided { namespace in
      world.doubt(in: namespace)?.reason
        ?? (rule.missesUnreadObjects ? world.addition(in: namespace)?.reason : nil)
    }
    return sink
  }
}
