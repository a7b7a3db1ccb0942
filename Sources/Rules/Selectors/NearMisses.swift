internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Finds the workload whose labels are nearly what a selector asks for.
///
/// Candidates are found by look-up: by labels that match, by the component's name less a suffix, and by what is left of
/// a value when one letter is dropped. So two values that differ by more than one slip of the pen are never compared,
/// and the cost follows the number of labels, not workloads × selectors.
struct NearMisses {
  private struct Lack: Hashable {
    let pair: LabelIndex<WorkloadID>.Pair
    let key: String
  }

  enum Answer {
    case near(SelectorEvidence.NearMiss)
    case none
    /// So many may be near that the first of them was not looked for.
    case tooMany
  }

  /// As many workloads are compared with each selector in any case; further ones as long as the pool lasts.
  private static let fewestCandidates = 100
  /// Of a label that more workloads have, no one is meant.
  private static let mostAlike = 32
  private var pool = 150_000

  private let analysis: Analysis
  private let index: NearMissIndex
  /// For each namespace that was asked about, its own.
  private var byOwnSketch: [String: [TextSketch: [WorkloadID]]] = [:]
  private var lacking: [Lack: [WorkloadID]] = [:]
  /// Values in lower case, and the letters of each.
  private var forms: [String: (folded: String, letters: String)] = [:]
  private var namedByPolicy: [PolicyType: [Int: Bool]] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    index = analysis.nearMissIndex
  }

  /// The first workload of the namespace, else of another one, that no other policy names.
  ///
  /// - Parameter isPeer: whether those of the namespace count that a policy names: peers mostly have policies of their own.
  mutating func find(_ selector: Selector, in namespace: String, isPeer: Bool) -> Answer {
    let world = analysis.world
    if index.byLabel.isEmpty { return .none }
    let single = single(selector)
    var count = 0
    for isElsewhere in [false, true] {
      var candidates = isElsewhere ? candidatesAnywhere(single) : candidates(selector, single, in: namespace)
      while let id = candidates.next() {
        count += 1
        if count > NearMisses.fewestCandidates {
          pool -= 1
          if pool < 0 { return .tooMany }
        }
        // What is in the namespace itself was looked at before.
        if (world[id].meta.namespace != namespace) != isElsewhere { continue }
        // Where nobody wrote a namespace, the caller says it.
        if isElsewhere, !world[id].meta.isPlaced { continue }
        guard let near = nearMiss(selector, world[id], isElsewhere: isElsewhere),
          isPeer && !isElsewhere || !isNamedByOther(id)
        else { continue }
        return .near(near)
      }
    }
    return .none
  }

  /// A label that a selector asks for with one value, and what it has in common with those that are near it.
  private struct Asked {
    let pair: LabelSet.Pair
    let sketches: [TextSketch]
  }

  private func single(_ selector: Selector) -> [Asked] {
    selector.requirements.lazy.filter { $0.operator == .in && $0.values.count == 1 }.map {
      let pair = LabelSet.Pair(key: $0.key, value: $0.values[0])
      return Asked(pair: pair, sketches: index.sketches(of: pair))
    }
  }

  /// The first of the labels that the fewest workloads have.
  private func rarest(of labels: [Asked]) -> LabelSet.Pair? {
    labels.map { ($0.pair, index.byLabel[$0.pair]?.count ?? 0) }.min { $0.1 < $1.1 }?.0
  }

  /// Workloads of any namespace: those with all of it, and those with nearly one of the values.
  private func candidatesAnywhere(_ single: [Asked]) -> MergedIDs {
    var lists: [[WorkloadID]] = []
    if let rarest = rarest(of: single) { lists.append(index.byLabel[rarest] ?? []) }
    for asked in single {
      for sketch in asked.sketches { lists.append(index.ids(like: sketch)) }
    }
    return MergedIDs(lists)
  }

  /// Workloads of a namespace.
  private mutating func candidates(_ selector: Selector, _ single: [Asked], in namespace: String) -> MergedIDs {
    if index.labelsOfNamespace[namespace] == nil { return MergedIDs([]) }
    let keys = analysis.facts.labels.identityKeys
    let named = single.map(\.pair).filter {
      keys.contains($0.key) && mayLackOne($0, of: single.count, in: namespace)
    }
    let sketched = ownSketches(of: namespace)
    var lists: [[WorkloadID]] = []
    if let rarest = rarest(of: single) { lists.append(index.byOwnLabel.ids(rarest.key, rarest.value, in: namespace)) }
    if single.count > 2, let alike = rarestPresent(of: single, in: namespace) { lists.append(alike) }
    for asked in single {
      let pair = asked.pair
      for sketch in asked.sketches { lists.append(sketched[sketch] ?? []) }
      // The name under another key, and the component without this label.
      guard keys.contains(pair.key) || selector.requirements.count > 1 else { continue }
      for key in keys { lists.append(index.byOwnLabel.ids(key, pair.value, in: namespace)) }
      for other in named where other.key != pair.key { lists.append(withoutKey(pair.key, other, in: namespace)) }
    }
    return MergedIDs(lists)
  }

  /// The workloads with the rarest one of the labels that any has, where these are few.
  private func rarestPresent(of labels: [Asked], in namespace: String) -> [WorkloadID]? {
    labels.lazy.map { index.byOwnLabel.ids($0.pair.key, $0.pair.value, in: namespace) }.filter { !$0.isEmpty }
      .min { $0.count < $1.count }.flatMap { $0.count <= NearMisses.mostAlike ? $0 : nil }
  }

  /// Whether a workload with a label has so many labels that it may lack no more than one of some number of them.
  private func mayLackOne(_ pair: LabelSet.Pair, of count: Int, in namespace: String) -> Bool {
    index.byOwnLabel.ids(pair.key, pair.value, in: namespace).contains { id in
      let labels = analysis.world[id].labels
      return labels.pairs.count + labels.generated.count + 1 >= count
    }
  }

  private mutating func ownSketches(of namespace: String) -> [TextSketch: [WorkloadID]] {
    if let known = byOwnSketch[namespace] { return known }
    var result: [TextSketch: [WorkloadID]] = [:]
    for pair in index.labelsOfNamespace[namespace] ?? [] {
      let ids = index.byOwnLabel.ids(pair.key, pair.value, in: namespace)
      for sketch in index.sketches(of: pair) { result[sketch, default: []] += ids }
    }
    result = result.mapValues { $0.count == 1 ? $0 : $0.sorted() }
    byOwnSketch[namespace] = result
    return result
  }

  private mutating func withoutKey(_ key: String, _ pair: LabelSet.Pair, in namespace: String) -> [WorkloadID] {
    let lack = Lack(pair: LabelIndex<WorkloadID>.Pair(namespace: namespace, key: pair.key, value: pair.value), key: key)
    if let known = lacking[lack] { return known }
    let found = index.byOwnLabel.ids(pair.key, pair.value, in: namespace)
      .filter { analysis.world[$0].labels.value(key) == nil }
    lacking[lack] = found
    return found
  }

  private mutating func nearMiss(
    _ selector: Selector, _ workload: Workload, isElsewhere: Bool
  ) -> SelectorEvidence.NearMiss? {
    let failed = selector.requirements.lazy.filter { $0.matches(workload.labels) == .no }.prefix(2)
    let keys = analysis.facts.labels.identityKeys
    let first = Array(failed)
    guard first.count <= 1 else { return nil }
    guard let requirement = first.first else {
      // All of it matches, in another namespace.
      guard isElsewhere, let key = selector.requirements.first(where: { keys.contains($0.key) })?.key else {
        return nil
      }
      return .init(key: key, label: workload.podLabels.last { $0.key == key }, workload: workload)
    }
    guard requirement.operator == .in, requirement.values.count == 1,
      keys.contains(requirement.key) || selector.requirements.count > 1
    else { return nil }
    let wanted = requirement.values[0]
    if let own = workload.podLabels.last(where: { $0.key == requirement.key }) {
      let isMeant =
        isNear(wanted, own.value)
        || !isElsewhere && selector.requirements.count > 2 && isIdentified(selector, besides: requirement.key)
          && (own.value.hasPrefix(wanted + "-") || wanted.hasPrefix(own.value + "-"))
        || !isElsewhere && isIdentified(selector, besides: requirement.key)
          && !index.byOwnLabel.ids(requirement.key, wanted, in: workload.meta.namespace).isEmpty
      return isMeant ? .init(key: requirement.key, label: own, workload: workload) : nil
    }
    if isElsewhere { return nil }
    if keys.contains(requirement.key),
      let other = workload.podLabels.first(where: { keys.contains($0.key) && $0.value == wanted })
    {
      return .init(key: requirement.key, label: other, workload: workload)
    }
    // The component's own label matches, and only this one is missing.
    return isIdentified(selector, besides: requirement.key)
      ? .init(key: requirement.key, label: nil, workload: workload) : nil
  }

  /// Whether a selector names a component by another key.
  private func isIdentified(_ selector: Selector, besides key: String) -> Bool {
    let keys = analysis.facts.labels.identityKeys
    return selector.requirements.contains { $0.key != key && $0.operator == .in && keys.contains($0.key) }
  }

  /// The first workload by whose name a policy is called, that no other policy names, and whose own name the policy's
  /// selector goes on from, or leaves off: policy `redis` for `app: redis-cache`, where there is `app: redis` alone.
  mutating func namesake(of policy: NetworkPolicy) -> SelectorEvidence.NearMiss? {
    let requirements = policy.podSelector.selector.requirements
    guard requirements.count == 1, let requirement = requirements.first, requirement.operator == .in,
      requirement.values.count == 1, analysis.facts.labels.identityKeys.contains(requirement.key)
    else { return nil }
    let (name, wanted) = (policy.meta.name.value, requirement.values[0])
    guard [(name, wanted), (wanted, name)].contains(where: { $1.hasPrefix($0 + "-") || $1.hasSuffix("-" + $0) }) else {
      return nil
    }
    for id in index.byOwnLabel.ids(requirement.key, name, in: policy.meta.namespace) where !isNamedByOther(id) {
      let workload = analysis.world[id]
      guard let label = workload.podLabels.last(where: { $0.key == requirement.key }) else { continue }
      return .init(key: requirement.key, label: label, workload: workload)
    }
    return nil
  }

  /// Whether two values may mean the same component: a slip of the pen, or a word such as `-service` more.
  private mutating func isNear(_ a: String, _ b: String) -> Bool {
    let (a, b) = (form(a), form(b))
    if a.folded == b.folded || isSameSoftware(a.folded, b.folded) { return true }
    let (short, long) = a.folded.utf8.count < b.folded.utf8.count ? (a, b) : (b, a)
    if long.folded.hasPrefix(short.folded + "-") {
      return analysis.facts.labels.sameComponentSuffixes.contains(
        String(long.folded.dropFirst(short.folded.count + 1)))
    }
    let length = short.folded.utf8.count
    // `worker-1` and `worker-2` are two components; of very short names every other one is near.
    return length >= 4 && Suggestion.editDistance(a.folded, b.folded, atMost: length < 7 ? 1 : 2) != nil
      && a.letters != b.letters
  }

  private mutating func form(_ value: String) -> (folded: String, letters: String) {
    if let known = forms[value] { return known }
    let folded = value.lowercased()
    let form = (folded, folded.filter(\.isLetter))
    forms[value] = form
    return form
  }

  /// Whether two values are names of one software, and one is short for the other: `postgres` and `postgresql`.
  private func isSameSoftware(_ a: String, _ b: String) -> Bool {
    (a.hasPrefix(b) || b.hasPrefix(a)) && analysis.facts.portSets.otherNames(of: a).contains(b)
  }

  /// Whether a policy of the workload's own namespace selects it by name: then it is not what another one means.
  private mutating func isNamedByOther(_ id: WorkloadID) -> Bool {
    PolicyType.allCases.contains { isNamed(id, $0) }
  }

  private mutating func isNamed(_ id: WorkloadID, _ type: PolicyType) -> Bool {
    let number = analysis.selection.isolationNumber(of: id, type)
    if let known = namedByPolicy[type]?[number] { return known }
    let isNamed = analysis.selection.policies(isolating: id, type).contains { !analysis.world[$0].podSelector.isEmpty }
    namedByPolicy[type, default: [:]][number] = isNamed
    return isNamed
  }
}

