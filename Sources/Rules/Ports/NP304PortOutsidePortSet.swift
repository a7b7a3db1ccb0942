internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A port that the component behind a rule does not use.
package enum NP304PortOutsidePortSet: Rule {
  package static let policyScope = PolicyScope.policy
  package static let info = RuleInfo(
    id: "NP304", name: "port-outside-port-set", severity: .error, lower: [.note],
    summary: "A component admits, or is sent, a port that it does not use.",
    rationale: """
      The config says which ports a component uses, by itself or by a known set such as that of PostgreSQL. Ports that \
      its containers declare, that a Service leads to, and those of exporters and meshes belong to it too. Any other \
      port is a slip, or opens what nobody watches. A note where the component was only recognised by its name or image.
      """,
    remedy: "delete the port, or add it to the component in the config",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: postgres}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 5432
              - port: 3306 # expect: NP304
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: postgres}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 5432
              - port: 9187
      """))

  /// A component, and the ports that belong to it.
  private struct Target {
    let name: String
    let ports: PortSet
    let isDeclared: Bool
  }

  private struct Question: Hashable {
    let selector: Selector
    let namespace: String
  }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var known: [Question: Target?] = [:]
    func target(_ selector: Selector, in namespace: String) -> Target? {
      let question = Question(selector: selector, namespace: namespace)
      if let answer = known[question] { return answer }
      let answer = find(selector, in: namespace, analysis)
      known[question] = .some(answer)
      return answer
    }
    for policy in analysis.askedPolicies where policy.isSound && policy.isolates(.ingress) {
      guard policy.ingress.items.contains(where: { !$0.ports.items.isEmpty }),
        let target = target(policy.podSelector.selector, in: policy.meta.namespace)
      else { continue }
      for rule in policy.ingress.items where rule.isSound { check(rule, of: policy, target, "admits", &sink) }
    }
    analysis.forEachRule(.egress) { policy, rule in
      // Of several peers each may be meant by another port.
      guard rule.peers.items.count == 1, !rule.ports.items.isEmpty, let selector = rule.peers.items[0].podSelector,
        let namespace = namespace(of: rule.peers.items[0], in: policy),
        let target = target(selector.selector, in: namespace)
      else { return }
      check(rule, of: policy, target, "is sent", &sink)
    }
  }

  private static func check(
    _ rule: PolicyRule, of policy: NetworkPolicy, _ target: Target, _ verb: String, _ sink: inout FindingSink
  ) {
    for port in rule.ports.items {
      guard case .range = port.number, let numbers = port.numbers, !numbers.isSubset(of: target.ports) else { continue }
      sink.report(
        "\(target.name) \(verb) \(port.text), which it does not use", at: .port(port, in: rule, of: policy),
        .severity(target.isDeclared ? .error : .note),
        .why(target.isDeclared ? nil : "it was recognised by its labels or image; it uses \(target.ports.text)"),
        .key(port.text))
    }
  }

  /// The one namespace that a peer speaks of; `nil` where there may be several.
  private static func namespace(of peer: Peer, in policy: NetworkPolicy) -> String? {
    guard let selector = peer.namespaceSelector else { return policy.meta.namespace }
    let requirements = selector.selector.requirements
    guard requirements.count == 1, requirements[0].key == metadataNameLabel, requirements[0].operator == .in,
      requirements[0].values.count == 1
    else { return nil }
    return requirements[0].values[0]
  }

  /// The component that a selector speaks of, `nil` when it is none that is known, or several.
  private static func find(_ selector: Selector, in namespace: String, _ analysis: Analysis) -> Target? {
    guard selector != .everything, let witness = selector.witness else { return nil }
    let pods = analysis.selection.pods(selector, in: namespace)
    let declared = analysis.configuration.components.filter { component in
      component.namespace == namespace && selector.matches(component.labels) == .yes
    }
    if declared.count > 1 { return nil }
    if let component = declared.first {
      let workloads = pods.certain
      guard
        workloads.allSatisfy({ analysis.world[$0].labels.includes(component.labels) }),
        var ports = ports(of: component, analysis)
      else { return nil }
      addOwnPorts(of: workloads, to: &ports, analysis)
      return Target(name: component.name, ports: ports, isDeclared: true)
    }
    return recognised(pods, witness, analysis)
  }

  private static func ports(of component: Component, _ analysis: Analysis) -> PortSet? {
    let known = component.portSet.flatMap { analysis.facts.portSets.component(named: $0)?.portSet }
    if component.ports == nil, known == nil { return nil }
    return (component.ports ?? PortSet()).union(known ?? PortSet())
  }

  private static func recognised(_ pods: Matches, _ witness: LabelSet, _ analysis: Analysis) -> Target? {
    let kind: ComponentKind?
    if let first = pods.inAnyOrder.first(where: { _ in true }) {
      kind = analysis.component(analysis.world[first])
      if kind == nil { return nil }
      // The first other one settles it.
      guard pods.inAnyOrder.allSatisfy({ analysis.component(analysis.world[$0])?.id == kind?.id }) else { return nil }
      // Where all of them declare ports, NP301 measures the rule by those.
      if pods.inAnyOrder.allSatisfy({ !analysis.world[$0].ports.isEmpty }) { return nil }
    } else {
      kind = analysis.component(witness)
    }
    guard let kind else { return nil }
    var ports = kind.portSet
    addOwnPorts(of: pods.certain, to: &ports, analysis)
    return Target(name: kind.title, ports: ports, isDeclared: false)
  }

  private static func addOwnPorts(of workloads: [WorkloadID], to ports: inout PortSet, _ analysis: Analysis) {
    ports.formUnion(analysis.facts.portSets.auxiliaryPorts)
    for id in workloads {
      ports.formUnion(analysis.services.targetPorts(of: id))
      for port in analysis.world[id].ports { ports.insert(port.number...port.number, port.transport) }
    }
  }
}
