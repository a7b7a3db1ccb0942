internal import Config
internal import Diagnostics
internal import Facts
internal import Model
internal import Rules
internal import Traffic

/// Reviews of the policies that apply to ePHI workloads or let somebody reach them.
struct ReviewsSection: SectionCollector {
  private var table = TableBuilder(
    "policies", "Policies",
    [
      ("policy", "Policy"), ("cites", "Cites"), ("rationale", "Rationale"), ("owner", "Owner"),
      ("approver", "Approver"),
      ("ticket", "Ticket"), ("lastReview", "Last review"), ("nextReview", "Next review"), ("state", "State"),
      ("place", "Place"),
    ], whenEmpty: "No policy applies to an ePHI workload.")
  private(set) var nextReviews: [String] = []

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    for id in world.policies {
      let record = world.records.record(of: id)
      let review = PolicyReview(record.review, context.material.configuration)
      if let next = review.next { nextReviews.append(next) }
      let policy = world.view.world[id]
      table.add(
        [
          .text(policy.meta.qualifiedName), .list(record.citations.map { EvidenceCatalogue.cited.prefix + $0 }),
          EvidenceCell(record.rationale), EvidenceCell(record.owner), EvidenceCell(record.approver),
          EvidenceCell(record.ticket), EvidenceCell(review.last), EvidenceCell(review.next), .text(review.word),
          .text(context.place(policy.nameSpan)),
        ], in: world.name)
    }
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("reviews", "Reviews")
    section.paragraphs = [
      "A review date on a manifest is a review of that manifest, not of the policy documentation. The interval of "
        + "\(context.material.configuration.hipaa.reviewIntervalDays) days is the organisation's own: the rule says "
        + "\"periodically\"."
    ]
    section.tables = [table.table(context.worlds, context.lookedAt)]
    return section
  }
}

/// What somebody accepted: it still counts as found.
enum SuppressionsSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("suppressions", "Accepted findings")
    section.paragraphs = ["A suppression changes no result in this report."]
    var table = TableBuilder(
      "suppressions", "Suppressions",
      [
        ("rule", "Rule"), ("finding", "Finding"), ("place", "Place"), ("reason", "Reason"), ("owner", "Owner"),
        ("expires", "Expires"), ("by", "By"),
      ], whenEmpty: "Nothing is suppressed.")
    for entry in context.material.result.suppressed {
      table.add(
        [
          .text(entry.finding.rule.description), .text(entry.finding.message), .text(context.place(entry.finding.span)),
          .text(entry.reason), EvidenceCell(entry.owner ?? policyOwner(of: entry.finding, context)),
          EvidenceCell(entry.until),
          .text(entry.isInSource ? "the manifests" : "the config"),
        ], in: nil)
    }
    section.tables = [table.table([]), expired(context)]
    return section
  }

  private static func expired(_ context: EvidenceContext) -> EvidenceTable {
    var table = TableBuilder(
      "expired", "Suppressions that have ended, and suppress nothing any more",
      [
        ("rules", "Rules"), ("place", "Place"), ("reason", "Reason"), ("owner", "Owner"), ("expired", "Ended"),
        ("by", "By"),
      ], whenEmpty: "None has ended.")
    for entry in context.material.result.expired {
      table.add(
        [
          .list(entry.words), .text(context.place(entry.span)), .text(entry.reason), EvidenceCell(entry.owner),
          .text(entry.until), .text(entry.isInSource ? "the manifests" : "the config"),
        ], in: nil)
    }
    return table.table([])
  }

  /// The owner that the policy names, said to be that: who accepted the finding is not known by it.
  private static func policyOwner(of finding: Finding, _ context: EvidenceContext) -> String? {
    for view in context.material.project.worlds {
      for policy in view.world.policies where policy.meta.reference == finding.object {
        let owner = policy.meta.annotations.first { view.facts.labels.isRecord(.owner, $0.key) }?.value
        return owner.map { "not recorded; the policy's is \($0)" }
      }
    }
    return nil
  }
}

/// What became of the declared flows.
enum DeclaredFlowsSection {
  static func section(_ outcomes: [FlowOutcome], _ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("declaredFlows", "Declared flows")
    section.paragraphs =
      ["Each flow was asked of the model of the manifests (EXAMINE); no packet was sent."]
      + context.lookedAt.sharedBuilds.map { "A flow that holds was asked of all builds together: \($0)." }
    var table = TableBuilder(
      "flows", "Flows",
      [("name", "Flow"), ("expect", "Expected"), ("result", "Result"), ("outcome", "Outcome"), ("why", "Why")],
      whenEmpty: "No flow is declared.")
    for outcome in outcomes {
      let flow = DeclaredFlow(outcome, context)
      table.add(
        [
          .text(outcome.flow.name), .text(outcome.flow.expect.rawValue), .text(flow.result.rawValue), .text(flow.word),
          .text(flow.sentence),
        ], in: nil)
    }
    section.tables = [table.table([])]
    return section
  }
}

/// What the rules about HIPAA found, and what they left open.
enum FindingsSection {
  static func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("findings", "Findings of the HIPAA rules")
    var findings = TableBuilder(
      "findings", "Findings",
      [("rule", "Rule"), ("severity", "Severity"), ("finding", "Finding"), ("place", "Place"), ("fix", "What to do")],
      whenEmpty: "There are none.")
    let rules = Registry.infos.filter { $0.id >= "NP701" && $0.id <= "NP799" }
    for finding in context.material.result.findings where rules.contains(where: { $0.id == finding.rule }) {
      let remedy = finding.remedy ?? rules.first { $0.id == finding.rule }?.remedy
      findings.add(
        [
          .text(finding.rule.description), .text(finding.severity.rawValue), .text(finding.message),
          .text(context.place(finding.span)), EvidenceCell(remedy),
        ], in: nil)
    }
    var undecided = TableBuilder(
      "undecided", "Undecided", [("rule", "Rule"), ("namespace", "Namespace"), ("reason", "What is missing")],
      whenEmpty: "Nothing is undecided.")
    for entry in context.material.result.undecided {
      undecided.add(
        [.text(entry.rule.description), EvidenceCell(entry.namespace), .text(entry.reason)], in: nil)
    }
    section.tables = [findings.table([]), undecided.table([])]
    return section
  }
}
