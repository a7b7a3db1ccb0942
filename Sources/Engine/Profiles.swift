internal import Diagnostics
internal import Model

/// Which policies apply to a pod class in one direction; classes to which the same ones apply share a profile.
struct Profile {
  struct Selected: Hashable {
    /// Its place in the tier.
    let policy: Int
    /// Whether it applies whatever only the cluster knows.
    let isCertain: Bool
  }

  let selected: [Selected]
  /// Those for the whole cluster, in order of precedence.
  let ranked: [Selected]
  /// The policies for the whole cluster that apply, or may.
  let clusterPolicies: [ClusterPolicyID]
  /// The policies that apply for certain, and all that may, in order.
  let policies: (certain: [PolicyID], all: [PolicyID])
  /// Whether something that is not evaluated may apply too.
  let isOpaque: Bool
  /// The alternatives that it rests on, sorted: those of its policies and of the pods themselves.
  let branches: [BranchID]
  /// The classes that have this profile.
  fileprivate(set) var members = ClassSet()
  /// What is allowed between them and each class at the other end.
  fileprivate(set) var row = Row(starts: [0], verdicts: [0])
  /// What is allowed between them and addresses outside the cluster: disjoint sets that hold every address together.
  fileprivate(set) var addressRow: [(addresses: AddressSet, verdict: Int)] = []

  /// - Parameters:
  ///   - active: the numbers of what applies, as `Profiles.init` gives them.
  ///   - tier: the NetworkPolicies of the direction.
  ///   - rankedTiers: the policies for the whole cluster of the direction.
  fileprivate init(_ active: ActiveSet, of tier: [TierPolicy], _ rankedTiers: [RankedPolicy]) {
    let all = active.ids.filter { $0 >= 0 }.map { Selected(policy: Int($0 / 2), isCertain: $0 % 2 == 1) }
    selected = all.filter { $0.policy < tier.count }
    ranked = all.filter { $0.policy >= tier.count }
      .map { Selected(policy: $0.policy - tier.count, isCertain: $0.isCertain) }
    clusterPolicies = ranked.map { rankedTiers[$0.policy].policy }
    isOpaque = active.holds(Profiles.opaqueID)
    branches = Set(
      active.ids.compactMap(BranchID.init(entry:)) + selected.compactMap { tier[$0.policy].branch }
        + ranked.compactMap { rankedTiers[$0.policy].branch }
    ).sorted()
    policies = (
      selected.filter(\.isCertain).map { tier[$0.policy].policy }, selected.map { tier[$0.policy].policy }
    )
  }
}

extension Profile {
  /// Whether no policy applies, or may.
  var isEmpty: Bool { selected.isEmpty && ranked.isEmpty }

  var firstPolicy: AnyPolicyID? {
    policies.all.first.map { .networkPolicy($0) } ?? clusterPolicies.first.map { .clusterPolicy($0) }
  }
}

/// A verdict for every class, as parts of the line of classes.
final class Row: Sendable {
  /// The first class of each part, rising from 0.
  let starts: [UInt32]
  let verdicts: [Int]

  init(starts: [UInt32], verdicts: [Int]) {
    self.starts = starts
    self.verdicts = verdicts
  }

  /// O(log parts).
  func verdict(for podClass: ClassID) -> Int { verdicts[part(of: podClass.number)] }

  func part(of number: UInt32) -> Int { starts.partitioningIndex { $0 > number } - 1 }

  /// The parts with their verdicts; none where there is no class.
  func parts(classCount: Int) -> [(range: ClosedRange<UInt32>, verdict: Int)] {
    if classCount == 0 { return [] }
    return starts.indices.map { part in
      let end = part + 1 < starts.count ? starts[part + 1] : UInt32(classCount)
      return (starts[part]...(end - 1), verdicts[part])
    }
  }
}

/// The profiles of one direction.
struct Profiles {
  let direction: PolicyType
  private(set) var profiles: [Profile] = []
  /// The profile of each class.
  private(set) var ofClass: [Int]

