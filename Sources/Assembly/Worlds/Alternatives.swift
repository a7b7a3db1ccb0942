package import Diagnostics
internal import Model
internal import YAMLSource

/// Why two units are not live together: they hold one object with different specs.
package struct Conflict: Sendable {
  /// Numbers of units, the first one lower.
  package let first: Int
  package let second: Int
  /// How messages name the object.
  package let object: String
  /// Where each unit's object is called so.
  package let firstPlace: SourceSpan
  package let secondPlace: SourceSpan
}

/// Units of which only one can be live: the members of each group, in order of their paths. Units of one member can be
/// live together.
struct AlternativeGroup {
  /// Numbers of units.
  let members: [[Int]]
  /// What all members hold alike.
  let common: Set<ObjectIdentity>
}

/// Finds out which units cannot be live together.
struct Alternatives {
  private(set) var groups: [AlternativeGroup] = []
  /// One for each unit that is kept apart from an earlier one, in order.
  private(set) var conflicts: [Conflict] = []

  /// - Parameters:
  ///   - candidates: the numbers of the units that may be live together, in order.
  init(_ units: [Unit], _ candidates: [Int], _ specs: WrittenSpecs) {
    let families = UnitFamilies(units, candidates)
    var finder = Finder(units, families, specs)
    finder.read(families.heads)
    let components = finder.components(families.heads)
    for component in components where component.count > 1 {
      var slots: [Slot] = []
      for unit in component { place(unit, finder, units, in: &slots) }
      if slots.count > 1 {
        let members = slots.map(\.units)
        groups.append(
          AlternativeGroup(
            members: members.map { $0.flatMap(families.units) }, common: finder.common(to: members)))
      }
    }
  }

  /// Units that can be live together, and what they hold of the objects in question.
  private struct Slot {
    var units: [Int] = []
    var words: Set<Substring> = []
    var contents: [ObjectIdentity: Int] = [:]
  }

  /// Puts a unit where nothing speaks against it and the paths are most alike, else into a slot of its own.
  private mutating func place(_ unit: Int, _ finder: Finder, _ units: [Unit], in slots: inout [Slot]) {
    let contents = finder.contents[unit] ?? [:]
    let words = PathWords.all(units[unit].name)
    var best: (slot: Int, score: Int)?
    for (number, slot) in slots.enumerated() {
      let isFree = contents.allSatisfy { entry in slot.contents[entry.key].map { $0 == entry.value } ?? true }
      guard isFree else { continue }
      let score = slot.words.intersection(words).count
      if best.map({ score > $0.score }) ?? true { best = (number, score) }
    }
    let others = slots.lazy.flatMap(\.units)
    if best?.slot != 0, let conflict = others.compactMap({ finder.conflict($0, unit, units) }).first {
      conflicts.append(conflict)
    }
    let number = best?.slot ?? slots.count
    if best == nil { slots.append(Slot()) }
    slots[number].units.append(unit)
    slots[number].words.formUnion(words)
    slots[number].contents.merge(contents) { old, _ in old }
  }

  /// What the units hold of objects that several of them have.
  private struct Finder {
    private let units: [Unit]
    private let families: UnitFamilies
    private let specs: WrittenSpecs
    /// For each unit the objects that other units have otherwise, each with the number of its spec.
    private(set) var contents: [Int: [ObjectIdentity: Int]] = [:]
    private var holders: [ObjectIdentity: [Holder]] = [:]

    /// A unit that stands for itself, and which of its family has an object, or comes from an entry.
    private struct Holder {
      let unit: Int
      let part: Int
      /// `nil` for the entry.
      let object: Int?
    }

    init(_ units: [Unit], _ families: UnitFamilies, _ specs: WrittenSpecs) {
      self.units = units
      self.families = families
      self.specs = specs
    }

