internal import Model

/// What the policies for the whole cluster say of the connections between a pod and another end. Equal ones are one object,
/// so that verdicts compare them at no cost.
final class RankedSays: Hashable, Sendable {
  /// In order of precedence.
  let admin: [RankedMatch]
  let baseline: [RankedMatch]

  init(admin: [RankedMatch], baseline: [RankedMatch]) {
    self.admin = admin
    self.baseline = baseline
  }

  static func == (a: RankedSays, b: RankedSays) -> Bool { a === b }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

private struct RankedContent: Hashable {
  var admin: [RankedMatch] = []
  var baseline: [RankedMatch] = []
}

/// What a list of policies for the whole cluster says of every other end: parts that do not overlap. Of ends that are in
/// none it says nothing.
struct RankedRow {
  fileprivate(set) var parts: [(says: RankedSays, pods: ClassSet, addresses: AddressSet)] = []
}

/// Works out the rows of lists of policies for the whole cluster, each list once: many profiles have the same one.
struct RankedRows {
  private let policies: [RankedPolicy]
  private let specs: Interner<PortSpec>
  private let classCount: Int
  private let open: ClassSet
  private var known: [[Profile.Selected]: RankedRow] = [:]
  private var interned: [RankedContent: RankedSays] = [:]
  private static let openID = Int32.max

  /// - Parameters:
  ///   - open: classes whose labels nobody knows.
  init(_ policies: [RankedPolicy], _ specs: Interner<PortSpec>, classCount: Int, open: ClassSet) {
    self.policies = policies
    self.specs = specs
    self.classCount = classCount
    self.open = open
  }

  /// `nil` where it would take more than the budget.
  mutating func row(of selected: [Profile.Selected], budget: inout RowBudget) -> RankedRow? {
    if selected.isEmpty { return RankedRow() }
    if let row = known[selected] { return row }
    guard let row = makeRow(selected, budget: &budget) else { return nil }
    known[selected] = row
    return row
  }

  /// A rule with its policy's place among those that apply.
  private struct Form {
    let rule: RankedRule
    let slot: Int
  }

  private mutating func makeRow(_ selected: [Profile.Selected], budget: inout RowBudget) -> RankedRow? {
    let forms = selected.enumerated().flatMap { slot, one in
      policies[one.policy].rules.map { Form(rule: $0, slot: slot) }
    }
    let ranges = forms.reduce(0) {
      $0 + $1.rule.all.pods.certain.ranges.count + $1.rule.all.pods.possible.ranges.count
    }
    guard budget.spend(ranges) else { return nil }
    var row = RankedRow()
    var places: [RankedSays: Int] = [:]
    var isWithin = true
    // The parts come in order.
    var pods: [[ClosedRange<UInt32>]] = []
    func place(_ active: ActiveSet, _ rows: inout RankedRows) -> Int? {
      isWithin = isWithin && budget.spend(active.ids.count)
      guard isWithin, let says = rows.says(active, forms, selected) else { return nil }
      if let place = places[says] { return place }
      places[says] = row.parts.count
      row.parts.append((says, ClassSet(), AddressSet()))
      pods.append([])
      return row.parts.count - 1
    }
    if classCount > 0 {
      var entries = open.entries(RankedRows.openID)
      for (number, form) in forms.enumerated() {
        entries += form.rule.all.pods.certain.entries(Int32(2 * number + 1))
        entries += form.rule.all.pods.possible.entries(Int32(2 * number))
      }
      Sweep.forEachPart(of: 0...UInt32(classCount - 1), entries) { range, active in
        if let place = place(active, &self) { pods[place].append(range) }
      }
    }
    var ipv4: [Sweep.Entry<UInt32>] = []
    var ipv6: [Sweep.Entry<UInt128>] = []
    for (number, peer) in forms.map(\.rule.all).enumerated() {
      ipv4 += peer.addresses.ipv4.entries(Int32(2 * number + 1))
      ipv6 += peer.addresses.ipv6.entries(Int32(2 * number + 1))
      ipv4 += peer.possibleAddresses.ipv4.entries(Int32(2 * number))
      ipv6 += peer.possibleAddresses.ipv6.entries(Int32(2 * number))
    }
    Sweep.forEachPart(of: 0...UInt32.max, ipv4) { range, active in
      if let place = place(active, &self) { row.parts[place].addresses.insertIPv4(range) }
    }
    Sweep.forEachPart(of: 0...UInt128.max, ipv6) { range, active in
      if let place = place(active, &self) { row.parts[place].addresses.insertIPv6(range) }
    }
    for (number, ranges) in pods.enumerated() { row.parts[number].pods = ClassSet(ordered: ranges) }
    return isWithin ? row : nil
  }

