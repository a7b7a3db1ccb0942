package import Diagnostics
package import Engine
package import Model

/// A place in a policy that has a part in an answer.
package struct PolicyReference: Hashable, Sendable {
  package enum Effect: String, Sendable {
    /// A rule that lets the traffic through.
    case allows
    /// A policy that isolates the pods.
    case isolates
    /// A rule that comes near: it has the ports or the peer, and not both.
    case misses
    /// A rule that may let it through.
    case mayAllow = "may allow"
    /// A rule of a policy for the whole cluster that ends the question, with yes or no.
    case accepts, denies
    /// One that passes it on to the next tier.
    case passes
    /// One of which nobody knows whether it matches.
    case mayDecide = "may decide"
  }

  /// What is said of a rule of a policy for the whole cluster besides.
  package struct Ranked: Hashable, Sendable {
    package let kind: String
    package let tier: PolicyTier
    package let priority: Int?
    /// The rule's name.
    package let rule: String?
  }

  package let side: PolicyType
  /// `namespace/name`; the name alone of a policy for the whole cluster.
  package let policy: String
  /// The API server's field path.
  package let path: String
  package let span: SourceSpan
  package let effect: Effect
  /// Whether the API server refuses the policy for what cannot change what it allows.
  let isMended: Bool
  /// `nil` for a NetworkPolicy.
  package var ranked: Ranked?

  /// `shop/web spec.ingress[0] (k8s/web.yaml:12)`; a policy as a whole goes without its path.
  package var sentence: Sentence {
    if ranked != nil { return "\(title), \(place)" }
    return effect == .isolates ? "\(policy)\(span)\(note)" : "\(policy) \(path)\(span)\(note)"
  }

  /// `AdminNetworkPolicy wall (Admin tier, priority 5)`.
  package var title: String {
    guard let ranked else { return policy }
    let priority = ranked.priority.map { ", priority \($0)" } ?? ""
    return "\(ranked.kind) \(policy) (\(ranked.tier.rawValue) tier\(priority))"
  }

  /// `rule "no", spec.ingress[0].from[0] (a.yaml:9)`.
  var place: Sentence {
    let rule = ranked?.rule.map { "rule \"\($0)\", " } ?? ""
    return "\(rule)\(path)\(span)\(note)"
  }

  /// What is to be said of an answer that rests on it.
  var note: Sentence { isMended ? " (as if what the API server refuses in it were mended)" : "" }
}

extension WorldView {
  /// The rule that an explanation speaks of.
  package func rule(_ reference: RuleReference) -> PolicyRule {
    world[reference.policy].rules(reference.direction).items[reference.rule]
  }

  /// The peer that an explanation speaks of; `nil` for a rule without peers.
  package func peer(_ reference: RuleReference) -> Peer? {
    reference.peer.map { rule(reference).peers.items[$0] }
  }

  /// The place of a rule, or of its peer.
  package func reference(_ rule: RuleReference, _ effect: PolicyReference.Effect) -> PolicyReference {
    let meta = world[rule.policy].meta
    let written = self.rule(rule)
    let peer = peer(rule)
    return PolicyReference(
      side: rule.direction, policy: meta.qualifiedName,
      path: meta.pathPrefix + (peer?.path(in: written) ?? written.path),
      span: peer?.firstKeySpan ?? written.firstKeySpan, effect: effect, isMended: world[rule.policy].isMended)
  }

  /// The rule of a policy for the whole cluster that an explanation speaks of.
  package func rule(_ reference: ClusterRuleReference) -> ClusterRule {
    world[reference.policy].rules(reference.direction)[reference.rule]
  }

  package func peer(_ reference: ClusterRuleReference) -> ClusterPeer {
    rule(reference).peers.items[reference.peer]
  }

  /// The place of a rule's peer.
  ///
  /// - Parameter effect: what its action does when `nil`.
  package func reference(
    _ reference: ClusterRuleReference, _ effect: PolicyReference.Effect? = nil
  ) -> PolicyReference {
    let policy = world[reference.policy]
    let (rule, peer) = (rule(reference), peer(reference))
    let does: PolicyReference.Effect =
      switch reference.action {
      case .allow: .accepts
      case .deny: .denies
      case .pass: .passes
      }
    var result = PolicyReference(
      side: reference.direction, policy: policy.meta.qualifiedName,
      path: policy.meta.pathPrefix + peer.path(in: rule), span: peer.firstKeySpan, effect: effect ?? does,
      isMended: policy.isMended)
    result.ranked = PolicyReference.Ranked(
      kind: policy.kind.rawValue, tier: policy.tier ?? .admin, priority: policy.priority?.value,
      rule: rule.name.flatMap { $0.value.isEmpty ? nil : $0.value })
    return result
  }

  /// The policies that isolate one side.
  package func isolating(_ side: SideExplanation) -> [PolicyReference] {
    side.policies.map { id in
      let policy = world[id]
      return PolicyReference(
        side: side.direction, policy: policy.meta.qualifiedName, path: policy.meta.pathPrefix + "metadata.name",
        span: policy.nameSpan, effect: .isolates, isMended: policy.isMended)
    }
  }
}

extension ObjectMeta {
  /// `shop/web`; the name alone of what is in no namespace.
  package var qualifiedName: String { namespace.isEmpty ? name.value : "\(namespace)/\(name.value)" }
}

extension OtherResource {
  /// What is said of a policy of another API, wherever it keeps something from being told.
  package var isNotEvaluated: String { "\(meta.kind) \(meta.name.value) is not evaluated" }
}
