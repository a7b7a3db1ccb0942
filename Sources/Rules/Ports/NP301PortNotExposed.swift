internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A port in a rule that none of the pods declares.
package enum NP301PortNotExposed: Rule {
  package static let info = RuleInfo(
    id: "NP301", name: "port-not-exposed", severity: .warning,
    summary: "A port that the pods behind a rule do not declare, while they declare others.",
    rationale: """
      A rule for a port on which nothing listens lets nothing through, and the port that is meant stays closed. \
      Containers need not declare their ports: it is a warning only where a Service leads to another port of the pods, \
      or they declare a single one; a note otherwise.
      """,
    remedy: "write the port that the pods listen on, or declare this one in the container",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: memory, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: memory}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 8080 # expect: NP301
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: memory, namespace: shop, labels: {app: memory}}
      spec: {containers: [{name: memory, image: memory, ports: [{containerPort: 8001}]}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: memory, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: memory}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 8001
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: memory, namespace: shop, labels: {app: memory}}
      spec: {containers: [{name: memory, image: memory, ports: [{containerPort: 8001}]}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard !rule.ports.items.isEmpty else { return }
        let destinations = analysis.knownDestinations(of: rule, in: policy)
        guard !destinations.workloads.isEmpty, !destinations.mayBeMore else { return }
        for port in rule.ports.items {
          guard case .range = port.number, let numbers = port.numbers,
            isOnNone(port, numbers, destinations.workloads, rule, analysis)
          else { continue }
          let workloads = destinations.workloads.map { analysis.world[$0] }
          if let unclear = workloads.lazy.compactMap({ analysis.addedContainers(of: $0) }).first {
            // What a mesh adds, rules need not know; what an operator adds cannot be known.
            if !workloads.contains(where: { analysis.sidecarMesh(of: $0) != nil }) {
              sink.undecided(namespace: policy.meta.namespace, unclear)
            }
            continue
          }
          report(port, of: rule, in: policy, destinations.workloads, analysis, &sink)
        }
      }
    }
  }

  /// Whether every one of the workloads declares ports and none of these, and nothing else shows that one is used.
  private static func isOnNone(
    _ port: PolicyPort, _ numbers: PortSet, _ workloads: [WorkloadID], _ rule: PolicyRule, _ analysis: Analysis
  ) -> Bool {
    let facts = analysis.facts
    if !numbers.intersection(facts.portSets.injectedPorts).isEmpty { return false }
    // A Service's port in place of its target is NP302's.
    if let number = port.singleNumber,
      NP302ServicePortUsed.service(on: number, port.transport, workloads, rule.certainPorts, analysis) != nil
    {
      return false
    }
    return workloads.allSatisfy { id in
      let workload = analysis.world[id]
      let declared = declaredPorts(of: workload)
      var used = declared.union(analysis.services.targetPorts(of: id))
      for annotation in workload.podAnnotations where annotation.key.hasSuffix("/port") {
        if let number = UInt16(annotation.value) { used.insert(number...number, .tcp) }
      }
      // What the component is known to listen on it need not declare.
      let kind = facts.portSets.recognise(
        names: workload.labels.pairs.filter { facts.labels.identityKeys.contains($0.key) }.map(\.value),
        images: workload.containers.compactMap { $0.image?.value })
      if let kind { used.formUnion(kind.portSet) }
      return !declared.isEmpty && numbers.intersection(used).isEmpty && !isNP304s(workload, analysis)
    }
  }

  /// Whether the config says which ports the workload uses: NP304 measures the rule by that.
  private static func isNP304s(_ workload: Workload, _ analysis: Analysis) -> Bool {
    analysis.configuration.components.contains { component in
      component.namespace == workload.meta.namespace && (component.ports != nil || component.portSet != nil)
        && workload.labels.includes(component.labels)
    }
  }

  private static func report(
    _ port: PolicyPort, of rule: PolicyRule, in policy: NetworkPolicy, _ ids: [WorkloadID], _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let workloads = ids.map { analysis.world[$0] }
    let declared = Set(workloads.map(declaredPorts))
    let all = declared.reduce(PortSet()) { $0.union($1) }
    let isOne = declared.count == 1
    // The port that proves it wrong: the only one, or the one that a Service leads to.
    let single = isOne ? all.single : nil
    let served = isOne ? analysis.services.targetPorts(of: ids[0])[port.transport] : nil
    let isProven = (single != nil || served?.isEmpty == false) && !isScraped(rule, analysis)
    let name = "\(workloads[0].meta.kind) \(workloads[0].meta.name.value)"
    let who = ids.count == 1 ? name : "\(name) and \(ids.count - 1) more"
    sink.report(
      "\(port.text) is none of the ports that \(who) declare\(ids.count == 1 ? "s" : ""): \(all.text)",
      at: port.valueSpan, in: policy, path: port.path(in: rule) + ".port", severity: isProven ? .warning : .note,
      why: isProven ? nil : "ports need not be declared, so that this may be right all the same",
      related: workloads.lazy.flatMap(\.ports).prefix(3).map { RelatedPlace($0.span, "this one is declared") },
      fix: fix(port, single, isProven), key: port.text)
  }

  private static func fix(_ port: PolicyPort, _ single: UInt16?, _ isProven: Bool) -> Fix? {
    guard isProven, let single, let span = port.portSpan, port.singleNumber != nil else { return nil }
    return Fix(.unsafe, "write \(single), the port that is declared", edits: [Fix.Edit(span, "\(single)")])
  }

  /// Whether the rule is for what scrapes metrics, often on ports that nobody declares.
  private static func isScraped(_ rule: PolicyRule, _ analysis: Analysis) -> Bool {
    rule.type == .ingress
      && rule.peers.items.contains { peer in
        let names = (peer.podSelector?.namedValues ?? []) + (peer.namespaceSelector?.namedValues ?? [])
        return names.contains { Words.mention(analysis.facts.labels.scrapers, in: $0) }
      }
  }

  private static func declaredPorts(of workload: Workload) -> PortSet {
    var set = PortSet()
    for container in workload.containers where container.isLongRunning {
      for port in container.ports { set.insert(port.number...port.number, port.transport) }
    }
    return set
  }
}

extension PortSet {
  /// The only port of the set; `nil` when there are none or more.
  fileprivate var single: UInt16? {
    let ranges = TransportProtocol.allCases.flatMap { self[$0].ranges }
    return ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
  }
}
