internal import Config
package import Diagnostics
internal import Traffic

/// A declared flow whose ends match nothing.
package enum NP507VacuousExpectation: Rule {
  package static let info = RuleInfo(
    id: "NP507", name: "vacuous-expectation", severity: .error,
    summary: "A declared flow with an end that matches nothing.",
    rationale: """
      A flow that speaks of nothing proves nothing: after a rename it would hold for ever, whatever the policies allow.
      """,
    remedy: "name what exists, or write NAMESPACE:KEY=VALUE for a pod that is only asked about",
    bad: Example(FlowExamples.databaseOpenToWeb, config: FlowExamples.config(from: "shop/wep", mark: "NP507")),
    good: Example(FlowExamples.databaseOpenToWeb, config: FlowExamples.config(from: "\"shop:app=wep\"")))

  package static let comparesWorlds = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for outcome in analysis.flowOutcomes {
      for missing in outcome.missing {
        guard case .vacuous(let problem, let key, let span) = missing.failure.kind else { continue }
        if let namespace = missing.unreadNamespace {
          // What was not read may well be there.
          sink.undecided(namespace: namespace, "no workload manifests were read")
          continue
        }
        sink.report(
          "the flow \"\(outcome.flow.name)\" proves nothing: \(problem.description)",
          at: Place(span, path: "\(outcome.flow.path).\(key)"), .key(problem.text))
      }
    }
  }
}
