/// Finds which of many ranges hold a number: an interval tree in an array. O(log ranges) and what is found.
struct RangeIndex: Sendable {
  struct Entry: Sendable {
    let range: ClosedRange<UInt32>
    /// What the range stands for.
    let owner: Int
    let verdict: Int
  }

  /// In order of their starts; the middle one of a part is the root of its tree.
  private let entries: [Entry]
  /// The highest end in the tree below each root.
  private var highest: [UInt32]

  init(_ entries: [Entry]) {
    self.entries = entries.sorted { ($0.range.lowerBound, $0.owner) < ($1.range.lowerBound, $1.owner) }
    highest = Array(repeating: 0, count: entries.count)
    _ = fill(0..<entries.count)
  }

  private mutating func fill(_ part: Range<Int>) -> UInt32 {
    if part.isEmpty { return 0 }
    let root = part.lowerBound + part.count / 2
    let below = max(fill(part.lowerBound..<root), fill((root + 1)..<part.upperBound))
    highest[root] = max(below, entries[root].range.upperBound)
    return highest[root]
  }

  /// The entries whose ranges hold a number, in order of their owners.
  func holding(_ number: UInt32) -> [Entry] {
    var found: [Entry] = []
    find(number, in: 0..<entries.count, &found)
    return found.sorted { $0.owner < $1.owner }
  }

  private func find(_ number: UInt32, in part: Range<Int>, _ found: inout [Entry]) {
    if part.isEmpty { return }
    let root = part.lowerBound + part.count / 2
    if highest[root] < number { return }
    find(number, in: part.lowerBound..<root, &found)
    if entries[root].range.lowerBound > number { return }
    if entries[root].range.contains(number) { found.append(entries[root]) }
    find(number, in: (root + 1)..<part.upperBound, &found)
  }
}
