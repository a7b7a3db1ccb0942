internal import Config
internal import Engine
internal import Model
internal import Traffic

/// Where ePHI workloads may send outside, and the third parties that are declared.
struct EgressSection: SectionCollector {
  private var table = TableBuilder(
    "egress", "Egress of ePHI workloads to outside the cluster",
    [
      ("workload", "Workload"), ("zone", "Zone"), ("destination", "Destination"), ("addresses", "Addresses"),
      ("ports", "Ports"), ("belongsTo", "Belongs to"), ("certainty", "Certainty"), ("rules", "Rules"),
      ("purpose", "Declared purpose"), ("sourceWorkloads", "Workloads"),
    ], whenEmpty: "No ePHI workload may send outside the cluster.")
  private var users: [String: [String]] = [:]

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    for group in world.zones.ephi where world.view.isClosed(group.podClass, .egress) == .no {
      table.add(
        [
          .text(world.name(of: group)), .text(group.member.zone.title), .text("everywhere"),
          .list(["0.0.0.0/0", "::/0"]),
          .list(["every port"]), .text("nobody who is declared"), .text("allowed"),
          .list(["no policy isolates it for egress"]), .none, .list(world.names(of: group)),
        ], in: world.name)
    }
    for flow in world.flows.all {
      guard let owner = flow.owner, case .addresses(let addresses, _) = flow.destination,
        !isOpen(flow, world)
      else { continue }
      let name = world.view.name(of: flow.source)
      if let party = owner.component { users[party.name, default: []].append(name) }
      let purposes = [owner.component?.purpose] + flow.rules.map(world.rationale)
      var told: [String] = []
      for purpose in purposes.compactMap(\.self) where !told.contains(purpose) { told.append(purpose) }
      table.add(
        [
          .text(name), EvidenceCell(world.zone(of: flow.source)), .text(world.view.name(of: flow.destination)),
          .list(addresses.rangeTexts), .list(flow.ports.texts),
          .text(EgressSection.words(owner, isOutside: flow.isOutside)),
          .text(flow.isCertain ? "allowed" : "cannot be told"),
          .list(FlowsSection.words(flow.explanation.egress, world, context)),
          EvidenceCell(told.isEmpty ? nil : told.joined(separator: " / ")),
          .list(FlowsSection.workloads(flow.source, world)),
        ], in: world.name)
    }
  }

  /// Whether no policy speaks of what the source sends: that is a row of its own.
  private func isOpen(_ flow: EPHIFlow, _ world: WorldEvidence) -> Bool {
    guard case .pods(let id, _) = flow.source else { return false }
    return world.view.isClosed(id, .egress) == .no
  }

  private static func words(_ owner: OutsideDestinations.Part.Owner, isOutside: Bool) -> String {
    switch owner {
    case .declared(let party): "third party \(party.name)"
    case .unbounded(let party): "third party \(party.name): destination not bounded"
    case .nobody:
      isOutside ? "nobody who is declared" : "nobody who is declared; private addresses, which may be the cluster's own"
    }
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("egress", "Egress and third parties")
    section.paragraphs = [
      "Destinations are addresses: names are not seen. An agreement is an attestation of the config: nothing here shows that there is one."
    ]
    section.tables = [table.table(context.worlds, context.lookedAt), parties(context)]
    return section
  }

  private func parties(_ context: EvidenceContext) -> EvidenceTable {
    var table = TableBuilder(
      "thirdParties", "Third parties",
      [
        ("name", "Name"), ("addresses", "Addresses"), ("bounded", "Destination bounded"), ("ports", "Ports"),
        ("purpose", "Purpose"), ("owner", "Owner"), ("agreement", "Agreement"), ("with", "With"),
        ("reference", "Reference"), ("date", "Date"), ("expires", "Expires"), ("state", "State"),
        ("usedBy", "May be sent to by"),
      ], whenEmpty: "The config declares no third party.")
    for party in context.material.configuration.components where party.data == .thirdParty {
      let agreement = party.agreement
      var used: [String] = []
      for name in users[party.name] ?? [] where !used.contains(name) { used.append(name) }
      table.add(
        [
          .text(party.name), .list(party.cidrs.map(\.description)),
          .text(
            party.cidrs.isEmpty ? "no addresses" : party.isBounded ? "yes" : "no: wider than /16 (IPv4) or /32 (IPv6)"),
          .list(party.ports?.texts ?? []), EvidenceCell(party.purpose), EvidenceCell(party.owner),
          EvidenceCell(agreement?.text), EvidenceCell(agreement?.counterparty), EvidenceCell(agreement?.reference),
          EvidenceCell(agreement?.date), EvidenceCell(agreement?.expires),
          .text(AgreementState(agreement, on: context.material.today).text), .list(used),
        ], in: nil)
    }
    return table.table([])
  }
}
