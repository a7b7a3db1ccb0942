package import Diagnostics

/// The kinds of policies for the whole cluster (policy.networking.k8s.io). Other groups have kinds of the same names.
package enum ClusterPolicyKind: String, CaseIterable, Hashable, Sendable {
  case admin = "AdminNetworkPolicy"
  case baselineAdmin = "BaselineAdminNetworkPolicy"
  case cluster = "ClusterNetworkPolicy"

  package static let group = "policy.networking.k8s.io"

  /// The version that is read.
  package var apiVersion: String { "\(ClusterPolicyKind.group)/\(self == .cluster ? "v1alpha2" : "v1alpha1")" }

  /// The only name that a BaselineAdminNetworkPolicy may have.
  package static let baselineName = "default"
}

/// What stands before the NetworkPolicies, and what stands behind them.
package enum PolicyTier: String, CaseIterable, Hashable, Sendable {
  case admin = "Admin"
  case baseline = "Baseline"
}

/// What a rule of a policy for the whole cluster does with what it matches.
package enum PolicyAction: Hashable, Sendable {
  /// `Allow`, or `Accept` in v1alpha2.
  case allow
  case deny
  /// Leaves the tier.
  case pass

  init?(_ text: String) {
    switch text {
    case "Allow", "Accept": self = .allow
    case "Deny": self = .deny
    case "Pass": self = .pass
    default: return nil
    }
  }
}

/// An AdminNetworkPolicy, a BaselineAdminNetworkPolicy or a ClusterNetworkPolicy, with the places of everything that a
/// finding can point at. It is in no namespace.
package final class ClusterPolicy: Sendable {
  package let kind: ClusterPolicyKind
  package let meta: ObjectMeta
  package let specSpan: SourceSpan
  /// `nil` for a ClusterNetworkPolicy that names none.
  package let tier: PolicyTier?
  /// Lower ones come first; `nil` for a BaselineAdminNetworkPolicy, and where it is missing.
  package let priority: Located<Int>?
  /// The pods that it applies to; `nil` where it says nothing that can be read.
  package let subject: NamespacedPods?
  private let ingress: ListField<ClusterRule>
  private let egress: ListField<ClusterRule>
  /// Whether the API server would accept all that stands outside its rules.
  package let isSound: Bool
  /// Whether the API server refuses it for what cannot change what it does, such as its labels: it is taken as if that
  /// were mended.
  package let isMended: Bool

  init(
    _ kind: ClusterPolicyKind, meta: ObjectMeta, specSpan: SourceSpan, tier: PolicyTier?, priority: Located<Int>?,
    subject: NamespacedPods?, ingress: ListField<ClusterRule>, egress: ListField<ClusterRule>, isSound: Bool,
    isMended: Bool
  ) {
    self.kind = kind
    self.meta = meta
    self.specSpan = specSpan
    self.tier = tier
    self.priority = priority
    self.subject = subject
    self.ingress = ingress
    self.egress = egress
    self.isSound = isSound
    self.isMended = isMended
  }

  package func rules(_ type: PolicyType) -> [ClusterRule] { (type == .ingress ? ingress : egress).items }

  package var nameSpan: SourceSpan { meta.name.span }
}

/// Pods by their namespaces and labels.
package struct NamespacedPods: Sendable {
  /// `nil` for one that is left out, which means every namespace.
  package let namespaceSelector: LabelSelector?
  /// `nil` where all pods of the namespaces are meant.
  package let podSelector: LabelSelector?

  package var namespaces: Selector { namespaceSelector?.selector ?? .everything }
  package var pods: Selector { podSelector?.selector ?? .everything }
}

/// One item of `spec.ingress` or `spec.egress`. Of the rules of one object the first that matches counts.
package struct ClusterRule: Sendable {
  package let type: PolicyType
  package let index: Int
  /// The whole item.
  package let span: SourceSpan
  package let firstKeySpan: SourceSpan
  package let name: Located<String>?
  /// `nil` for one that does not exist.
  package let action: Located<PolicyAction>?
  package let peers: ListField<ClusterPeer>
  /// None means every port of every protocol.
  package let ports: ListField<ClusterPort>
  /// Whether the API server would accept all that stands in it.
  package let isSound: Bool

  /// The field path, without a List's prefix.
  package var path: String { "spec.\(type.field)[\(index)]" }
}

/// One item of `from` or `to`.
package struct ClusterPeer: Sendable {
  package enum Content: Sendable {
    case pods(NamespacedPods)
    /// The nodes with some labels.
    case nodes(LabelSelector)
    /// Addresses, those of pods among them.
    case networks([LocatedCIDR])
    case domainNames([Located<String>])
    /// Nothing that is known.
    case nothing
  }

  package let index: Int
  package let span: SourceSpan
  package let firstKeySpan: SourceSpan
  package let content: Content

  package func path(in rule: ClusterRule) -> String { "\(rule.path).\(rule.type.peersField)[\(index)]" }

  /// The pods that it selects; `nil` where it is about something else.
  package var pods: NamespacedPods? { if case .pods(let pods) = content { pods } else { nil } }

  /// The addresses of `networks`.
  package var networks: AddressSet {
    guard case .networks(let blocks) = content else { return AddressSet() }
    return AddressSet(blocks.compactMap { $0.parsed?.cidr })
  }
}

/// One item of `ports`, or of `protocols` in v1alpha2.
package struct ClusterPort: Sendable {
  package enum Content: Hashable, Sendable {
    case range(ClosedRange<UInt16>, TransportProtocol)
    /// The name of a container port of the destination, of any protocol.
    case named(String)
    /// A range that ends before it begins.
    case nothing
  }

  package let index: Int
  package let firstKeySpan: SourceSpan
  package let content: Content

  /// `80/TCP`, `8000-8010/TCP`, `http`: for messages.
  package var text: String {
    switch content {
    case .range(let range, let transport) where range == PortSet.allPorts: "all ports/\(transport.rawValue)"
    case .range(let range, let transport) where range.count == 1: "\(range.lowerBound)/\(transport.rawValue)"
    case .range(let range, let transport): "\(range.lowerBound)-\(range.upperBound)/\(transport.rawValue)"
    case .named(let name): name
    case .nothing: "no port"
    }
  }
}
