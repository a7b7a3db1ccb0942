internal import Config
package import Diagnostics
internal import Facts
internal import Model

/// A policy whose next review is over its date.
package enum NP602ReviewOverdue: Rule {
  package static let info = RuleInfo(
    id: "NP602", name: "review-overdue", severity: .warning,
    summary: "The last review of a policy lies further back than the interval between reviews.",
    rationale: """
      Systems change, and a rule that was right a year ago may open what nobody uses any more. The dates are those that \
      people write themselves, in a comment (`Last reviewed: 2026-11-02`, `Next review: 2027-01-31`) or an annotation \
      (`netpol-lint.io/last-reviewed`). The interval is `hipaa.reviewIntervalDays` of the config, 90 days when nothing is \
      said; the date of a next review counts instead where one is written. A policy without a date is not reported.
      """,
    remedy: "look through the policy again, and write the new date",
    citations: ["164.316(b)(2)(iii)", "164.306(e)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations:
          netpol-lint.io/last-reviewed: "2025-11-21" # expect: NP602
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations:
          netpol-lint.io/last-reviewed: "2026-11-02"
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var seen: Set<SourceSpan> = []
    for (id, policy) in analysis.world.identifiedPolicies {
      let dates = ReviewDates.find(in: analysis.texts(about: id), analysis.facts.labels)
      if let unread = dates.first(where: { $0.date == nil }), !dates.contains(where: { $0.date != nil }) {
        sink.undecided(namespace: policy.meta.namespace, "the review date \"\(unread.text)\" cannot be read")
      }
      guard let overdue = overdue(dates, analysis.configuration), seen.insert(overdue.date.place.span).inserted else {
        continue
      }
      sink.report(
        overdue.message, at: .text(overdue.date.place, of: policy),
        .key(overdue.date.date ?? ""))
    }
  }

  /// The date that a policy is overdue by, `nil` when it is not, or nobody wrote one.
  private static func overdue(
    _ dates: [ReviewDate], _ configuration: Configuration
  ) -> (date: ReviewDate, message: String)? {
    func latest(_ kind: ReviewDate.Kind) -> ReviewDate? {
      dates.filter { $0.kind == kind && $0.date != nil }.max { ($0.date ?? "") < ($1.date ?? "") }
    }
    let last = latest(.last)
    // A next review that lies before the last one has been held.
    if let next = latest(.next), let date = next.date, date > last?.date ?? "" {
      guard let days = DateText.days(from: date, to: configuration.today), days > 0 else { return nil }
      return (next, "the next review was due on \(date), \(days) \(days == 1 ? "day" : "days") ago")
    }
    let interval = configuration.hipaa.reviewIntervalDays
    guard let last, let date = last.date, let days = DateText.days(from: date, to: configuration.today),
      days > interval
    else { return nil }
    return (last, "last reviewed on \(date), \(days) days ago; a review is due every \(interval) days")
  }
}
