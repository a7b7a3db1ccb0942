package import Diagnostics
package import Model

extension Assembly {
  /// What a world is made of: the objects of its units, equal ones of several units once.
  package func contents(of world: WorldPlan) -> WorldContents {
    var contents = WorldContents()
    var seen = SeenObjects()
    contents.branches = world.branches.units.map { branch($0[0]) }
    let branchOfUnit = world.branches.branchOfUnit
    for number in world.units {
      let unit = units[number]
      let objects = seen.new(unit.objects)
      if let branch = branchOfUnit[number] {
        for object in objects where !world.branches.isCommon(object.manifest) {
          contents.branchOfObject[ObjectKey(object.manifest.meta)] = BranchID(branch)
        }
      }
      if unit.kind != .plain {
        for object in objects where !object.manifest.meta.isPlaced {
          contents.buildOfObject[ObjectKey(object.manifest.meta)] = number
        }
      }
      contents.additions += unit.additions + unit.unreadAdditions
      if let (reason, span) = unit.doubt {
        // Policies that an earlier unit has too are in doubt wherever this one may put them.
        let policies = unit.objects.map(\.manifest).filter(\.isPolicy)
        let others = objects.map(\.manifest).filter { !$0.isPolicy }
        let isLost = policies.contains { PossibleNamespaces.isUnknown($0.meta.namespace) }
        contents.unbuilt.append(
          WorldContents.Unbuilt(policies + others, reason, at: span, in: isLost ? .anywhere : unit.places))
        continue
      }
      contents.manifests += objects.compactMap(\.known)
      contents.unbuilt += DoubtedObjects(objects).unbuilt
    }
    contents.manifests.sort { $0.meta.span < $1.meta.span }
    return contents
  }

  private func branch(_ number: Int) -> Branch {
    let unit = units[number]
    let place = unit.place ?? unit.objects.first?.manifest.meta.name.span
    return Branch(name: unit.name, at: place)
  }

  /// What no world holds as it is applied: objects that nobody applies, or whose build was not done, and equal policies of
  /// several files but for the first one.
  ///
  /// - Parameter plans: only of units of these worlds; of all units when `nil`.
  package func unappliedManifests(of plans: [WorldPlan]?) -> [Manifest] {
    let wanted = plans.map { Set($0.flatMap(\.units)).sorted() }?.map { units[$0] } ?? units
    var seen: Set<ObjectOrigin> = []
    let copies = copies(in: plans ?? worlds)
    return wanted.lazy.filter(\.isJudgedAlone).flatMap { unit in
      unit.objects.filter {
        !unit.isApplied || unit.doubt != nil || $0.known == nil || copies.contains($0.manifest.meta.origin)
      }
    }
    // A build may have changed it, each in its own way.
    .filter { $0.root != nil || seen.insert($0.manifest.meta.origin).inserted }.map(\.manifest)
    .sorted { $0.meta.span < $1.meta.span }
  }
}

extension Assembly {
  /// Where policies are written that no world holds because an earlier unit holds an equal one: a comment beside the one
  /// accepts nothing for the other.
  private func copies(in plans: [WorldPlan]) -> Set<ObjectOrigin> {
    var origins: [SeenObjects.Key: Set<ObjectOrigin>] = [:]
    for number in Set(plans.flatMap(\.units)) {
      for object in units[number].objects where object.manifest.isPolicy {
        origins[SeenObjects.Key(object.manifest.meta), default: []].insert(object.manifest.meta.origin)
      }
    }
    let rivals = origins.filter { $0.value.count > 1 }
    if rivals.isEmpty { return [] }
    var held: Set<ObjectOrigin> = []
    for plan in plans {
      var seen = SeenObjects()
      for number in plan.units {
        let policies = units[number].objects.filter {
          $0.manifest.isPolicy && rivals[SeenObjects.Key($0.manifest.meta)] != nil
        }
        held.formUnion(seen.new(policies).map(\.manifest.meta.origin))
      }
    }
    return rivals.values.reduce(into: Set<ObjectOrigin>()) { $0.formUnion($1) }.subtracting(held)
  }
}

