package import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// Ingress from every address.
package enum NP401IngressFromAnywhere: Rule {
  package static let info = RuleInfo(
    id: "NP401", name: "ingress-from-anywhere", severity: .error, lower: [.warning],
    summary: "Ingress from everyone: no `from`, or CIDRs that hold most of the internet.",
    rationale: """
      A rule without peers lets everyone in, from inside and from outside of the cluster; so do CIDRs that together \
      hold half of the public addresses. It is meant so only for what is published on purpose, and then the port \
      should be named: that is a warning, and so is a rule that names its ports. The rule keeps still where the ports are just those that are published, and \
      for DNS servers; it does not decide about webhooks, whose callers nobody knows by address.
      """,
    remedy: "name who may connect, by selectors or by the CIDRs of the callers",
    citations: ["164.312(a)(1)"], yieldsTo: ["NP409", "NP303"], followsFrom: ["NP201", "NP103"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - ports: [{port: 5432}] # expect: NP401
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports: [{port: 5432}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.ingress) { policy, rule in
      guard rule.reachesAnywhere, !(rule.isForDNS && analysis.isForDNSServers(policy)) else { return }
      let published = analysis.publishedPorts(of: policy)
      if !rule.allowsAllPorts {
        if let published, analysis.resolvedPorts(of: rule, in: policy).isSubset(of: published) { return }
        if let reason = undecidable(rule, policy, analysis) {
          sink.undecided(namespace: policy.meta.namespace, reason)
          return
        }
      }
      report(rule, policy, published, analysis, &sink)
    }
  }

  private static func report(
    _ rule: PolicyRule, _ policy: NetworkPolicy, _ published: PortSet?, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard rule.allowsAllPorts, published != nil || analysis.isUnreadIngressController(policy) else {
      let source = rule.allowsAllPeers ? "the rule names no peer" : "its CIDRs hold most of the internet"
      sink.report(
        "ingress from everyone: \(source)", at: .rule(rule, of: policy),
        .severity(rule.allowsAllPorts ? nil : .warning), .accountsFor([.width(rule, of: policy)]))
      return
    }
    sink.report(
      "every port of these pods is open to everyone"
        + (published.map { ", though only \($0.text) is published" } ?? ""),
      at: .rule(rule, of: policy),
      .severity(.warning), .remedy("name the port that is published" + (published.map { ": \($0.text)" } ?? "")),
      .accountsFor([.width(rule, of: policy)]))
  }

  /// What would have to be known to tell whether the ports that a rule names are meant for everyone.
  private static func undecidable(_ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis) -> String? {
    if analysis.isUnreadIngressController(policy) { return "the ingress controller was not read" }
    let words = analysis.facts.labels.webhookWords
    let isWebhook =
      analysis.comments(on: rule, of: policy).contains { Words.mention(words, in: $0.text) }
      || Words.mention(words, in: policy.meta.name.value)
    return isWebhook ? "policy \(policy.meta.name.value) is said to be for a webhook" : nil
  }
}
