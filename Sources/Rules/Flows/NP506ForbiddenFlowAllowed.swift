internal import Config
package import Diagnostics
internal import Traffic

/// A declared flow that must not be allowed and is.
package enum NP506ForbiddenFlowAllowed: Rule {
  package static let info = RuleInfo(
    id: "NP506", name: "forbidden-flow-allowed", severity: .error,
    summary: "A declared flow with expect: deny or only that the policies allow.",
    rationale: """
      The config says that nobody else may connect here. The policies let the traffic pass: whoever takes over the \
      source reaches the destination.
      """,
    remedy: "narrow the rule that lets it through, or correct the flow",
    citations: ["164.312(a)(1)"],
    bad: Example(
      FlowExamples.databaseOpenToWeb, config: FlowExamples.config(port: "5432", expect: "deny", mark: "NP506")),
    good: Example(FlowExamples.databaseOpenToWeb, config: FlowExamples.config(port: "5433", expect: "deny")))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    FlowFindings.report(.allowed, "is allowed", analysis, &sink)
    FlowFindings.tellUnknown([.deny, .only], analysis, &sink)
  }
}
