internal import Config
internal import Engine
internal import Model
internal import Rules
internal import Traffic

/// What the report says of one world: its zones, with all that may connect to and from ePHI.
struct WorldEvidence {
  let name: String
  let zones: Zones
  let records: PolicyRecords
  let flows: FlowInventory
  /// For each store the ways that lead to it.
  let ways: [StoreWays]

  var view: WorldView { zones.view }

  init(_ view: WorldView, _ context: EvidenceContext) {
    name = view.context.name
    zones = Zones(view)
    records = PolicyRecords(context.material.project, zones.view)
    flows = FlowInventory(zones)
    var graph = CallGraph(zones)
    ways = zones.stores.map { StoreWays(to: $0, &graph) }
  }

  /// The namespaces that hold an ePHI workload, sorted: those in scope.
  var namespaces: [String] {
    Set(zones.members.filter { $0.value.zone.holdsEPHI }.keys.map { view.world[$0].meta.namespace }).sorted()
  }

  /// The workloads of the namespaces in scope.
  var workloadsInScope: [WorkloadID] { namespaces.flatMap { view.world.workloadIDs(in: $0) } }

  func subject(_ id: WorkloadID, _ context: EvidenceContext) -> EvidenceSubject {
    let meta = view.world[id].meta
    return EvidenceSubject(
      name: "\(meta.kind) \(meta.qualifiedName)", kind: "workload", place: context.place(meta.name.span))
  }

  func subject(_ id: PolicyID, _ context: EvidenceContext) -> EvidenceSubject {
    let meta = view.world[id].meta
    return EvidenceSubject(
      name: "NetworkPolicy \(meta.qualifiedName)", kind: "policy", place: context.place(meta.name.span))
  }

  func name(of group: Zones.Group) -> String { view.name(of: group.end) }

  /// The names of all workloads of a group.
  func names(of group: Zones.Group) -> [String] { group.workloads.map { view.world[$0].meta.qualifiedName } }

  /// The zone of an end of traffic, as it is shown; `nil` for none.
  func zone(of end: TrafficEnd) -> String? {
    guard case .pods(let id, _) = end else { return nil }
    return zones.zone(of: id)?.title
  }

  /// The policies that apply to ePHI workloads or speak of them: those whose records the report shows, in order.
  var policies: [PolicyID] {
    var found: Set<PolicyID> = []
    for group in zones.ephi {
      for type in PolicyType.allCases { found.formUnion(view.reach.policies(of: group.podClass, type)) }
    }
    for flow in flows.all { found.formUnion(flow.rules.map(\.policy)) }
    return found.sorted()
  }

  /// What a rule is for, by the comments on it, else by its policy.
  func rationale(_ rule: RuleReference) -> String? {
    let record = records.record(of: rule.policy)
    return record.rationaleOfRule[PolicyRecord.RuleKey(rule.direction, rule.rule)] ?? record.rationale
  }
}

extension AddressSet {
  /// The blocks, as many as are read.
  func texts(atMost count: Int = 12) -> [String] {
    let cidrs = cidrs
    let shown = cidrs.prefix(count).map(\.description)
    return cidrs.count > count ? shown + ["and \(cidrs.count - count) more blocks"] : shown
  }
}

extension PortSet {
  /// `TCP 5432`, `UDP 53`, `TCP 8000-8010`: one text for each range.
  var texts: [String] {
    if self == .all { return ["every port"] }
    return TransportProtocol.allCases.flatMap { transport in
      self[transport].ranges.map { range in
        range.lowerBound == range.upperBound
          ? "\(transport.rawValue) \(range.lowerBound)" : "\(transport.rawValue) \(range.lowerBound)-\(range.upperBound)"
      }
    }
  }
}
