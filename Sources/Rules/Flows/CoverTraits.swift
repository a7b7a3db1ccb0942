internal import Model

/// What of a selector must agree with another one for it to match all that the other one matches: something about its
/// first requirement.
///
/// A selector has few traits of its own; those that can cover it have one of the traits that are looked up for it.
enum SelectorTrait: Hashable {
  case everything
  case value(key: String, String)
  /// One of more values than are told apart.
  case someValue(key: String)
  case exists(key: String)
  case absent(key: String)
  case without(key: String)
  case withoutValue(key: String, String)
  /// What matches nothing.
  case contradiction

  /// More values of one requirement than this are not told apart.
  private static let mostValues = 4

  static func of(_ selector: Selector) -> [SelectorTrait] {
    guard let first = selector.requirements.first else { return [.everything] }
    switch first.operator {
    case .in where first.values.isEmpty: return [.contradiction]
    case .in where first.values.count > mostValues: return [.someValue(key: first.key)]
    case .in: return first.values.map { .value(key: first.key, $0) }
    case .exists: return [.exists(key: first.key)]
    case .doesNotExist: return [.absent(key: first.key)]
    case .notIn:
      return [.without(key: first.key)] + first.values.prefix(1).map { .withoutValue(key: first.key, $0) }
    }
  }

  /// The traits of the selectors that may match all that a selector matches; `nil` for one that matches nothing, which
  /// is covered by any.
  static func mayCover(_ selector: Selector) -> [SelectorTrait]? {
    if selector.isContradictory { return nil }
    return [.everything]
      + selector.requirements.flatMap { requirement -> [SelectorTrait] in
        let key = requirement.key
        switch requirement.operator {
        case .in:
          return requirement.values.prefix(1).map { .value(key: key, $0) } + [
            .someValue(key: key), .exists(key: key), .without(key: key),
          ]
        case .exists: return [.exists(key: key)]
        case .doesNotExist: return [.absent(key: key), .without(key: key)]
        case .notIn: return requirement.values.map { .withoutValue(key: key, $0) }
        }
      }
  }
}

/// The same of a peer.
enum PeerTraits {
  /// Where its pods are.
  enum Place {
    /// In the namespace of the policy.
    case own
    case selected(SelectorTrait)
  }

  /// That of a rule which names no peer.
  case everyone
  /// Each of some pods in each of some places.
  case pods([SelectorTrait], [Place])
  case blocks([CIDR])

  /// - Parameter namespace: that of the policy.
  static func of(_ peer: Peer, in namespace: String, _ world: World) -> PeerTraits {
    if let block = peer.ipBlock { return .blocks(block.cidr?.parsed.map { [$0.cidr] } ?? []) }
    var places: [Place] = [.own]
    if let selector = peer.namespaceSelector?.selector {
      places = SelectorTrait.of(selector).map { .selected($0) }
      if selector.matches(world.labels(ofNamespace: namespace)) == .yes { places.append(.own) }
    }
    return .pods(SelectorTrait.of(peer.podSelector?.selector ?? .everything), places)
  }

  /// More look-ups than this cost more than to take whatever there is: the values of several long lists multiply.
  static let mostLookUps = 4096

  /// The traits of the peers that may cover a peer besides those that name none; `nil` where that can be any, or where
  /// they are too many.
  static func lookUps(for peer: Peer, in namespace: String) -> PeerTraits? {
    if let block = peer.ipBlock {
      guard let first = block.addresses.first else { return nil }
      return .blocks((0...first.width).map { CIDR(first, prefixLength: $0) })
    }
    guard let pods = SelectorTrait.mayCover(peer.podSelector?.selector ?? .everything) else { return nil }
    var places: [Place] = [.own]
    if let selector = peer.namespaceSelector?.selector {
      guard let selected = SelectorTrait.mayCover(selector) else { return nil }
      // One that names the policy's own namespace may be covered by a peer without namespaces.
      places = selected.map { .selected($0) } + (selector.namesOnly(namespace) ? [.own] : [])
    }
    return pods.count * places.count <= mostLookUps ? .pods(pods, places) : nil
  }
}

