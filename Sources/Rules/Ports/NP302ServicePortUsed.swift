package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// A rule with the port of a Service in place of the port of its pods.
package enum NP302ServicePortUsed: Rule {
  package static let info = RuleInfo(
    id: "NP302", name: "service-port-used", severity: .error, lower: [.warning],
    summary: "A Service's port in a rule, where its pods listen on another one.",
    rationale: """
      Policies see the connection after the Service has been resolved: the port that counts is the pod's \
      (`targetPort`), not the Service's (`port`). A rule for the Service's port lets nothing through.
      """,
    remedy: "write the target port",
    fix: .sometimes(.unsafe),
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
              - port: 80 # expect: NP302
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
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
              - port: 8080
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """))

  /// The rule with those of its peers that name pods: one for whole namespaces is not about the Service of some. `nil`
  /// where none does.
  private static func naming(_ rule: PolicyRule) -> PolicyRule? {
    guard rule.type == .egress, case .list(let peers, let span) = rule.peers else { return rule }
    let named = peers.filter { !($0.podSelector?.isEmpty ?? true) }
    if named.isEmpty { return nil }
    return named.count < peers.count ? rule.with(peers: .list(named, span)) : rule
  }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard !analysis.world.services.isEmpty else { return }
    checkOutside(analysis, &sink)
    let groups = DestinationGroups(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard case .list(let ports, _) = rule.ports, let naming = naming(rule) else { return }
        let group = groups.group(of: naming, in: policy)
        guard !group.isEmpty else { return }
        let allowed = rule.certainPorts
        func target(_ port: PolicyPort) -> ServiceTargets.Target? {
          port.singleNumber.flatMap { group.service(on: $0, port.transport, allowed, onlyKnown: false) }
        }
        lazy var lost = LostPorts(naming, of: policy, analysis) { target($0) != nil }
        for port in ports {
          guard let number = port.singleNumber, let hit = target(port) else { continue }
          let service = analysis.world[hit.service]
          sink.report(
            "\(number) is the port of Service \(service.meta.name.value), whose pods listen on \(hit.number)",
            at: .port(port, in: rule, of: policy),
            .remedy("write \(hit.number) here"), .related(hit.port.span, "the target port is \(hit.number)"),
            .fix(
              port.portSpan.map {
                Fix(.unsafe, "write the target port, \(hit.number)", edits: [Fix.Edit($0, "\(hit.number)")])
              }),
            .key("\(number)"), .accountsFor(lost.subjects(meaning: [hit.number])))
        }
      }
    }
  }

  /// Rules for the addresses behind a Service without a selector.
  private static func checkOutside(_ analysis: Analysis, _ sink: inout FindingSink) {
    let services = OutsideServices(analysis)
    if services.isEmpty { return }
    analysis.forEachRule(.egress) { policy, rule in
      let allowed = rule.certainPorts
      for port in rule.ports.items {
        guard let target = services.target(of: port, in: rule, allowed) else { continue }
        let name = analysis.world[target.service].meta.name.value
        sink.report(
          "\(target.port.number) is the port of Service \(name), whose addresses listen on \(target.number)",
          at: .port(port, in: rule, of: policy), .severity(.warning), .remedy("write \(target.number) here"),
          .related(target.port.span, "this port leads to \(target.number)"), .key("\(target.port.number)"))
      }
    }
  }
}
