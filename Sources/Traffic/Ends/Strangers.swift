package import Engine
internal import Model

/// Pods that no manifest shows: a pod without labels in each namespace, one in a namespace of which nothing was read, and
/// those that peers ask for in a way that does not say who is meant.
///
/// Whatever lets such a pod in does not ask who is calling, and whoever may start a pod may start one like it. A peer that
/// asks for certain labels in certain namespaces lets none of them in: these labels are the name of who is meant.
package enum Strangers {
  /// Stands for all those that nothing was read of. No namespace has such a name.
  package static let elsewhere = HypotheticalPod(namespace: "a namespace that was not read", labels: .init([]))

  /// No peer asks for more of them than these.
  private static let mostOfPeer = 16

  /// The ends of connections that they are.
  package static func ends(in namespaces: [String]) -> [HypotheticalPod: ConnectionNode] {
    Dictionary(
      pods(in: namespaces).map { ($0, .otherPods(in: $0 == elsewhere ? "" : $0.namespace)) }
    ) { first, _ in first }
  }

  /// One without labels for each of some namespaces, after the one that lies elsewhere.
  package static func pods(in namespaces: [String]) -> [HypotheticalPod] {
    [elsewhere] + namespaces.map { HypotheticalPod(namespace: $0, labels: .init([])) }
  }

  /// Whether a peer takes some of them: it does not say by labels with one value each, in namespaces that it names, who is
  /// meant.
  static func areTaken(by peer: Peer, in world: World) -> Bool {
    guard peer.ipBlock == nil, peer.podSelector != nil || peer.namespaceSelector != nil else { return false }
    let pods = peer.podSelector?.selector ?? .everything
    let ofElsewhere = world.labels(ofNamespace: elsewhere.namespace)
    return pods == .everything || !isNamed(pods) || peer.namespaceSelector?.selector.matches(ofElsewhere) == .yes
  }

  /// Whether labels with one value each say who is meant, as long as the namespace is said too.
  private static func isNamed(_ selector: Selector) -> Bool {
    selector.requirements.allSatisfy { $0.operator == .in && $0.values.count == 1 }
  }

  /// Those without labels, then those that the peers of ingress rules ask for: pods of any namespace with some labels,
  /// whatever stands behind a label, and each of several values. O(peers).
  static func pods(of world: World) -> [HypotheticalPod] {
    var found = pods(in: world.namespaces)
    var seen = Set(found)
    let ofElsewhere = world.labels(ofNamespace: elsewhere.namespace)
    for policy in world.policies where policy.isSound {
      for rule in policy.effectiveRules(.ingress) where rule.isSound {
        for peer in rule.peers.items {
          guard let selector = peer.podSelector?.selector, selector != .everything else { continue }
          for pod in pods(selector, peer.namespaceSelector?.selector, policy.meta.namespace, ofElsewhere)
          where seen.insert(pod).inserted {
            found.append(pod)
          }
        }
      }
    }
    return found
  }

  private static func pods(
    _ selector: Selector, _ namespaces: Selector?, _ own: String, _ ofElsewhere: LabelSet
  ) -> [HypotheticalPod] {
    let isElsewhere = namespaces.map { $0.matches(ofElsewhere) == .yes } ?? false
    if isNamed(selector), !isElsewhere { return [] }
    let places = isElsewhere ? [elsewhere.namespace] : namespaces == nil ? [own] : namespaces?.namedNamespaces ?? []
    return variants(of: selector).flatMap { labels in places.map { HypotheticalPod(namespace: $0, labels: labels) } }
  }

  /// The smallest sets of labels that a selector matches: one for each of the values that a term allows.
  private static func variants(of selector: Selector) -> [LabelSet] {
    guard let smallest = selector.witness else { return [] }
    let choice = selector.requirements.first { $0.operator == .in && $0.values.count > 1 }
    guard let choice else { return [smallest] }
    return choice.values.prefix(mostOfPeer).map { value in
      LabelSet(smallest.pairs.map { ($0.key, $0.key == choice.key ? value : $0.value) })
    }.filter { selector.matches($0) == .yes }
  }
}
