package import Diagnostics
internal import Engine
internal import Model

/// Two policies of one tier of which nobody knows which comes first.
package enum NP515AmbiguousPriority: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP515", name: "ambiguous-priority", severity: .error,
    summary: "Two policies of one tier with equal priority that do not agree on a connection.",
    rationale: """
      Within a tier the policy with the lower priority comes first. Where two have the same one, an implementation may \
      apply either, and another one tomorrow. A BaselineAdminNetworkPolicy has no priority: nothing says where it stands \
      beside ClusterNetworkPolicies of the Baseline tier.
      """,
    remedy: "give one of them another priority",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: monitoring}
      spec:
        priority: 20
        subject: {namespaces: {}}
        ingress:
          - action: Allow
            from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
      ---
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: tenants}
      spec:
        priority: 20 # expect: NP515
        subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
        ingress:
          - action: Deny
            from: [{namespaces: {}}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """),
    good: Example(
      """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: monitoring}
      spec:
        priority: 10
        subject: {namespaces: {}}
        ingress:
          - action: Allow
            from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
      ---
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: tenants}
      spec:
        priority: 20
        subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
        ingress:
          - action: Deny
            from: [{namespaces: {}}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for ambiguity in analysis.reach.ambiguities where ambiguity.isCertain {
      // The same one of the two whatever order they are written in.
      let isInOrder = name(ambiguity.first, analysis) <= name(ambiguity.second, analysis)
      let first = isInOrder ? ambiguity.first : ambiguity.second
      let second = isInOrder ? ambiguity.second : ambiguity.first
      report(first, second, analysis, &sink)
    }
  }

  private static func name(_ rule: ClusterRuleReference, _ analysis: Analysis) -> String {
    let policy = analysis.world[rule.policy]
    return "\(policy.meta.name.value) \(policy.kind.rawValue)"
  }

  private static func report(
    _ first: ClusterRuleReference, _ second: ClusterRuleReference, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let (other, policy) = (analysis.world[first.policy], analysis.world[second.policy])
    let tier = (policy.tier ?? .admin).rawValue
    let hasPriorities = policy.priority != nil && other.priority != nil
    let message =
      hasPriorities
      ? "\(other.title) has priority \(policy.priority?.value ?? 0) in the \(tier) tier too, and does not agree"
      : "nothing says whether this or \(other.title) comes first in the \(tier) tier, and they do not agree"
    sink.report(
      message, at: .priority(of: policy),
      .why("an implementation may apply either of the two to a connection that both match"),
      .remedy(hasPriorities ? nil : "say all of the \(tier) tier with ClusterNetworkPolicies, which have priorities"),
      .related(analysis.places(of: [first, second])), .key(other.title))
  }
}
