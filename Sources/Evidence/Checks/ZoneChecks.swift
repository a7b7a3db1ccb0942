internal import Config
internal import Engine
internal import Model
internal import Traffic

extension EvidenceChecks {
  /// Who may reach a store.
  mutating func addStores(_ world: WorldEvidence, _ context: EvidenceContext) {
    let id = "ephi-store-ingress-allowlist"
    for store in world.zones.stores {
      let name = world.name(of: store)
      let subject = world.subject(store.workloads[0], context)
      switch world.view.isClosed(store.podClass, .ingress) {
      case .no:
        add(id, .fail, "no policy isolates \(name) for ingress: everyone may reach it (\(subject.place))", subject)
        continue
      case .unknown: add(id, .undecided, "whether a policy isolates \(name) for ingress cannot be told", subject)
      case .yes: break
      }
      let before = world.zones.undeclaredCallers(of: store)
      switch before {
      case .noList: add(id, .undecided, "no component says who the clients of \(name) are (`clients`)", subject)
      case .unknownClient(let problem): add(id, .undecided, "the clients of \(name): \(problem.description)", subject)
      case .tooMany: add(id, .undecided, "\(name) has more callers than are looked at", subject)
      case .others(let pairs): addUndeclared(pairs, of: store, world, context, subject)
      }
      let clients = world.flows.all.filter { $0.destination == store.end && $0.isCertain }.map {
        "\(world.view.name(of: $0.source)) on \($0.ports.texts.joined(separator: ", "))"
      }
      add(
        id, .pass,
        clients.isEmpty ? "nobody may reach \(name)" : "\(name) may be reached by \(clients.joined(separator: "; "))",
        subject)
    }
  }

  private mutating func addUndeclared(
    _ pairs: [TrafficPair], of store: Zones.Group, _ world: WorldEvidence, _ context: EvidenceContext,
    _ subject: EvidenceSubject
  ) {
    let most = 100
    if pairs.count > most {
      add(
        "ephi-store-ingress-allowlist", pairs.dropFirst(most).contains { !$0.allowed.isEmpty } ? .fail : .undecided,
        "\(pairs.count - most) more callers of \(world.name(of: store)) are not among its clients, or may not be",
        subject)
    }
    for pair in pairs.prefix(most) {
      let (from, to) = (world.view.name(of: pair.source), world.name(of: store))
      let ports = pair.allowed.isEmpty ? pair.unknown : pair.allowed
      let reason = context.text(world.view.reason(pair, ports).sentence)
      if pair.allowed.isEmpty {
        add("ephi-store-ingress-allowlist", .undecided, "whether \(from) reaches \(to): \(reason)", subject)
      } else {
        add(
          "ephi-store-ingress-allowlist", .fail,
          "\(from) reaches \(to) on \(ports.texts.joined(separator: ", ")) and is not among its clients: \(reason)",
          subject)
      }
    }
  }

  /// Where ePHI workloads may send outside.
  mutating func addOutside(_ world: WorldEvidence, _ context: EvidenceContext) {
    for group in world.zones.ephi {
      let name = world.name(of: group)
      let subject = world.subject(group.workloads[0], context)
      let isStore = group.member.zone == .ephi
      let ids = isStore ? ["ephi-store-no-external-egress", "external-egress-declared"] : ["external-egress-declared"]
      func note(_ result: EvidenceResult, _ sentence: String, _ checks: inout EvidenceChecks) {
        for id in ids { checks.add(id, result, sentence, subject) }
      }
      if world.view.isClosed(group.podClass, .egress) == .no {
        note(.fail, "no policy isolates \(name) for egress: it may send everywhere (\(subject.place))", &self)
        continue
      }
      for (relay, ports) in world.relays.reached(by: group) where isStore {
        add(
          "ephi-store-no-external-egress", .undecided,
          "\(name) may send to \(relay.name) on \(ports.texts.joined(separator: ", ")), which may send outside to nobody who is "
            + "declared: a possible path if it relays, not an observed flow", subject)
      }
      let flows = world.flows.all.filter { $0.source == group.end && $0.owner != nil }
      for flow in flows { tell(flow, from: name, world, context, note) }
      if flows.isEmpty { note(.pass, "\(name) may send to no address outside the cluster", &self) }
    }
  }

  private mutating func tell(
    _ flow: EPHIFlow, from name: String, _ world: WorldEvidence, _ context: EvidenceContext,
    _ tell: (EvidenceResult, String, inout EvidenceChecks) -> Void
  ) {
    guard let owner = flow.owner else { return }
    let way =
      "\(name) may send to \(world.view.name(of: flow.destination)) on \(flow.ports.texts.joined(separator: ", "))"
    let rules = FlowsSection.words(flow.explanation.egress, world, context)
    let by = rules.isEmpty ? "" : " by \(rules.joined(separator: ", "))"
    guard flow.isCertain else {
      tell(.undecided, "whether \(way) hangs on what is not evaluated", &self)
      return
    }
    switch owner {
    case .nobody: tell(.fail, "\(way), which belongs to no declared third party\(by)", &self)
    case .unbounded(let party):
      tell(.undecided, "destination not bounded: \(way), of the third party \(party.name)\(by)", &self)
    case .declared(let party):
      let missing = [
        party.purpose == nil ? "purpose" : nil, party.owner == nil ? "owner" : nil,
        AgreementState(party.agreement, on: context.material.today).isSupplied ? nil : "agreement",
      ].compactMap(\.self)
      if missing.isEmpty {
        tell(.pass, "\(way), of the third party \(party.name)\(by)", &self)
      } else {
        tell(
          .undecided, "\(way), of the third party \(party.name), without a declared \(missing.joined(separator: ", "))",
          &self)
      }
    }
  }

  /// Plaintext, its twins, and ports that say nothing of TLS.
  mutating func addPorts(_ world: WorldEvidence, _ context: EvidenceContext) {
    for group in world.zones.ephi {
      let name = world.name(of: group)
      let subject = world.subject(group.workloads[0], context)
      for reason in PolicyType.allCases.compactMap({ world.zones.openness(of: group, $0) }) {
        for id in ["plaintext-port-allowed", "plaintext-and-tls-both-allowed", "tls-undecidable-port"] {
          add(id, .undecided, reason, subject)
        }
      }
      for use in PortUses(of: group, in: world.zones).all {
        let way = use.direction == .ingress ? "into" : "out of"
        let place = "\(world.view.world[use.policy].meta.qualifiedName) \(use.path) (\(context.place(use.span)))"
        switch use.security {
        case .tls, .toldElsewhere: break
        case .plain(let title):
          add("plaintext-port-allowed", .fail, "\(title) on \(use.text) \(way) \(name): \(place)", subject)
          if let twin = use.twin {
            add(
              "plaintext-and-tls-both-allowed", .fail, "\(use.text) beside \(twin) with TLS \(way) \(name): \(place)",
              subject)
          }
        case .undecided(let reason):
          add("tls-undecidable-port", .undecided, "\(reason): \(place)", subject)
          if use.text == "every port" {
            for id in ["plaintext-port-allowed", "plaintext-and-tls-both-allowed"] {
              add(id, .undecided, "every port is allowed \(way) \(name): \(place)", subject)
            }
          }
        case .attested(let component):
          add(
            "tls-undecidable-port", .notAssessed,
            "attestation: the config says that \(component.name) takes TLS alone (\(use.text) \(way) \(name))", subject)
        }
      }
    }
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
    } else {
      text = agreement.date == nil ? "attested, no date given" : "attested"
      isSupplied = true
    }
  }
}
