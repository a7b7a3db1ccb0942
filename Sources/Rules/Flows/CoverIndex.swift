internal import Model

/// Finds among many rules those that may allow all that another one allows, without a look at every one of them.
struct CoverIndex {
  /// The numbers of traits.
  private struct Key: Hashable {
    let subjects: Int
    let peer: Int
    let ports: Int
  }

  private let world: World
  private let namespace: String
  private var places: [Key: [Int]] = [:]
  private var subjectTraits = TraitNumbers<SelectorTrait>()
  private var peerTraits = PeerTraitNumbers()
  private var portTraits = TraitNumbers<PortTrait>()
  private var count = 0

  /// - Parameter namespace: that of all the rules.
  init(_ world: World, _ namespace: String) {
    self.world = world
    self.namespace = namespace
  }

  /// Adds the rule with the next number.
  ///
  /// - Parameter subjects: what the rule is for.
  mutating func append(_ rule: PolicyRule, for subjects: Selector = .everything) {
    let peers =
      rule.peers.items.isEmpty ? [.everyone] : rule.peers.items.map { PeerTraits.of($0, in: namespace, world) }
    let peerNumbers = peers.flatMap { peerTraits.add($0) }
    let portNumbers = PortTrait.of(rule).map { portTraits.add($0) }
    for subjects in SelectorTrait.of(subjects).map({ subjectTraits.add($0) }) {
      for ports in portNumbers {
        for peer in peerNumbers {
          let key = Key(subjects: subjects, peer: peer, ports: ports)
          if places[key]?.last != count { places[key, default: []].append(count) }
        }
      }
    }
    count += 1
  }

  /// The numbers of the rules that may cover a rule, rising; all of them where it would take more look-ups to tell. Who
  /// compares them counts what that costs.
  func candidates(for rule: PolicyRule, of subjects: Selector = .everything) -> Candidates {
    guard let subjects = SelectorTrait.mayCover(subjects), let peers = peers(mayCover: rule) else {
      return Candidates([ArraySlice(0..<count)])
    }
    // Most of what is looked for is no trait of any rule.
    let peerNumbers = peers.flatMap { peerTraits.known($0) }
    let portNumbers = PortTrait.mayCover(rule).compactMap { portTraits[$0] }
    let subjectNumbers = subjects.compactMap { subjectTraits[$0] }
    guard subjectNumbers.count * peerNumbers.count * portNumbers.count <= PeerTraits.mostLookUps else {
      return Candidates([ArraySlice(0..<count)])
    }
    var lists: [ArraySlice<Int>] = []
    for subjects in subjectNumbers {
      for peer in peerNumbers {
        for ports in portNumbers {
          if let list = places[Key(subjects: subjects, peer: peer, ports: ports)] { lists.append(list[...]) }
        }
      }
    }
    return Candidates(lists)
  }

  /// What may cover the first of the rule's peers that says anything; `nil` where that can be any.
  private func peers(mayCover rule: PolicyRule) -> [PeerTraits]? {
    if rule.peers.items.isEmpty { return [.everyone] }
    for peer in rule.peers.items {
      if let traits = PeerTraits.lookUps(for: peer, in: namespace) { return [.everyone, traits] }
    }
    return nil
  }

  /// What rising lists hold together, rising.
  struct Candidates: Sequence, IteratorProtocol {
    private var lists: [ArraySlice<Int>]

    static let none = Candidates([])

    fileprivate init(_ lists: [ArraySlice<Int>]) { self.lists = lists.filter { !$0.isEmpty } }

    mutating func next() -> Int? {
      guard var number = lists.first?.first else { return nil }
      for list in lists { number = Swift.min(number, list[list.startIndex]) }
      var isUsedUp = false
      for index in lists.indices where lists[index][lists[index].startIndex] == number {
        lists[index].removeFirst()
        isUsedUp = isUsedUp || lists[index].isEmpty
      }
      if isUsedUp { lists.removeAll { $0.isEmpty } }
      return number
    }
  }
}
