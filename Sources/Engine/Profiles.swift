internal import Diagnostics
internal import Model

/// Which policies apply to a pod class in one direction; classes to which the same ones apply share a profile.
struct Profile {
  struct Selected {
    let tier: Int
    /// Its place in the tier.
    let policy: Int
    /// Whether it applies whatever only the cluster knows.
    let isCertain: Bool
  }

  let selected: [Selected]
  /// Whether something that is not evaluated may apply too.
  let isOpaque: Bool
  /// The classes that have this profile.
  fileprivate(set) var members = ClassSet()
  /// What is allowed between them and each class at the other end.
  fileprivate(set) var row = Row(starts: [0], verdicts: [0])
  /// What is allowed between them and addresses outside the cluster: disjoint sets that hold every address together.
  fileprivate(set) var addressRow: [(addresses: AddressSet, verdict: Int)] = []
}

/// A verdict for every class, as parts of the line of classes.
struct Row {
  /// The first class of each part, rising from 0.
  let starts: [UInt32]
  let verdicts: [Int]

  /// O(log parts).
  func verdict(for number: UInt32) -> Int { verdicts[part(of: number)] }

  func part(of number: UInt32) -> Int { starts.partitioningIndex { $0 > number } - 1 }
}

/// The profiles of one direction.
struct Profiles {
  let direction: PolicyType
  private(set) var profiles: [Profile] = []
  /// The profile of each class.
  private(set) var ofClass: [Int]

  /// - Parameter opaque: classes to which something applies that is not evaluated.
  init(_ direction: PolicyType, _ tiers: [Tier], opaque: ClassSet, classCount: Int) {
    self.direction = direction
    ofClass = Array(repeating: 0, count: classCount)
    guard classCount > 0 else { return }
    // Each policy has two numbers, one for where it applies for certain and one for where it may.
    var places: [(tier: Int, policy: Int)] = []
    var entries = opaque.entries(Profiles.opaqueID)
    for (tier, content) in tiers.enumerated() {
      for (number, policy) in (content.policies[direction] ?? []).enumerated() {
        entries += policy.subjects.certain.entries(Int32(2 * places.count + 1))
        entries += policy.subjects.possible.entries(Int32(2 * places.count))
        places.append((tier, number))
      }
    }
    var numbers: [[Int32]: Int] = [:]
    var members: [[ClosedRange<UInt32>]] = []
    Sweep.forEachPart(of: 0...UInt32(classCount - 1), entries) { range, active in
      let number = numbers[active] ?? profiles.count
      if number == profiles.count {
        numbers[active] = number
        let selected = active.filter { $0 >= 0 }.map { id in
          let place = places[Int(id / 2)]
          return Profile.Selected(tier: place.tier, policy: place.policy, isCertain: id % 2 == 1)
        }
        profiles.append(Profile(selected: selected, isOpaque: active.first == Profiles.opaqueID))
        members.append([])
      }
      members[number].append(range)
      for podClass in range { ofClass[Int(podClass)] = number }
    }
    for number in profiles.indices { profiles[number].members = ClassSet(members[number]) }
  }

  fileprivate static let opaqueID: Int32 = -1

  /// Works out the rows of all profiles.
  mutating func fill(_ tiers: [Tier], hostNetwork: ClassSet, verdicts: inout Interner<Verdict>) {
    for number in profiles.indices {
      let maker = RowMaker(profiles[number], direction, tiers, hostNetwork: hostNetwork)
      profiles[number].row = maker.row(classCount: ofClass.count, verdicts: &verdicts)
      profiles[number].addressRow = maker.addressRow(verdicts: &verdicts)
    }
  }
}

/// Works out what one profile allows.
private struct RowMaker {
  private struct Rule {
    let rule: TierRule
    let policy: Profile.Selected
    /// The policy's place among those that apply.
    let slot: Int
  }

  private let profile: Profile
  private let policies: [TierPolicy]
  private let rules: [Rule]
  private let hostNetwork: ClassSet
  private let tierCount: Int
  private static let hostNetworkID: Int32 = -1

  init(_ profile: Profile, _ direction: PolicyType, _ tiers: [Tier], hostNetwork: ClassSet) {
    self.profile = profile
    self.hostNetwork = hostNetwork
    tierCount = tiers.count
    var policies: [TierPolicy] = []
    var rules: [Rule] = []
    for (slot, selected) in profile.selected.enumerated() {
      guard let policy = tiers[selected.tier].policies[direction]?[selected.policy] else { continue }
      policies.append(policy)
      rules += policy.rules.map { Rule(rule: $0, policy: selected, slot: slot) }
    }
    self.policies = policies
    self.rules = rules
  }

