internal import Model

/// Finds among many selectors those that some labels match together with another one, without a look at those that ask
/// for other values of the same label.
struct SelectorOverlaps {
  /// The selectors whose first requirement names values of a key.
  private struct OfKey {
    var byValue: [String: [Int]] = [:]
    var all: [Int] = []
  }

  private let selectors: [Selector]
  private var ofKey: [String: OfKey] = [:]
  private var others: [Int] = []

  init(_ selectors: some Sequence<Selector>) {
    self.selectors = Array(selectors)
    for (number, selector) in self.selectors.enumerated() {
      if let first = selector.requirements.first, first.operator == .in {
        for value in first.values { ofKey[first.key, default: OfKey()].byValue[value, default: []].append(number) }
        ofKey[first.key, default: OfKey()].all.append(number)
      } else {
        others.append(number)
      }
    }
  }

  /// Whether one of the selectors, of those for whose places `isWanted` holds, overlaps another one.
  func overlaps(_ selector: Selector, where isWanted: (Int) -> Bool = { _ in true }) -> Bool {
    func holds(_ number: Int) -> Bool { isWanted(number) && selectors[number].overlaps(selector) }
    if others.contains(where: holds) { return true }
    var asked: Set<String> = []
    for requirement in selector.requirements where requirement.operator == .in {
      asked.insert(requirement.key)
      guard let named = ofKey[requirement.key] else { continue }
      if requirement.values.contains(where: { named.byValue[$0]?.contains(where: holds) ?? false }) { return true }
    }
    return ofKey.contains { key, named in !asked.contains(key) && named.all.contains(where: holds) }
  }
}
