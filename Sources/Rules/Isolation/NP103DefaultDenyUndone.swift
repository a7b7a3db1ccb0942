package import Diagnostics
internal import Engine
internal import Model

/// A policy that allows everything to all pods, beside a default deny.
package enum NP103DefaultDenyUndone: Rule {
  package static let policyScope = PolicyScope.namespace
  package static let info = RuleInfo(
    id: "NP103", name: "default-deny-undone", severity: .error, lower: [.warning],
    summary: "A policy that selects all pods and allows everything in a direction that another one denies by default.",
    rationale: """
      Policies only add permissions: what one of them allows no other one takes back. A policy for all pods that allows \
      everything makes the namespace's default deny of that direction as good as not written.
      """,
    remedy: "delete the rule, or name the peers and ports that are meant",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: allow-all # expect: NP103
        namespace: shop
      spec:
        podSelector: {}
        policyTypes: [Ingress]
        ingress:
          - {}
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
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: allow-all-egress-of-web
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - {}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for group in analysis.namespaceGroups
    where group.policies.count > 1 && sink.isAsked(analysis.world[group.policies[0]].meta.reference) {
      for type in PolicyType.allCases {
        let policies = group.policies.map { analysis.world[$0] }.filter(\.isSound)
        guard let denying = policies.first(where: { DefaultDeny.isDefaultDeny($0, type) }) else { continue }
        for policy in policies {
          guard let rule = policy.effectiveRules(type).first(where: { $0.allowsAllPeers && $0.allowsAllPorts }),
            policy.podSelector.isEmpty || selectsAll(group, policy, analysis)
          else { continue }
          let isForAll = policy.podSelector.isEmpty
          let pods = isForAll ? "all pods" : "all \(group.workloads.count) workloads that were read"
          sink.report(
            "this policy allows all \(type.field) of \(pods), and so undoes \(denying.meta.name.value)",
            at: .name(of: policy.meta), .severity(isForAll ? nil : .warning),
            .why(isForAll ? nil : "each workload of the namespace has the labels that it selects"),
            .related(rule.firstKeySpan, "this rule allows everything"), .related(denying.nameSpan, "the default deny"),
            .key(type.field), .accountsFor([.rule(rule, of: policy)]))
        }
      }
    }
  }

  /// Whether a policy selects every workload of a namespace by labels that they all have, and there are several.
  private static func selectsAll(_ group: NamespaceGroup, _ policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    group.workloads.count >= fewestWorkloads
      && Set(group.workloads).isSubset(of: analysis.selection.pods(of: policy).certain)
  }

  /// Labels that fewer workloads have in common are hardly those of the whole namespace.
  private static let fewestWorkloads = 3
}
