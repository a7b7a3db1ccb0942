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
  // What two runs are compared by asks for neither.
  private let lazyRelays: Lazy<Relays>
  private let lazyWays: Lazy<[StoreWays]>

  var relays: Relays { lazyRelays.value }
  /// For each store the ways that lead to it.
  var ways: [StoreWays] { lazyWays.value }

  var view: WorldView { zones.view }

  init(_ view: WorldView, _ context: EvidenceContext) {
    name = view.context.name
    let zones = Zones(view)
    self.zones = zones
    records = PolicyRecords(context.material.project, zones.view)
    flows = FlowInventory(zones)
    lazyRelays = Lazy { Relays(zones) }
    lazyWays = Lazy {
      var graph = CallGraph(zones)
      return zones.stores.map { StoreWays(to: $0, &graph) }
    }
  }

  /// The namespaces that hold an ePHI workload, sorted: those in scope.
  var namespaces: [String] {
    Set(zones.members.filter { $0.value.zone.holdsEPHI }.keys.map { view.world[$0].meta.namespace }).sorted()
  }

  /// The workloads of the namespaces in scope.
  var workloadsInScope: [WorkloadID] { namespaces.flatMap { view.world.workloadIDs(in: $0) } }

  /// The workloads of the namespaces in scope that are in no zone with ePHI, by class, in order.
  var others: [(podClass: ClassID, workloads: [WorkloadID])] {
    var order: [ClassID] = []
    var found: [ClassID: [WorkloadID]] = [:]
    for id in workloadsInScope where !(zones.members[id]?.zone.holdsEPHI ?? false) {
      let podClass = view.reach.podClass(of: id)
      if found[podClass] == nil { order.append(podClass) }
      found[podClass, default: []].append(id)
    }
    return order.map { ($0, found[$0] ?? []) }
  }

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

  /// The ports of a flow that one rule of the destination lets through.
  func ports(of reference: RuleReference, in flow: EPHIFlow) -> PortSet {
    let rule = view.rule(reference)
    if rule.allowsAllPorts { return flow.ports }
    var ports = rule.certainPorts
    if case .pods(let id, _) = flow.destination {
      for port in rule.ports.items {
        guard case .named(let name) = port.number else { continue }
        for own in view.reach[id].namedPorts where own.name == name && own.transport == port.transport {
          ports.insert(own.number...own.number, own.transport)
        }
      }
    }
    let common = ports.intersection(flow.ports)
    return common.isEmpty ? flow.ports : common
  }

  /// What a rule is for, by the comments on it, else by its policy.
  func rationale(_ rule: RuleReference) -> String? {
    let record = records.record(of: rule.policy)
    return record.rationaleOfRule[PolicyRecord.RuleKey(rule.direction, rule.rule)] ?? record.rationale
  }
}

extension AddressSet {
  /// Blocks, and what is no block as its first and last address: `203.0.113.0/24`, `11.0.0.0-99.255.255.255`.
  var rangeTexts: [String] {
    let four = ipv4.ranges.map { (false, UInt128($0.lowerBound), UInt128($0.upperBound)) }
    let six = ipv6.ranges.map { (true, $0.lowerBound, $0.upperBound) }
    return (four + six).map { isIPv6, low, high in
      let (first, last) = (IPAddress(isIPv6: isIPv6, value: low), IPAddress(isIPv6: isIPv6, value: high))
      let common = (low ^ high).leadingZeroBitCount - (isIPv6 ? 0 : 96)
      let block = CIDR(first, prefixLength: common)
      return block.base == first && block.last == last ? "\(block)" : "\(first)-\(last)"
    }
  }

  /// What `rangeTexts` gave; what it did not give is passed over.
  init(rangeTexts: [String]) {
    self.init()
    for text in rangeTexts {
      if let block = CIDR.parse(text)?.cidr {
        insert(block)
        continue
      }
      let ends = text.split(separator: "-").compactMap { IPAddress.parse(String($0)) }
      guard ends.count == 2, ends[0].isIPv6 == ends[1].isIPv6, ends[0].value <= ends[1].value else { continue }
      if ends[0].isIPv6 {
        insertIPv6(ends[0].value...ends[1].value)
      } else {
        insertIPv4(UInt32(truncatingIfNeeded: ends[0].value)...UInt32(truncatingIfNeeded: ends[1].value))
      }
    }
  }

  /// A few of the ranges, for a sentence.
  func texts(atMost count: Int) -> [String] {
    let all = rangeTexts
    return all.count > count ? all.prefix(count) + ["and \(all.count - count) more ranges"] : all
  }
}

extension PortSet {
  /// `TCP 5432`, `UDP 53`, `TCP 8000-8010`: one text for each range.
  var texts: [String] {
    if self == .all { return ["every port"] }
    return TransportProtocol.allCases.flatMap { transport in
      self[transport].ranges.map { range in
        range.lowerBound == range.upperBound
          ? "\(transport.rawValue) \(range.lowerBound)"
          : "\(transport.rawValue) \(range.lowerBound)-\(range.upperBound)"
      }
    }
  }
}
