package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Ingress from every address.
package enum NP401IngressFromAnywhere: Rule {
  package static let info = RuleInfo(
    id: "NP401", name: "ingress-from-anywhere", severity: .error,
    summary: "Ingress from everyone: no `from`, or CIDRs that hold most of the internet.",
    rationale: """
      A rule without peers lets everyone in, from inside and from outside of the cluster; so do CIDRs that together \
      hold half of the public addresses. It is meant so only for what is published on purpose, and then the port \
      should be named.
      """,
    remedy: "name who may connect, by selectors or by the CIDRs of the callers",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - ports: [{port: 5432}] # expect: NP401
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
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports: [{port: 5432}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.ingress) { policy, rule in
      guard rule.reachesAnywhere, !NP409SensitivePortExposed.speaksForAll(of: rule, in: policy, analysis) else {
        return
      }
      let published = analysis.publishedPorts(of: policy)
      if let published, !rule.allowsAllPorts {
        if rule.hasOnlyNumbers, rule.certainPorts.isSubset(of: published) { return }
        if !rule.hasOnlyNumbers, analysis.resolvedPorts(of: rule, in: policy).isSubset(of: published) { return }
      }
      let isUnnamed = published != nil && rule.allowsAllPorts
      let source = rule.allowsAllPeers ? "the rule names no peer" : "its CIDRs hold most of the internet"
      sink.report(
        isUnnamed
          ? "every port of these pods is open to everyone, though only \(published?.text ?? "") is published"
          : "ingress from everyone: \(source)",
        at: rule.firstKeySpan, in: policy, path: rule.path, severity: isUnnamed ? .warning : .error,
        remedy: isUnnamed ? "name the port that is published: \(published?.text ?? "")" : nil)
    }
  }
}

extension PolicyRule {
  /// Whether no port of the rule is a name.
  var hasOnlyNumbers: Bool { ports.items.allSatisfy { $0.numbers != nil } }
}

extension Analysis {
  /// The ports of a policy's pods that are meant to be reached from outside: what LoadBalancer and NodePort Services,
  /// Ingresses, Routes, webhooks and APIServices lead to; of an ingress controller every port that it declares.
  /// `nil` when nothing leads to any of them.
  func publishedPorts(of policy: NetworkPolicy) -> PortSet? {
    let workloads = selection.pods(of: policy).certain
    // A policy for many workloads is no statement about what one of them publishes.
    guard !workloads.isEmpty, !policy.podSelector.isEmpty else { return nil }
    var set = PortSet()
    for number in workloads {
      set.formUnion(services.targetPorts(of: number, where: services.isExposed))
      let workload = world.workloads[number]
      if facts.labels.isIngressController(workload.podLabels.map { ($0.key, $0.value) }) {
        for port in workload.ports { set.insert(port.number...port.number, port.transport) }
      }
    }
    return set.isEmpty ? nil : set
  }

  /// The ports that a rule allows on the policy's own workloads, with names resolved.
  func resolvedPorts(of rule: PolicyRule, in policy: NetworkPolicy) -> PortSet {
    var set = rule.certainPorts
    for port in rule.ports.items {
      guard case .named(let name) = port.number else { continue }
      for number in selection.pods(of: policy).certain {
        guard let port = world.workloads[number].port(named: name, port.transport).map({ ($0, port.transport) }) else {
          continue
        }
        set.insert(port.0...port.0, port.1)
      }
    }
    return set
  }
}
