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
  private struct Sketch: Hashable {
    let key: String
    let text: String
  }

  private struct Lack: Hashable {
    let pair: LabelIndex<WorkloadID>.Pair
    let key: String
  }

  private let analysis: Analysis
  /// All workloads by their labels, in whatever namespace.
  private var byLabel: [LabelSet.Pair: [WorkloadID]] = [:]
  /// The same for each namespace alone.
  private var byOwnLabel = LabelIndex<WorkloadID>()
  private var bySketch: [Sketch: [WorkloadID]] = [:]
  private var lacking: [Lack: [WorkloadID]] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    for (id, workload) in analysis.world.identifiedWorkloads {
      for pair in workload.labels.pairs {
        byLabel[pair, default: []].append(id)
        byOwnLabel.add(id, pair, in: workload.meta.namespace)
      }
    }
    // Each distinct value once.
    for (pair, ids) in byLabel {
      for text in sketches(of: pair.value) { bySketch[Sketch(key: pair.key, text: text), default: []] += ids }
    }
  }

  /// The first workload of the namespace, else of another one, that no other policy names.
  mutating func find(_ selector: Selector, in namespace: String) -> SelectorEvidence.NearMiss? {
    let world = analysis.world
    let candidates = candidates(selector, in: namespace).sorted()
    for isElsewhere in [false, true] {
      for id in candidates where (world[id].meta.namespace != namespace) == isElsewhere {
        guard let near = nearMiss(selector, world[id], isElsewhere: isElsewhere), !isNamedByOther(id) else {
          continue
        }
        return near
      }
    }
    return nil
  }

  private mutating func candidates(_ selector: Selector, in namespace: String) -> Set<WorkloadID> {
    let keys = analysis.facts.labels.identityKeys
    let wanted = selector.requirements.filter { $0.operator == .in && !$0.values.isEmpty }
    var result: Set<WorkloadID> = []
    // Those with all of it, in another namespace.
    let single = wanted.filter { $0.values.count == 1 }.map { LabelSet.Pair(key: $0.key, value: $0.values[0]) }
    if let rarest = single.map({ byLabel[$0] ?? [] }).min(by: { $0.count < $1.count }) { result.formUnion(rarest) }
    for pair in single {
      for text in sketches(of: pair.value) { result.formUnion(bySketch[Sketch(key: pair.key, text: text)] ?? []) }
      // The name under another key, and the component without this label.
      guard keys.contains(pair.key) || selector.requirements.count > 1 else { continue }
      for key in keys { result.formUnion(byOwnLabel.ids(key, pair.value, in: namespace)) }
      for other in single where other.key != pair.key && keys.contains(other.key) {
        result.formUnion(withoutKey(pair.key, other, in: namespace))
      }
    }
    return result
  }

  private mutating func withoutKey(_ key: String, _ pair: LabelSet.Pair, in namespace: String) -> [WorkloadID] {
    let lack = Lack(pair: LabelIndex<WorkloadID>.Pair(namespace: namespace, key: pair.key, value: pair.value), key: key)
    if let known = lacking[lack] { return known }
    let found = byOwnLabel.ids(pair.key, pair.value, in: namespace)
      .filter { analysis.world[$0].labels.value(key) == nil }
    lacking[lack] = found
    return found
  }

  private func nearMiss(
    _ selector: Selector, _ workload: Workload, isElsewhere: Bool
  ) -> SelectorEvidence.NearMiss? {
    let failed = selector.requirements.filter { $0.matches(workload.labels) == .no }
    let keys = analysis.facts.labels.identityKeys
    guard failed.count <= 1 else { return nil }
    guard let requirement = failed.first else {
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
      return isNear(wanted, own.value) ? .init(key: requirement.key, label: own, workload: workload) : nil
    }
    if isElsewhere { return nil }
    if keys.contains(requirement.key),
      let other = workload.podLabels.first(where: { keys.contains($0.key) && $0.value == wanted })
    {
      return .init(key: requirement.key, label: other, workload: workload)
    }
    // The component's own label matches, and only this one is missing.
    let isIdentified = selector.requirements.contains {
      $0.key != requirement.key && $0.operator == .in && keys.contains($0.key)
    }
    return isIdentified ? .init(key: requirement.key, label: nil, workload: workload) : nil
  }

  /// Whether two values may mean the same component: a slip of the pen, or a word such as `-service` more.
  private func isNear(_ a: String, _ b: String) -> Bool {
    let (a, b) = (a.lowercased(), b.lowercased())
    if a == b { return true }
    let (short, long) = a.utf8.count < b.utf8.count ? (a, b) : (b, a)
    if long.hasPrefix(short + "-") {
      return analysis.facts.labels.sameComponentSuffixes.contains(String(long.dropFirst(short.count + 1)))
    }
    // `worker-1` and `worker-2` are two components; of very short names every other one is near.
    if a.filter(\.isLetter) == b.filter(\.isLetter) || short.utf8.count < 4 { return false }
    return Suggestion.editDistance(a, b, atMost: short.utf8.count < 7 ? 1 : 2) != nil
  }

  /// What a value has in common with those that are near it.
  private func sketches(of value: String) -> Set<String> {
    var result = Words.withoutOneLetter(value.lowercased())
    result.insert(Words.withoutSuffix(value.lowercased(), analysis.facts.labels.sameComponentSuffixes))
    return result
  }

  /// Whether a policy of the workload's own namespace selects it by name: then it is not what another one means.
  private func isNamedByOther(_ id: WorkloadID) -> Bool {
    PolicyType.allCases.contains { type in
      analysis.selection.policies(isolating: id, type).contains {
        !analysis.world[$0].podSelector.isEmpty
      }
    }
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
  /// A text, and the texts that are left when one of its letters is dropped: two texts that differ by one slip of the
  /// pen have one of these in common. Of texts below four letters, only the text.
  static func withoutOneLetter(_ text: String) -> Set<String> {
    var result: Set<String> = [text]
    guard text.utf8.count >= 4 else { return result }
    for index in text.indices {
      var shorter = text
      shorter.remove(at: index)
      result.insert(shorter)
    }
    return result
  }

  /// A name without one of the suffixes behind its last dash.
  static func withoutSuffix(_ name: String, _ suffixes: Set<String>) -> String {
    guard let dash = name.lastIndex(of: "-"), suffixes.contains(String(name[name.index(after: dash)...])) else {
      return name
    }
    return String(name[..<dash])
  }
}
