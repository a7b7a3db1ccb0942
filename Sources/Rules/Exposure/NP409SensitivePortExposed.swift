internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A port of a database or of administration that too many may reach.
package enum NP409SensitivePortExposed: Rule {
  package static let info = RuleInfo(
    id: "NP409", name: "sensitive-port-exposed", severity: .error, lower: [.warning, .note],
    summary: "A database or administration port open to everyone, to all namespaces, or to a private network.",
    rationale: """
      Databases and remote shells are what an attacker looks for first, and a password is then all that stands in the \
      way. A note where only a private network may connect. SSH that a Service publishes is meant to be reached, and so \
      is not reported.
      """,
    remedy: "name the clients, by selectors or by their own addresses",
    citations: ["164.312(a)(1)", "164.308(a)(4)(ii)(B)"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector: {}
            ports:
              - port: 5432 # expect: NP409
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - podSelector: {matchLabels: {app: web}}
            ports:
              - port: 5432
      """))

  /// Who may come in by a rule.
  private enum Reach {
    case everyone
    case allNamespaces(Peer, but: [String])
    /// Blocks that hold the addresses of all pods.
    case podNetwork(Peer, isCertain: Bool)
    case privateNetwork(Peer, String)
  }

  /// A range wider than this is no statement about a port in it; NP307 speaks of those.
  private static let widestRange = 100

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.ingress) { policy, rule in
      guard !rule.ports.items.isEmpty, let reach = reach(of: rule, analysis) else { return }
      let ports = rule.ports.items.map { ($0, sensitive($0, of: policy, reach, analysis)) }
      var isAll = ports.allSatisfy { $0.1 != nil }
      if case .privateNetwork = reach { isAll = false }
      for case (let port, let sensitive?) in ports {
        report(
          sensitive, port, reach, rule, policy, isAll ? [.rule(rule, of: policy), .width(rule, of: policy)] : [], &sink)
      }
    }
  }

  private static func report(
    _ sensitive: SensitivePort, _ port: PolicyPort, _ reach: Reach, _ rule: PolicyRule, _ policy: NetworkPolicy,
    _ accountsFor: [Subject], _ sink: inout FindingSink
  ) {
    let what = "\(sensitive.number)/\(sensitive.transport.rawValue) (\(sensitive.title))"
    let place = Place.port(port, in: rule, of: policy)
    switch reach {
    case .everyone:
      sink.report(
        "\(what) is open to everyone", at: place,
        .key(port.text), .accountsFor(accountsFor))
    case .allNamespaces(let peer, let names):
      sink.report(
        "\(what) is open to every pod of \(everyNamespace(but: names))", at: place,
        .severity(names.isEmpty ? nil : .warning),
        .related(
          peer.firstKeySpan, names.isEmpty ? "this lets every pod of the cluster in" : "this lets all others in"),
        .key(port.text), .accountsFor(accountsFor))
    case .podNetwork(let peer, let isCertain):
      sink.report(
        "\(what) is open to the addresses of all pods", at: place,
        .severity(isCertain ? nil : .warning),
        .why(
          "`cluster.podCIDRs` of the config lies in what the rule names"
            + (isCertain ? "" : ", and most network plugins match pods by it")),
        .related(peer.firstKeySpan, "these addresses"), .key(port.text))
    case .privateNetwork(let peer, let cidr):
      sink.report(
        "\(what) is open to all of \(cidr)", at: place,
        .severity(.note), .related(peer.firstKeySpan, "this network"), .key(port.text))
    }
  }

  private static func reach(of rule: PolicyRule, _ analysis: Analysis) -> Reach? {
    if rule.reachesAnywhere { return .everyone }
    if let peer = rule.peers.items.first(where: \.isEveryPod) { return .allNamespaces(peer, but: []) }
    if let isCertain = holdsAllPods(rule, analysis),
      let block = rule.peers.items.first(where: { $0.ipBlock?.addresses.intersects(rule.addresses) ?? false })
    {
      return .podNetwork(block, isCertain: isCertain)
    }
    for peer in rule.peers.items { if let names = peer.everyPodBut { return .allNamespaces(peer, but: names) } }
    for peer in rule.peers.items {
      // One address is a client that somebody named.
      guard let block = peer.ipBlock, let text = block.cidr, let cidr = text.parsed?.cidr,
        cidr.prefixLength < cidr.base.width, block.addresses.isSubset(of: Addresses.private)
      else { continue }
      return .privateNetwork(peer, text.text)
    }
    return nil
  }

  /// Whether a rule's blocks hold the addresses of all pods, and whether the network plugin surely matches pods by them;
  /// `nil` where they do not, or no plugin that may be at work does.
  private static func holdsAllPods(_ rule: PolicyRule, _ analysis: Analysis) -> Bool? {
    let cluster = analysis.configuration.cluster
    guard let pods = cluster.podCIDRs, !pods.isEmpty, pods.isSubset(of: rule.addresses) else { return nil }
    let named = cluster.cni.flatMap { analysis.facts.networkPlugins.plugin(named: $0) }
    let plugins = analysis.plugins + [named].compactMap(\.self)
    let lacking = plugins.count { $0.lacks.contains(.ipBlockOnPods) }
    if lacking == plugins.count, lacking > 0 { return nil }
    return lacking == 0 && !plugins.isEmpty
  }

  /// What is sensitive among the ports of a rule's item; names are looked up on the policy's workloads.
  private static func sensitive(
    _ port: PolicyPort, of policy: NetworkPolicy, _ reach: Reach, _ analysis: Analysis
  ) -> SensitivePort? {
    var numbers = PortSet()
    switch port.number {
    case .all: return nil
    case .range(let range):
      guard range.count <= widestRange else { return nil }
      numbers.insert(range, port.transport)
    case .named(let name):
      let pods = analysis.selection.pods(of: policy)
      for number in analysis.selection.numbers(ofPort: name, port.transport, on: pods) {
        numbers.insert(number...number, port.transport)
      }
    }
    let found = analysis.facts.portSets.sensitivePorts.first { numbers.contains($0.number, $0.transport) }
    guard let found else { return nil }
    if found.isEncrypted, case .everyone = reach,
      analysis.publishedPorts(of: policy)?.contains(found.number, found.transport) ?? false
    {
      return nil
    }
    return found
  }
}
