package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A rule that lets named pods through while their own side does not.
package enum NP501HalfOpenFlow: Rule {
  package static let asksReach = true
  package static let policyScope = PolicyScope.neighbours
  package static let info = RuleInfo(
    id: "NP501", name: "half-open-flow", severity: .error, lower: [.warning, .note],
    summary: "One side of a connection allows it, and the isolation of the other side blocks it.",
    rationale: """
      A connection needs both sides: the egress of its source and the ingress of its destination. A rule for one side \
      alone lets nothing through when the pods at the other end are isolated and nothing allows the way there.
      """,
    remedy: "add the matching rule at the other end, or delete this one if the connection is not meant",
    fix: .sometimes(.unsafe), followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP514"],
    bad: Example(
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
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}] # expect: NP501
            ports: [{port: 5432}]
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
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 5432}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Egress]
        egress:
          - to: [{podSelector: {matchLabels: {app: db}}}]
            ports: [{port: 5432}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var finder = HalfOpenFinder(analysis)
    var found = HalfOpenFlows()
    let policies = HalfOpenPartners.all(analysis, &finder, &sink)
    for type in PolicyType.allCases {
      for policy in policies { found.append(finder.flows(of: policy, type, &sink)) }
    }
    found.joinTwoSided(analysis)
    var report = HalfOpenReport(analysis)
    for flow in found.all where !flow.otherEnds.isEmpty {
      sink.entangle(([flow] + flow.otherEnds).map(\.policy.meta.reference))
    }
    for flow in found.all where sink.isAsked(flow.policy.meta.reference) { report.add(flow, &sink) }
  }
}
