package import Diagnostics
internal import Engine
internal import Model

/// A rule of a NetworkPolicy that has nothing to say.
package enum NP514OverriddenByAdminTier: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP514", name: "overridden-by-admin-tier", severity: .warning,
    summary: "A NetworkPolicy rule that changes nothing: the admin tier decides all that it allows.",
    rationale: """
      AdminNetworkPolicies and ClusterNetworkPolicies of the Admin tier are asked before any NetworkPolicy. What they deny \
      no NetworkPolicy can allow, and what they let through none can close. A rule for such traffic says something that \
      does not hold.
      """,
    remedy: "delete the rule, or have the policy of the admin tier pass this traffic on",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: policy.networking.k8s.io/v1alpha2
      kind: ClusterNetworkPolicy
      metadata: {name: wall}
      spec:
        tier: Admin
        priority: 10
        subject: {namespaces: {}}
        ingress:
          - name: nothing from labs
            action: Deny
            from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: labs}}}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from: # expect: NP514
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: labs}}
                podSelector: {matchLabels: {app: probe}}
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: policy.networking.k8s.io/v1alpha2
      kind: ClusterNetworkPolicy
      metadata: {name: wall}
      spec:
        tier: Admin
        priority: 10
        subject: {namespaces: {}}
        ingress:
          - name: the probe may be let in
            action: Pass
            from: [{pods: {podSelector: {matchLabels: {app: probe}}}}]
          - name: nothing else from labs
            action: Deny
            from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: labs}}}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: labs}}
                podSelector: {matchLabels: {app: probe}}
            ports: [{port: 8080}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for override in analysis.reach.overrides {
      let policy = analysis.world[override.policy]
      let rule = policy.rules(override.direction).items[override.rule]
      let actions = Set(override.deciding.map(\.action))
      let first = override.deciding[0]
      let title = analysis.world[first.policy].title
      let others = Set(override.deciding.map(\.policy)).count > 1 ? " and others" : ""
      let message =
        if actions == [.deny] {
          "this rule never takes effect: \(title)\(others) denies all that it allows"
        } else if actions == [.allow] {
          "this rule changes nothing: \(title)\(others) lets all of it through"
        } else {
          "this rule changes nothing: the admin tier decides all that it allows"
        }
      sink.report(
        message, at: .rule(rule, of: policy),
        .why("the admin tier is asked first, and no NetworkPolicy is asked about what it decides"),
        .related(analysis.places(of: override.deciding)),
        .accountsFor(actions == [.deny] ? denied(rule, policy, analysis) : []))
    }
  }

  private static func denied(_ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis) -> [Subject] {
    let ports: [UInt16?] =
      rule.allowsAllPorts ? [nil] : analysis.resolvedPorts(of: rule, in: policy).numbers(atMost: 8)
    return analysis.selection.pods(of: policy).certain.prefix(8).flatMap { id in
      ports.map { .denied(rule.type, of: analysis.world[id].meta, on: $0) }
    }
  }
}
