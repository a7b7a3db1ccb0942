/// The labels of a pod or a namespace.
package struct LabelSet: Hashable, Sendable {
  package struct Pair: Hashable, Sendable {
    package let key: String
    package let value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// Labels whose values are known, in order of keys, each key once.
  package let pairs: [Pair]
  /// Keys that a controller sets to a value that only the cluster knows, sorted; none of them is in `pairs`.
  package let generated: [String]

  /// - Parameter labels: of equal keys the last one counts, as the API's decoder has it.
  package init(_ labels: [(String, String)], generated: [String] = []) {
    var pairs: [Pair] = []
    pairs.reserveCapacity(labels.count)
    for (key, value) in labels {
      if let index = pairs.firstIndex(where: { $0.key == key }) { pairs.remove(at: index) }
      pairs.append(Pair(key: key, value: value))
    }
    if pairs.count > 1 { pairs.sort { $0.key < $1.key } }
    self.pairs = pairs
    self.generated =
      generated.isEmpty ? [] : Set(generated).filter { key in !pairs.contains { $0.key == key } }.sorted()
  }

  package var isEmpty: Bool { pairs.isEmpty && generated.isEmpty }

  /// The known value of a key.
  package func value(_ key: String) -> String? { pairs.first { $0.key == key }?.value }

  package func isGenerated(_ key: String) -> Bool { !generated.isEmpty && generated.contains(key) }

  /// These labels with others set over them.
  package func setting(_ labels: [(String, String)]) -> LabelSet {
    LabelSet(pairs.map { ($0.key, $0.value) } + labels, generated: generated)
  }

  /// Whether all of `other`'s known labels are here with the same values.
  package func includes(_ other: LabelSet) -> Bool { other.pairs.allSatisfy { value($0.key) == $0.value } }
}
