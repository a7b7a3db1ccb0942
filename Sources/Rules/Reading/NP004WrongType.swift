package import Diagnostics
internal import Model

/// A value of a type that the API does not take at its place.
package enum NP004WrongType: Rule {
  package static let info = RuleInfo(
    id: "NP004", name: "wrong-type", severity: .error,
    summary: "A value of a type that the field does not take.",
    rationale: """
      The API server refuses a list where it wants a mapping, and a number or a boolean where it wants text. YAML 1.1 \
      turns unquoted words such as `on`, `yes` and `1.10` into booleans and numbers.
      """,
    remedy: "write the value in the type that the field wants; quote text that looks like a number or a boolean",
    fix: .sometimes(.safe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector:
          matchLabels:
            canary: on # expect: NP004
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector:
          matchLabels:
            canary: "on"
        policyTypes: [Ingress]
      """))

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    sink.reportProblems(of: analysis) { $0 == .wrongType }
  }
}
