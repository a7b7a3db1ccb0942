package import Diagnostics
internal import Model

/// Rules of a direction that the policy's types do not list.
package enum NP105RulesWithoutPolicyType: Rule {
  package static let info = RuleInfo(
    id: "NP105", name: "rules-without-policy-type", severity: .error,
    summary: "Rules of a direction that policyTypes does not list: they do nothing.",
    rationale: """
      Only the directions in policyTypes count. Rules of another direction are accepted and ignored: they neither \
      allow nor isolate anything.
      """,
    remedy: "add the direction to policyTypes, or delete the rules",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress: []
        egress:
          - to: [{podSelector: {matchLabels: {app: db}}}] # expect: NP105
            ports: [{port: 5432}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress, Egress]
        ingress: []
        egress:
          - to: [{podSelector: {matchLabels: {app: db}}}]
            ports: [{port: 5432}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for policy in analysis.world.policies where policy.isSound && !policy.policyTypes.items.isEmpty {
      for type in PolicyType.allCases where !policy.isolates(type) {
        guard let first = policy.rules(type).items.first else { continue }
        sink.report(
          "policyTypes lacks \(type.rawValue), so the \(type.field) rules do nothing",
          at: .field("spec.\(type.field)", of: policy.meta, at: first.firstKeySpan),
          .related(policy.policyTypes.span, "\(type.rawValue) is not among these"),
          .accountsFor(analysis.lostTraffic(type, of: policy) + [.cutOff(type, by: policy)]))
      }
    }
  }
}