/// The ids of several rising lists, rising, each once; no further than somebody asks.
private struct MergedIDs: IteratorProtocol {
  private var lists: [ArraySlice<WorkloadID>]

  init(_ lists: [[WorkloadID]]) {
    self.lists = lists.lazy.filter { !$0.isEmpty }.map { $0[...] }
  }

  mutating func next() -> WorkloadID? {
    if lists.count == 1 { return lists[0].popFirst() }
    guard var id = lists.first?.first else { return nil }
    for list in lists { if let first = list.first, first < id { id = first } }
    var isUsedUp = false
    for index in lists.indices {
      while let first = lists[index].first, first == id { lists[index].removeFirst() }
      isUsedUp = isUsedUp || lists[index].isEmpty
    }
    if isUsedUp { lists.removeAll { $0.isEmpty } }
    return id
  }
}

/// Objects by the labels that they have, in each namespace.
struct LabelIndex<ID: Sendable> {
  struct Pair: Hashable {
    let namespace: String
    let key: String
    let value: String
  }

  private var index: [Pair: [ID]] = [:]

  mutating func add(_ id: ID, _ pair: LabelSet.Pair, in namespace: String) {
    index[Pair(namespace: namespace, key: pair.key, value: pair.value), default: []].append(id)
  }

  func ids(_ key: String, _ value: String, in namespace: String) -> [ID] {
    index[Pair(namespace: namespace, key: key, value: value)] ?? []
  }
}

extension Words {
  /// Whether two texts are equal once at most one byte of each is dropped: they differ by one slip of the pen. O(bytes).
  static func differByOneLetter(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let (short, long) = a.count < b.count ? (a, b) : (b, a)
    let start = zip(short, long).prefix { $0 == $1 }.count
    let rest = min(short.count - start, zip(short.reversed(), long.reversed()).prefix { $0 == $1 }.count)
    switch long.count - short.count {
    case 0:
      // What is between: one byte of each, or the same bytes one place further on in one of them.
      let (own, other) = (short[start..<(short.count - rest)], long[start..<(long.count - rest)])
      return own.count <= 1 || own.dropFirst() == other.dropLast() || own.dropLast() == other.dropFirst()
    case 1: return start + rest == short.count
    default: return false
    }
  }

  /// A name without one of the suffixes behind its last dash.
  static func withoutSuffix(_ name: String, _ suffixes: Set<String>) -> String {
    guard let dash = name.lastIndex(of: "-"), suffixes.contains(String(name[name.index(after: dash)...])) else {
      return name
    }
    return String(name[..<dash])
  }
}