  /// - Parameter opaque: classes to which something applies that is not evaluated.
  init(_ direction: PolicyType, _ tiers: Tiers, _ universe: Universe, opaque: ClassSet) {
    self.direction = direction
    let classCount = universe.classes.count
    ofClass = Array(repeating: 0, count: classCount)
    guard classCount > 0 else { return }
    let policies = tiers.policies[direction] ?? []
    let ranked = tiers.ranked[direction] ?? []
    // Each policy has two numbers, one for where it applies for certain and one for where it may.
    var entries = opaque.entries(Profiles.opaqueID)
    entries += universe.branchEntries
    for (number, subjects) in (policies.map(\.subjects) + ranked.map(\.subjects)).enumerated() {
      entries += subjects.certain.entries(Int32(2 * number + 1))
      entries += subjects.possible.entries(Int32(2 * number))
    }
    var numbers = ActiveSetNumbers()
    var members: [[ClosedRange<UInt32>]] = []
    Sweep.forEachPart(of: 0...UInt32(classCount - 1), entries) { range, active in
      let number = numbers.number(of: active)
      if number == profiles.count {
        profiles.append(Profile(active, of: policies, ranked))
        members.append([])
      }
      members[number].append(range)
      for podClass in range { ofClass[Int(podClass)] = number }
    }
    for number in profiles.indices { profiles[number].members = ClassSet(ordered: members[number]) }
  }

  fileprivate static let opaqueID: Int32 = -1

  /// Works out the rows of all profiles.
  ///
  /// - Parameters:
  ///   - others: the profiles of the other direction, for the other end.
  ///   - hostNetwork: classes on the node's network.
  ///   - open: classes whose labels nobody knows.
  ///   - specs: the ports of all rules.
  ///   - budget: what may still be spent on rows.
  /// - Returns: the profiles whose rows would take more than that: what they allow is left open.
  mutating func fill(
    _ tiers: Tiers, _ others: Profiles, hostNetwork: ClassSet, open: ClassSet, _ specs: Interner<PortSpec>,
    verdicts: inout Interner<Verdict>, budget: inout RowBudget
  ) -> [Profile] {
    let branches = others.branchEntries
    var rankedRows = RankedRows(tiers.ranked[direction] ?? [], specs, classCount: ofClass.count, open: open)
    var overfull: [Profile] = []
    for number in profiles.indices {
      if let ranked = rankedRows.row(of: profiles[number].ranked, budget: &budget) {
        let maker = RowMaker(
          profiles[number], direction, tiers, ranked, hostNetwork: hostNetwork, open: open, branches: branches)
        let row = maker.row(classCount: ofClass.count, verdicts: &verdicts, budget: &budget)
        if let row, let addressRow = maker.addressRow(verdicts: &verdicts, budget: &budget) {
          profiles[number].row = row
          profiles[number].addressRow = addressRow
          continue
        }
      }
      let unknown = verdicts.number(of: Verdict(isOpaque: true))
      profiles[number].row = Row(starts: [0], verdicts: [unknown])
      profiles[number].addressRow = [(.everything, unknown)]
      overfull.append(profiles[number])
    }
    return overfull
  }
}

/// How many rules may be put together in rows, counted in each part anew. Rules that each leave out another pod make as
/// many different verdicts as there are pods, of nearly all rules each.
struct RowBudget {
  private var left: Int

  init(_ most: Int) { left = most }

  /// Whether so much was left.
  mutating func spend(_ count: Int) -> Bool {
    if count > left { return false }
    left -= count
    return true
  }
}

/// Works out what one profile allows.
private struct RowMaker {
  private struct Rule {
    let rule: TierRule
    let policy: Profile.Selected
    /// The policy's place among those that apply; 0 where it does not matter.
    let slot: Int
  }

  private struct RuleKey: Hashable {
    let content: Int
    let isCertain: Bool
    let slot: Int
  }

  /// What verdicts take of a rule.
  private struct RuleForm {
    let ports: Int
    let isCertain: Bool
    let namesPeers: Bool
    let slot: Int
  }

