internal import Config
internal import Engine
internal import Model
internal import Rules
internal import Traffic

/// The zone map, default deny, and what the config attests.
struct ZonesSection: SectionCollector {
  private var zones = TableBuilder(
    "zones", "Workloads by zone",
    [
      ("zone", "Zone"), ("workload", "Workload"), ("kind", "Kind"), ("components", "Components"), ("owner", "Owner"),
      ("purpose", "Purpose"), ("ingress", "Isolated for ingress"), ("egress", "Isolated for egress"),
      ("ingressBy", "Isolated for ingress by"), ("egressBy", "Isolated for egress by"),
      ("hostNetwork", "On the node's network"), ("place", "Place"),
    ], whenEmpty: "No workload that was read is in a zone (components.NAME.data, hipaa.zoneLabel).")
  private var defaultDeny = TableBuilder(
    "defaultDeny", "Default deny in namespaces with ePHI",
    [
      ("namespace", "Namespace"), ("ingress", "Ingress"), ("egress", "Egress"), ("openIngress", "Open for ingress"),
      ("openEgress", "Open for egress"),
    ], whenEmpty: "No namespace holds an ePHI workload.")
  private(set) var attestations: [EvidenceAttestation] = []

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    for zone in Component.Data.allCases {
      for (id, member) in world.zones.members.sorted(by: { $0.key < $1.key }) where member.zone == zone {
        add(id, member, world, context)
      }
    }
    for namespace in world.namespaces { addDefaultDeny(namespace, world, context) }
  }

  private mutating func add(
    _ id: WorkloadID, _ member: Zones.Member, _ world: WorldEvidence, _ context: EvidenceContext
  ) {
    let workload = world.view.world[id]
    let podClass = world.view.reach.podClass(of: id)
    let isolation = PolicyType.allCases.map { type in
      (type, ZonesSection.word(world.view.isClosed(podClass, type)))
    }
    func isolated(_ type: PolicyType) -> EvidenceCell { .text(isolation.first { $0.0 == type }?.1 ?? "") }
    func policies(_ type: PolicyType) -> EvidenceCell {
      .list(
        world.view.reach.policies(of: podClass, type).map { world.view.world[$0] }.map {
          "\($0.meta.qualifiedName) (\(context.place($0.nameSpan)))"
        })
    }
    let owners = member.components.compactMap(\.owner)
    let purposes = member.components.compactMap(\.purpose)
    zones.add(
      [
        .text(member.zone.title), .text(workload.meta.qualifiedName), .text(workload.meta.kind),
        .list(member.components.isEmpty ? ["by the zone label"] : member.components.map(\.name)),
        EvidenceCell(owners.isEmpty ? nil : owners.joined(separator: ", ")),
        EvidenceCell(purposes.isEmpty ? nil : purposes.joined(separator: ", ")), isolated(.ingress), isolated(.egress),
        policies(.ingress), policies(.egress),
        .text(workload.hostNetwork ? "yes" : "no"), .text(context.place(workload.meta.name.span)),
      ], in: world.name)
  }

  static func word(_ answer: Truth) -> String {
    switch answer {
    case .yes: "yes"
    case .no: "no"
    case .unknown: "cannot be told"
    }
  }

  private mutating func addDefaultDeny(_ namespace: String, _ world: WorldEvidence, _ context: EvidenceContext) {
    let view = world.view
    func policies(_ type: PolicyType) -> EvidenceCell {
      .list(
        view.world.policyIDs(in: namespace).map { view.world[$0] }.filter {
          $0.isSound && DefaultDeny.isDefaultDeny($0, type)
        }.map { "\($0.meta.name.value) (\(context.place($0.nameSpan)))" })
    }
    func open(_ type: PolicyType) -> EvidenceCell {
      .list(
        view.world.workloadIDs(in: namespace).compactMap { id in
          let answer = view.isClosed(view.reach.podClass(of: id), type)
          let name = view.world[id].meta.name.value
          return answer == .yes ? nil : answer == .no ? name : "\(name) (cannot be told)"
        })
    }
    defaultDeny.add(
      [.text(namespace), policies(.ingress), policies(.egress), open(.ingress), open(.egress)], in: world.name)
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("zones", "Zones")
    section.paragraphs = [
      "Which workload holds, works on, calls or guards ePHI is what the config says. Labels are not identity: whoever may set "
        + "them gets the zone."
    ]
    var attestations = TableBuilder(
      "attestations", "Attestations", [("component", "Component"), ("statement", "Statement")],
      whenEmpty: "The config attests nothing.")
    for attestation in ZonesSection.attestations(context) {
      attestations.add([.text(attestation.component), .text(attestation.statement)], in: nil)
    }
    section.tables = [
      zones.table(context.worlds), defaultDeny.table(context.worlds, context.lookedAt), attestations.table([]),
    ]
    return section
  }

  /// What the config claims and nothing here shows.
  static func attestations(_ context: EvidenceContext) -> [EvidenceAttestation] {
    context.material.configuration.components.flatMap { component -> [EvidenceAttestation] in
      let tls =
        component.attestsTLS
        ? [EvidenceAttestation(component: component.name, statement: "takes TLS alone (`tls: true`)")] : []
      let agreement = component.agreement.map { agreement -> [EvidenceAttestation] in
        let state = AgreementState(agreement, on: context.material.today).text
        return [EvidenceAttestation(component: component.name, statement: "agreement \(agreement.words): \(state)")]
      }
      return tls + (agreement ?? [])
    }
  }
}

extension Agreement {
  /// What is written of it, in one line.
  var words: String {
    let parts = [
      text, counterparty.map { "with \($0)" }, reference, date.map { "of \($0)" }, expires.map { "until \($0)" },
    ].compactMap(\.self)
    return parts.joined(separator: ", ")
  }
}
