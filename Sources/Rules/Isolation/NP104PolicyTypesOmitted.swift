package import Diagnostics
internal import Model

/// A policy that leaves its types to the API server's default.
package enum NP104PolicyTypesOmitted: Rule {
  package static let info = RuleInfo(
    id: "NP104", name: "policy-types-omitted", severity: .error, lower: [.note],
    summary: "A policy without policyTypes, where the default may surprise.",
    rationale: """
      Without policyTypes a policy always isolates its pods for ingress, and for egress only if it has at least one \
      egress rule: `egress: []` then denies nothing, and a policy with egress rules alone cuts off all ingress.
      """,
    remedy: "write the policy types that are meant",
    fix: .sometimes(.safe, .unsafe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web # expect: NP104
      spec:
        podSelector: {matchLabels: {app: web}}
        egress:
          - to: [{podSelector: {matchLabels: {app: db}}}]
            ports: [{port: 5432}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to: [{podSelector: {matchLabels: {app: db}}}]
            ports: [{port: 5432}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for policy in analysis.world.policies where policy.isSound && policy.policyTypes.items.isEmpty {
      let hasEgressRules = !policy.egress.items.isEmpty
      if case .list(let rules, let span) = policy.egress, rules.isEmpty {
        let types: [PolicyType] = [.ingress, .egress]
        sink.report(
          "`egress: []` without policyTypes denies no egress", at: .name(of: policy.meta),
          .why("without policyTypes only an egress rule makes the policy one for egress, and there is none"),
          .remedy("add `policyTypes: [Ingress, Egress]`, or [Egress] alone if ingress is not meant"),
          .related(span, "this denies nothing"), .fix(fix(.unsafe, types, policy, analysis)))
      } else if hasEgressRules, !policy.ingress.isList {
        sink.report(
          "egress rules without policyTypes: the policy silently denies all ingress to its pods",
          at: .name(of: policy.meta),
          .why("without policyTypes every policy isolates its pods for ingress, and no rule here allows any"),
          .remedy("add `policyTypes: [Egress]`, or [Ingress, Egress] with `ingress: []` if that is meant"),
          .related(policy.egress.span, "only egress is spoken of"), .fix(fix(.unsafe, [.egress], policy, analysis)))
      } else if !policy.ingress.items.isEmpty, !hasEgressRules {
        sink.report(
          "no policyTypes: the policy isolates its pods for ingress only", at: .name(of: policy.meta),
          .severity(.note), .why("that is the default, but a reader has to know it"),
          .remedy("add `policyTypes: [Ingress]`"), .fix(fix(.safe, [.ingress], policy, analysis)))
      }
    }
  }

  /// Writes the types behind the podSelector, or where the spec begins.
  private static func fix(
    _ safety: Fix.Safety, _ types: [PolicyType], _ policy: NetworkPolicy, _ analysis: Analysis
  ) -> Fix? {
    guard policy.policyTypes.isAbsent else { return nil }
    let selector = policy.podSelector
    let isWritten = selector.span != selector.keySpan
    let text = WrittenText(analysis.sources, at: selector.keySpan)
    let list = TextNode.list(types.map { .text($0.rawValue) })
    let edit =
      isWritten
      ? text.inserting("policyTypes", list, afterKey: selector.keySpan, value: selector.span)
      : text.inserting("policyTypes", list, beforeKey: policy.specSpan)
    return edit.map { Fix(safety, "add `policyTypes: \(list.flow(quoted: false))`", edits: [$0]) }
  }
}
