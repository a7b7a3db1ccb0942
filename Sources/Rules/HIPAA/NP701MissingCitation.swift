package import Diagnostics
internal import Facts
internal import Model

/// A policy about ePHI that names no paragraph.
package enum NP701MissingCitation: Rule {
  package static let info = RuleInfo(
    id: "NP701", name: "missing-citation", severity: .warning,
    summary: "A policy that touches an ePHI workload and cites no paragraph of the Security Rule.",
    rationale: """
      Whoever has to show what a policy is evidence for looks for the paragraph beside it. A policy touches an ePHI \
      workload when it applies to it or names it as a peer. The config says which workloads hold ePHI (`data: ephi`, or \
      `hipaa.zoneLabel`); where it says nothing, data stores count.
      """,
    remedy: """
      name in a comment or an annotation the paragraph that the policy is evidence for, such as `§164.312(a)(1) - Access \
      control`
      """,
    citations: ["164.316(b)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db # expect: NP701
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: postgres}}
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations: {example.com/evidence: "§164.312(a)(1) - Access control"}
      spec:
        podSelector: {matchLabels: {app: postgres}}
        policyTypes: [Ingress]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var workloads = EPHIWorkloads(analysis)
    for (id, policy) in analysis.world.identifiedPolicies where policy.isSound {
      guard let name = workloads.touched(by: policy),
        !analysis.citingTexts(about: id).contains(where: { !WrittenCitation.find(in: $0.text).isEmpty })
      else { continue }
      let relation = workloads.isConfigured ? "holds ePHI or works on it" : "may hold ePHI"
      sink.report(
        "this policy is about \(name), which \(relation), and cites no paragraph", at: .name(of: policy.meta),
        .why(
          workloads.isConfigured
            ? nil : "the config does not say which workloads hold ePHI, so that every data store counts"))
    }
  }
}
