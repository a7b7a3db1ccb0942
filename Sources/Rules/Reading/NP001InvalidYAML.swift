package import Diagnostics
internal import Model

/// Text that is no YAML, or more of it than a manifest can need.
package enum NP001InvalidYAML: Rule {
  package static let info = RuleInfo(
    id: "NP001", name: "invalid-yaml", severity: .error,
    summary: "A document with a NetworkPolicy that cannot be read as YAML.",
    rationale: """
      The API server refuses the document, so none of its policies take effect. Syntax errors, bytes that are no \
      UTF-8, an alias without its anchor, and documents beyond the limits of depth, size or alias expansion count. Input \
      that asks for more work than a rule does is named too, where it stands.
      """,
    remedy: "mend the syntax at this place; the other documents of the file are read all the same",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}
        policyTypes: [Ingress] # expect: NP001
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
      """))

  /// A run lists this many; the others are counted.
  private static let mostListed = 1000

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    sink.reportProblems(of: analysis, atMost: mostListed) { $0 == .invalidYAML }
  }
}
