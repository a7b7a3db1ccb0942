package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// A namespaceSelector and a podSelector in two list items, where one item was meant.
package enum NP203SplitPeer: Rule {
  package static let info = RuleInfo(
    id: "NP203", name: "split-peer", severity: .error, lower: [.warning],
    summary: "namespaceSelector and podSelector in two list items: that means OR.",
    rationale: """
      Each dash starts a peer of its own. Two items allow every pod of the namespace, and besides these labels in the \
      policy's own namespace; only one item with both selectors means these pods of that namespace.
      """,
    remedy: "make it one item: put podSelector under the same dash as namespaceSelector",
    citations: ["164.312(a)(1)"],
    fix: .sometimes(.unsafe),
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector: # expect: NP203
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
              - podSelector:
                  matchLabels: {k8s-app: kube-dns}
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
                podSelector:
                  matchLabels: {k8s-app: kube-dns}
            ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for pair in SplitPeers.find(in: rule, analysis.facts.labels) {
          check(pair, of: rule, in: policy, analysis, &sink)
        }
      }
    }
  }

  private static func check(
    _ pair: SplitPair, of rule: PolicyRule, in policy: NetworkPolicy, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard let namespaces = pair.namespaces.namespaceSelector, let pods = pair.pods.podSelector else { return }
    let own = policy.meta.namespace
    let matchesOwnPods = !analysis.selection.pods(of: pair.pods, in: policy).isEmpty
    let isOne = belongTogether(namespaces, pods, analysis)
    // Two peers that both stand for something, or an own workload beside a namespace of other things, are meant so.
    if matchesOwnPods && (!isOne || !analysis.selection.pods(of: pair.namespaces, in: policy).isEmpty) { return }
    let namesOwnNamespace = analysis.selection.namespaces(namespaces.selector).contains(own)
    let isError = isOne && !matchesOwnPods && !namesOwnNamespace
    let place = analysis.world.isDescribed(own) && !matchesOwnPods ? ", where no workload has them" : ""
    let (first, second) = (min(pair.namespaces.index, pair.pods.index), max(pair.namespaces.index, pair.pods.index))
    let edit = WrittenText(analysis.sources, at: pair.pods.span)
      .joining(rule.peers.items[first].span, rule.peers.items[second].span)
    sink.report(
      "namespace and pod selectors stand in separate list items: this means OR",
      at: .peer(pair.namespaces, in: rule, of: policy), .severity(isError ? .error : .warning),
      .label(namespaces.isEmpty ? "every pod of every namespace" : "every pod in the selected namespaces"),
      .why(
        rule.type == .ingress
          ? "any pod of the selected namespaces gets in, not only \(pods.selector)"
          : "traffic may go to any pod of the selected namespaces, not only to \(pods.selector)"),
      .remedy(isError ? nil : "make it one item if AND is meant; if OR is meant, put the two into rules of their own"),
      .related(pair.pods.firstKeySpan, "or these labels in namespace \(own)\(place)"),
      .fix(
        isError
          ? Fix(.unsafe, "make it one item: put podSelector under the same dash", edits: [edit].compactMap(\.self))
          : nil),
      .accountsFor([.rule(rule, of: policy)]))
  }

  /// Whether what the selectors name is known to go together (kube-system and kube-dns), or is the same.
  private static func belongTogether(_ namespaces: LabelSelector, _ pods: LabelSelector, _ analysis: Analysis) -> Bool {
    let podNames = pods.namedValues
    if namespaces.isEmpty { return podNames.contains { analysis.facts.labels.isDNSPodName($0) } }
    return namespaces.namedValues.contains { namespace in
      podNames.contains { analysis.facts.labels.belongTogether(namespace: namespace, pod: $0) }
    }
  }
}
