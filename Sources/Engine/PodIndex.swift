internal import Model

/// Finds what a selector matches among numbered things with labels: pods, or namespaces.
///
/// For each label, key and place there is the set of those that have it, so that a selector is answered by what sets have
/// in common: the cost follows the ranges of the smallest one, and nothing is compared one by one.
struct PodIndex {
  private(set) var count = 0
  private var ofPair: [LabelSet.Pair: ClassSet] = [:]
  private var ofKey: [String: ClassSet] = [:]
  /// Those that get a value from a controller, by key of the label.
  private var ofGeneratedKey: [String: ClassSet] = [:]
  private var ofNamespace: [ClassSet] = []

  /// Adds the thing with the next number.
  mutating func append(_ labels: LabelSet, in namespace: Int = 0) {
    let number = UInt32(count)
    count += 1
    while ofNamespace.count <= namespace { ofNamespace.append(ClassSet()) }
    ofNamespace[namespace].insert(number...number)
    for pair in labels.pairs {
      ofPair[pair, default: ClassSet()].insert(number...number)
      ofKey[pair.key, default: ClassSet()].insert(number...number)
    }
    for key in labels.generated { ofGeneratedKey[key, default: ClassSet()].insert(number...number) }
  }

  var all: ClassSet { count == 0 ? ClassSet() : ClassSet(0...UInt32(count - 1)) }

  /// Those in a namespace.
  func members(of namespace: Int) -> ClassSet { namespace < ofNamespace.count ? ofNamespace[namespace] : ClassSet() }

  /// Those in some of the namespaces.
  func members(of namespaces: ClassSet) -> ClassSet {
    if count == 0 { return ClassSet() }
    let inhabited = ClassSet(0...UInt32(ofNamespace.count - 1))
    let wanted = inhabited.intersection(namespaces)
    let others = inhabited.subtracting(wanted)
    func union(_ numbers: ClassSet) -> ClassSet {
      ClassSet(numbers.ids.lazy.flatMap { ofNamespace[$0.index].ranges })
    }
    // The smaller part is walked over.
    return wanted.size <= others.size ? union(wanted) : all.subtracting(union(others))
  }

  /// What a selector matches in a set for certain, and what it may match.
  func matches(_ selector: Selector, in scope: ClassSet) -> PodMatch {
    var left = scope
    var unsure = ClassSet()
    for requirement in selector.requirements {
      if left.isEmpty { break }
      let generated = ofGeneratedKey[requirement.key] ?? ClassSet()
      switch requirement.operator {
      case .in:
        let fitting = fitting(requirement, left)
        // No value at all can match where none is left.
        if !requirement.values.isEmpty { unsure.formUnion(generated.intersection(left)) }
        left = requirement.values.isEmpty ? fitting : fitting.union(generated.intersection(left))
      case .notIn:
        unsure.formUnion(generated.intersection(left))
        left.subtract(fitting(requirement, left))
      case .exists: left = left.intersection(ofKey[requirement.key] ?? ClassSet()).union(generated.intersection(left))
      case .doesNotExist:
        left.subtract(ofKey[requirement.key] ?? ClassSet())
        left.subtract(generated)
      }
    }
    return PodMatch(certain: left.subtracting(unsure), possible: left.intersection(unsure))
  }

  /// Those of a set that have a key with one of a requirement's values.
  private func fitting(_ requirement: SelectorRequirement, _ set: ClassSet) -> ClassSet {
    let parts = requirement.values.compactMap { value in
      ofPair[LabelSet.Pair(key: requirement.key, value: value)]?.intersection(set)
    }
    return parts.count == 1 ? parts[0] : ClassSet(parts.flatMap(\.ranges))
  }
}

extension ClassSet {
  /// The set of numbers that stand in order.
  init(ordered numbers: [UInt32]) { self.init(ordered: numbers.lazy.map { $0...$0 }) }
}
