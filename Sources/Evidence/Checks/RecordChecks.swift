internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Reporting
internal import Rules
internal import Traffic

extension EvidenceChecks {
  /// What is written down about policies, and when they were looked at last.
  mutating func addRecords(_ world: WorldEvidence, _ context: EvidenceContext) {
    for id in world.policies {
      let record = world.records.record(of: id)
      let subject = world.subject(id, context)
      let unexplained = PolicyType.allCases.flatMap { type in
        world.view.world[id].effectiveRules(type).filter {
          record.rationale == nil && record.rationaleOfRule[PolicyRecord.RuleKey(type, $0.index)] == nil
        }
      }
      if let rule = unexplained.first {
        add(
          "rationale-present", .fail,
          "nothing says what \(subject.name) \(rule.path) is for (\(context.place(rule.firstKeySpan)))",
          subject)
      }
      let isUnexplained = record.rationale == nil && world.view.world[id].hasNoEffectiveRules
      let missing = [
        ("rationale", isUnexplained ? nil : ""), ("owner", record.owner), ("approver", record.approver),
        ("ticket", record.ticket),
      ].filter {
        $0.1 == nil
      }.map(\.0)
      if !missing.isEmpty {
        add(
          "rationale-present", .undecided,
          "\(subject.name) records no \(missing.joined(separator: ", ")) (\(subject.place)); it may be kept elsewhere",
          subject)
      } else if unexplained.isEmpty {
        add("rationale-present", .pass, "\(subject.name) records rationale, owner, approver and ticket", subject)
      }
      addReview(PolicyReview(record.review, context.material.configuration), subject)
    }
  }

  private mutating func addReview(_ review: PolicyReview, _ subject: EvidenceSubject) {
    let id = "review-date-fresh"
    let name = "\(subject.name) (\(subject.place))"
    switch review.state {
    case .fresh(let next): add(id, .pass, "\(subject.name): the next review is due on \(next)", subject)
    case .overdue(let due): add(id, .fail, "\(name): a review was due on \(due)", subject)
    case .future(let date): add(id, .undecided, "\(name): the last review, \(date), lies in the future", subject)
    case .undated: add(id, .undecided, "\(name) bears no date of a last review", subject)
    case .unreadable(let text): add(id, .undecided, "\(name): the review date \"\(text)\" cannot be read", subject)
    }
  }

  mutating func addInventory(_ world: WorldEvidence, _ context: EvidenceContext) {
    let id = "flow-inventory"
    if world.flows.isCut { add(id, .undecided, "there are more flows than are listed in world \(world.name)") }
    for doubt in world.view.world.doubts {
      add(id, .undecided, "not built: \(doubt.reason) (\(context.place(doubt.span)))")
    }
    let open = world.flows.all.count { !$0.isCertain }
    if open > 0 {
      add(id, .undecided, "of \(Summary.count(open, "more flow")) it cannot be told for certain: listed as such")
    }
    add(
      id, .pass,
      "\(Summary.count(world.flows.all.count - open, "permitted flow")) from or to "
        + Summary.count(world.zones.ephi.flatMap(\.workloads).count, "ePHI workload"))
  }

  mutating func addEnforcement(_ world: WorldEvidence, _ context: EvidenceContext) {
    let id = "enforcement-declared"
    for (workload, member) in world.zones.members.sorted(by: { $0.key < $1.key })
    where member.zone.holdsEPHI && world.view.world[workload].hostNetwork {
      let subject = world.subject(workload, context)
      add(id, .fail, "\(subject.name) uses the node's network, to which no policy applies (\(subject.place))", subject)
    }
    for finding in context.material.findings("NP109") {
      add(id, .fail, "\(finding.message) (\(context.place(finding.span)))")
    }
    let plugins = context.material.project.plugins.map(\.title)
    guard let name = context.material.configuration.cluster.cni else {
      if !plugins.isEmpty {
        add(id, .pass, "the manifests show \(plugins.joined(separator: ", ")): a declaration, no observation")
      }
      return
    }
    if let plugin = world.view.facts.networkPlugins.plugin(named: name) {
      add(id, .pass, "the config declares \(plugin.title) as the network plugin: a declaration, no observation")
    } else {
      add(id, .undecided, "the config declares the network plugin \(name), which is not known here")
    }
  }

