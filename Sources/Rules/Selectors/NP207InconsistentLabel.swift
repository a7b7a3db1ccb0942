package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// One component that policies select in two ways, of which at most one can be right.
package enum NP207InconsistentLabel: Rule {
  package static let info = RuleInfo(
    id: "NP207", name: "inconsistent-label", severity: .warning,
    summary: "Policies that select what seems to be one component by different labels, with no workload to settle it.",
    rationale: """
      A component's pods have one set of labels. If one policy selects them by `app` and another one by \
      `app.kubernetes.io/name`, or by `redis` and by `redis-cache`, one of them may select nothing. Where the \
      workloads were read, their labels decide.
      """,
    remedy: "select the component everywhere by the labels of its pods, or add its manifests to the input",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: redis
        policyTypes: [Ingress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - podSelector:
                  matchLabels:
                    app.kubernetes.io/name: redis # expect: NP207
            ports: [{port: 6379}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: redis
        policyTypes: [Ingress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - podSelector:
                  matchLabels:
                    app: redis
                    role: primary
            ports: [{port: 6379}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let names = ComponentNames(analysis)
    for use in names.uses() {
      guard let other = names.contradiction(of: use) else { continue }
      sink.report(
        "`\(use.key): \(use.value)` here, and `\(other.key): \(other.value)` in "
          + "\(other.meta.kind) \(other.meta.name.value): is that one component?",
        at: use.place, .related(other.term.span, "the other way to select it"), .key("\(use.key)=\(use.value)"))
    }
  }
}
