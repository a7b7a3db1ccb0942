internal import Diagnostics
internal import Engine
internal import Model

/// The policies whose half-open flows have to be known to say something of those that a rule is asked about: these
/// themselves, those with rules that may be for the same pods at the other end, and so on, for of several rules at one end
/// the first one counts.
struct HalfOpenPartners {
  /// `nil` for all.
  private var references: Set<ObjectReference>?

  init(_ analysis: Analysis, _ sink: FindingSink) {
    guard sink.asksAboutSome else { return }
    var search = PartnerSearch(analysis.world)
    references = search.partners { sink.isAsked($0.meta.reference) }
  }

  func contains(_ policy: NetworkPolicy) -> Bool { references?.contains(policy.meta.reference) ?? true }
}

/// Looks for the partners of policies.
///
/// What a selector means is worked out once for all policies that have it, and so is what follows from two selectors:
/// of many policies that mean all namespaces none walks through these again.
private struct PartnerSearch {
  private struct Member {
    let policy: NetworkPolicy
    /// Whether its peers may mean its own namespace.
    let meansOwn: Bool
    /// The numbers of its peers' namespace selectors.
    let selectors: [Int]

    var namespace: String { policy.meta.namespace }
  }

  /// The namespace of a policy, with one of its selectors.
  private struct Origin: Hashable {
    let namespace: String
    let selector: Int
  }

  /// The selectors at two ends.
  private struct Ends: Hashable {
    let own: Int
    let other: Int
  }

  private var members: [Member] = []
  private var inNamespace: [String: [Int]] = [:]
  /// For each selector the namespaces that it may mean.
  private var meant: [Set<String>] = []
  /// For each selector the members that have it.
  private var holders: [[Int]] = []
  /// For each namespace the selectors that may mean it.
  private var meaning: [String: [Int]] = [:]

  private var found: Set<Int> = []
  private var waiting: [Int] = []
  private var followed: Set<Origin> = []
  private var joined: Set<Ends> = []

  init(_ world: World) {
    var numbers: [Selector: Int] = [:]
    for policy in world.policies {
      let peers = PolicyType.allCases.flatMap { policy.effectiveRules($0) }.flatMap(\.peers.items)
        .filter { $0.ipBlock == nil }
      var selectors: [Int] = []
      for selector in Set(peers.compactMap { $0.namespaceSelector?.selector }) {
        let number: Int
        if let known = numbers[selector] {
          number = known
        } else {
          number = add(selector, world)
          numbers[selector] = number
        }
        holders[number].append(members.count)
        selectors.append(number)
      }
      let own = policy.meta.namespace
      let meansOwn =
        peers.contains { $0.namespaceSelector == nil } || selectors.contains { self.meant[$0].contains(own) }
      inNamespace[own, default: []].append(members.count)
      members.append(Member(policy: policy, meansOwn: meansOwn, selectors: selectors))
    }
  }

  /// The number of a selector that was not seen before.
  private mutating func add(_ selector: Selector, _ world: World) -> Int {
    let number = meant.count
    let namespaces = world.namespaces.filter { selector.matches(world.labels(ofNamespace: $0)) != .no }
    for namespace in namespaces { meaning[namespace, default: []].append(number) }
    meant.append(Set(namespaces))
    holders.append([])
    return number
  }

  /// Those of some policies, and these themselves; `nil` where it is not worth to tell them from all others.
  mutating func partners(ofAll isAsked: (NetworkPolicy) -> Bool) -> Set<ObjectReference>? {
    for number in members.indices where isAsked(members[number].policy) { find(number) }
    var opened: Set<String> = []
    while let number = waiting.popLast() {
      if found.count * 2 > members.count { return nil }
      let member = members[number]
      if member.meansOwn, opened.insert(member.namespace).inserted {
        for other in inNamespace[member.namespace] ?? [] where members[other].meansOwn { find(other) }
      }
      for selector in member.selectors { follow(selector, from: member.namespace) }
    }
    return Set(found.map { members[$0].policy.meta.reference })
  }

  private mutating func find(_ number: Int) {
    if found.insert(number).inserted { waiting.append(number) }
  }

  /// Finds those in the namespaces that a selector means that mean the selector's own one by theirs.
  private mutating func follow(_ selector: Int, from own: String) {
    guard followed.insert(Origin(namespace: own, selector: selector)).inserted else { return }
    let others = meaning[own] ?? []
    let namespaces = meant[selector]
    if namespaces.count <= others.count {
      for other in namespaces.flatMap({ inNamespace[$0] ?? [] }) where means(other, own) { find(other) }
      return
    }
    for other in others where joined.insert(Ends(own: selector, other: other)).inserted {
      for holder in holders[other] where namespaces.contains(members[holder].namespace) { find(holder) }
    }
  }

  /// Whether a member may mean a namespace by its selectors.
  private func means(_ number: Int, _ namespace: String) -> Bool {
    members[number].selectors.contains { meant[$0].contains(namespace) }
  }
}
