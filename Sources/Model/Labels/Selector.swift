internal import Diagnostics

/// The four operators of a label selector.
package enum SelectorOperator: String, Hashable, Sendable, CaseIterable {
  case `in` = "In"
  case notIn = "NotIn"
  case exists = "Exists"
  case doesNotExist = "DoesNotExist"
}

/// What a selector asks of one key.
package struct SelectorRequirement: Hashable, Sendable {
  package let key: String
  package let `operator`: SelectorOperator
  /// Sorted, without twins; empty for `Exists` and `DoesNotExist`.
  package let values: [String]

  package init(key: String, _ operator: SelectorOperator, _ values: [String] = []) {
    self.key = key
    self.operator = `operator`
    self.values = values.count > 1 ? Set(values).sorted() : values
  }

  /// `NotIn` and `DoesNotExist` are satisfied by a missing key; of a value that only the cluster knows, only the
  /// existence counts.
  package func matches(_ labels: LabelSet) -> Truth {
    if labels.isGenerated(key) {
      return switch `operator` {
      case .exists: .yes
      case .doesNotExist: .no
      // Nothing is left of the values: no label can match (`isContradictory`).
      case .in: values.isEmpty ? .no : .unknown
      case .notIn: .unknown
      }
    }
    let value = labels.value(key)
    let isMatch =
      switch `operator` {
      case .in: value.map(allows) ?? false
      case .notIn: !(value.map(allows) ?? false)
      case .exists: value != nil
      case .doesNotExist: value == nil
      }
    return isMatch ? .yes : .no
  }

  /// Whether a value is one of these; of few values a walk is faster than a search.
  func allows(_ value: String) -> Bool {
    if values.count < 16 { return values.contains(value) }
    let place = values.partitioningIndex { $0 >= value }
    return place < values.count && values[place] == value
  }
}

