internal import Diagnostics
internal import Model
internal import YAMLSource

/// Entries of one name with different specs: no cluster holds two of them, so that what holds them, and all that they
/// lead to, is never live together.
struct RivalEntries {
  private struct Key: Hashable {
    let identity: ObjectIdentity
    let cluster: String?
  }

  /// The numbers of units by the entry that they come from, where there are several with different specs.
  private let groups: [[Int]]

  init(_ units: [Unit], _ candidates: [Int]) {
    var byKey: [Key: [Int]] = [:]
    for number in candidates {
      guard let entry = units[number].entry else { continue }
      byKey[Key(identity: entry.identity, cluster: units[number].cluster), default: []].append(number)
    }
    groups = byKey.values.filter { Set($0.map { units[$0].entry?.spec }).count > 1 }
  }

  /// The files that hold such entries, each with the numbers of its groups.
  func files(_ units: [Unit]) -> [FileID: Set<Int>] {
    var result: [FileID: Set<Int>] = [:]
    for (number, group) in groups.enumerated() {
      for entry in group.compactMap({ units[$0].entry }) {
        result[entry.origin.document.file, default: []].insert(number)
      }
    }
    return result
  }

  /// The units that hold such entries.
  func holders(_ units: [Unit]) -> Set<Int> {
    groups.map { Set($0.flatMap { units[$0].holders }) }.filter { $0.count > 1 }.reduce(into: []) { $0.formUnion($1) }
  }
}

/// Units with all that they lead to, where they hold rival entries.
struct UnitFamilies {
  /// By the unit that leads to the others: all of its units, itself first.
  private(set) var members: [Int: [Int]] = [:]
  /// What stands for itself: the units that lead to others, and those of no family. In order.
  private(set) var heads: [Int]

  init(_ units: [Unit], _ candidates: [Int]) {
    heads = candidates
    let holders = RivalEntries(units, candidates).holders(units).intersection(candidates)
    if holders.isEmpty { return }
    var children: [Int: [Int]] = [:]
    for number in candidates { for holder in units[number].holders { children[holder, default: []].append(number) } }
    func below(_ number: Int) -> Set<Int> {
      var (found, open) = (Set([number]), [number])
      while let next = open.popLast() { open += (children[next] ?? []).filter { found.insert($0).inserted } }
      return found
    }
    let reach = Dictionary(uniqueKeysWithValues: holders.map { ($0, below($0)) })
    for (head, own) in reach {
      let isInner = reach.contains { $0.key != head && $0.value.contains(head) && !own.contains($0.key) }
      if !isInner { members[head] = [head] + own.subtracting([head]).sorted() }
    }
    let inner = Set(members.values.joined()).subtracting(members.keys)
    heads = candidates.filter { !inner.contains($0) }
  }

  func units(of head: Int) -> [Int] { members[head] ?? [head] }
}

extension Assembly {
  /// Notes that a unit holds the entry of others.
  mutating func add(holder: Int, to units: Range<Int>) {
    for unit in units where unit != holder && !self.units[unit].holders.contains(holder) {
      self.units[unit].holders.append(holder)
    }
  }

  /// Finds the units that hold the entries with which following began.
  mutating func findHolders() {
    let open = Set(units.compactMap(\.entry).map(\.origin))
    var holders: [ObjectOrigin: [Int]] = [:]
    for (number, unit) in units.enumerated() where unit.isApplied {
      for object in unit.objects where open.contains(object.manifest.meta.origin) {
        holders[object.manifest.meta.origin, default: []].append(number)
      }
    }
    for number in units.indices where units[number].holders.isEmpty {
      guard let origin = units[number].entry?.origin else { continue }
      for holder in holders[origin] ?? [] { add(holder: holder, to: number..<number + 1) }
    }
  }
}
