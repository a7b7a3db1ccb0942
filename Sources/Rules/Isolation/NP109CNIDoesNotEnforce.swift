internal import Config
package import Diagnostics
internal import Facts
internal import Model

/// Policies for a network plugin that does not enforce them, or not what they use.
package enum NP109CNIDoesNotEnforce: Rule {
  package static let info = RuleInfo(
    id: "NP109", name: "cni-does-not-enforce", severity: .error, lower: [.warning],
    summary: "A network plugin that enforces no NetworkPolicy, or not a feature that is used here.",
    rationale: """
      The API server accepts policies whether or not anything enforces them. Flannel alone enforces none: every \
      connection is open as before. Some plugins leave out a part, and say nothing about it either.
      """,
    remedy: "use a network plugin that enforces policies, or add one that does (Canal, kube-network-policies)",
    citations: ["164.312(a)(1)", "164.312(e)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata:
        name: kube-flannel-ds # expect: NP109
        namespace: kube-flannel
      spec:
        selector: {matchLabels: {app: flannel}}
        template:
          metadata: {labels: {app: flannel}}
          spec:
            hostNetwork: true
            containers: [{name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.27.4"}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: canal, namespace: kube-system}
      spec:
        selector: {matchLabels: {k8s-app: canal}}
        template:
          metadata: {labels: {k8s-app: canal}}
          spec:
            hostNetwork: true
            containers:
              - {name: calico-node, image: "docker.io/calico/node:v3.31.0"}
              - {name: kube-flannel, image: "docker.io/flannel/flannel:v0.27.4"}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard !analysis.world.policies.isEmpty else { return }
    let enforcing = analysis.plugins.filter { $0.enforcement != .no }
    if let name = analysis.configuration.cluster.cni {
      guard let plugin = analysis.facts.networkPlugins.plugin(named: name) else {
        sink.undecided(namespace: nil, "nothing is known of the network plugin \(name)")
        return
      }
      check(configured: plugin, enforcing, analysis, &sink)
    } else if enforcing.isEmpty {
      checkShown(analysis, &sink)
    } else if enforcing.count == 1 {
      PluginFeatures.check(enforcing[0], analysis, &sink)
    }
  }

  private static func check(
    configured plugin: NetworkPlugin, _ enforcing: [NetworkPlugin], _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    switch plugin.enforcement {
    case .yes: break
    case .optional:
      sink.undecided(namespace: nil, "\(plugin.title) enforces NetworkPolicies only where that is switched on")
    case .no:
      // What else the manifests show does it in its place.
      guard enforcing.isEmpty, let policy = analysis.world.policies.first else { return }
      let others = analysis.world.policies.count - 1
      sink.report(
        "the cluster's network plugin is \(plugin.title), which enforces no NetworkPolicy: this one\(more(others)) has no effect",
        at: .name(of: policy.meta), .why("the config says `cni: \(plugin.id)`"))
      return
    }
    PluginFeatures.check(plugin, analysis, &sink)
  }

  private static func more(_ count: Int) -> String {
    count == 0 ? "" : count == 1 ? ", like the other one," : ", like the \(count) others,"
  }

  /// Reports a plugin that the world's manifests install, and that enforces nothing.
  private static func checkShown(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard !analysis.plugins.isEmpty, let policy = analysis.world.policies.first else { return }
    for workload in analysis.world.workloads where workload.meta.kind == "DaemonSet" {
      guard let plugin = analysis.facts.networkPlugins.plugins(of: workload).first else { continue }
      sink.report(
        "\(plugin.title) enforces no NetworkPolicy, and nothing in the input does it in its place",
        at: .name(of: workload.meta), .related(policy.nameSpan, "this policy has no effect then"))
      return
    }
  }
}
