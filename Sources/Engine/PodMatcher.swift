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
  private let namespaceIndex: PodIndex
  private let controller: UnreadController?

  private var selectors: [Selector: Int] = [:]
  private var inOwnNamespace: [UInt64: PodMatch] = [:]
  private var inSelectedNamespaces: [UInt64: PodMatch] = [:]
  /// The pods of the namespaces that a selector matches.
  private var inNamespacesOf: [Int: PodMatch] = [:]

  init(
    _ index: PodIndex, _ namespaces: [UniverseNamespace], controller: UnreadController? = nil
  ) {
    self.index = index
    self.namespaces = namespaces
    self.controller = controller
    numbersOfNamespaces = Dictionary(namespaces.enumerated().map { ($1.name, $0) }) { first, _ in first }
    var namespaceIndex = PodIndex()
    for namespace in namespaces { namespaceIndex.append(namespace.labels) }
    self.namespaceIndex = namespaceIndex
  }

  /// The classes of a namespace that a policy with this selector applies to.
  mutating func subjects(_ selector: Selector, in namespace: String) -> PodMatch {
    guard let namespace = numbersOfNamespaces[namespace] else { return PodMatch() }
    let key = PodMatcher.key(namespace, number(of: selector))
    if let known = inOwnNamespace[key] { return known }
    let match = index.matches(selector, in: index.members(of: namespace))
    inOwnNamespace[key] = match
    return match
  }

  /// The classes that a peer's selectors match; none for an ipBlock.
  mutating func pods(of peer: Peer, in namespace: String) -> PodMatch {
    guard let selectors = selectors(of: peer) else { return PodMatch() }
    guard let namespaceSelector = selectors.namespaces else {
      // In two steps: within one the tables would be shared, and copied to be changed.
      let match = subjects(selectors.pods, in: namespace)
      return withController(match)
    }
    return pods(selectors.pods, inNamespacesOf: namespaceSelector)
  }

  /// The classes that a pod selector matches in the namespaces that another selector matches.
  mutating func pods(_ selector: Selector, inNamespacesOf namespaceSelector: Selector) -> PodMatch {
    let selectorNumber = number(of: namespaceSelector)
    let key = PodMatcher.key(selectorNumber, number(of: selector))
    if let known = inSelectedNamespaces[key] { return known }
    let scope = inNamespacesOf[selectorNumber] ?? pods(inNamespacesOf: namespaceSelector)
    inNamespacesOf[selectorNumber] = scope
    let match = withController(matches(selector, in: scope), namespaceSelector, selector)
    inSelectedNamespaces[key] = match
    return match
  }

  /// The classes that a peer's selectors match: what is known, or worked out without being remembered.
  func knownPods(of peer: Peer, in namespace: String) -> PodMatch {
    guard let selectors = selectors(of: peer) else { return PodMatch() }
    guard let namespaceSelector = selectors.namespaces else {
      return withController(knownSubjects(selectors.pods, in: namespace))
    }
    return knownPods(selectors.pods, inNamespacesOf: namespaceSelector)
  }

  /// The same for a pod selector in the namespaces that another selector matches.
  func knownPods(_ selector: Selector, inNamespacesOf namespaceSelector: Selector) -> PodMatch {
    let number = selectors[namespaceSelector]
    if let number, let second = selectors[selector],
      let known = inSelectedNamespaces[PodMatcher.key(number, second)]
    {
      return known
    }
    let scope = number.flatMap { inNamespacesOf[$0] } ?? pods(inNamespacesOf: namespaceSelector)
    return withController(matches(selector, in: scope), namespaceSelector, selector)
  }

  /// The classes that a policy with this selector applies to: what is known, or worked out without being remembered.
  func knownSubjects(_ selector: Selector, in namespace: String) -> PodMatch {
    guard let namespace = numbersOfNamespaces[namespace] else { return PodMatch() }
    if let number = selectors[selector], let known = inOwnNamespace[PodMatcher.key(namespace, number)] { return known }
    return index.matches(selector, in: index.members(of: namespace))
  }

  /// The namespaces that a selector matches for certain, in order; each is looked up when it is asked for.
  func knownNamespaces(_ selector: Selector) -> some Sequence<UniverseNamespace> {
    selectedNamespaces(selector).ids.lazy.map { namespaces[$0.index] }
  }

  private func selectedNamespaces(_ selector: Selector) -> ClassSet {
    namespaceIndex.matches(selector, in: namespaceIndex.all).certain
  }

  /// The classes in the namespaces that a selector matches for certain, and in those that it may match: a label may have
  /// several values, of which nobody knows the right one.
  private func pods(inNamespacesOf selector: Selector) -> PodMatch {
    let match = namespaceIndex.matches(selector, in: namespaceIndex.all)
    return PodMatch(certain: index.members(of: match.certain), possible: index.members(of: match.possible))
  }

  private func matches(_ pods: Selector, in scope: PodMatch) -> PodMatch {
    var match = index.matches(pods, in: scope.certain)
    if !scope.possible.isEmpty {
      let open = index.matches(pods, in: scope.possible)
      match.possible.formUnion(open.certain.union(open.possible))
    }
    return match
  }

  /// The selectors of a peer, `nil` for an ipBlock, and for a peer that says nothing.
  private func selectors(of peer: Peer) -> (pods: Selector, namespaces: Selector?)? {
    guard peer.ipBlock == nil, peer.podSelector != nil || peer.namespaceSelector != nil else { return nil }
    return (peer.podSelector?.selector ?? .everything, peer.namespaceSelector?.selector)
  }

  /// With an ingress controller of which nobody knows whether it is in the policy's namespace.
  private func withController(_ match: PodMatch) -> PodMatch {
    guard let controller else { return match }
    var match = match
    match.possible.formUnion(ClassSet(controller.id))
    return match
  }

  private func withController(_ match: PodMatch, _ namespaces: Selector, _ pods: Selector) -> PodMatch {
    guard let controller else { return match }
    var match = match
    if controller.isMatched(namespaces, pods) {
      match.certain.formUnion(ClassSet(controller.id))
    } else {
      match.possible.formUnion(ClassSet(controller.id))
    }
    return match
  }

  private mutating func number(of selector: Selector) -> Int {
    if let known = selectors[selector] { return known }
    selectors[selector] = selectors.count
    return selectors.count - 1
  }

  private static func key(_ first: Int, _ second: Int) -> UInt64 { UInt64(first) << 32 | UInt64(second) }
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
  package var namedNamespaces: [String] {
    requirements.first { $0.key == metadataNameLabel && $0.operator == .in }?.values ?? []
  }
}