  /// What the policies say where these rules match the other end; `nil` where none does.
  private mutating func says(
    _ active: ActiveSet, _ forms: [Form], _ selected: [Profile.Selected]
  ) -> RankedSays? {
    var content = RankedContent()
    var ended = EndedTiers()
    // The policy that the last rule is of, and the last one of which a rule counts.
    var begun: Int?
    var slot: Int?
    for (number, isCertain) in RankedRows.acting(active, count: forms.count) {
      let form = forms[number]
      let place = policies[selected[form.slot].policy].place
      if begun != form.slot {
        begun = form.slot
        ended.beginPolicy()
      }
      if ended.hides(place) { continue }
      let rule = ActingRule(ports: form.rule.ports, action: form.rule.action, isCertain: isCertain)
      let matches = place.tier == .admin ? \RankedContent.admin : \RankedContent.baseline
      if slot == form.slot {
        content[keyPath: matches][content[keyPath: matches].count - 1].rules.append(rule)
      } else {
        slot = form.slot
        content[keyPath: matches].append(
          RankedMatch(place: place, isCertain: selected[form.slot].isCertain, rules: [rule]))
      }
      let isEnd = isCertain && selected[form.slot].isCertain && specs[form.rule.ports] == .all
      ended.add(rule.action, at: place, isEnd: isEnd)
    }
    if content.admin.isEmpty, content.baseline.isEmpty { return nil }
    if let known = interned[content] { return known }
    let says = RankedSays(admin: content.admin, baseline: content.baseline)
    interned[content] = says
    return says
  }

  /// The numbers of rules that match, each with whether it does for certain. Of an end whose labels nobody knows any rule
  /// may match.
  private static func acting(_ active: ActiveSet, count: Int) -> [(number: Int, isCertain: Bool)] {
    if active.ids.last == openID { return (0..<count).map { ($0, false) } }
    var acting: [(number: Int, isCertain: Bool)] = []
    for id in active.ids {
      let number = Int(id / 2)
      // Where a rule is active twice, the certain number comes second.
      if acting.last?.number == number { acting.removeLast() }
      acting.append((number, id % 2 == 1))
    }
    return acting
  }
}

/// Which tiers a rule for every port has ended for certain: what stands behind it is never asked.
private struct EndedTiers {
  private var ended: [PolicyTier: Precedence] = [:]
  private var passes = false
  private var isOver = false
  private var isPolicyOver = false

  mutating func beginPolicy() { isPolicyOver = false }

  /// Of policies of one place any may come first, and so may one that has none.
  func hides(_ place: Precedence) -> Bool {
    if isPolicyOver || place.tier == .baseline && isOver { return true }
    return ended[place.tier].map { $0.isAside == place.isAside && $0 < place } ?? false
  }

  /// - Parameter isEnd: whether the rule is for every port and matches for certain.
  mutating func add(_ action: PolicyAction, at place: Precedence, isEnd: Bool) {
    passes = passes || action == .pass
    guard isEnd else { return }
    isPolicyOver = true
    ended[place.tier] = ended[place.tier] ?? place
    isOver = isOver || place.tier == .admin && !passes
  }
}
