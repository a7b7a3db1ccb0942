package import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// A policy that is said to deny, and whose rules allow.
package enum NP110DenyPolicyAllows: Rule {
  package static let policyScope = PolicyScope.namespace
  package static let info = RuleInfo(
    id: "NP110", name: "deny-policy-allows", severity: .warning,
    summary: "A policy whose name or description says deny, and which has a rule that allows more than DNS.",
    rationale: """
      A NetworkPolicy cannot deny: each rule is a permission that is added to those of all other policies. A rule for \
      everything but one zone opens everything else, and takes nothing away from what another policy allows.
      """,
    remedy: "drop the rule, so that the policy only isolates its pods; or call the policy by what it allows",
    citations: ["164.312(a)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: deny-phi-zone-egress # expect: NP110
        namespace: shop
      spec:
        podSelector: {matchLabels: {zone: public}}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector:
                  matchExpressions: [{key: zone, operator: NotIn, values: [phi]}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: deny-egress
        namespace: shop
      spec:
        podSelector: {matchLabels: {zone: public}}
        policyTypes: [Egress]
        egress:
          - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
      """))

  /// What says that a policy denies.
  private struct Claim {
    let text: String
    let span: SourceSpan
    let source: String
  }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let labels = analysis.facts.labels
    for policy in analysis.askedPolicies where policy.isSound {
      guard !Words.mention(labels.exceptionWords, in: policy.meta.name.value),
        let claim = claim(of: policy, analysis),
        let rule = directions(claim.text).lazy.flatMap({ policy.effectiveRules($0) })
          .first(where: { isPermission($0, beside: claim, labels) && !deniesByException($0, of: policy, analysis) })
      else { continue }
      var related = [RelatedPlace(rule.firstKeySpan, "this rule allows")]
      if claim.span != policy.nameSpan { related.append(RelatedPlace(claim.span, "this says otherwise")) }
      sink.report(
        "\(claim.source) says that this policy denies, but it has a rule that allows", at: .name(of: policy.meta),
        .related(related))
    }
  }

  private static func claim(of policy: NetworkPolicy, _ analysis: Analysis) -> Claim? {
    let labels = analysis.facts.labels
    let name = policy.meta.name
    if saysDeny(name.value, labels) { return Claim(text: name.value, span: name.span, source: "the name") }
    // A whole text may speak of much; it is about denying where it begins so.
    func begins(_ text: String) -> Bool {
      let words = Words.all(of: text)
      return words.first.map { saysDeny(words.prefix(2).joined(separator: " "), labels) && isDeny($0, labels) } == true
        && !Words.mention(labels.exceptionWords, in: text)
    }
    if let comment = heading(of: policy, analysis), begins(comment.text) {
      return Claim(text: comment.text, span: comment.span, source: "the comment")
    }
    let annotation = policy.meta.annotations.first { labels.isRationaleAnnotation($0.key) && begins($0.value) }
    return annotation.map { Claim(text: $0.value, span: $0.keySpan, source: "the annotation") }
  }

  private static func isDeny(_ word: some StringProtocol, _ labels: LabelFacts) -> Bool {
    labels.denyWords.contains(word.lowercased())
  }

  /// Whether a text holds a word for denying that is no part of another notion, such as an IP block.
  private static func saysDeny(_ text: String, _ labels: LabelFacts) -> Bool {
    let words = Words.all(of: text).map { $0.lowercased() }
    return words.indices.contains { index in
      guard labels.denyWords.contains(words[index]) else { return false }
      let neighbours = [index - 1, index + 1].filter(words.indices.contains).map { words[$0] }
      return !words[index].hasPrefix("block") || !neighbours.contains(where: labels.blockNouns.contains)
    }
  }

  /// The comment lines right above the policy, without a blank line between.
  private static func heading(of policy: NetworkPolicy, _ analysis: Analysis) -> (text: String, span: SourceSpan)? {
    let bytes = analysis.sources[policy.meta.span.file].bytes
    var next = Int(policy.meta.span.start)
    var lines: [Comment] = []
    for comment in analysis.comments(of: policy.meta).reversed() where comment.span.start < policy.meta.span.start {
      let gap = bytes[min(Int(comment.span.end), next)..<next]
      guard comment.isAlone, gap.allSatisfy({ $0 <= 0x20 }), gap.count(where: { $0 == 0x0A }) <= 1 else { break }
      lines.append(comment)
      next = Int(comment.span.start)
    }
    guard let first = lines.last else { return nil }
    return (lines.reversed().map(\.text).joined(separator: " "), first.span)
  }

  /// The directions that a text speaks of; both when it names none or both.
  private static func directions(_ text: String) -> [PolicyType] {
    let named = PolicyType.allCases.filter { Words.mention([$0.field], in: text) }
    return named.isEmpty ? PolicyType.allCases : named
  }

  /// Whether a rule allows what the text says is denied. DNS is no such thing, and neither is the own namespace, or the
  /// cluster where the text speaks of what is outside.
  private static func isPermission(_ rule: PolicyRule, beside claim: Claim, _ labels: LabelFacts) -> Bool {
    guard rule.isSound else { return false }
    let ports = rule.ports.items
    if !ports.isEmpty, ports.allSatisfy({ $0.singleNumber == DNSPorts.number }) { return false }
    let peers = rule.peers.items
    if peers.isEmpty { return true }
    if peers.contains(where: { $0.ipBlock != nil }) { return true }
    if Words.mention(labels.externalNameWords, in: claim.text) { return false }
    let isOwnNamespace = peers.allSatisfy { $0.namespaceSelector == nil && $0.podSelector?.isEmpty == true }
    return !isOwnNamespace || Words.mention(["all", "everything"], in: claim.text)
  }

  /// Whether a rule denies by the exceptions of its blocks: it does as long as nothing else of the namespace denies the
  /// rest, which it would open.
  private static func deniesByException(_ rule: PolicyRule, of policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    let peers = rule.peers.items
    guard !peers.isEmpty, peers.allSatisfy({ $0.ipBlock?.except.isEmpty == false }) else { return false }
    return !analysis.world.policies(in: policy.meta.namespace).contains {
      $0.nameSpan != policy.nameSpan && DefaultDeny.isDefaultDeny($0, rule.type)
    }
  }
}