  /// Whether the profile says anything at all.
  private var isEmpty: Bool { policies.isEmpty && !profile.isOpaque }

  func row(classCount: Int, verdicts: inout Interner<Verdict>) -> Row {
    guard classCount > 0, !isEmpty else {
      return Row(starts: [0], verdicts: [verdicts.number(of: .allowsEverything)])
    }
    var entries = hostNetwork.entries(RowMaker.hostNetworkID)
    for (number, rule) in rules.enumerated() {
      entries += rule.rule.pods.certain.entries(Int32(2 * number + 1))
      entries += rule.rule.pods.possible.entries(Int32(2 * number))
    }
    var starts: [UInt32] = []
    var numbers: [Int] = []
    Sweep.forEachPart(of: 0...UInt32(classCount - 1), entries) { range, active in
      let number = verdicts.number(of: verdict(active))
      if numbers.last == number { return }
      starts.append(range.lowerBound)
      numbers.append(number)
    }
    return Row(starts: starts, verdicts: numbers)
  }

  func addressRow(verdicts: inout Interner<Verdict>) -> [(addresses: AddressSet, verdict: Int)] {
    var sets: [Int: AddressSet] = [:]
    var order: [Int] = []
    func add(_ active: [Int32], _ addresses: (inout AddressSet) -> Void) {
      let number = verdicts.number(of: verdict(active))
      if sets[number] == nil { order.append(number) }
      addresses(&sets[number, default: AddressSet()])
    }
    var ipv4: [Sweep.Entry<UInt32>] = []
    var ipv6: [Sweep.Entry<UInt128>] = []
    for (number, rule) in rules.enumerated() {
      ipv4 += rule.rule.addresses.ipv4.entries(Int32(2 * number + 1))
      ipv6 += rule.rule.addresses.ipv6.entries(Int32(2 * number + 1))
    }
    Sweep.forEachPart(of: 0...UInt32.max, ipv4) { range, active in add(active) { $0.insertIPv4(range) } }
    Sweep.forEachPart(of: 0...UInt128.max, ipv6) { range, active in add(active) { $0.insertIPv6(range) } }
    return order.map { (sets[$0] ?? AddressSet(), $0) }
  }

  /// What the tiers say where these rules match the other end.
  private func verdict(_ active: [Int32]) -> Verdict {
    var verdict = Verdict(tiers: Array(repeating: TierVerdict(), count: tierCount), isOpaque: profile.isOpaque)
    for (slot, policy) in policies.enumerated() where policy.isolates {
      let selected = profile.selected[slot]
      if selected.isCertain {
        verdict.tiers[selected.tier].isolation = .yes
      } else if verdict.tiers[selected.tier].isolation == .no {
        verdict.tiers[selected.tier].isolation = .unknown
      }
    }
    var rulesOfSlot: [Int: [MatchingRule]] = [:]
    for id in active where id >= 0 {
      let rule = rules[Int(id / 2)]
      let peersMatch = id % 2 == 1
      let match = MatchingRule(
        ports: rule.rule.ports, action: rule.rule.action, isCertain: peersMatch && rule.policy.isCertain)
      verdict.tiers[rule.policy.tier].rules.append(match)
      if !rule.policy.isCertain {
        rulesOfSlot[rule.slot, default: []].append(
          MatchingRule(ports: rule.rule.ports, action: rule.rule.action, isCertain: peersMatch))
      }
    }
    for tier in verdict.tiers.indices {
      verdict.tiers[tier].normalize()
      guard verdict.tiers[tier].isolation == .unknown else { continue }
      verdict.tiers[tier].alternatives = profile.selected.indices.filter {
        profile.selected[$0].tier == tier && policies[$0].isolates
      }.map { rulesOfSlot[$0] ?? [] }
    }
    let isIsolated = verdict.tiers.contains { $0.isolation != .no }
    verdict.mayAllowMore = isIsolated && active.first == RowMaker.hostNetworkID
    return verdict
  }
}

extension TierVerdict {
  /// Where all rules allow, their order has no meaning: equal verdicts get equal forms.
  fileprivate mutating func normalize() {
    guard rules.count > 1, rules.allSatisfy({ $0.action == .allow }) else { return }
    rules.sort { ($0.ports, $0.isCertain ? 0 : 1) < ($1.ports, $1.isCertain ? 0 : 1) }
    var kept: [MatchingRule] = []
    for rule in rules where kept.last?.ports != rule.ports { kept.append(rule) }
    rules = kept
  }
}
