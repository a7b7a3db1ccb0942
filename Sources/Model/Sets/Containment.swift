internal import Diagnostics

/// Which of many ranges lie inside of others.
package enum Containment {
  /// For each range the place of the first other one that holds all of it; of equal ranges only those before it count.
  ///
  /// Ranges are taken from left to right, the longer first where two begin alike: what holds a range was then taken before
  /// it and ends no earlier, so that a table of the smallest place by end answers. O(n log n).
  package static func firstOuter<Bound: FixedWidthInteger>(of ranges: [ClosedRange<Bound>]) -> [Int?] {
    var result = [Int?](repeating: nil, count: ranges.count)
    if ranges.count < 2 { return result }
    let ends = Set(ranges.lazy.map(\.upperBound)).sorted(by: >)
    var first = SmallestOfPrefix(count: ends.count)
    let order = ranges.indices.sorted { a, b in
      (ranges[a].lowerBound, ranges[b].upperBound, a) < (ranges[b].lowerBound, ranges[a].upperBound, b)
    }
    for number in order {
      let rank = ends.partitioningIndex { $0 <= ranges[number].upperBound }
      result[number] = first.smallest(upTo: rank)
      first.add(number, at: rank)
    }
    return result
  }
}

/// The smallest of the numbers at the places up to one: a Fenwick tree.
private struct SmallestOfPrefix {
  private var tree: [Int]

  init(count: Int) { tree = Array(repeating: .max, count: count + 1) }

  mutating func add(_ number: Int, at place: Int) {
    var index = place + 1
    while index < tree.count {
      tree[index] = min(tree[index], number)
      index += index & -index
    }
  }

  /// `nil` where nothing was added.
  func smallest(upTo place: Int) -> Int? {
    var index = place + 1
    var result = Int.max
    while index > 0 {
      result = min(result, tree[index])
      index -= index & -index
    }
    return result == .max ? nil : result
  }
}
