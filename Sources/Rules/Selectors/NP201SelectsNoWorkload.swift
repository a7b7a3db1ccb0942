package import Diagnostics
internal import Engine
internal import Model

/// A policy whose selector matches none of the workloads of its namespace.
package enum NP201SelectsNoWorkload: Rule {
  package static let info = RuleInfo(
    id: "NP201", name: "selects-no-workload", severity: .error, lower: [.warning],
    summary: "A podSelector that matches no workload of its namespace, though one is near.",
    rationale: """
      A policy that selects nothing guards nothing. It is reported where the workloads of the namespace were read and \
      one has nearly these labels, or where nothing else explains the gap; pods that a Service or a custom resource \
      shows to exist are taken as there.
      """,
    remedy: "write the labels that the pods have (of the pod template, not of the Deployment)",
    fix: .sometimes(.unsafe), followsFrom: ["NP208", "NP205"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: redis # expect: NP201
        policyTypes: [Ingress]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: redis, namespace: shop}
      spec:
        selector: {matchLabels: {app: redis-service}}
        template:
          metadata: {labels: {app: redis-service}}
          spec: {containers: [{name: redis, image: "redis:7"}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: redis, namespace: shop}
      spec:
        podSelector:
          matchLabels:
            app: redis-service
        policyTypes: [Ingress]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: redis, namespace: shop}
      spec:
        selector: {matchLabels: {app: redis-service}}
        template:
          metadata: {labels: {app: redis-service}}
          spec: {containers: [{name: redis, image: "redis:7"}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var evidence = SelectorEvidence(analysis)
    for policy in analysis.world.policies where policy.isSound && !policy.podSelector.isEmpty {
      let pods = analysis.selection.pods(of: policy)
      if pods.isEmpty {
        check(policy, analysis, &evidence, &sink)
      } else if let lost = LostValue(policy.podSelector, in: policy.meta.namespace, analysis, &evidence) {
        lost.report(
          at: .podSelector(of: policy), accountsFor: accounts(lost.near.workload, policy, analysis), &sink)
      } else if let name = JobNames.lost(policy.podSelector, pods, analysis) {
        sink.report(
          name.message,
          at: .podSelector(of: policy).term(name.term), .why("the policy selects nothing, so that it guards nothing"),
          .remedy("label the pod template of the CronJob, and select that label"),
          .related(name.cronJob.meta.name.span, "this CronJob"), .accountsFor(accounts(name.cronJob, policy, analysis)))
      }
    }
  }

  private static func check(
    _ policy: NetworkPolicy, _ analysis: Analysis, _ evidence: inout SelectorEvidence, _ sink: inout FindingSink
  ) {
    let namespace = policy.meta.namespace
    let selector = policy.podSelector
    var verdict = evidence.verdict(of: selector, in: namespace)
    switch verdict {
    case .undecided, .missing: if let near = evidence.namesake(of: policy) { verdict = .nearMiss(near) }
    case .exists, .nearMiss: break
    }
    switch verdict {
    case .exists: break
    case .undecided(let reason): sink.undecided(namespace: namespace, reason)
    case .nearMiss(let near):
      sink.reportNearMiss(
        near, "\(selector.text(analysis.sources)) matches no workload of namespace \(namespace)", selector,
        at: .podSelector(of: policy), in: policy, analysis.sources,
        why: "the policy selects nothing, so that it guards nothing",
        accountsFor: accounts(near.workload, policy, analysis)
          + [.noPods(selector.selector, in: namespace), .effect(of: policy)],
        mayFollowFrom: [.namespace(namespace)],
        elsewhere: { "put the policy into namespace \($0), or correct the labels" })
    case .missing:
      sink.report(
        "\(selector.text(analysis.sources)) matches none of the workloads that were read of namespace \(namespace)",
        at: .podSelector(of: policy).term(selector.terms.first), .severity(.warning),
        .remedy("correct the labels, delete the policy, or add the manifests of these pods to the input"),
        .accountsFor([.noPods(selector.selector, in: namespace), .effect(of: policy)]),
        .mayFollowFrom([.namespace(namespace)]))
    }
  }

  /// What a policy means to open for a workload that it does not select: one of another namespace may have its own, unless
  /// the policy's is no namespace that is known.
  private static func accounts(_ workload: Workload, _ policy: NetworkPolicy, _ analysis: Analysis) -> [Subject] {
    let namespace = policy.meta.namespace
    guard workload.meta.namespace == namespace || !analysis.world.isDescribed(namespace) else { return [] }
    return PolicyType.allCases.flatMap { analysis.lostTraffic($0, of: policy, meaning: workload) }
  }
}

extension FindingSink {
  /// Reports a selector that matches nothing while a workload is near.
  ///
  /// - Parameter elsewhere: what to do where the workload has the labels, and is in another namespace.
  mutating func reportNearMiss(
    _ near: SelectorEvidence.NearMiss, _ message: String, _ selector: LabelSelector, at place: Place,
    in policy: NetworkPolicy, _ sources: SourceTable, why: String, accountsFor: [Subject],
    mayFollowFrom: [Subject] = [],
    elsewhere: (_ namespace: String) -> String
  ) {
    let term = selector.term(near.key)
    let workload = "\(near.workload.meta.kind) \(near.workload.meta.name.value)"
    let isElsewhere = near.workload.meta.namespace != policy.meta.namespace
    let home = isElsewhere ? " in namespace \(near.workload.meta.namespace)" : ""
    let hint: String
    var (fix, remedy): (Fix?, String?)
    if let label = near.label, isElsewhere, label.key == near.key, term?.values == [label.value] {
      hint = "; \(workload)\(home) has these labels"
      remedy = elsewhere(near.workload.meta.namespace)
    } else if let label = near.label {
      hint = "; did you mean `\(label.key): \(label.value)` (\(workload)\(home))?"
      if !isElsewhere, let span = term?.valueSpans.first, let old = term?.values.first, label.key == near.key {
        let edit = WrittenText(sources, at: span).replacing(span, old, with: label.value)
        fix = Fix(.unsafe, "write `\(label.key): \(label.value)`", edits: [edit].compactMap(\.self))
      }
    } else {
      hint = "; \(workload)\(home) has no label `\(near.key)`"
    }
    report(
      message + hint, at: place.term(term),
      .why(why), .remedy(remedy),
      .related(near.label?.keySpan ?? near.workload.meta.name.span, "the labels of \(workload)"), .fix(fix),
      .accountsFor(accountsFor), .mayFollowFrom(mayFollowFrom))
  }
}