/// Gives traits numbers, so that what is looked up in combinations is cheap to compare.
struct TraitNumbers<Trait: Hashable> {
  private var numbers: [Trait: Int] = [:]

  mutating func add(_ trait: Trait) -> Int {
    if let known = numbers[trait] { return known }
    numbers[trait] = numbers.count
    return numbers.count - 1
  }

  /// `nil` for a trait that was not added.
  subscript(_ trait: Trait) -> Int? { numbers[trait] }
}

/// Gives the traits of peers numbers: texts are hashed once for each selector, and not for each combination.
struct PeerTraitNumbers {
  /// One trait, by the numbers of what it is made of.
  private enum Key: Hashable {
    case everyone
    case pods(Int, in: Int)
    case block(CIDR)
  }

  /// No trait of a selector has this number.
  private static let ownNamespace = -1
  private var selectors = TraitNumbers<SelectorTrait>()
  private var keys = TraitNumbers<Key>()
  /// The prefix lengths of the blocks among them: others need not be looked up.
  private var lengths: Set<Int> = []

  mutating func add(_ traits: PeerTraits) -> [Int] {
    if case .blocks(let blocks) = traits { lengths.formUnion(blocks.lazy.map(\.prefixLength)) }
    return PeerTraitNumbers.keys(traits) { selectors.add($0) }.map { keys.add($0) }
  }

  /// The numbers of those that were added.
  func known(_ traits: PeerTraits) -> [Int] {
    if case .blocks(let blocks) = traits {
      return blocks.lazy.filter { lengths.contains($0.prefixLength) }.compactMap { keys[.block($0)] }
    }
    return PeerTraitNumbers.keys(traits) { selectors[$0] }.compactMap { keys[$0] }
  }

  /// - Parameter number: that of a trait of a selector; what has none is left out.
  private static func keys(_ traits: PeerTraits, _ number: (SelectorTrait) -> Int?) -> [Key] {
    switch traits {
    case .everyone: return [.everyone]
    case .blocks(let blocks): return blocks.map { .block($0) }
    case .pods(let pods, let places):
      let places = places.compactMap { place in
        switch place {
        case .own: ownNamespace
        case .selected(let trait): number(trait)
        }
      }
      return pods.compactMap(number).flatMap { pods in places.map { .pods(pods, in: $0) } }
    }
  }
}

/// What of the ports of a rule must agree with those of another one.
enum PortTrait: Hashable {
  case all
  /// More ports than are told apart.
  case many
  case number(UInt16, TransportProtocol)
  case range(TransportProtocol)
  case name(String, TransportProtocol)

  /// More items of one rule than this are not told apart.
  private static let mostPorts = 4

  static func of(_ rule: PolicyRule) -> [PortTrait] {
    if rule.ports.items.isEmpty { return [.all] }
    if rule.ports.items.count > mostPorts { return [.many] }
    return rule.ports.items.map { port in
      switch port.number {
      case .named(let name): .name(name, port.transport)
      case .range(let range) where range.count == 1: .number(range.lowerBound, port.transport)
      case .range, .all: .range(port.transport)
      }
    }
  }

  /// The traits of the rules that may allow all ports of a rule: what may hold its first one.
  static func mayCover(_ rule: PolicyRule) -> [PortTrait] {
    guard let port = rule.ports.items.first else { return [.all] }
    var traits: [PortTrait] = [.all, .many, .range(port.transport)]
    switch port.number {
    case .named(let name): traits.append(.name(name, port.transport))
    case .range(let range): traits.append(.number(range.lowerBound, port.transport))
    case .all: traits.append(.number(PortSet.allPorts.lowerBound, port.transport))
    }
    return traits
  }
}

extension Selector {
  /// Whether it matches no namespace but this one.
  fileprivate func namesOnly(_ namespace: String) -> Bool {
    implies(Selector([SelectorRequirement(key: metadataNameLabel, .in, [namespace])]))
  }
}
