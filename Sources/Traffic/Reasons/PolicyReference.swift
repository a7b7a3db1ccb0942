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
  }

  package let side: PolicyType
  /// `namespace/name`.
  package let policy: String
  /// The API server's field path.
  package let path: String
  package let span: SourceSpan
  package let effect: Effect
  /// Whether the API server refuses the policy for what cannot change what it allows.
  let isMended: Bool

  /// `shop/web spec.ingress[0] (k8s/web.yaml:12)`; a policy as a whole goes without its path.
  package var sentence: Sentence { effect == .isolates ? "\(policy)\(span)\(note)" : "\(policy) \(path)\(span)\(note)" }

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
  /// `shop/web`.
  package var qualifiedName: String { "\(namespace)/\(name.value)" }
}

extension OtherResource {
  /// What is said of a policy of another API, wherever it keeps something from being told.
  package var isNotEvaluated: String { "\(meta.kind) \(meta.name.value) is not evaluated" }
}
