internal import Model

/// Finds the pods that a selector matches by their labels.
///
/// A label that the selector requires gives the candidates, from an index by (namespace, key, value); only those are
/// looked at. Pods and namespaces are numbers.
struct PodIndex {
  /// Where to look: in one namespace, or in all for which the table says so.
  enum Scope {
    case namespace(Int)
    case namespaces([Int], isMember: [Bool])
  }

  private var labels: [LabelSet] = []
  private var namespaces: [Int] = []
  private var numbersOfPairs: [LabelSet.Pair: Int] = [:]
  /// The pods with each label, everywhere; by number of the label.
  private var podsOfPair: [[UInt32]] = []
  /// The pods with each label in a namespace: the key is the number of the namespace, then that of the label.
  private var podsOfPairInNamespace: [UInt64: [UInt32]] = [:]
  private var podsOfNamespace: [[UInt32]] = []
  /// The pods that get a value from a controller, by key of the label.
  private var podsOfGeneratedKey: [String: [UInt32]] = [:]

  var count: Int { labels.count }

  /// Adds the pod with the next number.
  mutating func append(_ podLabels: LabelSet, in namespace: Int) {
    let pod = UInt32(labels.count)
    labels.append(podLabels)
    namespaces.append(namespace)
    while podsOfNamespace.count <= namespace { podsOfNamespace.append([]) }
    podsOfNamespace[namespace].append(pod)
    for pair in podLabels.pairs {
      let number = numbersOfPairs[pair] ?? podsOfPair.count
      if number == podsOfPair.count {
        numbersOfPairs[pair] = number
        podsOfPair.append([])
      }
      podsOfPair[number].append(pod)
      podsOfPairInNamespace[PodIndex.key(namespace, number), default: []].append(pod)
    }
    for key in podLabels.generated { podsOfGeneratedKey[key, default: []].append(pod) }
  }

  /// The pods of a namespace, in order.
  func pods(in namespace: Int) -> [UInt32] {
    namespace < podsOfNamespace.count ? podsOfNamespace[namespace] : []
  }

  /// The pods that a selector matches for certain, and those that it may match; both in order.
  func matches(_ selector: Selector, in scope: Scope) -> (certain: [UInt32], possible: [UInt32]) {
    if selector == .everything { return (all(in: scope), []) }
    var certain: [UInt32] = []
    var possible: [UInt32] = []
    for pod in candidates(selector, in: scope) {
      if case .namespaces(_, let isMember) = scope, !isMember[namespaces[Int(pod)]] { continue }
      switch selector.matches(labels[Int(pod)]) {
      case .yes: certain.append(pod)
      case .unknown: possible.append(pod)
      case .no: break
      }
    }
    return (certain, possible)
  }

  private func all(in scope: Scope) -> [UInt32] {
    switch scope {
    case .namespace(let namespace): pods(in: namespace)
    case .namespaces(let all, _): all.flatMap { pods(in: $0) }.sorted()
    }
  }

  /// A list, in order, that holds all matches: the shortest that a requirement gives.
  private func candidates(_ selector: Selector, in scope: Scope) -> [UInt32] {
    var best: (lists: [[UInt32]], count: Int)?
    for requirement in selector.requirements where requirement.operator == .in {
      var lists = requirement.values.compactMap { pods(with: requirement.key, $0, in: scope) }
      if let generated = podsOfGeneratedKey[requirement.key] { lists.append(inScope(generated, scope)) }
      let count = lists.reduce(0) { $0 + $1.count }
      if count < best?.count ?? .max { best = (lists, count) }
    }
    guard let best else { return all(in: scope) }
    return best.lists.count == 1 ? best.lists[0] : best.lists.flatMap(\.self).sorted()
  }

  /// Pods with a label: in the scope where it is one namespace, otherwise everywhere.
  private func pods(with key: String, _ value: String, in scope: Scope) -> [UInt32]? {
    guard let number = numbersOfPairs[LabelSet.Pair(key: key, value: value)] else { return nil }
    guard case .namespace(let namespace) = scope else { return podsOfPair[number] }
    return podsOfPairInNamespace[PodIndex.key(namespace, number)]
  }

  private func inScope(_ pods: [UInt32], _ scope: Scope) -> [UInt32] {
    guard case .namespace(let namespace) = scope else { return pods }
    return pods.filter { namespaces[Int($0)] == namespace }
  }

  private static func key(_ namespace: Int, _ pair: Int) -> UInt64 { UInt64(namespace) << 32 | UInt64(pair) }
}

extension IntervalSet<UInt32> {
  /// The set of numbers that stand in order.
  init(ordered numbers: [UInt32]) { self.init(numbers.lazy.map { $0...$0 }) }
}
