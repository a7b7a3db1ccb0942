package import Diagnostics
internal import Engine
internal import Model

/// Pods that may send somewhere and cannot ask for its address.
package enum NP309DNSEgressMissing: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP309", name: "dns-egress-missing", severity: .error,
    summary: "Pods that are isolated for egress and may send somewhere, but not to DNS.",
    rationale: """
      Nearly every connection begins with a DNS query. Pods whose egress is isolated and that no rule lets ask the \
      cluster's DNS cannot find what they may send to: each lookup runs into a timeout. A warning where all \
      destinations are ipBlocks, for addresses may be what the pods use.
      """,
    remedy: "allow port 53 over UDP and TCP to the DNS pods (k8s-app: kube-dns in kube-system)",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web # expect: NP309
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 8080}]
          - to:
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
                podSelector: {matchLabels: {k8s-app: kube-dns}}
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let world = analysis.world
    guard world.policies.contains(where: { !$0.effectiveRules(.egress).isEmpty }) else { return }
    let dns = DNSRules(analysis)
    var answers: [[PolicyID]: Bool] = [:]
    var reported: Set<PolicyID> = []
    for podClass in analysis.reach.classIDs {
      if analysis.reach.isIsolated(podClass, .egress) == .unknown,
        sink.undecidedByOtherPolicyAPI(podClass, analysis)
      {
        continue
      }
      guard analysis.reach.isIsolated(podClass, .egress) == .yes else { continue }
      let policies = analysis.reach.policies(of: podClass, .egress, isCertain: false)
      let allowsDNS = answers[policies] ?? policies.contains(where: dns.isAllowed(by:))
      answers[policies] = allowsDNS
      guard !allowsDNS,
        let first = policies.first(where: { !world[$0].effectiveRules(.egress).isEmpty }),
        !reported.contains(first), asksForNames(podClass, dns, analysis)
      else { continue }
      reported.insert(first)
      report(world[first], podClass, policies.map { world[$0] }, analysis, &sink)
    }
  }

  /// Whether the pods use the cluster's DNS, and no further label of pods that were not read could bring a rule for it.
  private static func asksForNames(_ id: ClassID, _ dns: DNSRules, _ analysis: Analysis) -> Bool {
    let podClass = analysis.reach[id]
    switch podClass.origin {
    case .read:
      return podClass.workloads.contains {
        !["None", "Default"].contains(analysis.world[$0].dnsPolicy ?? "ClusterFirst")
      }
    case .inferred(let selector):
      return !analysis.world.policyIDs(in: podClass.namespace).contains { id in
        let other = analysis.world[id].podSelector.selector
        return other.matches(podClass.labels) != .yes && other.overlaps(selector) && dns.isAllowed(by: id)
      }
    case .hypothetical, .ingressController: return false
    }
  }

  private static func report(
    _ policy: NetworkPolicy, _ podClass: ClassID, _ policies: [NetworkPolicy], _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let peers = policies.flatMap { $0.effectiveRules(.egress) }
    let sendsToBlocksOnly = peers.allSatisfy { rule in
      !rule.peers.items.isEmpty && rule.peers.items.allSatisfy { $0.ipBlock != nil }
    }
    sink.report(
      "\(analysis.name(ofClass: podClass)) may send, but no rule lets it ask for names: port 53 is blocked",
      at: policy.nameSpan, in: policy, path: "metadata.name", severity: sendsToBlocksOnly ? .warning : .error,
      why: sendsToBlocksOnly
        ? "all destinations are addresses: that works only as long as nothing is called by its name" : nil,
      related: policies.filter { $0.nameSpan != policy.nameSpan }.prefix(3).map {
        RelatedPlace($0.nameSpan, "applies to the same pods, and allows no DNS either")
      })
  }
}
