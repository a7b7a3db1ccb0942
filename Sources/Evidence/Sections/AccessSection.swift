internal import Engine
internal import Model
internal import Reporting
internal import Rules
internal import Traffic

/// For each ePHI store who may reach it, by which rule, and who answers for that: a row for each rule.
struct AccessSection: SectionCollector {
  private var table = TableBuilder(
    "permitted", "Permitted programs",
    [
      ("store", "ePHI store"), ("program", "Permitted program"), ("zone", "Zone"), ("ports", "Ports"),
      ("listed", "Listed client"), ("rule", "Rule"), ("rationale", "Rationale"), ("owner", "Owner"),
      ("approver", "Approver"), ("ticket", "Ticket"), ("lastReview", "Last review"), ("nextReview", "Next review"),
    ], whenEmpty: "Nobody may reach a store for certain.")
  private var openCount = 0

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    for store in world.zones.stores {
      openCount += world.flows.into(store).count { !$0.isCertain }
      let others = AccessSection.unlisted(store, world)
      for flow in world.flows.all where flow.destination == store.end && flow.isCertain {
        let listed = others.map { $0.contains(flow.source) ? "no" : "yes" } ?? "no list"
        let rules = flow.rules.filter { $0.direction == .ingress }
        if rules.isEmpty { add(flow, nil, listed, world, context) }
        for rule in rules { add(flow, rule, listed, world, context) }
      }
    }
  }

  /// The ends that are none of the store's clients; `nil` without a list.
  private static func unlisted(_ store: Zones.Group, _ world: WorldEvidence) -> Set<TrafficEnd>? {
    guard case .others(let pairs) = world.zones.undeclaredCallers(of: store) else { return nil }
    var ends: Set<TrafficEnd> = []
    for pair in pairs {
      switch pair.source {
      case .pods: ends.insert(pair.source)
      case .addresses(let addresses, _):
        ends.insert(.addresses(addresses, name: world.view.shown(addresses)))
      case .ownNode, .unresolved: break
      }
    }
    return ends
  }

  private mutating func add(
    _ flow: EPHIFlow, _ rule: RuleReference?, _ listed: String, _ world: WorldEvidence, _ context: EvidenceContext
  ) {
    let record = rule.map { world.records.record(of: $0.policy) }
    let review = record.map { PolicyReview($0.review, context.material.configuration) }
    let ports = rule.map { world.ports(of: $0, in: flow) } ?? flow.ports
    let place = rule.map { context.text(world.view.reference($0, .allows)) }
    table.add(
      [
        .text(world.view.name(of: flow.destination)), .text(world.view.name(of: flow.source)),
        EvidenceCell(world.zone(of: flow.source)), .list(ports.texts), .text(listed),
        .text(place ?? FlowsSection.words(flow.explanation.ingress, world, context).joined(separator: "; ")),
        EvidenceCell(rule.flatMap(world.rationale)),
        EvidenceCell(record?.owner), EvidenceCell(record?.approver), EvidenceCell(record?.ticket),
        EvidenceCell(review?.last), EvidenceCell(review?.next),
      ], in: world.name)
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("access", "Access to ePHI stores")
    section.paragraphs = [
      "Each row is a permitted program: it may connect, whether or not it does. The records are those of the policy with the "
        + "rule; whether they are true is not seen here."
    ]
    if openCount > 0 {
      section.paragraphs.append(
        "\(Summary.count(openCount, "more connection")) to a store cannot be told for certain: the flow inventory lists what "
          + "may be permitted.")
    }
    section.tables = [table.table(context.worlds, context.lookedAt)]
    return section
  }
}
