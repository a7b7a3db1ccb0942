internal import Diagnostics

extension World {
  /// Policies of one name that do not say the same, each with the other one: in a cluster one of them overwrites the other,
  /// and nobody knows which. O(policies).
  static func disputed(_ policies: [NetworkPolicy], _ index: [String: [PolicyID]]) -> [PolicyID: PolicyID] {
    var result: [PolicyID: PolicyID] = [:]
    for ids in index.values where ids.count > 1 {
      var first: [String: PolicyID] = [:]
      for id in ids {
        let name = policies[id.index].meta.name.value
        // A generated name is another one each time.
        guard !name.isEmpty, !name.hasSuffix("*") else { continue }
        guard let other = first[name] else {
          first[name] = id
          continue
        }
        guard PolicyMeaning(policies[id.index]) != PolicyMeaning(policies[other.index]) else { continue }
        result[id] = other
        result[other] = result[other] ?? id
      }
    }
    return result
  }
}

extension World {
  /// The same for policies for the whole cluster. O(policies).
  static func disputed(_ policies: [ClusterPolicy]) -> [ClusterPolicyID: ClusterPolicyID] {
    struct Key: Hashable {
      let kind: ClusterPolicyKind
      let name: String
    }
    var result: [ClusterPolicyID: ClusterPolicyID] = [:]
    var first: [Key: ClusterPolicyID] = [:]
    for (number, policy) in policies.enumerated() {
      let name = policy.meta.name.value
      guard !name.isEmpty, !name.hasSuffix("*") else { continue }
      let (id, key) = (ClusterPolicyID(number), Key(kind: policy.kind, name: name))
      guard let other = first[key] else {
        first[key] = id
        continue
      }
      guard ClusterPolicyMeaning(policy) != ClusterPolicyMeaning(policies[other.index]) else { continue }
      result[id] = other
      result[other] = result[other] ?? id
    }
    return result
  }
}

/// What a policy for the whole cluster says, wherever it is written.
private struct ClusterPolicyMeaning: Equatable {
  private struct Rule: Equatable {
    let type: PolicyType
    let isSound: Bool
    let action: PolicyAction?
    let peers: [Peer]
    let ports: [ClusterPort.Content]
  }

  private enum Peer: Equatable {
    case pods(Selector, Selector)
    case nodes(Selector)
    case networks(AddressSet)
    case domainNames([String])
    case nothing

    init(_ peer: ClusterPeer) {
      switch peer.content {
      case .pods(let pods): self = .pods(pods.namespaces, pods.pods)
      case .nodes(let nodes): self = .nodes(nodes.selector)
      case .networks: self = .networks(peer.networks)
      case .domainNames(let names): self = .domainNames(names.map(\.value))
      case .nothing: self = .nothing
      }
    }
  }

  private let isSound: Bool
  private let tier: PolicyTier?
  private let priority: Int?
  private let namespaces: Selector?
  private let pods: Selector?
  private let rules: [Rule]

  init(_ policy: ClusterPolicy) {
    isSound = policy.isSound
    tier = policy.tier
    priority = policy.priority?.value
    namespaces = policy.subject?.namespaces
    pods = policy.subject?.pods
    rules = PolicyType.allCases.flatMap { policy.rules($0) }.map { rule in
      Rule(
        type: rule.type, isSound: rule.isSound, action: rule.action?.value, peers: rule.peers.items.map(Peer.init),
        ports: rule.ports.items.map(\.content))
    }
  }
}

/// What a policy says, wherever it is written.
private struct PolicyMeaning: Equatable {
  private struct Rule: Equatable {
    let type: PolicyType
    let isSound: Bool
    let peers: [Peer]
    let ports: [Port]
  }

  private struct Peer: Equatable {
    let pods: Selector?
    let namespaces: Selector?
    let addresses: AddressSet?
  }

  private struct Port: Equatable {
    let transport: TransportProtocol
    let number: PolicyPort.Number
  }

  private let isSound: Bool
  private let pods: Selector
  private let types: [PolicyType]
  private let rules: [Rule]

  init(_ policy: NetworkPolicy) {
    isSound = policy.isSound
    pods = policy.podSelector.selector
    types = PolicyType.allCases.filter(policy.isolates)
    rules = PolicyType.allCases.flatMap { policy.effectiveRules($0) }.map { rule in
      Rule(
        type: rule.type, isSound: rule.isSound,
        peers: rule.peers.items.map {
          Peer(
            pods: $0.podSelector?.selector, namespaces: $0.namespaceSelector?.selector, addresses: $0.ipBlock?.addresses
          )
        },
        ports: rule.ports.items.map { Port(transport: $0.transport, number: $0.number) })
    }
  }
}