  private let profile: Profile
  private let rules: [Rule]
  /// What the policies for the whole cluster say; its parts have numbers behind those of the rules.
  private let ranked: RankedRow
  private let forms: [RuleForm]
  private let hostNetwork: ClassSet
  private let open: ClassSet
  /// Whether a rule names peers, which a pod with unknown labels may be among.
  private let namesPeers: Bool
  /// The branches of the other ends that do not go with the profile's own.
  private let foreignBranches: [Sweep.Entry<UInt32>]
  private static let hostNetworkID: Int32 = -1
  /// Behind those of all rules.
  private static let openID = Int32.max

  init(
    _ profile: Profile, _ direction: PolicyType, _ tiers: Tiers, _ ranked: RankedRow, hostNetwork: ClassSet,
    open: ClassSet, branches: [Sweep.Entry<UInt32>]
  ) {
    self.profile = profile
    self.hostNetwork = hostNetwork
    self.open = open
    let own = profile.branches.first?.entry
    foreignBranches = profile.branches.count == 1 ? branches.filter { $0.id != own } : []
    let policies = tiers.policies[direction] ?? []
    self.ranked = ranked
    // Where it is certain that some policy isolates the pods, it does not matter which one a rule stands in, and equal
    // rules are one.
    let mattersWhose = !profile.selected.contains(where: \.isCertain)
    var seen: Set<RuleKey> = []
    var rules: [Rule] = []
    for (slot, selected) in profile.selected.enumerated() {
      for rule in policies[selected.policy].rules {
        let rule = Rule(rule: rule, policy: selected, slot: mattersWhose ? slot : 0)
        let key = RuleKey(content: rule.rule.content, isCertain: selected.isCertain, slot: rule.slot)
        if seen.insert(key).inserted { rules.append(rule) }
      }
    }
    // Verdicts list rules in the order of their ports.
    self.rules = rules.sorted { $0.rule.ports < $1.rule.ports }
    forms = self.rules.map { rule in
      RuleForm(
        ports: rule.rule.ports, isCertain: rule.policy.isCertain, namesPeers: !rule.rule.peers.isEmpty, slot: rule.slot)
    }
    namesPeers = forms.contains(where: \.namesPeers)
  }

  /// Whether the profile says anything at all.
  private var isEmpty: Bool { profile.isEmpty && !isOpaque }

  /// Whether nothing can be told, whatever is at the other end.
  private var isOpaque: Bool { profile.isOpaque || profile.branches.count > 1 }

  /// `nil` where it would take more than the budget.
  func row(classCount: Int, verdicts: inout Interner<Verdict>, budget: inout RowBudget) -> Row? {
    guard classCount > 0, !isEmpty || !foreignBranches.isEmpty else {
      return Row(starts: [0], verdicts: [verdicts.number(of: .allowsEverything)])
    }
    let ranges = rules.reduce(0) { $0 + $1.rule.all.pods.certain.ranges.count + $1.rule.all.pods.possible.ranges.count }
    guard budget.spend(ranges + ranked.parts.reduce(0) { $0 + $1.pods.ranges.count }) else { return nil }
    var entries = hostNetwork.entries(RowMaker.hostNetworkID) + foreignBranches + open.entries(RowMaker.openID)
    for (number, rule) in rules.enumerated() {
      entries += rule.rule.all.pods.certain.entries(Int32(2 * number + 1))
      entries += rule.rule.all.pods.possible.entries(Int32(2 * number))
    }
    for (number, part) in ranked.parts.enumerated() { entries += part.pods.entries(rankedID(number)) }
    var starts: [UInt32] = []
    var numbers: [Int] = []
    var isWithin = true
    Sweep.forEachPart(of: 0...UInt32(classCount - 1), entries) { range, active in
      isWithin = isWithin && budget.spend(active.ids.count)
      guard isWithin else { return }
      let number = verdicts.number(of: verdict(active))
      if numbers.last == number { return }
      starts.append(range.lowerBound)
      numbers.append(number)
    }
    return isWithin ? Row(starts: starts, verdicts: numbers) : nil
  }

