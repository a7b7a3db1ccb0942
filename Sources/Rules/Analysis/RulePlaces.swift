internal import Diagnostics
internal import Model

/// Where findings stand, by what they are about. What is marked of it, and its field path, are said here alone.
extension Place {
  /// An object as a whole.
  static func name(of meta: ObjectMeta) -> Place { .field("metadata.name", of: meta, at: meta.name.span) }

  /// A field of an object, by its path without a List's prefix.
  static func field(_ path: String, of meta: ObjectMeta, at span: SourceSpan) -> Place {
    Place(span, of: meta.reference, path: meta.pathPrefix + path)
  }

  static func rule(_ rule: PolicyRule, of policy: NetworkPolicy) -> Place {
    .field(rule.path, of: policy.meta, at: rule.firstKeySpan)
  }

  static func rule(_ rule: ClusterRule, of policy: ClusterPolicy) -> Place {
    .field(rule.path, of: policy.meta, at: rule.firstKeySpan)
  }

  /// The priority of a policy in its tier; its name where it has none.
  static func priority(of policy: ClusterPolicy) -> Place {
    policy.priority.map { .field("spec.priority", of: policy.meta, at: $0.span) } ?? .name(of: policy.meta)
  }

  static func peer(_ peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy) -> Place {
    .field(peer.path(in: rule), of: policy.meta, at: peer.firstKeySpan)
  }

  /// The addresses of a peer.
  static func cidr(_ cidr: LocatedCIDR, of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy) -> Place {
    .field("\(peer.path(in: rule)).ipBlock.cidr", of: policy.meta, at: cidr.span)
  }

  /// A port, or another field of it; the port as well where that one is not written.
  static func port(
    _ port: PolicyPort, _ field: PortField = .port, in rule: PolicyRule, of policy: NetworkPolicy
  ) -> Place {
    let span =
      switch field {
      case .port: port.portSpan
      case .endPort: port.endPortSpan
      case .protocol: port.protocolSpan
      }
    return .field("\(port.path(in: rule)).\(field.rawValue)", of: policy.meta, at: span ?? port.valueSpan)
  }

  /// The pods that a policy applies to.
  static func podSelector(of policy: NetworkPolicy) -> Place {
    .field("spec.podSelector", of: policy.meta, at: policy.podSelector.keySpan)
  }

  /// The `podSelector` of a peer that has one.
  static func podSelector(of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy) -> Place {
    let place = Place.peer(peer, in: rule, of: policy)
    return place.field("podSelector", at: peer.podSelector?.keySpan ?? place.span)
  }

  /// The `namespaceSelector` of a peer that has one.
  static func namespaceSelector(of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy) -> Place {
    let place = Place.peer(peer, in: rule, of: policy)
    return place.field("namespaceSelector", at: peer.namespaceSelector?.keySpan ?? place.span)
  }

  /// What a selector that stands here asks of a key; the selector itself where it is `nil`.
  func term(_ term: WrittenTerm?) -> Place { term.map { field($0.path, at: $0.span) } ?? self }

  /// A part of what is written about a policy, given in UTF-8 offsets; all of it without one.
  static func text(_ text: PolicyText, _ range: Range<Int>? = nil, of policy: NetworkPolicy) -> Place {
    .field(text.path, of: policy.meta, at: range.map(text.span) ?? text.span)
  }
}

/// A field of a port.
enum PortField: String {
  case port, endPort, `protocol`
}
