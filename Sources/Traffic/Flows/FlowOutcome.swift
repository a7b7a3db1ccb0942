package import Config
internal import Diagnostics
internal import Model

/// What became of a declared flow in all worlds: it must hold in each one that has all its ends.
package struct FlowOutcome: Sendable {
  package struct Answer: Sendable {
    package let world: String
    package let result: FlowResult
  }

  /// An end that is in no world.
  package struct MissingEnd: Sendable {
    package let failure: FlowFailure
    /// The namespace that it speaks of, if no world holds a workload there: what was not read may well be there.
    package let unreadNamespace: String?
  }

  package let flow: Flow
  /// One for each world that has all the ends, in order.
  package let answers: [Answer]
  /// What is in no world, or what no world has together; empty where there are answers.
  package let missing: [MissingEnd]
  /// Whether only worlds have all the ends that are not asked about.
  package let isElsewhere: Bool
}

/// Judges flows world by world, and puts the answers of each flow together.
package struct FlowOutcomes: Sendable {
  private let flows: [Flow]
  private var worlds: [String] = []
  /// For each flow one in each world.
  private var results: [[FlowResult]]
  /// The namespaces of missing ends in which some world holds a workload.
  private var described: Set<String> = []

  package init(_ flows: [Flow]) {
    self.flows = flows
    results = flows.map { _ in [] }
  }

  package var isEmpty: Bool { flows.isEmpty }

  /// Judges all flows in every world of a run.
  ///
  /// - Parameter unread: what was not read, and may allow what a flow forbids.
  package init(_ project: Project, unread: [UnreadInput]) {
    self.init(project.configuration.flows)
    if flows.isEmpty { return }
    for view in project.worlds {
      let judge = FlowJudge(view, of: flows, unread: unread)
      add(view, flows.map(judge.judge))
    }
  }

  /// - Parameter results: one for each flow, in order.
  package mutating func add(_ view: WorldView, _ results: [FlowResult]) {
    worlds.append(view.context.name)
    for (number, result) in results.enumerated() {
      self.results[number].append(result)
      for failure in result.failures {
        if let namespace = failure.namespaceOfMissingEnd, view.world.isDescribed(namespace) {
          described.insert(namespace)
        }
      }
    }
  }

  /// One for each flow, in order.
  ///
  /// - Parameter project: the run that the worlds are of; its other worlds are looked at where an end is missing.
  package func all(in project: Project) -> [FlowOutcome] {
    var outcomes = flows.indices.map(outcome)
    let open = outcomes.indices.filter {
      !outcomes[$0].missing.isEmpty && !outcomes[$0].missing.contains(where: \.failure.isAmbiguous)
    }
    guard project.isPartial, !open.isEmpty else { return outcomes }
    for view in project.otherWorlds {
      let judge = FlowJudge(view, of: open.map { flows[$0] })
      for number in open where !outcomes[number].isElsewhere && !judge.judge(flows[number]).isVacuous {
        outcomes[number] = FlowOutcome(flow: flows[number], answers: [], missing: [], isElsewhere: true)
      }
    }
    return outcomes
  }

  private func outcome(_ number: Int) -> FlowOutcome {
    // A name that may mean several things in one world is no answer in any.
    if let unclear = results[number].lazy.flatMap(\.failures).first(where: \.isAmbiguous) {
      let missing = FlowOutcome.MissingEnd(failure: unclear, unreadNamespace: nil)
      return FlowOutcome(flow: flows[number], answers: [], missing: [missing], isElsewhere: false)
    }
    let answers = zip(worlds, results[number]).filter { !$1.isVacuous }
      .map { FlowOutcome.Answer(world: $0, result: $1) }
    return FlowOutcome(
      flow: flows[number], answers: answers, missing: answers.isEmpty ? missing(number) : [], isElsewhere: false)
  }

  /// The ends that every world misses; where each of them is in some world, that no world has them together.
  private func missing(_ number: Int) -> [FlowOutcome.MissingEnd] {
    let flow = flows[number]
    guard let first = results[number].first else {
      let end = (flow.to + flow.from).first
      let problem = EndProblem.noInput(end?.text ?? flow.name)
      return [missing(problem, key: "to", at: end?.span ?? flow.span)]
    }
    let inEvery = results[number].dropFirst().reduce(into: Set(first.failures.compactMap(\.textOfMissingEnd))) {
      $0.formIntersection($1.failures.compactMap(\.textOfMissingEnd))
    }
    let failures = first.failures.filter { $0.textOfMissingEnd.map(inEvery.contains) ?? false }
    if failures.isEmpty, case .vacuous(let problem, let key, let span) = first.failures.first?.kind {
      return [missing(.alone(problem.text), key: key, at: span)]
    }
    return failures.map { failure in
      let namespace = failure.namespaceOfMissingEnd
      return FlowOutcome.MissingEnd(
        failure: failure, unreadNamespace: namespace.flatMap { described.contains($0) ? nil : $0 })
    }
  }

  private func missing(_ problem: EndProblem, key: String, at span: SourceSpan) -> FlowOutcome.MissingEnd {
    FlowOutcome.MissingEnd(
      failure: FlowFailure(
        kind: .vacuous(problem, key: key, span), sentence: "\(problem.description)", references: []),
      unreadNamespace: nil)
  }
}

extension FlowFailure {
  /// Whether an end may mean several things.
  fileprivate var isAmbiguous: Bool {
    if case .vacuous(let problem, _, _) = kind { problem.reason == .ambiguous } else { false }
  }

  /// The end that is not there, as it is written.
  fileprivate var textOfMissingEnd: String? {
    if case .vacuous(let problem, _, _) = kind { problem.text } else { nil }
  }

  /// The namespace that the end speaks of which is not there; `nil` for an end that cannot be read.
  fileprivate var namespaceOfMissingEnd: String? {
    if case .vacuous(let problem, _, _) = kind, case .nothing(let namespace) = problem.reason { namespace } else { nil }
  }
}
