internal import Model

/// What two reports are compared by: the flows of ePHI workloads, their ways out, and their isolation, world by world.
struct ComparedFacts: Sendable {
  struct Flow: Sendable {
    let source: String
    let destination: String
    let ports: PortSet
    let isCertain: Bool
    /// Of a source outside the cluster.
    let addresses: AddressSet?
    let rules: [String]
    let worlds: [String]
  }

  struct WayOut: Sendable {
    let workload: String
    let addresses: AddressSet
    let ports: PortSet
    let isCertain: Bool
    let rules: [String]
    let worlds: [String]
  }

  struct Isolation: Sendable {
    let workload: String
    let zone: String
    /// `yes`, `no` or another word, by direction.
    let ingress: String
    let egress: String
    /// The policies that isolate it, by direction; none where a report does not say.
    let ingressBy: [String]
    let egressBy: [String]
    let place: String
    let worlds: [String]
  }

  private(set) var flows: [Flow] = []
  private(set) var waysOut: [WayOut] = []
  private(set) var isolation: [Isolation] = []
  /// Workloads that are in no zone with ePHI, in any world.
  private(set) var others: Set<String> = []
  private(set) var worlds: [String] = []
  /// Whether every flow is there.
  private(set) var isComplete = true
  /// Whether something was not read.
  private(set) var hasUnread = false
  /// What may allow more than the flows say, each with its place; reports of earlier versions say nothing of it.
  private(set) var open: [String] = []

  /// Zones whose workloads hold or work on ePHI, as reports write them.
  private static let zonesWithEPHI: Set<String> = ["ePHI store", "ePHI processor"]

  /// - Parameters:
  ///   - rows: for a section and a table of it the rows, each as its fields.
  ///   - completeness: what the section of the flows says of itself; reports of earlier versions say nothing.
  ///   - open: what may allow more, as that section says.
  init(
    completeness: String = "", open: [String] = [],
    _ rows: (_ section: String, _ table: String) -> [[String: EvidenceCell]]
  ) {
    isComplete = completeness != "no" && !completeness.hasPrefix("no:")
    hasUnread = completeness.hasPrefix("yes,")
    self.open = open
    worlds = rows("worlds", "worlds").compactMap { $0.text("name") }
    for row in rows("flows", "flows") {
      guard let source = row.text("source"), let destination = row.text("destination"),
        let zone = row.text("destinationZone"), ComparedFacts.zonesWithEPHI.contains(zone)
      else { continue }
      let addresses =
        row["sourceAddresses"] == EvidenceCell.none ? nil : ComparedFacts.addresses(row.list("sourceAddresses"))
      for source in row.members("sourceWorkloads", else: source) {
        for destination in row.members("destinationWorkloads", else: destination) {
          flows.append(
            Flow(
              source: source, destination: destination, ports: ComparedFacts.ports(row.list("ports")),
              isCertain: row.text("certainty") == "allowed", addresses: addresses,
              rules: row.list("egressRules") + row.list("ingressRules"), worlds: row.list("worlds")))
        }
      }
    }
    for row in rows("egress", "egress") {
      guard let workload = row.text("workload") else { continue }
      for workload in row.members("sourceWorkloads", else: workload) {
        waysOut.append(
          WayOut(
            workload: workload, addresses: ComparedFacts.addresses(row.list("addresses")),
            ports: ComparedFacts.ports(row.list("ports")), isCertain: row.text("certainty") == "allowed",
            rules: row.list("rules"), worlds: row.list("worlds")))
      }
    }
    others = Set(rows("scope", "workloadsInNoZone").compactMap { $0.text("workload") })
    for row in rows("zones", "zones") {
      guard let workload = row.text("workload"), let zone = row.text("zone") else { continue }
      guard ComparedFacts.zonesWithEPHI.contains(zone) else {
        others.insert(workload)
        continue
      }
      isolation.append(
        Isolation(
          workload: workload, zone: zone, ingress: row.text("ingress") ?? "", egress: row.text("egress") ?? "",
          ingressBy: row.list("ingressBy"), egressBy: row.list("egressBy"), place: row.text("place") ?? "",
          worlds: row.list("worlds")))
    }
  }

  /// The facts of a report that has been put together.
  init(_ sections: [EvidenceSection]) {
    let facts = sections.first { $0.key == "flows" }?.facts ?? []
    let cells = Dictionary(facts.map { ($0.key, $0.cell) }) { first, _ in first }
    self.init(completeness: cells.text("complete") ?? "", open: cells.list("open")) { section, table in
      let tables = sections.first { $0.key == section }?.tables ?? []
      guard let found = tables.first(where: { $0.key == table }) else { return [] }
      let keys = found.columns.map(\.key)
      return found.rows.map { Dictionary(zip(keys, $0)) { $1 } }
    }
  }

  /// The same with other names for the worlds.
  func renamingWorlds(_ name: (String) -> String) -> ComparedFacts {
    var result = self
    result.worlds = worlds.map(name)
    result.flows = flows.map { flow in
      Flow(
        source: flow.source, destination: flow.destination, ports: flow.ports, isCertain: flow.isCertain,
        addresses: flow.addresses, rules: flow.rules, worlds: flow.worlds.map(name))
    }
    result.waysOut = waysOut.map { way in
      WayOut(
        workload: way.workload, addresses: way.addresses, ports: way.ports, isCertain: way.isCertain, rules: way.rules,
        worlds: way.worlds.map(name))
    }
    result.isolation = isolation.map { one in
      Isolation(
        workload: one.workload, zone: one.zone, ingress: one.ingress, egress: one.egress, ingressBy: one.ingressBy,
        egressBy: one.egressBy, place: one.place,
        worlds: one.worlds.map(name))
    }
    return result
  }

  /// The facts of one world.
  func of(_ world: String) -> ComparedFacts {
    var result = self
    result.flows = flows.filter { $0.worlds.contains(world) }
    result.waysOut = waysOut.filter { $0.worlds.contains(world) }
    result.isolation = isolation.filter { $0.worlds.contains(world) }
    return result
  }

  /// What `PortSet.texts` wrote.
  private static func ports(_ texts: [String]) -> PortSet {
    var set = PortSet()
    for text in texts {
      if text == "every port" { return .all }
      let parts = text.split(separator: " ")
      let numbers = parts.last?.split(separator: "-").compactMap { UInt16($0) } ?? []
      guard parts.count == 2, let transport = TransportProtocol(rawValue: String(parts[0])), let first = numbers.first,
        let last = numbers.last, first <= last, first > 0
      else { continue }
      set.insert(first...last, transport)
    }
    return set
  }

  private static func addresses(_ texts: [String]) -> AddressSet {
    AddressSet(rangeTexts: texts)
  }
}

extension [String: EvidenceCell] {
  fileprivate func text(_ key: String) -> String? {
    if case .text(let text)? = self[key] { text } else { nil }
  }

  /// The workloads of an end one by one; what it is called where it is none, or a report does not say.
  fileprivate func members(_ key: String, else name: String) -> [String] {
    let names = list(key)
    return names.isEmpty ? [name] : names
  }

  fileprivate func list(_ key: String) -> [String] {
    if case .list(let texts)? = self[key] { texts } else { [] }
  }
}
