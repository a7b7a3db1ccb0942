internal import Facts
internal import Model

/// A namespaceSelector and a podSelector in two adjacent items of a list.
struct SplitPair {
  let namespaces: Peer
  let pods: Peer
}

/// Finds what reads like one peer and is two.
enum SplitPeers {
  /// The pairs of a rule, in order; no peer is in two of them. A podSelector that follows its namespaceSelector goes
  /// before one that precedes it, for that is the order in which people write. What is known to be in different places is
  /// no pair.
  static func find(in rule: PolicyRule, _ labels: LabelFacts) -> [SplitPair] {
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
        let isApart = (namespaces.namespaceSelector?.namedValues ?? []).contains { namespace in
          selector.namedValues.contains { labels.areKnownApart(namespace: namespace, pod: $0) }
        }
        if isApart { continue }
        used.formUnion([first.index, second.index])
        pairs.append(SplitPair(namespaces: namespaces, pods: pods))
      }
    }
    return pairs.sorted { $0.namespaces.index < $1.namespaces.index }
  }
}
