package import Diagnostics

/// A direction of traffic, as `spec.policyTypes` names it.
package enum PolicyType: String, CaseIterable, Hashable, Sendable {
  case ingress = "Ingress"
  case egress = "Egress"

  /// The field of the spec that holds the rules: `ingress` or `egress`.
  package var field: String { self == .ingress ? "ingress" : "egress" }

  /// The field of a rule that holds its peers: `from` or `to`.
  package var peersField: String { self == .ingress ? "from" : "to" }

  package var opposite: PolicyType { self == .ingress ? .egress : .ingress }
}

/// A NetworkPolicy (networking.k8s.io/v1) with the places of everything that a finding can point at.
///
/// Absent, null and empty are kept apart (`Field`), for they mean different things in some places. It and its parts are
/// immutable references: every rule walks over all policies, and copying one copies no text.
package final class NetworkPolicy: Sendable {
  package let meta: ObjectMeta
  /// The first key of the spec, or the first key of the object when it has no spec.
  package let specSpan: SourceSpan
  /// The pods that the policy applies to; an absent or null `podSelector` means all pods of the namespace.
  package let podSelector: LabelSelector
  package let policyTypes: ListField<Located<String>>
  package let ingress: ListField<PolicyRule>
  package let egress: ListField<PolicyRule>
  /// Whether the API server would accept all that stands outside its rules, and all of it is known; what the policy
  /// applies to cannot be told otherwise.
  package let isSound: Bool
  /// Whether the API server refuses it for what cannot change what it allows, such as its name or a `status`: it is taken
  /// as if that were mended.
  package let isMended: Bool
  /// What nobody knows of it; `nil` where all of it is known.
  package let open: OpenTexts?
  private let isolatesIngress: Bool
  private let isolatesEgress: Bool

  init(
    meta: ObjectMeta, specSpan: SourceSpan, podSelector: LabelSelector, policyTypes: ListField<Located<String>>,
    ingress: ListField<PolicyRule>, egress: ListField<PolicyRule>, isSound: Bool, isMended: Bool,
    open: OpenTexts? = nil
  ) {
    let types = policyTypes.items
    self.meta = meta
    self.specSpan = specSpan
    self.podSelector = podSelector
    self.policyTypes = policyTypes
    self.ingress = ingress
    self.egress = egress
    self.isSound = isSound
    self.isMended = isMended
    self.open = open
    isolatesIngress = types.isEmpty || types.contains { $0.value == PolicyType.ingress.rawValue }
    isolatesEgress =
      types.isEmpty ? !egress.items.isEmpty : types.contains { $0.value == PolicyType.egress.rawValue }
  }

  /// The policy with other selectors and rules, and with what nobody knows of it.
  func with(
    podSelector: LabelSelector, ingress: ListField<PolicyRule>, egress: ListField<PolicyRule>, open: OpenTexts?
  ) -> NetworkPolicy {
    NetworkPolicy(
      meta: meta, specSpan: specSpan, podSelector: podSelector, policyTypes: policyTypes, ingress: ingress,
      egress: egress, isSound: isSound && open?.isSelectorOpen != true, isMended: isMended, open: open)
  }

  package func rules(_ type: PolicyType) -> ListField<PolicyRule> { type == .ingress ? ingress : egress }

  /// Whether the policy isolates its pods in a direction.
  ///
  /// Without types (absent, null, empty): ingress always, egress when there is at least one egress rule
  /// (kubernetes/pkg/apis/networking/v1/defaults.go).
  package func isolates(_ type: PolicyType) -> Bool {
    type == .ingress ? isolatesIngress : isolatesEgress
  }

  /// The rules that have an effect: none in a direction that the policy does not isolate.
  package func effectiveRules(_ type: PolicyType) -> [PolicyRule] { isolates(type) ? rules(type).items : [] }

  /// The policy's place for findings about it as a whole.
  package var nameSpan: SourceSpan { meta.name.span }
}

/// One item of `spec.ingress` or `spec.egress`: peers and ports, of which both must match.
package final class PolicyRule: Sendable {
  package let type: PolicyType
  package let index: Int
  /// The whole item.
  package let span: SourceSpan
  /// Its first key after the dash: where findings about the rule point.
  package let firstKeySpan: SourceSpan
  /// Absent, null and empty all mean every source or destination.
  package let peers: ListField<Peer>
  /// Absent, null and empty all mean every protocol and port.
  package let ports: ListField<PolicyPort>
  /// Whether the API server would accept all that stands in the rule, and all of it is known; what it means cannot be told
  /// otherwise.
  package let isSound: Bool

  init(
    type: PolicyType, index: Int, span: SourceSpan, firstKeySpan: SourceSpan, peers: ListField<Peer>,
    ports: ListField<PolicyPort>, isSound: Bool
  ) {
    self.type = type
    self.index = index
    self.span = span
    self.firstKeySpan = firstKeySpan
    self.peers = peers
    self.ports = ports
    self.isSound = isSound
  }

  /// The rule with other peers.
  ///
  /// - Parameter isSound: as before when `nil`.
  package func with(peers: ListField<Peer>, isSound: Bool? = nil) -> PolicyRule {
    PolicyRule(
      type: type, index: index, span: span, firstKeySpan: firstKeySpan, peers: peers, ports: ports,
      isSound: isSound ?? self.isSound)
  }

  /// The field path, without a List's prefix.
  package var path: String { "spec.\(type.field)[\(index)]" }
  package var peersPath: String { "\(path).\(type.peersField)" }

  package var allowsAllPeers: Bool { isSound && peers.items.isEmpty }
  package var allowsAllPorts: Bool { isSound && ports.items.isEmpty }
}

