internal import Config
package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// An ePHI workload that may send to addresses outside which belong to no declared third party.
package enum NP706EPHIExternalEgress: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP706", name: "ephi-external-egress", severity: .error, lower: [.note],
    summary: "An ePHI store or processor that may send outside the cluster, to nobody whom the config declares.",
    rationale: """
      What leaves the cluster is out of sight of every other policy. The config declares third parties with their \
      addresses (`data: third-party`, `cidrs`); whatever else is open is reported at the rule that opens it. A range \
      wider than /16 (IPv4) or /32 (IPv6) is no destination: there the question stays open, and so it does for private \
      addresses until the config says which are the cluster's own. That a store may send \
      through another workload, which may send outside, is a note.
      """,
    remedy: "name the destinations in the rule, and declare each one as a third party of the config",
    citations: ["164.312(a)(1)", "164.312(e)(1)"],
    bad: Example(example("ports: [{port: 443}] # expect: NP706"), config: config),
    good: Example(
      example("to: [{ipBlock: {cidr: 203.0.113.16/28}}]\n      ports: [{port: 443}]"),
      config: config + "\n  backup: {data: third-party, cidrs: [203.0.113.16/28], ports: [443/TCP]}"))

  private static let config = """
    components:
      records: {namespace: clinic, labels: {app: records}, data: ephi}
    """

  private static func example(_ rule: String) -> String { RecordsExample.manifests(egress: rule) }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard let zones = ZoneFindings.zones(analysis, &sink) else { return }
    let relays = Relays(zones)
    for group in zones.ephi {
      let open = direct(group, zones, &sink)
      throughOthers(group, zones, relays, besides: open, &sink)
    }
  }

  /// The rules that open a way outside, each reported.
  private static func direct(_ group: Zones.Group, _ zones: Zones, _ sink: inout FindingSink) -> Set<Place> {
    let view = zones.view
    let parts = OutsideDestinations(from: group.podClass, of: group.member.components.map(\.name), view).parts
    var ways = WaysOut(of: group, zones, isOpen: parts.contains { $0.isOutside && !$0.isCertain })
    for part in parts { ways.add(part, &sink) }
    ways.tellUnclear(&sink)
    for (rule, open) in ways.found {
      sink.report(
        "\(ZoneFindings.name(group, zones)) may send to \(view.shown(open.addresses)) on "
          + "\(open.ports == .all ? "any port" : open.ports.text), which belongs to no third party of the config",
        at: rule, .related([view.world[group.workloads[0]].relatedPlace]),
        .key(group.member.components.map(\.name).joined(separator: ",")))
    }
    return Set(ways.found.keys)
  }

  /// One hop: a workload that the group may send to, and that may send outside itself. Groups with ePHI speak for
  /// themselves.
  private static func throughOthers(
    _ group: Zones.Group, _ zones: Zones, _ relays: Relays, besides open: Set<Place>,
    _ sink: inout FindingSink
  ) {
    var found: [Place: [String]] = [:]
    for (relay, ports) in relays.reached(by: group) {
      let rules = ZoneFindings.rules(.egress, from: .pods(group.podClass), to: .pods(relay.podClass), ports, zones)
      for rule in rules ?? [] where !open.contains(rule) { found[rule, default: []].append(relay.name) }
    }
    for (rule, names) in found {
      sink.report(
        "\(ZoneFindings.name(group, zones)) may send to \(ZoneFindings.list(names)), which may send outside the cluster "
          + "to no third party of the config", at: rule,
        .severity(.note), .why("a possible path if it passes on what it gets; no flow was observed"),
        .key("relay " + group.member.components.map(\.name).joined(separator: ",")))
    }
  }
}

/// What a group with ePHI may send to outside of the cluster.
private struct WaysOut {
  private let group: Zones.Group
  private let zones: Zones
  private let namespace: String
  /// Whether something outside is open that is not certain: private addresses then are no news.
  private let isOpen: Bool
  /// What each rule lets out that belongs to no third party.
  private(set) var found: [Place: (addresses: AddressSet, ports: PortSet)] = [:]
  /// What is open to private addresses, of which nothing says whose they are.
  private var unclear: [(way: String, rules: [Place])] = []

  init(of group: Zones.Group, _ zones: Zones, isOpen: Bool) {
    self.group = group
    self.zones = zones
    self.isOpen = isOpen
    namespace = zones.view.world[group.workloads[0]].meta.namespace
  }

  private var name: String { zones.view.name(of: group.end) }

  mutating func add(_ part: OutsideDestinations.Part, _ sink: inout FindingSink) {
    guard let first = part.addresses.first else { return }
    let way = "\(zones.view.shown(part.addresses)) on \(part.ports == .all ? "any port" : part.ports.text)"
    func rules() -> [Place]? {
      ZoneFindings.rules(.egress, from: .pods(group.podClass), to: .address(first), part.ports, zones)
    }
    switch (part.owner, part.isCertain) {
    case (.declared, _): return
    case (.unbounded(let party), true):
      guard rules() != nil else { return }
      sink.undecided(
        namespace: namespace,
        "destination not bounded: \(name) may send to \(way), and the addresses of the third party \(party.name) are "
          + "wider than /16 (IPv4) or /32 (IPv6)")
    case (_, false):
      if !part.isOutside, isOpen { return }
      sink.undecided(namespace: namespace, "whether \(name) may send to \(way) hangs on what is not evaluated")
    case (.nobody, true):
      let rules = rules() ?? []
      if !part.isOutside { return unclear.append((way, rules)) }
      for rule in rules {
        found[rule, default: (AddressSet(), PortSet())].addresses.formUnion(part.addresses)
        found[rule]?.ports.formUnion(part.ports)
      }
    }
  }

  /// Says which private addresses nobody has, where no rule is reported for more.
  func tellUnclear(_ sink: inout FindingSink) {
    for (way, rules) in unclear where rules.contains(where: { found[$0] == nil }) {
      sink.undecided(
        namespace: namespace,
        "\(name) may send to \(way), and nothing says whether these private addresses are the cluster's "
          + "own (`cluster.podCIDRs`, `serviceCIDRs`, `nodeCIDRs`, `apiServerCIDRs`) or those of a third party")
    }
  }
}