  // MARK: What belongs to no world

  mutating func addFlows(_ outcomes: [FlowOutcome], _ stores: [StoreName], _ context: EvidenceContext) {
    let id = "assertion-tests-pass"
    if outcomes.isEmpty { return }
    for outcome in outcomes {
      let judged = DeclaredFlow(outcome, context)
      add(id, judged.result, "\"\(outcome.flow.name)\": \(judged.sentence)")
    }
    for store in stores {
      let isDenied = outcomes.contains { outcome in
        outcome.flow.expect != .allow && outcome.flow.to.contains { store.names.contains($0.text) }
      }
      if !isDenied { add(id, .undecided, "no declared flow says who must not reach \(store.shown)") }
    }
  }

  mutating func addDecisions(_ context: EvidenceContext) {
    guard context.material.catalogue.hasAddressable else { return }
    for decision in context.material.configuration.hipaa.decisions {
      let words = "\(context.material.catalogue.prefix)\(decision.paragraph): \(decision.status.rawValue)"
      guard context.material.catalogue.isAddressable(decision.paragraph) else {
        add(
          "addressable-decision-record", .undecided,
          "\(words), and this is no addressable specification of the catalogue: nothing is decided by it")
        continue
      }
      if let date = decision.date, date > context.material.today {
        add(
          "addressable-decision-record", .undecided,
          "\(words), and the date of the decision, \(date), lies in the future")
        continue
      }
      let isBare = [decision.reason, decision.owner, decision.date, decision.reference].allSatisfy { $0 == nil }
      if decision.status == .implemented, isBare {
        add(
          "addressable-decision-record", .undecided,
          "\(words), as the config states, with no record of it (owner, date, reference or reason)")
        continue
      }
      let missing = [
        decision.status != .implemented && decision.reason == nil ? "reason" : nil,
        decision.status == .alternative && decision.alternative == nil ? "alternative" : nil,
      ].compactMap(\.self)
      if decision.status == .notImplemented, missing.isEmpty, decision.alternative == nil {
        add(
          "addressable-decision-record", .undecided,
          "\(words), with a reason; whether an equivalent alternative would be reasonable and appropriate is not recorded"
        )
      } else if missing.isEmpty {
        add(
          "addressable-decision-record", .pass,
          decision.status == .implemented ? "\(words), as the config states" : "\(words), with a record")
      } else {
        add(
          "addressable-decision-record", .fail,
          "\(words), and the record lacks the \(missing.joined(separator: " and the "))")
      }
    }
  }

  mutating func addRetention(_ context: EvidenceContext) {
    let id = "retention-record"
    let count = context.inputs.count
    let carried =
      "this report carries SHA-256 digests of \(Summary.count(count, "input")), its versions and dates; whether it is kept is not "
      + "seen here"
    if count == 0 {
      add(id, .undecided, "no input was read of which it could carry a digest")
    } else if let earlier = context.material.earlier {
      add(id, .pass, "\(carried); it names the report that it supersedes, of \(earlier.report.date)")
    } else {
      add(id, .notAssessed, "no earlier report was given (--compare), so that it names none that it supersedes")
      add(id, .pass, carried)
    }
  }

  mutating func addDrift(_ comparison: EvidenceComparison?, _ context: EvidenceContext) {
    guard let comparison else { return }
    let id = "drift-diff"
    if let reason = comparison.incomplete {
      add(id, .undecided, reason)
    }
    if comparison.isEmpty {
      if comparison.incomplete != nil { return }
      add(id, .pass, "nothing has changed for ePHI since the report of \(comparison.earlierDate)")
    } else if let reference = context.material.acknowledgement {
      add(
        id, .pass,
        "\(Summary.count(comparison.count, "change")) since the report of \(comparison.earlierDate), acknowledged: \(reference)"
      )
    } else {
      add(
        id, .fail,
        "\(Summary.count(comparison.count, "change")) since the report of \(comparison.earlierDate) that nobody acknowledged"
      )
    }
  }
}

extension NetworkPolicy {
  /// Whether it lets nothing through in any direction: there is no rule to give a reason for.
  fileprivate var hasNoEffectiveRules: Bool { PolicyType.allCases.allSatisfy { effectiveRules($0).isEmpty } }
}
