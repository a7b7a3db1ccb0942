package import Diagnostics

/// A suppression that says too little to count.
package enum NP605SuppressionWithoutReason: Rule {
  package static let info = RuleInfo(
    id: "NP605", name: "suppression-without-reason", severity: .error,
    summary: "A suppression without a reason, of a rule that does not exist, or past its date.",
    rationale: """
      A suppression is a decision about the security of the cluster: who reads it later needs to know why it was made, and \
      until when it holds. One without a reason, and one past its date, suppresses nothing.
      """,
    remedy: "write `# netpol-lint: ignore[NP402]: reason`, with until=DATE before the colon where it has an end",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector: {} # netpol-lint: ignore[NP402] # expect: NP605
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector: {} # netpol-lint: ignore[NP402] until=2099-12-31: the mesh decides who may call
            ports: [{port: 8080}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for (fault, suppression, finding) in analysis.suppressions.faults {
      let (message, key) = words(fault)
      sink.report(message, at: suppression.place, .key(key), .saidWith(finding), .remedy(remedy(fault)))
    }
    for (path, until, span) in analysis.suppressions.expiredSettings {
      sink.report(
        "this entry ended on \(until): it ignores nothing now", at: Place(span, path: path),
        .remedy("delete the entry, or decide anew until when it holds"))
    }
  }

  /// What to do; the rule's remedy when `nil`.
  private static func remedy(_ fault: SuppressionReview.Fault) -> String? {
    if case .over = fault { "mend the finding, or write a later `until` with the reason" } else { nil }
  }

  /// The message, and what tells the fault from others of the same suppression.
  private static func words(_ fault: SuppressionReview.Fault) -> (message: String, key: String) {
    switch fault {
    case .malformed: ("this is no suppression: one is written `ignore[…]: reason` or `ignore-file[…]: reason`", "")
    case .noReason: ("this suppression has no reason, and so suppresses nothing", "reason")
    case .unknownRule(let word):
      ("there is no rule `\(word)`" + Suggestion.hint(for: word, among: Registry.infos.map(\.name)), word)
    case .notSuppressible(let word): ("\(word) cannot be suppressed", word)
    case .noDate(let text): ("`\(text)` is no date such as 2027-01-31, so that nothing is suppressed", "until")
    case .over(let date): ("this suppression ended on \(date): it suppresses nothing now", "until")
    }
  }
}