/// What a label selector means, in a canonical form: selectors that ask the same of every key are equal.
///
/// All requirements must hold (apimachinery/pkg/labels). For each key at most one of these remains: `In` with the values
/// left over, `DoesNotExist`, or `Exists` and `NotIn` together or alone.
package struct Selector: Hashable, Sendable {
  /// In order of keys.
  package let requirements: [SelectorRequirement]
  /// The hash of the requirements: selectors are looked up far more often than they are made.
  private let digest: Int

  package init(_ requirements: [SelectorRequirement]) {
    self.requirements = Selector.canonical(requirements)
    digest = self.requirements.hashValue
  }

  private static func canonical(_ requirements: [SelectorRequirement]) -> [SelectorRequirement] {
    if requirements.count < 2 { return requirements }
    let sorted = requirements.sorted { $0.key < $1.key }
    let hasTwins = zip(sorted, sorted.dropFirst()).contains { $0.key == $1.key }
    return hasTwins ? merged(sorted) : sorted
  }

  package static func == (a: Selector, b: Selector) -> Bool {
    a.digest == b.digest && a.requirements == b.requirements
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  /// Selects everything.
  package static let everything = Selector([])

  package func matches(_ labels: LabelSet) -> Truth {
    var result = Truth.yes
    for requirement in requirements {
      switch requirement.matches(labels) {
      case .no: return .no
      case .unknown: result = .unknown
      case .yes: break
      }
    }
    return result
  }

  /// Whether no labels at all can match: nothing is left of an `In`.
  package var isContradictory: Bool { requirements.contains { $0.operator == .in && $0.values.isEmpty } }

  /// The smallest label set that matches; `nil` when none can.
  ///
  /// Of several allowed values the first one is taken; for a key that must merely exist the value is `any`, with as many
  /// underscores behind it as it needs to be none of the forbidden ones.
  package var witness: LabelSet? {
    guard !isContradictory else { return nil }
    var labels: [(String, String)] = []
    for requirement in requirements {
      switch requirement.operator {
      case .in: labels.append((requirement.key, requirement.values[0]))
      case .exists:
        let forbidden = self.requirements(of: requirement.key).first { $0.operator == .notIn }?.values ?? []
        var value = "any"
        while forbidden.contains(value) { value += "_" }
        labels.append((requirement.key, value))
      case .notIn, .doesNotExist: break
      }
    }
    return LabelSet(labels)
  }

  /// Whether everything that matches this selector matches `other` too. Exact: keys do not depend on each other.
  package func implies(_ other: Selector) -> Bool {
    if isContradictory { return true }
    return other.requirements.allSatisfy { wanted in
      let own = self.requirements(of: wanted.key)
      return switch wanted.operator {
      case .in: own.contains { $0.operator == .in && $0.values.allSatisfy(wanted.allows) }
      case .exists: own.contains { $0.operator == .in || $0.operator == .exists }
      case .doesNotExist: own.contains { $0.operator == .doesNotExist }
      case .notIn:
        own.contains {
          switch $0.operator {
          case .in: !$0.values.contains(where: wanted.allows)
          case .notIn: wanted.values.allSatisfy($0.allows)
          case .doesNotExist: true
          case .exists: false
          }
        }
      }
    }
  }

  /// What is asked of a key.
  private func requirements(of key: String) -> ArraySlice<SelectorRequirement> {
    let first =
      requirements.count < 16
      ? requirements.firstIndex { $0.key == key } ?? requirements.endIndex
      : requirements.partitioningIndex { $0.key >= key }
    return requirements[first...].prefix { $0.key == key }
  }

  /// Whether some label set matches both.
  package func overlaps(_ other: Selector) -> Bool { !Selector(requirements + other.requirements).isContradictory }

  /// Brings what is asked of each key to the canonical form.
  private static func merged(_ sorted: [SelectorRequirement]) -> [SelectorRequirement] {
    var result: [SelectorRequirement] = []
    var rest = sorted[...]
    while let key = rest.first?.key {
      let group = rest.prefix { $0.key == key }
      rest = rest[group.endIndex...]
      result += group.count == 1 ? Array(group) : merged(group, key)
    }
    return result
  }

  private static func merged(_ group: ArraySlice<SelectorRequirement>, _ key: String) -> [SelectorRequirement] {
    let forbidden = Set(group.filter { $0.operator == .notIn }.flatMap(\.values))
    let mustExist = group.contains { $0.operator == .exists }
    let mustNotExist = group.contains { $0.operator == .doesNotExist }
    let allowed = group.filter { $0.operator == .in }.map { Set($0.values) }
    if let first = allowed.first {
      let left = allowed.dropFirst().reduce(first) { $0.intersection($1) }.subtracting(forbidden)
      return [SelectorRequirement(key: key, .in, mustNotExist ? [] : left.sorted())]
    }
    if mustNotExist {
      return [mustExist ? SelectorRequirement(key: key, .in) : SelectorRequirement(key: key, .doesNotExist)]
    }
    var result: [SelectorRequirement] = []
    if mustExist { result.append(SelectorRequirement(key: key, .exists)) }
    if !forbidden.isEmpty { result.append(SelectorRequirement(key: key, .notIn, forbidden.sorted())) }
    return result
  }
}

extension Selector: CustomStringConvertible {
  /// As kubectl writes selectors: `app=web,tier notin (a,b),!legacy`; `every label set` when it asks for nothing.
  package var description: String {
    if requirements.isEmpty { return "everything" }
    return requirements.map { requirement in
      switch requirement.operator {
      case .in where requirement.values.count == 1: "\(requirement.key)=\(requirement.values[0])"
      case .in: "\(requirement.key) in (\(requirement.values.joined(separator: ",")))"
      case .notIn: "\(requirement.key) notin (\(requirement.values.joined(separator: ",")))"
      case .exists: requirement.key
      case .doesNotExist: "!\(requirement.key)"
      }
    }.joined(separator: ",")
  }
}
