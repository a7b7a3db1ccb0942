internal import Model

/// The pod classes that a selector or a peer matches.
struct PodMatch: Hashable {
  var certain = ClassSet()
  /// Those that match or not, depending on what only the cluster knows; none of them is in `certain`.
  var possible = ClassSet()

  init(certain: ClassSet = ClassSet(), possible: ClassSet = ClassSet()) {
    self.certain = certain
    self.possible = possible
  }

  init(_ found: (certain: [UInt32], possible: [UInt32])) {
    self.init(certain: ClassSet(ordered: found.certain), possible: ClassSet(ordered: found.possible))
  }

  func subtracting(_ classes: ClassSet) -> PodMatch {
    if classes.isEmpty { return self }
    return PodMatch(certain: certain.subtracting(classes), possible: possible.subtracting(classes))
  }
}

/// A namespace of the universe.
struct UniverseNamespace {
  let name: String
  let labels: LabelSet
}

/// Answers which pod classes selectors and peers match; each distinct selector is evaluated once for what it speaks of.
/// Pods on the node's network are among them: whether they count is for the caller to say.
struct PodMatcher {
  private let index: PodIndex
  private let namespaces: [UniverseNamespace]
  private let numbersOfNamespaces: [String: Int]
  private let controller: UnreadController?

  private var selectors: [Selector: Int] = [:]
  private var inOwnNamespace: [UInt64: PodMatch] = [:]
  private var inSelectedNamespaces: [UInt64: PodMatch] = [:]
  private var selectedNamespaces: [Int: (numbers: [Int], isMember: [Bool])] = [:]

  init(
    _ index: PodIndex, _ namespaces: [UniverseNamespace], controller: UnreadController? = nil
  ) {
    self.index = index
    self.namespaces = namespaces
    self.controller = controller
    numbersOfNamespaces = Dictionary(namespaces.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// The classes of a namespace that a policy with this selector applies to.
  mutating func subjects(_ selector: Selector, in namespace: String) -> PodMatch {
    guard let namespace = numbersOfNamespaces[namespace] else { return PodMatch() }
    let key = UInt64(namespace) << 32 | UInt64(number(of: selector))
    if let known = inOwnNamespace[key] { return known }
    let match = PodMatch(index.matches(selector, in: .namespace(namespace)))
    inOwnNamespace[key] = match
    return match
  }

  /// The classes that a peer's selectors match; none for an ipBlock.
  mutating func pods(of peer: Peer, in namespace: String) -> PodMatch {
    guard peer.ipBlock == nil else { return PodMatch() }
    let podSelector = peer.podSelector?.selector ?? .everything
    guard let namespaceSelector = peer.namespaceSelector?.selector else {
      guard peer.podSelector != nil else { return PodMatch() }
      var match = subjects(podSelector, in: namespace)
      if let controller { match.possible.formUnion(ClassSet(controller.id)) }
      return match
    }
    let selectorNumber = number(of: namespaceSelector)
    let key = UInt64(selectorNumber) << 32 | UInt64(number(of: podSelector))
    if let known = inSelectedNamespaces[key] { return known }
    let scope = scope(namespaceSelector, selectorNumber)
    var match = PodMatch(index.matches(podSelector, in: scope))
    if let controller {
      let isCertain = controller.isMatched(namespaceSelector, podSelector)
      if isCertain {
        match.certain.formUnion(ClassSet(controller.id))
      } else {
        match.possible.formUnion(ClassSet(controller.id))
      }
    }
    inSelectedNamespaces[key] = match
    return match
  }

  /// The classes that a peer's selectors match: what is known, or worked out without being remembered.
  func knownPods(of peer: Peer, in namespace: String) -> PodMatch {
    let podSelector = peer.podSelector?.selector ?? .everything
    if let selected = peer.namespaceSelector?.selector {
      if peer.ipBlock == nil, let first = selectors[selected], let second = selectors[podSelector],
        let known = inSelectedNamespaces[UInt64(first) << 32 | UInt64(second)]
      {
        return known
      }
    } else if peer.podSelector != nil, peer.ipBlock == nil, controller == nil {
      return knownSubjects(podSelector, in: namespace)
    }
    var copy = self
    return copy.pods(of: peer, in: namespace)
  }

  /// The classes that a policy with this selector applies to: what is known, or worked out without being remembered.
  func knownSubjects(_ selector: Selector, in namespace: String) -> PodMatch {
    if let first = numbersOfNamespaces[namespace], let second = selectors[selector],
      let known = inOwnNamespace[UInt64(first) << 32 | UInt64(second)]
    {
      return known
    }
    var copy = self
    return copy.subjects(selector, in: namespace)
  }

  /// The namespaces that a selector matches, in order.
  func knownNamespaces(_ selector: Selector) -> [UniverseNamespace] {
    let known = selectors[selector].flatMap { selectedNamespaces[$0]?.numbers }
    return (known ?? namespaces.indices.filter { selector.matches(namespaces[$0].labels) == .yes })
      .map { namespaces[$0] }
  }

  private mutating func scope(_ selector: Selector, _ number: Int) -> PodIndex.Scope {
    if let known = selectedNamespaces[number] { return .namespaces(known.numbers, isMember: known.isMember) }
    let isMember = namespaces.map { selector.matches($0.labels) == .yes }
    let numbers = namespaces.indices.filter { isMember[$0] }
    selectedNamespaces[number] = (numbers, isMember)
    return .namespaces(numbers, isMember: isMember)
  }

  private mutating func number(of selector: Selector) -> Int {
    if let known = selectors[selector] { return known }
    selectors[selector] = selectors.count
    return selectors.count - 1
  }
}

/// An ingress controller that was not read, though Ingresses or Routes show that there is one.
///
/// A peer matches it for certain if it takes every pod of every namespace, or names a known controller; any other
/// selector may match it. It is never guessed to be blocked.
struct UnreadController {
  let id: ClassID
  let isIngressController: @Sendable (_ namespace: String, _ labels: LabelSet) -> Bool

  func isMatched(_ namespaces: Selector, _ pods: Selector) -> Bool {
    if namespaces == .everything && pods == .everything { return true }
    guard let labels = pods.witness else { return false }
    return namespaces.namedNamespaces.contains { isIngressController($0, labels) }
  }
}

extension Selector {
  /// The namespaces that the selector names by the label that the API server sets; empty when it does not.
  var namedNamespaces: [String] {
    requirements.first { $0.key == metadataNameLabel && $0.operator == .in }?.values ?? []
  }
}
