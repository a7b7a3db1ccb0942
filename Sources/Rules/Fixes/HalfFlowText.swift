internal import Diagnostics
internal import Facts
internal import Model

/// Writes the other half of a flow that a rule of one side allows.
struct HalfFlowText {
  let rule: PolicyRule
  let policy: NetworkPolicy
  /// What isolates the pods at the other end.
  let isolation: NetworkPolicy
  /// The ports that do not get through, where others of the rule do.
  let lost: PortSet?
  let analysis: Analysis

  private var type: PolicyType { rule.type.opposite }

  /// Adds a rule for these pods alone, so that no others get more: to the policy that isolates the other end or, where
  /// that is one for all pods of its namespace, to a new policy beside it.
  func fix(for peer: Peer) -> Fix? {
    guard let half else { return nil }
    return isolation.podSelector.isEmpty ? newPolicy(half, for: peer) : newRule(half)
  }

  /// `nil` where it cannot be said which pods are meant.
  private var half: TextNode? {
    let isElsewhere = policy.meta.namespace != isolation.meta.namespace
    guard let labels = labels(of: policy.podSelector),
      !isElsewhere || policy.meta.declaredNamespace?.value == policy.meta.namespace
    else { return nil }
    let peer = PolicyParts.peer(labels, in: isElsewhere ? policy.meta.namespace : nil)
    var parts: [(key: String, value: TextNode)] = [(type.peersField, .list([peer]))]
    let ports = lost.map(PolicyParts.ports) ?? rule.ports.items.map { PolicyParts.port($0.transport, $0.number) }
    if !ports.isEmpty { parts.append(("ports", .list(ports))) }
    let name = policy.meta.name.value
    // A name that the API server refuses could be the end of a comment.
    guard NameSyntax.subdomain(name) == nil else { return .mapping(parts) }
    return .remarked("The other half of an \(rule.type.field) rule of the policy \(name).", .mapping(parts))
  }

  /// The labels that a selector asks for, without those that would cut the connection with the next release; `nil` where
  /// it asks for more than labels, or for these alone.
  private func labels(of selector: LabelSelector) -> [(String, String)]? {
    guard selector.matchExpressions.isEmpty, selector.addedLabels.isEmpty,
      !selector.matchLabels.contains(where: \.isUnknown)
    else { return nil }
    let labels = selector.matchLabels.filter { !analysis.facts.labels.unstableLabels.contains($0.key) }
    return labels.isEmpty && !selector.isEmpty ? nil : labels.map { ($0.key, $0.value) }
  }

  private func newRule(_ half: TextNode) -> Fix? {
    guard let last = isolation.rules(type).items.last else { return nil }
    return WrittenText(analysis.sources, at: last.span).inserting([half], after: last.span).map {
      Fix(.unsafe, "add an \(type.field) rule to \(isolation.meta.name.value) for these pods", edits: [$0])
    }
  }

  private func newPolicy(_ half: TextNode, for peer: Peer) -> Fix? {
    guard let labels = peer.podSelector.flatMap(labels), let label = labels.first else { return nil }
    let name = "\(label.1)-\(type == .egress ? "to" : "from")-\(policy.meta.name.value)"
    guard NameSyntax.dnsLabel(name) == nil, !analysis.hasPolicy(named: name, in: isolation.meta.namespace) else {
      return nil
    }
    let new = PolicyParts.policy(name, in: isolation.meta.declaredNamespace?.value, for: labels, type, [half])
    return WrittenText(analysis.sources, at: isolation.meta.span).appending(new).map {
      Fix(.unsafe, "add a policy \(name) with an \(type.field) rule for these pods", edits: [$0])
    }
  }
}
