package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// A port by a name that none of the pods has.
package enum NP303UnknownNamedPort: Rule {
  package static let policyScope = PolicyScope.policy
  package static let info = RuleInfo(
    id: "NP303", name: "unknown-named-port", severity: .error,
    summary: "A port's name that no container of the destination declares for this protocol.",
    rationale: """
      A named port stands for whatever port a destination's container declares by that name. For pods that declare \
      none, and for addresses, it stands for nothing: the rule lets nothing through.
      """,
    remedy: "write a name that the containers declare, or the number",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports:
              - port: http # expect: NP303
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web, ports: [{name: https, containerPort: 8443}]}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports:
              - port: https
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web, ports: [{name: https, containerPort: 8443}]}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let groups = DestinationGroups(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for port in rule.ports.items {
          guard case .named(let name) = port.number else { continue }
          check(port, name, of: rule, in: policy, groups, analysis, &sink)
        }
      }
    }
  }

  private static func check(
    _ port: PolicyPort, _ name: String, of rule: PolicyRule, in policy: NetworkPolicy, _ groups: DestinationGroups,
    _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let peers = rule.peers.items
    let place = Place.port(port, in: rule, of: policy)
    // A rule of names that nothing has opens nothing.
    let isAlone = rule.ports.items.count == 1
    var accountsFor: [Subject] {
      isAlone
        ? [Subject.rule(rule, of: policy), .ports(of: rule, policy)] + analysis.lostPeers(peers, rule, of: policy)
          + (peers.isEmpty && rule.type == .ingress ? [.lostOutside(of: policy)] : []) : []
    }
    if rule.type == .egress, !peers.isEmpty, peers.allSatisfy({ $0.ipBlock != nil }) {
      sink.report(
        "addresses have no port of the name `\(name)`", at: place,
        .why("names are looked up in the containers of pods, and these peers are ipBlocks"),
        .remedy("write the number"), .key(port.text), .accountsFor(accountsFor))
      return
    }
    let group = groups.group(of: rule, in: policy)
    if group.declares(name, port.transport) { return }
    if let unclear = reason(group, rule, policy, analysis) {
      sink.undecided(namespace: policy.meta.namespace, unclear)
      return
    }
    let long = group.declaredPorts
    let other = long.first { $0.name == name }
    let names = Set(long.filter { $0.transport == port.transport }.compactMap(\.name)).sorted()
    let meta = analysis.world[group.known[0]].meta
    let others = group.known.count - 1
    let who = "\(meta.kind) \(meta.name.value)" + (others == 0 ? "" : " and \(others) more")
    sink.report(
      other.map { "\(who): port `\(name)` is declared for \($0.transport.rawValue), not \(port.transport.rawValue)" }
        ?? "no container of \(who) declares a port `\(name)`\(Suggestion.hint(for: name, among: names))",
      at: place,
      .related(
        (other.map { [$0] } ?? Array(long.prefix(3))).map {
          RelatedPlace($0.span, "declared as \($0.name.map { "`\($0)`" } ?? "a port without a name")")
        }),
      .key(port.text), .accountsFor(accountsFor))
  }

  /// What has to be known to say that no destination has the name.
  private static func reason(
    _ group: DestinationGroup, _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis
  ) -> String? {
    if group.hasNoKnown { return "the workloads behind a named port were not read" }
    if group.mayBeMore || (rule.type == .ingress && policy.podSelector.isEmpty) {
      return "not all of the workloads behind a named port are known"
    }
    return group.addedContainers ?? analysis.world.addition(in: policy.meta.namespace)?.reason
  }
}
