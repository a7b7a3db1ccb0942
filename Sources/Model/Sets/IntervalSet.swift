/// A set of numbers, kept as sorted closed ranges that neither touch nor overlap: equal sets have equal ranges.
///
/// One implementation serves ports, IPv4 and IPv6 addresses. Operations on two sets are linear in their ranges.
package struct IntervalSet<Bound: FixedWidthInteger & UnsignedInteger & Sendable>: Hashable, Sendable {
  package private(set) var ranges: [ClosedRange<Bound>]

  package init() { ranges = [] }

  package init(_ range: ClosedRange<Bound>) { ranges = [range] }

  /// The union of ranges in any order; they may overlap.
  package init(_ unsorted: some Sequence<ClosedRange<Bound>>) {
    ranges = IntervalSet.joined(unsorted.sorted { $0.lowerBound < $1.lowerBound })
    checkInvariants()
  }

  package var isEmpty: Bool { ranges.isEmpty }

  /// O(log ranges).
  package func contains(_ number: Bound) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(number)
  }

  package func isSubset(of other: IntervalSet) -> Bool {
    var candidates = other.ranges[...]
    for range in ranges {
      candidates = candidates.drop { $0.upperBound < range.lowerBound }
      guard let first = candidates.first, first.lowerBound <= range.lowerBound, first.upperBound >= range.upperBound
      else { return false }
    }
    return true
  }

  package func intersects(_ other: IntervalSet) -> Bool { !intersection(other).isEmpty }

  package mutating func insert(_ range: ClosedRange<Bound>) { formUnion(IntervalSet(range)) }

  package mutating func formUnion(_ other: IntervalSet) {
    if other.isEmpty { return }
    if isEmpty {
      self = other
      return
    }
    var merged: [ClosedRange<Bound>] = []
    merged.reserveCapacity(ranges.count + other.ranges.count)
    var (a, b) = (ranges[...], other.ranges[...])
    while let x = a.first, let y = b.first {
      if x.lowerBound <= y.lowerBound { merged.append(a.removeFirst()) } else { merged.append(b.removeFirst()) }
    }
    ranges = IntervalSet.joined(merged + a + b)
    checkInvariants()
  }

  package func union(_ other: IntervalSet) -> IntervalSet {
    var result = self
    result.formUnion(other)
    return result
  }

  package func intersection(_ other: IntervalSet) -> IntervalSet {
    var result = IntervalSet()
    var (i, j) = (0, 0)
    while i < ranges.count, j < other.ranges.count {
      let (x, y) = (ranges[i], other.ranges[j])
      let low = max(x.lowerBound, y.lowerBound)
      let high = min(x.upperBound, y.upperBound)
      if low <= high { result.ranges.append(low...high) }
      if x.upperBound < y.upperBound { i += 1 } else { j += 1 }
    }
    result.checkInvariants()
    return result
  }

  package mutating func subtract(_ other: IntervalSet) {
    if isEmpty || other.isEmpty { return }
    self = subtracting(other)
  }

  package func subtracting(_ other: IntervalSet) -> IntervalSet {
    var result = IntervalSet()
    var holes = other.ranges[...]
    for range in ranges {
      holes = holes.drop { $0.upperBound < range.lowerBound }
      var low = range.lowerBound
      var isUsedUp = false
      for hole in holes {
        if hole.lowerBound > range.upperBound { break }
        if hole.lowerBound > low { result.ranges.append(low...(hole.lowerBound - 1)) }
        if hole.upperBound >= range.upperBound {
          isUsedUp = true
          break
        }
        low = hole.upperBound + 1
      }
      if !isUsedUp { result.ranges.append(low...range.upperBound) }
    }
    result.checkInvariants()
    return result
  }

  /// Joins sorted ranges that overlap or touch.
  private static func joined(_ sorted: [ClosedRange<Bound>]) -> [ClosedRange<Bound>] {
    var result: [ClosedRange<Bound>] = []
    result.reserveCapacity(sorted.count)
    for range in sorted {
      if let last = result.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// Sorted, disjoint, not adjacent; checked in debug builds after every change.
  private func checkInvariants() {
    assert(
      zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound && $1.lowerBound - $0.upperBound > 1 })
  }
}
