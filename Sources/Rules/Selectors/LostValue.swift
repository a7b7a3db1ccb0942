internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// One of several values that a selector takes for a component's name, that no pod has, while a pod has nearly it.
struct LostValue {
  let term: WrittenTerm
  let value: String
  let near: SelectorEvidence.NearMiss

  /// - Parameter selector: one that matches some workload of the namespace; `nil` where each of its values does, or nothing
  ///   says that a slip of the pen is why one does not.
  init?(
    _ selector: LabelSelector, in namespace: String, _ analysis: Analysis, _ evidence: inout SelectorEvidence
  ) {
    for term in selector.terms where term.operator == .in && term.values.count > 1 {
      guard analysis.facts.labels.identityKeys.contains(term.key) else { continue }
      for value in term.values {
        let alone = Selector([SelectorRequirement(key: term.key, .in, [value])])
        guard analysis.selection.pods(alone, in: namespace).isEmpty,
          case .nearMiss(let near) = evidence.verdict(alone, in: namespace, isPeer: true),
          near.workload.meta.namespace == namespace, near.label?.key == term.key,
          selector.selector.matches(near.workload.labels) != .yes
        else { continue }
        (self.term, self.value, self.near) = (term, value, near)
        return
      }
    }
    return nil
  }

  func report(
    at selector: Place, accountsFor: [Subject], _ sink: inout FindingSink
  ) {
    guard let label = near.label else { return }
    let workload = "\(near.workload.meta.kind) \(near.workload.meta.name.value)"
    let span = term.values.firstIndex(of: value).map { term.valueSpans[$0] } ?? term.span
    sink.report(
      "no workload of namespace \(near.workload.meta.namespace) has `\(term.key): \(value)`; did you mean "
        + "`\(label.value)` (\(workload))?",
      at: selector.term(term).marking(span),
      .severity(.warning), .why("the other values of the list match, so that only this one is lost"),
      .remedy("write `\(label.value)`"), .related(label.keySpan, "the labels of \(workload)"), .key(value),
      .accountsFor(accountsFor))
  }
}

/// Selectors by the name of a Job.
enum JobNames {
  private static let keys: Set<String> = ["job-name", "batch.kubernetes.io/job-name"]

  /// What a selector asks of the Jobs' names that those of a CronJob never have.
  struct Lost {
    let term: WrittenTerm
    let value: String
    let cronJob: Workload

    var message: String {
      "`\(term.key): \(value)` is on no pod: CronJob \(cronJob.meta.name.value) gives each Job a number behind its name"
    }
  }

  /// The Jobs of a CronJob are called by its name and a number.
  ///
  /// - Parameter pods: those that the selector matches, or may.
  static func lost(_ selector: LabelSelector, _ pods: Matches, _ analysis: Analysis) -> Lost? {
    guard let term = selector.terms.first(where: { keys.contains($0.key) && $0.operator == .in }),
      term.values.count == 1,
      pods.hasNoCertain
    else { return nil }
    let value = term.values[0]
    let workloads = pods.possible.map { analysis.world[$0] }
    guard let first = workloads.first(where: { $0.meta.name.value == value }),
      workloads.allSatisfy({ $0.meta.kind == "CronJob" && !isJob(value, of: $0.meta.name.value) })
    else { return nil }
    return Lost(term: term, value: value, cronJob: first)
  }

  private static func isJob(_ name: String, of cronJob: String) -> Bool {
    name.hasPrefix(cronJob + "-") && UInt64(name.dropFirst(cronJob.count + 1)) != nil
  }
}
