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
