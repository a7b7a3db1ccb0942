package import Diagnostics
internal import Model
internal import Traffic

/// A policy that a build puts into another namespace than the one that it names.
package enum NP211PolicyMoved: Rule {
  package static let info = RuleInfo(
    id: "NP211", name: "policy-moved", severity: .warning,
    summary: "A build puts a policy into another namespace than the one that is written in it.",
    rationale: """
      `namespace` in a kustomization and Flux' `targetNamespace` overwrite the namespace of every object. A policy that \
      names another one was written to guard pods there: built so, it guards the pods of the build's own namespace, and \
      those that it was written for are open.
      """,
    remedy: "delete the namespace from the policy where the build's is meant, or move the policy to a build of its own",
    bad: Example(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      namespace: shop
      resources: [manifest.yaml]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: deny
        namespace: monitoring # expect: NP211
      spec: {podSelector: {}, policyTypes: [Ingress]}
      """),
    good: Example(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      namespace: shop
      resources: [manifest.yaml]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: deny
      spec: {podSelector: {}, policyTypes: [Ingress]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for policy in analysis.world.policies {
      guard let written = policy.meta.declaredNamespace, let change = policy.meta.namespaceChange,
        written.value != policy.meta.namespace
      else { continue }
      // Where workloads move from the same namespace to the same one, the policy goes with what it guards.
      let goesWithPods = analysis.world.workloads(in: policy.meta.namespace)
        .contains { $0.meta.declaredNamespace?.value == written.value }
      if goesWithPods { continue }
      sink.report(
        "the build moves this policy from namespace \(written.value) to \(policy.meta.namespace)",
        at: .field("metadata.namespace", of: policy.meta, at: written.span),
        .related(change, "the namespace becomes \(policy.meta.namespace) here"))
    }
  }
}
