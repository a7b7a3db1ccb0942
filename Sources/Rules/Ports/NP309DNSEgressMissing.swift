internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Pods that may send somewhere and cannot ask for its address.
package enum NP309DNSEgressMissing: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP309", name: "dns-egress-missing", severity: .error, lower: [.warning],
    summary: "Pods that are isolated for egress and may send somewhere, but not to DNS.",
    rationale: """
      Nearly every connection begins with a DNS query. Pods whose egress is isolated and that no rule lets ask the \
      cluster's DNS cannot find what they may send to: each lookup runs into a timeout. A warning where all \
      destinations are ipBlocks, for addresses may be what the pods use.
      """,
    remedy: "allow port 53 over UDP and TCP to the DNS pods (k8s-app: kube-dns in kube-system)",
    fix: .sometimes(.unsafe), yieldsTo: ["NP204", "NP203", "NP210"],
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
    let apiServer = APIServer(analysis)
    var answers: [[PolicyID]: Bool] = [:]
    var reported: Set<PolicyID> = []
    for podClass in analysis.reach.classIDs {
      if analysis.reach.isIsolated(podClass, .egress) == .unknown,
        sink.undecidedByOtherPolicyAPI(podClass, analysis)
      {
        continue
      }
      // What another tier lets through needs no rule.
      guard analysis.reach.isIsolated(podClass, .egress) == .yes,
        !analysis.reach.mayBeAccepted(podClass, .egress, analysis.dnsPorts)
      else { continue }
      let policies = analysis.reach.policies(of: podClass, .egress, isCertain: false)
      let allowsDNS = answers[policies] ?? policies.contains(where: dns.isAllowed(by:))
      answers[policies] = allowsDNS
      if allowsDNS, let (id, rule) = dns.missesCache(policies), let cache = dns.cache,
        asksForNames(podClass, dns, analysis), reported.insert(id).inserted
      {
        reportCache(cache, rule, world[id], podClass, analysis, &sink)
      }
      guard !allowsDNS,
        let first = policies.first(where: { !world[$0].effectiveRules(.egress).isEmpty }),
        !reported.contains(first), asksForNames(podClass, dns, analysis),
        // Its address is in the environment of each pod.
        !policies.allSatisfy({ world[$0].effectiveRules(.egress).allSatisfy { apiServer.isAllThatMay($0, analysis) } })
      else { continue }
      reported.insert(first)
      if let id = policies.first(where: { dns.miss(in: $0) != nil }), let miss = dns.miss(in: id) {
        report(miss, world[id], podClass, analysis, &sink)
      } else {
        report(world[first], podClass, policies.map { world[$0] }, analysis, &sink)
      }
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

  /// A rule that means DNS and misses it.
  private static func report(
    _ miss: DNSRules.Miss, _ policy: NetworkPolicy, _ podClass: ClassID, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let name = analysis.name(ofClass: podClass)
    sink.report(
      miss.isPublic
        ? "\(name) may ask resolvers outside alone: names of the cluster are not known there"
        : "this rule names a port of DNS, and leads to no DNS of the cluster: \(name) cannot ask for names",
      at: .rule(miss.rule, of: policy), .severity(miss.isPublic ? .warning : .error),
      .why(miss.isPublic ? nil : "the cluster's DNS is \(servers(analysis)), and no other rule leads there"),
      .remedy("lead it to the pods of the cluster's DNS, over UDP and TCP"), .fix(fix(miss, analysis)),
      // Of its other ports, others speak.
      .accountsFor(miss.rule.certainPorts.isSubset(of: analysis.dnsPorts) ? [.rule(miss.rule, of: policy)] : []))
  }

  /// Writes the DNS pods in place of the only peer of a rule for them alone; that of a public resolver is kept.
  private static func fix(_ miss: DNSRules.Miss, _ analysis: Analysis) -> Fix? {
    let rule = miss.rule
    guard let peer = rule.peers.items.first, !rule.certainPorts.isEmpty,
      rule.certainPorts.isSubset(of: analysis.dnsPorts)
    else { return nil }
    let text = WrittenText(analysis.sources, at: peer.span)
    let node = PolicyParts.dnsPeer(analysis.configuration)
    if miss.isPublic {
      return text.inserting([node], after: rule.peers.items.last?.span ?? peer.span)
        .map { Fix(.unsafe, "add the pods of the cluster's DNS to its peers", edits: [$0]) }
    }
    guard rule.peers.items.count == 1 else { return nil }
    return text.replacing(peer.span, with: node)
      .map { Fix(.unsafe, "lead it to the pods of the cluster's DNS", edits: [$0]) }
  }

  private static func servers(_ analysis: Analysis) -> String {
    let dns = analysis.configuration.cluster.dns
    return "in namespace \(dns.namespace) on port \(DNSPorts.number) (openshift-dns: port 5353)"
  }

  /// Queries go to the cache's address on the node, which is no pod's.
  private static func reportCache(
    _ cache: Workload, _ rule: PolicyRule, _ policy: NetworkPolicy, _ podClass: ClassID, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let address = analysis.facts.labels.nodeLocalDNSAddress
    sink.report(
      "\(analysis.name(ofClass: podClass)) may ask the DNS pods, but not the cache on its node (\(address))",
      at: .rule(rule, of: policy), .severity(.warning),
      .why("where the cache is installed, pods ask it first, and an address of the node matches no selector"),
      .remedy("allow port 53 to an ipBlock of \(address)/32 too"),
      .related(cache.meta.name.span, "the cache on each node"))
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
      at: .name(of: policy.meta), .severity(sendsToBlocksOnly ? .warning : .error),
      .why(
        sendsToBlocksOnly
          ? "all destinations are addresses: that works only as long as nothing is called by its name" : nil),
      .related(
        policies.filter { $0.nameSpan != policy.nameSpan }.prefix(3).map {
          RelatedPlace($0.nameSpan, "applies to the same pods, and allows no DNS either")
        }),
      .fix(fix(policy, analysis)), .common("no rule for DNS in \(policy.meta.namespace)"))
  }

  /// Adds a rule behind the policy's last one.
  private static func fix(_ policy: NetworkPolicy, _ analysis: Analysis) -> Fix? {
    guard let last = policy.egress.items.last else { return nil }
    return WrittenText(analysis.sources, at: last.span)
      .inserting([PolicyParts.dnsRule(analysis.configuration)], after: last.span)
      .map { Fix(.unsafe, "add a rule that leads to the cluster's DNS", edits: [$0]) }
  }
}
