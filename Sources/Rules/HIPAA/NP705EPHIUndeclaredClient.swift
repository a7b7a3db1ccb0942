internal import Config
package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// Somebody who can reach an ePHI store and is none of its clients.
package enum NP705EPHIUndeclaredClient: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP705", name: "ephi-undeclared-client", severity: .error,
    summary: "A rule that lets somebody into an ePHI store whom its `clients` do not list.",
    rationale: """
      Who may reach a store of ePHI is decided and written down; the config repeats it as `clients`. A rule lets in \
      more: a workload, a pod that a selector asks for and that anybody may make, the ingress controller, or addresses \
      outside. Without a list the question stays open. A store that no policy isolates is reported by NP704.
      """,
    remedy: "narrow the rule, or list the client at the component if it has been granted access",
    citations: ["164.312(a)(1)", "164.308(a)(4)(ii)(B)"],
    bad: Example(example("podSelector: {} # expect: NP705"), config: config),
    good: Example(example("podSelector: {matchLabels: {app: api}}"), config: config))

  private static func example(_ peer: String) -> String {
    RecordsExample.manifests(ingress: "from:\n        - \(peer)\n      ports: [{port: 5432}]") + """

      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: clinic, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """
  }

  private static let config = """
    components:
      records: {namespace: clinic, labels: {app: records}, data: ephi, clients: [api]}
      api: {namespace: clinic, labels: {app: api}, data: processor}
    """

  package static let missesUnreadObjects = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard let zones = ZoneFindings.zones(analysis, &sink) else { return }
    for store in zones.stores { check(store, zones, &sink) }
  }

  private static func check(_ store: Zones.Group, _ zones: Zones, _ sink: inout FindingSink) {
    let name = zones.view.name(of: store.end)
    let namespace = zones.view.world[store.workloads[0]].meta.namespace
    // Of a store that nothing isolates NP704 speaks: everybody would be named.
    let isListed = store.member.components.contains { $0.clients != nil }
    if isListed, zones.view.isClosed(store.podClass, .ingress) == .no { return }
    switch zones.undeclaredCallers(of: store) {
    case .noList:
      sink.undecided(
        namespace: namespace, "no component says who the clients of the ePHI store \(name) are (`clients`)")
    case .unknownClient(let problem):
      sink.undecided(namespace: namespace, "the clients of the ePHI store \(name): \(problem.description)")
    case .tooMany:
      sink.undecided(namespace: namespace, "the ePHI store \(name) has more callers than are looked at")
    case .others(let pairs): report(pairs, to: store, zones, &sink)
    }
  }

  /// One finding for each rule that lets somebody in.
  private static func report(_ pairs: [TrafficPair], to store: Zones.Group, _ zones: Zones, _ sink: inout FindingSink) {
    var callers: [Place: (names: [String], ports: PortSet)] = [:]
    for pair in pairs {
      if pair.allowed.isEmpty {
        let reason = zones.view.reason(pair, pair.unknown).sentence.text
        sink.undecided(
          namespace: zones.view.world[store.workloads[0]].meta.namespace,
          "whether \(zones.view.name(of: pair.source)) reaches \(zones.view.name(of: store.end)): \(reason)")
        continue
      }
      for rule in ZoneFindings.rules(.ingress, from: pair.from, to: pair.to, pair.allowed, zones) ?? [] {
        var known = callers[rule] ?? ([], PortSet())
        known.names.append(zones.view.name(of: pair.source))
        known.ports.formUnion(pair.allowed)
        callers[rule] = known
      }
    }
    for (rule, found) in callers {
      let ports = found.ports == .all ? "any port" : found.ports.text
      let reach = found.names.count == 1 ? "reaches" : "reach"
      sink.report(
        "\(ZoneFindings.list(found.names)) \(reach) \(zones.view.name(of: store.end)), an ePHI store, on \(ports), and "
          + "\(found.names.count == 1 ? "is" : "are") not among its clients",
        at: rule, .related([zones.view.world[store.workloads[0]].relatedPlace]),
        .key(store.member.components.map(\.name).joined(separator: ",")))
    }
  }
}
