internal import Config
package import Diagnostics
internal import Traffic

/// A declared flow that must be allowed and is not.
package enum NP505ExpectedFlowBlocked: Rule {
  package static let info = RuleInfo(
    id: "NP505", name: "expected-flow-blocked", severity: .error,
    summary: "A declared flow with expect: allow, or a client with expect: only, that the policies block.",
    rationale: """
      The config says that this traffic must pass. The policies block it: with them applied, the connection times out, \
      which looks like a fault of the network or of the application.
      """,
    remedy: "add the rule that is missing on the side that blocks, or correct the flow",
    bad: Example(
      FlowExamples.databaseOpenToWeb, config: FlowExamples.config(port: "5433", expect: "allow", mark: "NP505")),
    good: Example(FlowExamples.databaseOpenToWeb, config: FlowExamples.config(port: "5432", expect: "allow")))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    FlowFindings.report(.blocked, "is blocked", analysis, &sink)
    FlowFindings.tellUnknown([.allow], analysis, &sink)
  }
}
