package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic
internal import YAMLSource

/// Traffic with the outside, ruled by a selector that only ever matches pods.
package enum NP405ClusterSelectorForExternalTraffic: Rule {
  package static let info = RuleInfo(
    id: "NP405", name: "cluster-selector-for-external-traffic", severity: .error,
    summary: "A selector of pods or namespaces for traffic with the outside of the cluster.",
    rationale: """
      Selectors match pods, never addresses outside of the cluster: `namespaceSelector: {}` means every pod of the \
      cluster. The external traffic that the rule is for stays blocked, and every pod of the cluster is let in, or may \
      be called, instead.
      """,
    remedy: "use an ipBlock: `cidr: 0.0.0.0/0` with `except` of the private ranges and 169.254.0.0/16",
    citations: ["164.312(a)(1)"], yieldsTo: ["NP410"], followsFrom: ["NP201"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          # HTTPS to external APIs
          - to:
              - namespaceSelector: {} # expect: NP405
            ports: [{port: 443}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          # HTTPS to external APIs
          - to:
              - ipBlock:
                  cidr: 0.0.0.0/0
                  except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16]
            ports: [{port: 443}]
      """))

  /// Ports that are mostly called on hosts outside of the cluster: HTTP, HTTPS, mail submission.
  private static let externalPorts: [UInt16] = [80, 443, 465, 587]

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let served = servedPorts(analysis.world)
    analysis.forEachRule(.egress) { policy, rule in
      guard let peer = rule.peers.items.first, let reason = egressReason(rule, policy, served, analysis) else { return }
      sink.report(
        "\(reason), but this selector matches pods of the cluster only", at: .peer(peer, in: rule, of: policy),
        .why("no selector matches an address outside of the cluster: that traffic is blocked"),
        .accountsFor(isForOutside(rule) ? [.rule(rule, of: policy), .width(rule, of: policy)] : []))
    }
    analysis.forEachRule(.ingress) { policy, rule in
      guard let peer = rule.peers.items.first, let reason = ingressReason(rule, policy, analysis) else { return }
      sink.report(
        "\(reason), but this selector matches pods of the cluster only", at: .peer(peer, in: rule, of: policy),
        .why("no selector matches an address outside of the cluster: that traffic is blocked"),
        .remedy("allow the load balancer's or the clients' addresses by an ipBlock, or select the ingress controller"),
        .accountsFor([.rule(rule, of: policy), .width(rule, of: policy), .lostOutside(of: policy)]))
    }
  }

  // MARK: Egress

  /// Whether a rule has no other ports than those of hosts outside.
  private static func isForOutside(_ rule: PolicyRule) -> Bool {
    !rule.ports.items.isEmpty && rule.ports.items.allSatisfy { $0.singleNumber.map(externalPorts.contains) ?? false }
  }

  private static func egressReason(
    _ rule: PolicyRule, _ policy: NetworkPolicy, _ served: PortSet?, _ analysis: Analysis
  ) -> String? {
    guard case .list(let peers, _) = rule.peers, !peers.isEmpty,
      peers.allSatisfy(isBroad)
    else { return nil }
    let numbers = rule.ports.items.compactMap { $0.transport == .tcp ? $0.singleNumber : nil }
    guard let port = externalPorts.first(where: numbers.contains) else { return nil }
    if mentionsOutside(rule, policy, analysis) { return "this is said to be for traffic out of the cluster" }
    // Where nothing that was read serves any of the ports, hosts outside must be meant.
    if let served, analysis.world.isDescribed(policy.meta.namespace),
      !numbers.contains(where: { served.contains($0, .tcp) })
    {
      return "no workload that was read serves port \(port), so hosts outside of the cluster must be meant"
    }
    return nil
  }

  /// Every port that a container declares or a Service leads to; `nil` when no workload was read.
  private static func servedPorts(_ world: World) -> PortSet? {
    guard !world.workloads.isEmpty else { return nil }
    var ports: Set<UInt16> = []
    for workload in world.workloads {
      for port in workload.ports where port.transport == .tcp { ports.insert(port.number) }
    }
    for service in world.services {
      for port in service.ports {
        ports.insert(port.number)
        if case .number(let number) = port.target { ports.insert(number) }
      }
    }
    var set = PortSet()
    set.tcp = IntervalSet(ports.map { $0...$0 })
    return set
  }

  // MARK: Ingress

  /// Why an ingress rule of selectors alone is meant for traffic from outside, `nil` when nothing says so.
  private static func ingressReason(_ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis) -> String? {
    guard case .list(let peers, _) = rule.peers, !peers.isEmpty, peers.allSatisfy({ $0.ipBlock == nil }) else {
      return nil
    }
    let isBroad = peers.allSatisfy(isBroad)
    let isSaid = mentionsOutside(rule, policy, analysis)
    // What names somebody may be for somebody inside, unless it is said to be for what a load balancer sends here.
    guard isBroad || isSaid else { return nil }
    if isBroad, isSaid { return "this is said to be for traffic from outside of the cluster" }
    // A rule of a policy for all pods says little of one of them, unless it opens the load balancer's port to everybody.
    if policy.podSelector.isEmpty, isBroad, rule.allowsAllPorts || !peers.allSatisfy(\.isEveryPod) { return nil }
    guard let (service, ports) = balancedService(for: policy, analysis.resolvedPorts(of: rule, in: policy), analysis)
    else { return nil }
    return isSaid
      ? "this is said to be for traffic from outside of the cluster, and Service \(service.meta.name.value) brings it"
      : "Service \(service.meta.name.value) brings traffic from outside of the cluster to \(ports.text)"
  }

  /// Every pod of the cluster, or of the policy's namespace.
  private static func isBroad(_ peer: Peer) -> Bool {
    peer.isEveryPod || (peer.namespaceSelector == nil && peer.podSelector?.isEmpty == true)
  }

  /// A Service in front of the policy's pods that a load balancer sends to, with those of some ports that it leads to,
  /// where no policy of those pods lets addresses in on them.
  private static func balancedService(
    for policy: NetworkPolicy, _ ports: PortSet, _ analysis: Analysis
  ) -> (service: Service, ports: PortSet)? {
    let pods = analysis.selection.pods(of: policy)
    for id in analysis.selection.certain(pods, among: analysis.published.workloads).sorted()
    where !analysis.world[id].hostNetwork {
      let workload = analysis.world[id]
      for service in analysis.services.services(of: id) where analysis.services.isBalanced(service) {
        let service = analysis.world[service]
        let targets = PortSet(
          service.ports.compactMap { port in
            analysis.services.target(of: port, on: workload).map { ($0...$0, port.transport) }
          })
        let led = targets.intersection(ports)
        if !led.isEmpty, !isOpenToAddresses(id, led, analysis) { return (service, led) }
      }
    }
    return nil
  }

  private static func isOpenToAddresses(_ workload: WorkloadID, _ ports: PortSet, _ analysis: Analysis) -> Bool {
    analysis.selection.policies(isolating: workload, .ingress).contains { id in
      let policy = analysis.world[id]
      return policy.effectiveRules(.ingress).contains { rule in
        (rule.allowsAllPeers || rule.peers.items.contains { $0.ipBlock != nil })
          && !analysis.resolvedPorts(of: rule, in: policy).intersection(ports).isEmpty
      }
    }
  }

  /// Whether a comment on the rule, or the policy's name, says that the outside is meant.
  private static func mentionsOutside(_ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    let labels = analysis.facts.labels
    let words = rule.type == .egress ? labels.externalEgressWords : labels.externalIngressWords
    return analysis.comments(on: rule, of: policy).contains {
      Words.mention(words, in: $0.text) && !Words.mention(labels.internalWords, in: $0.text)
        && !Words.speakOfAPIServer($0.text) && !deniesOutside($0.text, labels)
    } || saysOutside(policy.meta.name.value, labels)
  }

  private static func saysOutside(_ name: String, _ labels: LabelFacts) -> Bool {
    Words.mention(labels.externalNameWords, in: name) && !deniesOutside(name, labels)
  }

  /// Whether a text says that nothing of the outside is meant: `deny-external`, `no internet`.
  private static func deniesOutside(_ text: String, _ labels: LabelFacts) -> Bool {
    Words.mention(labels.denyWords.union(labels.negations), in: text)
      && !Words.mention(labels.exceptionWords, in: text)
  }
}