    mutating func read(_ candidates: [Int]) {
      holders.reserveCapacity(candidates.reduce(0) { $0 + units[$1].objects.count })
      for unit in candidates {
        for part in families.units(of: unit) {
          for number in units[part].objects.indices {
            guard let identity = ObjectIdentity(units[part].objects[number].manifest) else { continue }
            add(Holder(unit: unit, part: part, object: number), of: identity)
          }
          guard part != unit, let entry = units[part].entry else { continue }
          add(Holder(unit: unit, part: part, object: nil), of: entry.identity)
        }
      }
      holders = holders.filter { $0.value.count > 1 }
      for (identity, holders) in holders {
        let contents = Finder.numbers(
          holders.map { holder in
            let unit = units[holder.part]
            return holder.object.map { specs.spec(of: unit.objects[$0]) } ?? unit.entry?.spec
          })
        if contents.allSatisfy({ $0 == 0 }) { continue }
        for (holder, content) in zip(holders, contents) { self.contents[holder.unit, default: [:]][identity] = content }
      }
    }

    /// Of a unit the first holder counts.
    private mutating func add(_ holder: Holder, of identity: ObjectIdentity) {
      if holders[identity]?.last?.unit != holder.unit { holders[identity, default: []].append(holder) }
    }

    /// Up to so many specs are compared one by one, which costs less than to hash each.
    private static let fewSpecs = 4

    /// Equal numbers, from 0, for equal specs, in order of the first of each.
    private static func numbers(_ specs: [TreeNode?]) -> [Int] {
      if specs.count <= fewSpecs {
        let firsts = specs.map { spec in specs.firstIndex(of: spec) ?? 0 }
        let distinct = Set(firsts).sorted()
        return firsts.map { distinct.firstIndex(of: $0) ?? 0 }
      }
      var numbers: [TreeNode?: Int] = [:]
      return specs.map { spec in
        let number = numbers[spec] ?? numbers.count
        numbers[spec] = number
        return number
      }
    }

    /// The units that hang together through objects that they have otherwise, each in order.
    func components(_ candidates: [Int]) -> [[Int]] {
      var parents: [Int: Int] = [:]
      func root(_ unit: Int) -> Int {
        var unit = unit
        while let parent = parents[unit] { unit = parent }
        return unit
      }
      for (identity, holders) in holders where contents[holders[0].unit]?[identity] != nil {
        let first = root(holders[0].unit)
        for holder in holders.dropFirst() {
          let other = root(holder.unit)
          if other != root(first) { parents[max(other, root(first))] = min(other, root(first)) }
        }
      }
      let inConflict = candidates.filter { contents[$0] != nil }
      return Dictionary(grouping: inConflict, by: root).sorted { $0.key < $1.key }.map { $0.value }
    }

    /// The objects that each of several sets of units holds alike.
    func common(to members: [[Int]]) -> Set<ObjectIdentity> {
      let memberOfUnit = Dictionary(
        uniqueKeysWithValues: members.enumerated().flatMap { member, units in units.map { ($0, member) } })
      func isHeldByAll(_ identity: ObjectIdentity) -> Bool {
        guard let holders = holders[identity], contents[holders[0].unit]?[identity] == nil else { return false }
        return Set(holders.compactMap { memberOfUnit[$0.unit] }).count == members.count
      }
      let first = members[0].lazy.flatMap(families.units).flatMap { units[$0].objects }.compactMap {
        ObjectIdentity($0.manifest)
      }
      return Set(first.filter(isHeldByAll))
    }

    /// The first object that two units have otherwise.
    func conflict(_ a: Int, _ b: Int, _ units: [Unit]) -> Conflict? {
      guard let first = contents[a], let second = contents[b] else { return nil }
      let identity = first.keys.filter { first[$0] != second[$0] && second[$0] != nil }.min()
      guard let identity, let own = holders[identity]?.first(where: { $0.unit == a }),
        let other = holders[identity]?.first(where: { $0.unit == b })
      else { return nil }
      func place(_ holder: Holder) -> SourceSpan {
        let unit = units[holder.part]
        if holder.object == nil, let place = unit.place { return place }
        return unit.objects[holder.object ?? 0].manifest.meta.name.span
      }
      return Conflict(
        first: a, second: b, object: "\(identity.kind) \(identity.namespace)/\(identity.name)",
        firstPlace: place(own), secondPlace: place(other))
    }
  }
}
