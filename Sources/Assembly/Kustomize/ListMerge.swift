internal import Facts
internal import YAMLSource

/// Merges lists whose items have keys (kyaml: `walkAssociativeSequence`), step by step as kustomize does: where keys
/// are missing, or occur twice, its result is not what one would expect, and only the same steps give the same.
struct ListMerge {
  private typealias Failure = StrategicMerge.Failure
  /// An item's values for the keys; empty where it has none.
  fileprivate typealias Values = [String]

  private let merge: StrategicMerge
  private let keys: [String]
  private let position: StrategicMerge.Position

  init(_ merge: StrategicMerge, _ list: MergeList, _ position: StrategicMerge.Position) {
    self.merge = merge
    self.keys = list.keys
    self.position = position
  }

  func walk(_ target: TreeNode?, _ patch: TreeNode?, _ isSelf: Bool) throws(StrategicMerge.Failure) -> TreeNode? {
    if let patch, patch.isNull { return nil }
    guard let leading = patch ?? target else { return nil }
    var patched = patch?.items
    var old = target?.items ?? []
    var isSelf = isSelf
    if let target, !target.isNull, let list = patch {
      let (directive, rest) = try ListMerge.directive(list.items)
      if directive == .delete { return nil }
      patched = rest
      isSelf = isSelf || directive == .replace
    } else {
      isSelf = patch != nil
    }
    // What is put in is merged with itself.
    if isSelf { old = patched ?? [] }
    let items = keys.isEmpty ? ListMerge.union(patched, old) : try merged(old, patched, isSelf)
    return TreeNode(.sequence(items), at: leading.span)
  }

  /// What a list's `- $patch: …` says, and the list without it.
  private static func directive(
    _ items: [TreeNode]
  ) throws(StrategicMerge.Failure) -> (StrategicMerge.Directive, [TreeNode]) {
    guard let index = items.firstIndex(where: { $0["$patch"] != nil }), items[index].entries.count == 1,
      let value = items[index]["$patch"]
    else { return (.merge, items) }
    let directive = try StrategicMerge.directive(value)
    let rest = items.filter { $0["$patch"]?.text != value.text && !$0.isEmptyMapping && !$0.isNull }
    return (directive, rest)
  }

  private static func union(_ patch: [TreeNode]?, _ old: [TreeNode]) -> [TreeNode] {
    var seen: Set<String> = []
    return ((patch ?? []) + old).filter { seen.insert($0.rawText).inserted }
  }

  // MARK: Items with keys

  private func values(of item: TreeNode) -> Values {
    keys.map { key in item[key].map { $0.isNull ? "" : $0.rawText } ?? "" }
  }

  /// - Parameter isSelf: whether the two lists are one, so that what is done to an item of one is done to the other's.
  private func merged(_ old: [TreeNode], _ patch: [TreeNode]?, _ isSelf: Bool) throws(Failure) -> [TreeNode] {
    let plain = PlainLists(old.map(values), (patch ?? []).map(values))
    if let plain { return try merged(old, patch ?? [], plain, isSelf) }
    merge.work.count += (old.count + (patch?.count ?? 0)) * (old.count + (patch?.count ?? 0))
    var seen: Set<Values> = []
    let order = ListMerge.united(((patch ?? []) + old).map(values).filter { seen.insert($0).inserted })
    // A key counts for all items as soon as one of them has it.
    let filled = keys.indices.filter { number in order.contains { !$0[number].isEmpty } }
    let used = filled.isEmpty ? Array(keys.indices) : filled
    let names = used.map { keys[$0] }
    var old = old
    var added: [TreeNode] = []
    for values in order {
      let key = ItemKey(names: names, values: used.map { values[$0] })
      let index = old.firstIndex { key.finds($0) }
      let new = (patch ?? []).first { key.finds($0) }
      let merged = try merge.walk(index.map { old[$0] }, new, position, isSelf: isSelf)
      if isSelf, let index { old[index]["$patch"] = nil }
      guard var item = merged, !item.isEmptyMapping else {
        try old.set(nil, key)
        continue
      }
      for (name, value) in zip(key.names, key.values) where item[name] == nil && !value.isEmpty {
        item[name] = TreeNode(string: value, at: item.span)
      }
      if let index, isSelf || !(new?.isReplacement ?? false) { old[index] = item }
      try added.set(item, key)
    }
    return order.isEmpty ? old : try ListMerge.joined(added, old, names)
  }

  /// Items that have a key in common and differ in no other, but for one that is missing, are one.
  private static func united(_ list: [Values]) -> [Values] {
    var list = list
    guard (list.first?.count ?? 0) > 1 else { return list }
    for a in list.indices {
      let first = list[a]
      for b in list.indices {
        let second = list[b]
        let pairs = zip(first, second)
        guard pairs.contains(where: { $0 == $1 }), pairs.allSatisfy({ $0 == $1 || $0.isEmpty || $1.isEmpty }) else {
          continue
        }
        let both = pairs.map { $0.isEmpty ? $1 : $0 }
        (list[a], list[b]) = (both, both)
      }
    }
    return list
  }

