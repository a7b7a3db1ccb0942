package import Diagnostics
internal import Model

/// A namespace that may send anywhere unless a policy says otherwise.
package enum NP102NoDefaultDenyEgress: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP102", name: "no-default-deny-egress", severity: .error, lower: [.warning, .note],
    summary: "A namespace without a policy that denies egress by default.",
    rationale: """
      A pod that no policy selects for egress may send anywhere, whatever the other policies say. A default deny closes the \
      namespace first, so that only what is allowed on purpose remains.
      """,
    remedy: "add a policy that selects all pods of the namespace with policy type Egress",
    citations: ["164.312(a)(1)"],
    fix: .sometimes(.unsafe), followsFrom: ["NP208"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
        namespace: shop # expect: NP102
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: debug, namespace: shop, labels: {run: debug}}
      spec: {containers: [{name: shell, image: busybox}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: default-deny
        namespace: shop
      spec:
        podSelector: {}
        policyTypes: [Egress]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: debug, namespace: shop, labels: {run: debug}}
      spec: {containers: [{name: shell, image: busybox}]}
      """))

  package static let missesUnreadObjects = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    DefaultDeny.check(.egress, analysis, &sink)
  }
}
