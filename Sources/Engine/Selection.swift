package import Model

/// The workloads that a selector matches, as numbers in `World.workloads`, sorted.
package struct Matches: Sendable {
  /// Those that match for certain.
  package var certain: [Int] = []
  /// Those that may match: it hangs on a label whose value only the cluster knows.
  package var possible: [Int] = []

  package init(certain: [Int] = [], possible: [Int] = []) {
    self.certain = certain
    self.possible = possible
  }

  package var isEmpty: Bool { certain.isEmpty && possible.isEmpty }
}

/// Which selectors match which workloads and namespaces of a world.
///
/// Each distinct selector is evaluated once for each namespace that it speaks of. An index by (namespace, key, value)
/// finds the candidates, so that the cost follows the matches, not workloads × selectors.
package struct Selection: Sendable {
  private struct Scope: Hashable {
    let namespace: String
    let selector: Selector
  }

  private struct LabelKey: Hashable {
    let namespace: String
    let key: String
    let value: String
  }

  private let world: World
  private let index: [LabelKey: [Int]]
  private var podCache: [Scope: Matches] = [:]
  private var namespaceCache: [Selector: [String]] = [:]
  private var selecting: [PolicyType: [[Int]]] = [:]

  package init(_ world: World) {
    self.world = world
    var index: [LabelKey: [Int]] = [:]
    for (number, workload) in world.workloads.enumerated() {
      for label in workload.labels.pairs {
        index[LabelKey(namespace: workload.meta.namespace, key: label.key, value: label.value), default: []]
          .append(number)
      }
    }
    self.index = index
    evaluateAll()
  }

  /// The workloads of a namespace that a pod selector matches. hostNetwork pods are among them: their labels match,
  /// though policies do not apply to them.
  package func pods(_ selector: Selector, in namespace: String) -> Matches {
    podCache[Scope(namespace: namespace, selector: selector)] ?? evaluate(selector, in: namespace)
  }

  /// The workloads that a policy applies to by its pod selector.
  package func pods(of policy: NetworkPolicy) -> Matches {
    pods(policy.podSelector.selector, in: policy.meta.namespace)
  }

  /// The known namespaces that a namespace selector matches, sorted.
  package func namespaces(_ selector: Selector) -> [String] { namespaceCache[selector] ?? matchingNamespaces(selector) }

  /// The workloads that a peer matches by its selectors; none for an ipBlock.
  package func pods(of peer: Peer, in policy: NetworkPolicy) -> Matches {
    guard peer.ipBlock == nil else { return Matches() }
    let podSelector = peer.podSelector?.selector ?? .everything
    guard let namespaceSelector = peer.namespaceSelector else {
      return peer.podSelector == nil ? Matches() : pods(podSelector, in: policy.meta.namespace)
    }
    var result = Matches()
    for namespace in namespaces(namespaceSelector.selector) {
      let matches = pods(podSelector, in: namespace)
      result.certain += matches.certain
      result.possible += matches.possible
    }
    result.certain.sort()
    result.possible.sort()
    return result
  }

  /// The policies that isolate a workload in a direction, as numbers in `World.policies`; none for hostNetwork pods.
  package func policies(isolating workload: Int, _ type: PolicyType) -> [Int] { selecting[type]?[workload] ?? [] }

  // MARK: Evaluation

  private mutating func evaluateAll() {
    selecting = [
      .ingress: Array(repeating: [], count: world.workloads.count),
      .egress: Array(repeating: [], count: world.workloads.count),
    ]
    for (number, policy) in world.policies.enumerated() {
      let matches = remember(policy.podSelector.selector, in: policy.meta.namespace)
      for type in PolicyType.allCases where policy.isolates(type) {
        for workload in matches.certain where !world.workloads[workload].hostNetwork {
          selecting[type]?[workload].append(number)
        }
      }
      for type in PolicyType.allCases {
        for rule in policy.rules(type).items {
          for peer in rule.peers.items { remember(peer, of: policy) }
        }
      }
    }
  }

  private mutating func remember(_ peer: Peer, of policy: NetworkPolicy) {
    let podSelector = peer.podSelector?.selector ?? .everything
    if let namespaceSelector = peer.namespaceSelector?.selector {
      let names = namespaceCache[namespaceSelector] ?? matchingNamespaces(namespaceSelector)
      namespaceCache[namespaceSelector] = names
      for name in names { _ = remember(podSelector, in: name) }
    } else if peer.podSelector != nil {
      _ = remember(podSelector, in: policy.meta.namespace)
    }
  }

  private mutating func remember(_ selector: Selector, in namespace: String) -> Matches {
    let scope = Scope(namespace: namespace, selector: selector)
    if let known = podCache[scope] { return known }
    let matches = evaluate(selector, in: namespace)
    podCache[scope] = matches
    return matches
  }

  private func evaluate(_ selector: Selector, in namespace: String) -> Matches {
    var matches = Matches()
    for number in candidates(selector, in: namespace) {
      switch selector.matches(world.workloads[number].labels) {
      case .yes: matches.certain.append(number)
      case .unknown: matches.possible.append(number)
      case .no: break
      }
    }
    return matches
  }

  /// The workloads with the rarest of the labels that the selector requires; all of the namespace when it requires
  /// none. A label with a generated value is in no index entry, so selectors that name such a key look at all.
  private func candidates(_ selector: Selector, in namespace: String) -> [Int] {
    let all = world.workloadNumbers(in: namespace)
    var best = all
    for requirement in selector.requirements where requirement.operator == .in && requirement.values.count == 1 {
      let found = index[LabelKey(namespace: namespace, key: requirement.key, value: requirement.values[0])] ?? []
      if found.count < best.count, !all.contains(where: { world.workloads[$0].labels.isGenerated(requirement.key) }) {
        best = found
      }
    }
    return best
  }

  private func matchingNamespaces(_ selector: Selector) -> [String] {
    world.namespaces.filter { selector.matches(world.labels(ofNamespace: $0)) == .yes }
  }
}
