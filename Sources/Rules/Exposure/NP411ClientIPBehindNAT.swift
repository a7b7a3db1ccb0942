internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// An ingress ipBlock of clients whose addresses the pods never see.
package enum NP411ClientIPBehindNAT: Rule {
  package static let policyScope = PolicyScope.policy
  package static let info = RuleInfo(
    id: "NP411", name: "client-ip-behind-nat", severity: .warning,
    summary: "Ingress by the clients' addresses, behind a Service that replaces them by the nodes'.",
    rationale: """
      With `externalTrafficPolicy: Cluster`, the default, a NodePort or LoadBalancer Service may send a connection on \
      from another node, and then puts the node's address in the place of the client's. The ipBlock of the clients does \
      not match it.
      """,
    remedy: "set `externalTrafficPolicy: Local` on the Service, or filter there with `loadBalancerSourceRanges`",
    citations: ["164.312(a)(1)"], yieldsTo: ["NP414"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - ipBlock:
                  cidr: 8.8.4.0/24 # expect: NP411
            ports: [{port: 8443}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 443, targetPort: 8443}]}
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
          - from:
              - ipBlock:
                  cidr: 8.8.4.0/24
            ports: [{port: 8443}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        type: LoadBalancer
        externalTrafficPolicy: Local
        selector: {app: web}
        ports: [{port: 443, targetPort: 8443}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let nodes = analysis.configuration.cluster.nodeCIDRs
    analysis.forEachRule(.ingress) { policy, rule in
      guard !policy.podSelector.isEmpty, !rule.reachesAnywhere, rule.peers.items.contains(where: { $0.ipBlock != nil }),
        let service = rewritingService(rule, policy, analysis)
      else { return }
      for peer in rule.peers.items {
        // What is link-local comes from the node itself: probes of a mesh, say.
        guard let block = peer.ipBlock, let cidr = block.cidr, !block.addresses.isEmpty,
          !block.addresses.isSubset(of: Addresses.linkLocal)
        else { continue }
        // A block of the nodes' own addresses matches what comes in this way.
        if block.addresses.intersects(nodes ?? Addresses.private) {
          if nodes == nil {
            sink.undecided(namespace: policy.meta.namespace, "cluster.nodeCIDRs is not configured")
          }
          continue
        }
        sink.report(
          "connections through Service \(service.meta.name.value) do not come from \(cidr.text) any more",
          at: .cidr(cidr, of: peer, in: rule, of: policy),
          .why("with externalTrafficPolicy Cluster the node's address takes the place of the client's"),
          .related(service.meta.name.span, "this Service replaces the client's address"), .key(cidr.text))
      }
    }
  }

  /// A Service that leads from outside to the rule's ports and replaces the client's address; `nil` where none does, or
  /// another one keeps it.
  private static func rewritingService(
    _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis
  ) -> Service? {
    let allowed = analysis.resolvedPorts(of: rule, in: policy)
    var result: Service?
    let pods = analysis.selection.pods(of: policy)
    for id in analysis.selection.certain(pods, among: analysis.published.exposed).sorted() {
      let workload = analysis.world[id]
      if workload.hostNetwork { continue }
      // It keeps the client's address.
      if workload.ports.contains(where: { $0.isOnNode && allowed.contains($0.number, $0.transport) }) { return nil }
      for service in analysis.services.services(of: id).map({ analysis.world[$0] }) where service.isExposed {
        let leadsHere = service.ports.contains { port in
          analysis.services.target(of: port, on: workload).map { allowed.contains($0, port.transport) } ?? false
        }
        guard leadsHere else { continue }
        if service.externalTrafficPolicyIsLocal
          || service.meta.annotations.contains(where: analysis.facts.labels.makesLoadBalancerDirect)
        {
          return nil
        }
        result = result ?? service
      }
    }
    return result
  }
}