  /// `nil` where it would take more than the budget.
  func addressRow(
    verdicts: inout Interner<Verdict>, budget: inout RowBudget
  ) -> [(addresses: AddressSet, verdict: Int)]? {
    var isWithin = true
    var sets: [Int: AddressSet] = [:]
    var order: [Int] = []
    func add(_ active: ActiveSet, _ addresses: (inout AddressSet) -> Void) {
      isWithin = isWithin && budget.spend(active.ids.count)
      guard isWithin else { return }
      let number = verdicts.number(of: verdict(active))
      if sets[number] == nil { order.append(number) }
      addresses(&sets[number, default: AddressSet()])
    }
    var ipv4: [Sweep.Entry<UInt32>] = []
    var ipv6: [Sweep.Entry<UInt128>] = []
    for (number, rule) in rules.enumerated() {
      ipv4 += rule.rule.all.addresses.ipv4.entries(Int32(2 * number + 1))
      ipv6 += rule.rule.all.addresses.ipv6.entries(Int32(2 * number + 1))
      ipv4 += rule.rule.all.possibleAddresses.ipv4.entries(Int32(2 * number))
      ipv6 += rule.rule.all.possibleAddresses.ipv6.entries(Int32(2 * number))
    }
    for (number, part) in ranked.parts.enumerated() {
      ipv4 += part.addresses.ipv4.entries(rankedID(number))
      ipv6 += part.addresses.ipv6.entries(rankedID(number))
    }
    Sweep.forEachPart(of: 0...UInt32.max, ipv4) { range, active in add(active) { $0.insertIPv4(range) } }
    Sweep.forEachPart(of: 0...UInt128.max, ipv6) { range, active in add(active) { $0.insertIPv6(range) } }
    return isWithin ? order.map { (sets[$0] ?? AddressSet(), $0) } : nil
  }

  /// What the policies say where these rules match the other end.
  private func verdict(_ active: ActiveSet) -> Verdict {
    var verdict = Verdict(isOpaque: isOpaque || active.ids.first.flatMap(BranchID.init(entry:)) != nil)
    if !profile.selected.isEmpty { verdict.isolation = profile.selected.contains(where: \.isCertain) ? .yes : .unknown }
    verdict.rules.reserveCapacity(active.ids.count)
    var rulesOfSlot: [Int: [MatchingRule]] = [:]
    let isOpen = active.ids.last == RowMaker.openID
    for id in active.ids where id >= 0 && id != RowMaker.openID {
      if id >= rankedID(0) {
        verdict.says = ranked.parts[Int(id - rankedID(0))].says
        continue
      }
      let form = forms[Int(id / 2)]
      let peersMatch = id % 2 == 1 && (!isOpen || !form.namesPeers)
      verdict.add(MatchingRule(ports: form.ports, isCertain: peersMatch && form.isCertain))
      if !form.isCertain {
        rulesOfSlot[form.slot, default: []].append(MatchingRule(ports: form.ports, isCertain: peersMatch))
      }
    }
    if verdict.isolation == .unknown { verdict.alternatives = profile.selected.indices.map { rulesOfSlot[$0] ?? [] } }
    verdict.mayAllowMore =
      !profile.isEmpty && (active.holds(RowMaker.hostNetworkID) || isOpen && namesPeers)
    return verdict
  }

  /// The number of a part of what the policies for the whole cluster say.
  private func rankedID(_ part: Int) -> Int32 { Int32(2 * forms.count + part) }
}

extension Verdict {
  /// Adds a rule behind those of lower numbers of ports. The order of rules has no meaning, and of equal ports those that
  /// are certain count: equal verdicts get equal forms.
  fileprivate mutating func add(_ rule: MatchingRule) {
    guard let last = rules.last, last.ports == rule.ports else { return rules.append(rule) }
    if rule.isCertain { rules[rules.count - 1] = rule }
  }
}