/// One item of `from` or `to`.
package final class Peer: Sendable {
  package let index: Int
  package let span: SourceSpan
  package let firstKeySpan: SourceSpan
  /// `nil` when absent or null: with a namespace selector that means all pods of those namespaces.
  package let podSelector: LabelSelector?
  /// `nil` when absent or null: with a pod selector that means the policy's own namespace.
  package let namespaceSelector: LabelSelector?
  package let ipBlock: IPBlock?

  init(
    index: Int, span: SourceSpan, firstKeySpan: SourceSpan, podSelector: LabelSelector?,
    namespaceSelector: LabelSelector?, ipBlock: IPBlock?
  ) {
    self.index = index
    self.span = span
    self.firstKeySpan = firstKeySpan
    self.podSelector = podSelector
    self.namespaceSelector = namespaceSelector
    self.ipBlock = ipBlock
  }

  /// The peer with other selectors.
  func with(podSelector: LabelSelector?, namespaceSelector: LabelSelector?) -> Peer {
    Peer(
      index: index, span: span, firstKeySpan: firstKeySpan, podSelector: podSelector,
      namespaceSelector: namespaceSelector, ipBlock: ipBlock)
  }

  package func path(in rule: PolicyRule) -> String { "\(rule.peersPath)[\(index)]" }
}

/// A range of addresses less some parts of it.
package struct IPBlock: Sendable {
  package let span: SourceSpan
  package let cidr: LocatedCIDR?
  package let except: [LocatedCIDR]

  /// The addresses that the block stands for; empty when its CIDR cannot be read.
  package let addresses: AddressSet
}

/// A CIDR as it is written; `parsed` is `nil` for text that is none.
package struct LocatedCIDR: Sendable {
  package let text: String
  package let span: SourceSpan
  package let parsed: ParsedCIDR?
}

/// A `podSelector` or `namespaceSelector` as it is written, and what it means.
package final class LabelSelector: Sendable {
  /// Where the selector's key stands; for an absent `spec.podSelector`, the spec's place.
  package let keySpan: SourceSpan
  package let span: SourceSpan
  package let matchLabels: [Label]
  package let matchExpressions: [SelectorTerm]
  /// The canonical form that decides.
  package let selector: Selector
  /// What kustomizations wrote into it besides, with the places in their files.
  package let addedLabels: [Label]

  init(
    keySpan: SourceSpan, span: SourceSpan, matchLabels: [Label], matchExpressions: [SelectorTerm], selector: Selector,
    addedLabels: [Label] = []
  ) {
    self.keySpan = keySpan
    self.span = span
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
    self.selector = selector
    self.addedLabels = addedLabels
  }

  /// Whether it selects everything.
  package var isEmpty: Bool { selector == .everything }
}

/// One item of `matchExpressions`.
package struct SelectorTerm: Sendable {
  package let index: Int
  /// The whole item.
  package let span: SourceSpan
  package let key: Located<String>
  package let `operator`: Located<String>
  package let values: [Located<String>]
}

/// One item of a rule's `ports`.
package struct PolicyPort: Sendable {
  package enum Number: Hashable, Sendable {
    /// Every port of the protocol.
    case all
    /// A port or, with `endPort`, a closed range.
    case range(ClosedRange<UInt16>)
    /// The name of a container port of the destination.
    case named(String)
  }

  package let index: Int
  package let span: SourceSpan
  package let firstKeySpan: SourceSpan
  /// TCP when absent.
  package let transport: TransportProtocol
  package let protocolSpan: SourceSpan?
  package let number: Number
  /// The value of `port`, if there is one.
  package let portSpan: SourceSpan?
  package let endPortSpan: SourceSpan?

  /// Where findings about the port point: the value of `port`, else the item.
  package var valueSpan: SourceSpan { portSpan ?? firstKeySpan }

  package func path(in rule: PolicyRule) -> String { "\(rule.path).ports[\(index)]" }
}

extension PolicyPort {
  /// The ports that it stands for; `nil` for a name, which each destination resolves for itself.
  package var numbers: PortSet? { range.map { PortSet($0, transport) } }

  /// The same, of its protocol.
  package var range: ClosedRange<UInt16>? {
    switch number {
    case .all: PortSet.allPorts
    case .range(let range): range
    case .named: nil
    }
  }

  /// The one number that is written: `nil` for ranges, names and all ports.
  package var singleNumber: UInt16? {
    guard case .range(let range) = number, range.count == 1 else { return nil }
    return range.lowerBound
  }

  /// `5432/TCP`, `8000-8010/TCP`, `http/TCP`: for messages.
  package var text: String {
    switch number {
    case .all: "all ports/\(transport.rawValue)"
    case .range(let range) where range.count == 1: "\(range.lowerBound)/\(transport.rawValue)"
    case .range(let range): "\(range.lowerBound)-\(range.upperBound)/\(transport.rawValue)"
    case .named(let name): "\(name)/\(transport.rawValue)"
    }
  }
}

extension PortSet {
  /// What ports stand for, without those that are names.
  package init(numbersOf ports: [PolicyPort]) {
    var ranges: [(ClosedRange<UInt16>, TransportProtocol)] = []
    ranges.reserveCapacity(ports.count)
    for port in ports {
      if let range = port.range { ranges.append((range, port.transport)) }
    }
    self.init(ranges)
  }
}

extension PolicyRule {
  /// The ports that the rule allows whatever the destination: every port when it names none; names do not count.
  package var certainPorts: PortSet {
    if allowsAllPorts { return .all }
    return PortSet(numbersOf: ports.items)
  }

  /// The addresses that its ipBlocks stand for.
  package var addresses: AddressSet {
    AddressSet(unionOf: peers.items.compactMap { $0.ipBlock?.addresses })
  }
}