extension Branches {
  fileprivate var branchOfUnit: [Int: Int] {
    Dictionary(units.enumerated().flatMap { number, units in units.map { ($0, number) } }) { first, _ in first }
  }

  fileprivate func isCommon(_ manifest: Manifest) -> Bool {
    ObjectIdentity(manifest).map(common.contains) ?? false
  }
}

/// Objects of earlier units: what a later one holds again is the same object.
private struct SeenObjects {
  /// What an object is called in a cluster.
  struct Key: Hashable {
    private let group: String
    private let kind: String
    private let namespace: String
    private let name: String

    init(_ meta: ObjectMeta) {
      (group, kind, namespace, name) = (meta.group, meta.kind, meta.namespace, meta.name.value)
    }
  }

  /// Each with the number of the unit that holds it.
  private var holders: [Key: Int] = [:]
  private var unit = 0

  /// Those that no earlier unit holds. Twins within a unit stay: one of them overwrites the other, which is a finding.
  /// Namespaces stay, for they merge.
  mutating func new(_ objects: [UnitObject]) -> [UnitObject] {
    unit += 1
    holders.reserveCapacity(holders.count + objects.count)
    return objects.filter { object in
      if case .namespace = object.manifest { return true }
      let meta = object.manifest.meta
      guard !meta.name.value.isEmpty, !meta.name.value.hasSuffix("*") else { return true }
      return SeenObjects.holder(&holders[Key(meta), default: unit]) == unit
    }
  }

  /// What stands in a dictionary, or has been put there on the way: one look-up for both.
  private static func holder(_ number: inout Int) -> Int { number }
}

/// The objects of a unit of which something is not known, those of one reason together.
private struct DoubtedObjects {
  private struct Key: Hashable {
    let doubt: ObjectDoubt
    let places: UnbuiltPlaces
    let isPolicy: Bool
  }

  private var groups: [(key: Key, manifests: [Manifest])] = []

  init(_ objects: [UnitObject]) {
    var numbers: [Key: Int] = [:]
    for object in objects {
      guard let doubt = object.doubt?.withoutPaths, object.known == nil else { continue }
      let manifest = object.manifest.markingLabels(PossibleNamespaces.isUnknown)
      let isLost = PossibleNamespaces.isUnknown(object.manifest.meta.namespace)
      let key = Key(doubt: doubt, places: isLost ? .anywhere : doubt.places, isPolicy: object.manifest.isPolicy)
      if let number = numbers[key] {
        groups[number].manifests.append(manifest)
      } else {
        numbers[key] = groups.count
        groups.append((key, [manifest]))
      }
    }
  }

  var unbuilt: [WorldContents.Unbuilt] {
    groups.map { WorldContents.Unbuilt($0.manifests, $0.key.doubt.reason, at: $0.key.doubt.span, in: $0.key.places) }
  }
}

extension Unit {
  /// Why its objects are not as they are applied, and where that is written; `nil` where they are.
  package var doubt: (reason: String, span: SourceSpan)? {
    if let refusal { return ("the build of \(name) fails", refusal.span) }
    let gap = gaps.first { [.everything, .fields, .names].contains($0.scope) }
    return gap.map { ($0.reason, $0.span) }
  }

  /// What its steps add that are not modelled.
  fileprivate var unreadAdditions: [Addition] {
    let gaps = gaps.filter { $0.scope == .additions }
    if gaps.isEmpty { return [] }
    let namespaces = Set(objects.map(\.manifest.meta.namespace)).union(additionNamespaces).sorted()
    return gaps.flatMap { gap in namespaces.map { Addition(namespace: $0, gap.reason, at: gap.span) } }
  }
}
