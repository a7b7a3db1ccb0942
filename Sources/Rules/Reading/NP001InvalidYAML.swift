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

  /// The limits of work that other rules came to.
  ///
  /// - Parameter overloaded: policies that the engine left open.
  static func limits(of sinks: [FindingSink], _ overloaded: [NetworkPolicy]) -> [Finding] {
    var sink = FindingSink(rule: info)
    for (rule, limit) in sinks.flatMap({ sink in sink.givenUp.map { (sink.rule, $0) } }).prefix(mostListed) {
      sink.report(
        "\(limit.reason): \(rule.id) gives up here", at: limit.span, why: whyLimited, remedy: lessWork,
        object: limit.object, path: limit.path, key: rule.id.description)
    }
    for policy in overloaded.prefix(mostListed) {
      sink.report(
        "the rules of \(policy.meta.name.value) and of others for the same pods are more than are put together",
        at: policy.nameSpan, in: policy, path: "metadata.name", why: whyLimited, remedy: lessWork, key: "reach")
    }
    return sink.findings
  }

  private static let whyLimited = "what is given up is not looked at, whatever it allows"
  private static let lessWork = "write it with fewer rules or objects, or lint its parts one by one"
}
