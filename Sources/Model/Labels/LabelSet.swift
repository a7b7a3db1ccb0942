internal import Diagnostics

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
    var sorted = labels.map { Pair(key: $0.0, value: $0.1) }
    if sorted.count > 1 { sorted.sort { $0.key < $1.key } }
    if zip(sorted, sorted.dropFirst()).contains(where: { $0.key == $1.key }) {
      let last = Dictionary(labels) { _, last in last }
      sorted = last.map { Pair(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
    }
    pairs = sorted
    self.generated =
      generated.isEmpty ? [] : Set(generated).filter { LabelSet.value($0, in: sorted) == nil }.sorted()
  }

  package var isEmpty: Bool { pairs.isEmpty && generated.isEmpty }

  /// The known value of a key.
  package func value(_ key: String) -> String? { LabelSet.value(key, in: pairs) }

  /// Of few labels a walk is faster than a search.
  private static func value(_ key: String, in pairs: [Pair]) -> String? {
    if pairs.count < 16 { return pairs.first { $0.key == key }?.value }
    let place = pairs.partitioningIndex { $0.key >= key }
    return place < pairs.count && pairs[place].key == key ? pairs[place].value : nil
  }

  package func isGenerated(_ key: String) -> Bool { !generated.isEmpty && generated.contains(key) }

  /// These labels with others set over them.
  package func setting(_ labels: [(String, String)]) -> LabelSet {
    LabelSet(pairs.map { ($0.key, $0.value) } + labels, generated: generated)
  }

  /// Whether all of `other`'s known labels are here with the same values.
  package func includes(_ other: LabelSet) -> Bool { other.pairs.allSatisfy { value($0.key) == $0.value } }
}
