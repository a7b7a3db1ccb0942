package import Diagnostics
internal import Engine
internal import Model

/// A policy all of whose pods use the node's network.
package enum NP108HostNetworkNotCovered: Rule {
  package static let info = RuleInfo(
    id: "NP108", name: "host-network-not-covered", severity: .warning,
    summary: "A policy for some pods, all of which use the network of their node.",
    rationale: """
      Policies apply to pods that have an address of their own. A pod with `hostNetwork: true` shares the node's: what \
      reaches the node reaches the pod, and the policy changes nothing about it.
      """,
    remedy: "take the pods off the host's network, or guard their ports on the nodes and delete the policy",
    citations: ["164.312(a)(1)"], voidsObject: true,
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: agent # expect: NP108
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: agent}}
        policyTypes: [Ingress]
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: agent, namespace: shop}
      spec:
        selector: {matchLabels: {app: agent}}
        template:
          metadata: {labels: {app: agent}}
          spec: {hostNetwork: true, containers: [{name: agent, image: agent}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: agent
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: agent}}
        policyTypes: [Ingress]
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: agent, namespace: shop}
      spec:
        selector: {matchLabels: {app: agent}}
        template:
          metadata: {labels: {app: agent}}
          spec: {containers: [{name: agent, image: agent}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let world = analysis.world
    for policy in world.policies where policy.isSound && !policy.podSelector.isEmpty {
      let pods = analysis.selection.pods(of: policy)
      guard !pods.hasNoCertain, !pods.inAnyOrder.contains(where: { !world[$0].hostNetwork }),
        pods.possible.allSatisfy({ world[$0].hostNetwork })
      else { continue }
      let certain = pods.certain
      let meta = world[certain[0]].meta
      let others = certain.count == 1 ? "" : " and \(certain.count - 1) more, all on the node's network,"
      let place = Place.name(of: policy.meta)
      sink.report(
        others.isEmpty
          ? "this policy has no effect: it selects \(meta.kind) \(meta.name.value) alone, which uses the node's network"
          : "this policy has no effect: it selects \(meta.kind) \(meta.name.value)\(others) and nothing else",
        at: place,
        .related(certain.prefix(3).map { RelatedPlace(world[$0].meta.name.span, "hostNetwork is true here") }),
        .accountsFor([.whole(policy)] + place.subjects))
    }
  }
}
