internal import Config
package import Diagnostics
internal import Model
internal import Traffic

/// A policy that does not say which namespace it is for.
package enum NP008MissingNamespace: Rule {
  package static let info = RuleInfo(
    id: "NP008", name: "missing-namespace", severity: .note,
    summary: "A policy without metadata.namespace.",
    rationale: """
      It ends up in whatever namespace the caller's context names, and selects the pods there. It is looked at as one \
      of namespace `default`, or of the one that `-n` gives.
      """,
    remedy: "write `metadata.namespace`, or set it in a kustomization",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web # expect: NP008
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
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
        policyTypes: [Ingress]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    // A base without a namespace gets one from whatever uses it.
    for policy in analysis.world.policies
    where !policy.meta.isPlaced && policy.meta.namespace == analysis.configuration.defaultNamespace {
      sink.report(
        "no namespace is written: the policy goes wherever it is applied",
        at: .field("metadata.namespace", of: policy.meta, at: policy.nameSpan))
    }
  }
}
