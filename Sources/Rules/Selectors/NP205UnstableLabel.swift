package import Diagnostics
internal import Facts
internal import Model

/// A selector on a label that changes by itself.
package enum NP205UnstableLabel: Rule {
  package static let info = RuleInfo(
    id: "NP205", name: "unstable-label", severity: .warning,
    summary: "A selector on a label that changes with each rollout or release.",
    rationale: """
      Controllers and charts write labels such as pod-template-hash and helm.sh/chart anew with each version. A policy \
      that selects by one of them stops to match with the next rollout, without a word.
      """,
    remedy: "select by labels that stay, such as app.kubernetes.io/name",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: web
            pod-template-hash: 7d4b9c # expect: NP205
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: web
        policyTypes: [Ingress]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for policy in analysis.askedPolicies where policy.isSound {
      check(policy.podSelector, at: .podSelector(of: policy), analysis, &sink)
    }
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          if let selector = peer.podSelector {
            check(selector, at: .podSelector(of: peer, in: rule, of: policy), analysis, &sink)
          }
        }
      }
    }
  }

  private static func check(
    _ selector: LabelSelector, at place: @autoclosure () -> Place, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    // A label that only has to exist stays.
    for term in selector.terms where term.operator == .in && analysis.facts.labels.unstableLabels.contains(term.key) {
      let place = place().term(term)
      sink.report(
        "`\(term.key)` changes with each rollout or release", at: place,
        .key(term.key), .accountsFor(place.subjects))
    }
  }
}