  /// What is left of the old list goes behind what is new, and takes its place.
  private static func joined(
    _ added: [TreeNode], _ old: [TreeNode], _ names: [String]
  ) throws(StrategicMerge.Failure) -> [TreeNode] {
    var result = added
    for item in old {
      var values: Values = []
      for name in names {
        guard let value = item[name] else {
          result.append(item)
          continue
        }
        values.append(value.rawText)
      }
      let key = ItemKey(names: names, values: values)
      if names.count > 1 { try result.set(nil, key) }
      try result.set(item, key)
    }
    return result
  }

  /// The usual case: every item has the same keys, and no two of a list the same values.
  private func merged(
    _ old: [TreeNode], _ patch: [TreeNode], _ plain: PlainLists, _ isSelf: Bool
  ) throws(Failure) -> [TreeNode] {
    var fresh: [TreeNode] = []
    var inPlace: [Int: TreeNode] = [:]
    var first: [TreeNode] = []
    for (number, item) in patch.enumerated() {
      guard let index = plain.old[plain.patch[number]] else {
        guard let merged = try merge.walk(nil, item, position), !merged.isEmptyMapping else { continue }
        fresh.append(merged)
        first.append(merged)
        continue
      }
      guard let merged = try merge.walk(old[index], item, position, isSelf: isSelf), !merged.isEmptyMapping else {
        inPlace[index] = TreeNode(.mapping([]), at: item.span)
        continue
      }
      // What is to replace an item stands in the list of new ones, where the old one takes its place.
      inPlace[index] = item.isReplacement && !isSelf ? old[index] : merged
      first.append(inPlace[index] ?? merged)
    }
    var rest: [TreeNode] = []
    for (index, item) in old.enumerated() {
      if let merged = inPlace[index] {
        // With several keys, items keep the order of the old list; with one, that of the patch.
        if plain.keyCount > 1, !merged.isEmptyMapping { rest.append(merged) }
      } else if let merged = try merge.walk(item, nil, position), !merged.isEmptyMapping {
        rest.append(merged)
      }
    }
    return (plain.keyCount > 1 ? fresh : first) + rest
  }
}

/// Two lists of which each item has the same keys, and other values than all others of its list.
private struct PlainLists {
  let keyCount: Int
  let patch: [ListMerge.Values]
  /// The numbers of the old list's items.
  let old: [ListMerge.Values: Int]

  init?(_ old: [ListMerge.Values], _ patch: [ListMerge.Values]) {
    guard let shape = (patch.first ?? old.first)?.map(\.isEmpty), shape.contains(false) else { return nil }
    guard (patch + old).allSatisfy({ $0.map(\.isEmpty) == shape }) else { return nil }
    var numbers: [ListMerge.Values: Int] = [:]
    for (number, values) in old.enumerated() where numbers.updateValue(number, forKey: values) != nil { return nil }
    guard Set(patch).count == patch.count else { return nil }
    keyCount = shape.count { !$0 }
    self.patch = patch
    self.old = numbers
  }
}

/// The keys that tell items apart, and one item's values.
private struct ItemKey {
  let names: [String]
  let values: [String]

  /// Whether an item has all values that are not empty; where all are, it must have each key with an empty value.
  func finds(_ item: TreeNode) -> Bool {
    guard item.isMapping else { return false }
    let isEmpty = values.allSatisfy(\.isEmpty)
    return zip(names, values).allSatisfy { name, value in
      if value.isEmpty, !isEmpty { return true }
      return item[name].map { $0.rawText == value } ?? false
    }
  }
}

extension [TreeNode] {
  /// Puts an item into the place of each that has its key, or last; `nil` removes them. Empty items go
  /// (kyaml: `ElementSetter`).
  fileprivate mutating func set(_ new: TreeNode?, _ key: ItemKey) throws(StrategicMerge.Failure) {
    var result: [TreeNode] = []
    var isFound = false
    for item in self {
      if item.isNull || item.isEmptyMapping { continue }
      guard item.isMapping else {
        guard !(key.values.first ?? "").isEmpty else {
          throw StrategicMerge.Failure(message: "an item of the list is no mapping", span: item.span)
        }
        result.append(item)
        continue
      }
      // A value that is missing is taken for the one before it.
      let isSame =
        !key.values.isEmpty
        && zip(key.names, key.values).allSatisfy { name, value in
          item[name].map { value.isEmpty || $0.rawText == value } ?? false
        }
      guard isSame else {
        if !key.values.isEmpty { result.append(item) }
        continue
      }
      isFound = true
      if let new { result.append(new) }
    }
    if let new, !isFound { result.append(new) }
    self = result
  }
}

extension TreeNode {
  fileprivate var isEmptyMapping: Bool { isMapping && entries.isEmpty }

  fileprivate var isReplacement: Bool { self["$patch"]?.text == "replace" }
}
