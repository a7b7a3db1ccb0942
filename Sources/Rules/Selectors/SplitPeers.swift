internal import Model

/// A namespaceSelector and a podSelector in two adjacent items of a list.
struct SplitPair {
  let namespaces: Peer
  let pods: Peer
}

/// Finds what reads like one peer and is two.
enum SplitPeers {
  /// The pairs of a rule, in order; no peer is in two of them. A podSelector that follows its namespaceSelector goes
  /// before one that precedes it, for that is the order in which people write.
  static func find(in rule: PolicyRule) -> [SplitPair] {
    let peers = rule.peers.items
    guard peers.count > 1 else { return [] }
    var used: Set<Int> = []
    var pairs: [SplitPair] = []
    for isNamespaceFirst in [true, false] {
      for (first, second) in zip(peers, peers.dropFirst()) {
        let (namespaces, pods) = isNamespaceFirst ? (first, second) : (second, first)
        guard namespaces.namespaceSelector != nil, namespaces.podSelector == nil, let selector = pods.podSelector,
          !selector.isEmpty, pods.namespaceSelector == nil, !used.contains(first.index), !used.contains(second.index)
        else { continue }
        used.formUnion([first.index, second.index])
        pairs.append(SplitPair(namespaces: namespaces, pods: pods))
      }
    }
    return pairs.sorted { $0.namespaces.index < $1.namespaces.index }
  }
}
