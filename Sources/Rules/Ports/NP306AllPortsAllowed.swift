package import Diagnostics
internal import Facts
internal import Model

/// A rule that names peers and no ports.
package enum NP306AllPortsAllowed: Rule {
  package static let info = RuleInfo(
    id: "NP306", name: "all-ports-allowed", severity: .warning, lower: [.note],
    summary: "A rule with peers and without ports, or with a protocol alone: every port is open to them.",
    rationale: """
      Without `ports` a rule allows every port of every protocol, also debug, metrics and admin ports and what is \
      added later; an item with nothing but `protocol` allows every port of that. A note where all peers are pods of the \
      policy's own namespace.
      """,
    remedy: "name the ports that these peers need",
    citations: ["164.312(a)(1)"],
    yieldsTo: ["NP404", "NP402", "NP412", "NP414"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: # expect: NP306
              - podSelector: {matchLabels: {app: web}}
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
            ports: [{port: 5432}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        // Where the peers are everyone, NP401 and NP403 speak.
        guard let ports = everyPort(of: rule), case .list(let peers, _) = rule.peers, !peers.isEmpty,
          !rule.reachesAnywhere
        else { return }
        let isSameNamespace = peers.allSatisfy { $0.isOwnNamespace(of: policy, analysis) }
        let whom = peers.count == 1 ? "this peer" : "these \(peers.count) peers"
        sink.report(
          type == .ingress ? "\(ports) is open to \(whom)" : "\(ports) of \(whom) may be called",
          at: .rule(rule, of: policy), .severity(isSameNamespace ? .note : .warning),
          .why(
            rule.allowsAllPorts
              ? "the rule has no `ports`, and that means all of them" : "an item without `port` means every port"),
          .common("\(ports) of peers, \(type.field)"))
      }
    }
  }

  /// What to call all ports of a rule, `nil` when it names those that it allows.
  private static func everyPort(of rule: PolicyRule) -> String? {
    if rule.allowsAllPorts { return "every port" }
    let whole = rule.ports.items.first { $0.number == .all }
    return whole.map { "every \($0.transport.rawValue) port" }
  }
}
