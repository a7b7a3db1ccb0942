internal import Engine
internal import Model
internal import Traffic

/// Every permitted connection to and from ePHI workloads.
struct FlowsSection: SectionCollector {
  private var table = TableBuilder(
    "flows", "Flows",
    [
      ("source", "Source"), ("sourceZone", "Zone"), ("destination", "Destination"), ("destinationZone", "Zone"),
      ("ports", "Ports"), ("certainty", "Certainty"), ("egressRules", "Rules of the source's side"),
      ("ingressRules", "Rules of the destination's side"), ("sourceAddresses", "Source addresses"),
      ("destinationAddresses", "Destination addresses"), ("sourceWorkloads", "Source workloads"),
      ("destinationWorkloads", "Destination workloads"),
    ], whenEmpty: "No permitted connection touches an ePHI workload.")

  private var isComplete = true

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    if world.flows.isCut { isComplete = false }
    for flow in world.flows.all {
      table.add(
        [
          .text(world.view.name(of: flow.source)), EvidenceCell(world.zone(of: flow.source)),
          .text(world.view.name(of: flow.destination)), EvidenceCell(world.zone(of: flow.destination)),
          .list(flow.ports.texts), .text(flow.isCertain ? "allowed" : "cannot be told"),
          .list(FlowsSection.words(flow.explanation.egress, world, context)),
          .list(FlowsSection.words(flow.explanation.ingress, world, context)), FlowsSection.addresses(flow.source),
          FlowsSection.addresses(flow.destination), .list(FlowsSection.workloads(flow.source, world)),
          .list(FlowsSection.workloads(flow.destination, world)),
        ], in: world.name)
    }
  }

  private static func addresses(_ end: TrafficEnd) -> EvidenceCell {
    guard case .addresses(let addresses, _) = end else { return .none }
    return .list(addresses.rangeTexts)
  }

  /// The workloads of an end, each by its name: those of one class have one row.
  static func workloads(_ end: TrafficEnd, _ world: WorldEvidence) -> [String] {
    guard case .pods(_, let workloads) = end else { return [] }
    return workloads.map { world.view.world[$0].meta.qualifiedName }
  }

  /// What one side says: its rules, or why there are none.
  static func words(_ side: SideExplanation, _ world: WorldEvidence, _ context: EvidenceContext) -> [String] {
    switch side.reason {
    case .outside: []
    case .unreadController: ["the ingress controller was not read"]
    case .hostNetwork: ["on the node's network, to which no policy applies"]
    case .notIsolated: ["no policy isolates it for \(side.direction.field)"]
    case .allowed(let rules): rules.map { context.text(world.view.reference($0, .allows)) }
    case .accepted(let rules), .denied(let rules): rules.map { context.text(world.view.reference($0)) }
    case .isolated: ["cannot be told"]
    }
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("flows", "Flow inventory of ePHI workloads")
    section.paragraphs = [
      "Permitted connections, not observed ones. The traffic of a pod's own node, of replicas among themselves, and between "
        + "other workloads is not listed."
    ]
    section.facts = [
      EvidenceFact("complete", "All are listed", .text(context.lookedAt.completeness(isCut: !isComplete)))
    ]
    let open = context.lookedAt.mayAllowMore(context)
    if !open.isEmpty { section.facts.append(EvidenceFact("open", "What may allow more", .list(open))) }
    section.tables = [table.table(context.worlds, context.lookedAt)]
    return section
  }
}
