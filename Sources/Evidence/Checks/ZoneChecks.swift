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
      let permitted = world.flows.into(store)
      addPorts(permitted, of: store, world, subject)
      let clients = permitted.filter(\.isCertain).map {
        "\(world.view.name(of: $0.source)) on \($0.ports.texts.joined(separator: ", "))"
      }
      if !clients.isEmpty {
        add(id, .pass, "\(name) may be reached by \(clients.joined(separator: "; "))", subject)
      } else if permitted.isEmpty {
        add(id, .pass, "nobody may reach \(name)", subject)
      }
    }
  }

  /// Whether clients reach a store on the ports alone that the config declares for it.
  private mutating func addPorts(
    _ permitted: [EPHIFlow], of store: Zones.Group, _ world: WorldEvidence, _ subject: EvidenceSubject
  ) {
    let (id, name) = ("ephi-store-ingress-allowlist", world.name(of: store))
    if permitted.isEmpty { return }
    let declared = store.member.components.compactMap(world.view.declaredPorts(of:))
    guard !declared.isEmpty else {
      add(id, .undecided, "no component says on which ports \(name) is reached (`ports`, `portSet`)", subject)
      return
    }
    let ports = declared.reduce(into: PortSet()) { $0.formUnion($1) }
    for flow in permitted {
      let others = flow.ports.subtracting(ports)
      if others.isEmpty { continue }
      let way = "\(world.view.name(of: flow.source)) reaches \(name) on \(others.texts.joined(separator: ", "))"
      add(
        id, flow.isCertain ? .fail : .undecided,
        (flow.isCertain ? way : "whether \(way) cannot be told") + ", which the config does not declare for it", subject
      )
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
}
