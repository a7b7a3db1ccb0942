internal import Config
package import Diagnostics
internal import Model
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

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for result in analysis.flowResults {
      for failure in result.failures {
        guard case .vacuous(let problem, let key, let span) = failure.kind else { continue }
        if case .nothing(let namespace) = problem.reason {
          // What was not read may well be there.
          guard analysis.world.isDescribed(namespace) else {
            sink.undecided(namespace: namespace, "no workload manifests were read")
            continue
          }
          guard analysis.context.isOnlyWorld else {
            sink.undecided(
              namespace: namespace, "the flow \"\(result.flow.name)\" matches nothing in one of several builds")
            continue
          }
        }
        sink.report(
          "the flow \"\(result.flow.name)\" proves nothing: \(problem.description)", at: span, object: nil,
          path: "\(result.flow.path).\(key)", key: problem.text)
      }
    }
  }
}
