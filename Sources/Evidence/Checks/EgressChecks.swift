internal import Config
internal import Engine
internal import Facts
internal import Model
internal import Traffic

extension EvidenceChecks {
  /// Where the workloads of namespaces with ePHI may send outside; stores are asked more strictly.
  mutating func addOutside(_ world: WorldEvidence, _ context: EvidenceContext) {
    for group in world.zones.ephi {
      let subject = world.subject(group.workloads[0], context)
      if group.member.zone == .ephi { addStoreEgress(group, world, context, subject) }
      addDestinations(
        of: world.name(of: group), group.podClass, world.flows.outside(of: group), world, context, subject)
    }
    for (podClass, workloads) in world.others {
      let end = TrafficEnd.pods(podClass, workloads: workloads)
      let components = workloads.flatMap(world.view.components(of:)).map(\.name)
      addDestinations(
        of: world.view.name(of: end), podClass, FlowInventory.outside(of: end, components, world.view), world, context,
        world.subject(workloads[0], context))
    }
  }

  /// Each destination has to be that of a third party, with a purpose, an owner and an agreement.
  private mutating func addDestinations(
    of name: String, _ podClass: ClassID, _ flows: [EPHIFlow], _ world: WorldEvidence, _ context: EvidenceContext,
    _ subject: EvidenceSubject
  ) {
    let id = "external-egress-declared"
    if world.view.isClosed(podClass, .egress) == .no {
      add(id, .fail, "no policy isolates \(name) for egress: it may send everywhere (\(subject.place))", subject)
      return
    }
    if flows.isEmpty { add(id, .pass, "\(name) may send to no address outside the cluster", subject) }
    for flow in flows {
      guard let owner = flow.owner else { continue }
      let words = EgressWords(flow, from: name, world, context)
      guard flow.isCertain else {
        add(id, .undecided, words.uncertain, subject)
        continue
      }
      switch owner {
      case .nobody where flow.isOutside:
        add(id, .fail, "\(words.way), which belongs to no declared third party\(words.by)", subject)
      case .nobody: add(id, .undecided, words.unclear, subject)
      case .unbounded(let party):
        add(
          id, .undecided, "destination not bounded: \(words.way), of the third party \(party.name)\(words.by)", subject)
      case .declared(let party):
        let missing = [
          party.purpose == nil ? "purpose" : nil, party.owner == nil ? "owner" : nil,
          AgreementState(party.agreement, on: context.material.today).isSupplied ? nil : "agreement",
        ].compactMap(\.self)
        let way = "\(words.way), of the third party \(party.name)"
        if missing.isEmpty {
          add(id, .pass, way + words.by, subject)
        } else {
          add(id, .undecided, "\(way), without a declared \(missing.joined(separator: ", "))", subject)
        }
      }
    }
  }

  /// A store may send nowhere outside, whoever is declared there, and ask the declared resolver alone for names.
  private mutating func addStoreEgress(
    _ store: Zones.Group, _ world: WorldEvidence, _ context: EvidenceContext, _ subject: EvidenceSubject
  ) {
    let (id, name) = ("ephi-store-no-external-egress", world.name(of: store))
    if world.view.isClosed(store.podClass, .egress) == .no {
      add(id, .fail, "no policy isolates \(name) for egress: it may send everywhere (\(subject.place))", subject)
      return
    }
    for (relay, ports) in world.relays.reached(by: store) {
      add(
        id, .undecided,
        "\(name) may send to \(relay.name) on \(ports.texts.joined(separator: ", ")), which may send outside to nobody who is "
          + "declared: a possible path if it relays, not an observed flow", subject)
    }
    for flow in world.flows.toStrangers(of: store) {
      let ports = flow.ports.subtracting(world.view.configuration.cluster.dns.ports)
      if ports.isEmpty { continue }
      add(
        id, .undecided,
        "\(name) may send to \(world.view.name(of: flow.destination)) on \(ports.texts.joined(separator: ", ")): no manifest "
          + "shows such pods, nor where they may send", subject)
    }
    for question in ResolverQuestion.all(of: store, in: world) {
      add(id, question.result, "\(question.sentence) (\(context.place(question.span)))", subject)
    }
    let flows = world.flows.outside(of: store)
    if flows.isEmpty { add(id, .pass, "\(name) may send to no address outside the cluster", subject) }
    for flow in flows {
      let words = EgressWords(flow, from: name, world, context)
      if !flow.isCertain {
        add(id, .undecided, words.uncertain, subject)
      } else if let party = flow.owner?.component {
        add(id, .fail, "\(words.way), of the third party \(party.name), which is outside too\(words.by)", subject)
      } else if flow.isOutside {
        add(id, .fail, words.way + words.by, subject)
      } else {
        add(id, .undecided, words.unclear, subject)
      }
    }
  }
}

/// What is said of a way out.
private struct EgressWords {
  let way: String
  let by: String

  init(_ flow: EPHIFlow, from name: String, _ world: WorldEvidence, _ context: EvidenceContext) {
    way = "\(name) may send to \(world.view.name(of: flow.destination)) on \(flow.ports.texts.joined(separator: ", "))"
    let rules = FlowsSection.words(flow.explanation.egress, world, context)
    by = rules.isEmpty ? "" : " by \(rules.joined(separator: ", "))"
  }

  var uncertain: String { "whether \(way) hangs on what is not evaluated" }
  var unclear: String {
    "\(way), private addresses of which nothing says whether they are the cluster's own (`cluster.podCIDRs`, `serviceCIDRs`, "
      + "`nodeCIDRs`, `apiServerCIDRs`)\(by)"
  }
}

/// What the agreement with a third party comes to on a day; it is an attestation whatever it says.
struct AgreementState {
  let text: String
  /// Whether there is one that has not expired.
  let isSupplied: Bool

  init(_ agreement: Agreement?, on today: String) {
    guard let agreement else {
      text = "not supplied"
      isSupplied = false
      return
    }
    if let expires = agreement.expires, expires < today {
      text = "missing: expired on \(expires)"
      isSupplied = false
    } else if let date = agreement.date, date > today {
      text = "missing: dated in the future, \(date)"
      isSupplied = false
    } else {
      text = agreement.date == nil ? "attested, no date given" : "attested"
      isSupplied = true
    }
  }
}
