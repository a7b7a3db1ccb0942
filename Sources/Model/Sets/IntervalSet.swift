public import Diagnostics

/// A set of numbers, kept as sorted closed ranges that neither touch nor overlap: equal sets have equal ranges.
///
/// One implementation serves ports, IPv4 and IPv6 addresses. Operations on two sets are linear in their ranges; to add
/// ranges one by one costs a search each, and the place that they take in the array. It is public because the compiler shows
/// other modules the bodies of public functions only: each kind of number has code of its own there.
public struct IntervalSet<Bound: FixedWidthInteger & UnsignedInteger & Sendable>: Hashable, Sendable {
  @usableFromInline var held: [ClosedRange<Bound>]

  @inlinable public var ranges: [ClosedRange<Bound>] { held }

  @inlinable public init() { held = [] }

  @inlinable public init(_ range: ClosedRange<Bound>) { held = [range] }

  /// The union of ranges in any order; they may overlap.
  @inlinable public init(_ unsorted: some Sequence<ClosedRange<Bound>>) {
    held = IntervalSet.joined(unsorted.sorted { $0.lowerBound < $1.lowerBound })
    checkInvariants()
  }

  @inlinable public var isEmpty: Bool { ranges.isEmpty }

  /// The union of ranges in the order of their starts; they may overlap.
  @inlinable public init(ordered ranges: some Sequence<ClosedRange<Bound>>) {
    held = IntervalSet.joined(ranges)
    checkInvariants()
  }

  /// O(log ranges).
  @inlinable public func contains(_ number: Bound) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(number)
  }

  @inlinable public func isSubset(of other: IntervalSet) -> Bool {
    var next = 0
    for range in ranges {
      next = other.firstRange(from: next, reaching: range.lowerBound)
      guard next < other.ranges.count, other.ranges[next].lowerBound <= range.lowerBound,
        other.ranges[next].upperBound >= range.upperBound
      else { return false }
    }
    return true
  }

  @inlinable public func intersects(_ other: IntervalSet) -> Bool {
    if ranges.count > other.ranges.count { return other.intersects(self) }
    var next = 0
    for range in ranges {
      next = other.firstRange(from: next, reaching: range.lowerBound)
      guard next < other.ranges.count else { return false }
      if other.ranges[next].lowerBound <= range.upperBound { return true }
    }
    return false
  }

  /// The first range from a place on that does not end before a number. O(log of the ranges that are passed over), so
  /// that a small set is compared with a large one without a walk along it.
  @inlinable func firstRange(from start: Int, reaching number: Bound) -> Int {
    var step = 1
    var low = start
    while low < ranges.count, ranges[low].upperBound < number {
      let next = min(low + step, ranges.count)
      if next < ranges.count, ranges[next].upperBound < number {
        low = next
        step *= 2
      } else {
        return ranges[(low + 1)..<next].partitioningIndex { $0.upperBound >= number }
      }
    }
    return low
  }

  /// Adds a range: the ranges that it overlaps or touches become one with it.
  @inlinable public mutating func insert(_ range: ClosedRange<Bound>) {
    // Most sets are filled in order.
    if let last = held.last, range.lowerBound > last.upperBound {
      if range.lowerBound - 1 == last.upperBound {
        held[held.count - 1] = last.lowerBound...range.upperBound
      } else {
        held.append(range)
      }
      return checkInvariants(around: held.count - 1)
    }
    let first = ranges.partitioningIndex { $0.upperBound == .max || $0.upperBound + 1 >= range.lowerBound }
    let end = ranges[first...].partitioningIndex { $0.lowerBound > 0 && $0.lowerBound - 1 > range.upperBound }
    if first < end, ranges[first].lowerBound <= range.lowerBound, ranges[first].upperBound >= range.upperBound {
      return
    }
    if first == end {
      held.insert(range, at: first)
    } else {
      let joined =
        min(range.lowerBound, ranges[first].lowerBound)...max(range.upperBound, ranges[end - 1].upperBound)
      held.replaceSubrange(first..<end, with: CollectionOfOne(joined))
    }
    checkInvariants(around: first)
  }

  @inlinable public mutating func formUnion(_ other: IntervalSet) {
    if other.isEmpty { return }
    if isEmpty {
      self = other
      return
    }
    if other.ranges.count == 1 { return insert(other.ranges[0]) }
    // Unions are made over and over of what is in them already.
    if other.isSubset(of: self) { return }
    var merged: [ClosedRange<Bound>] = []
    merged.reserveCapacity(ranges.count + other.ranges.count)
    var (a, b) = (ranges[...], other.ranges[...])
    while let x = a.first, let y = b.first {
      if x.lowerBound <= y.lowerBound { merged.append(a.removeFirst()) } else { merged.append(b.removeFirst()) }
    }
    held = IntervalSet.joined(merged + a + b)
    checkInvariants()
  }

  @inlinable public func union(_ other: IntervalSet) -> IntervalSet {
    var result = self
    result.formUnion(other)
    return result
  }

  @inlinable public func intersection(_ other: IntervalSet) -> IntervalSet {
    var result = IntervalSet()
    var (i, j) = (0, 0)
    while i < ranges.count {
      j = other.firstRange(from: j, reaching: ranges[i].lowerBound)
      guard j < other.ranges.count else { break }
      i = firstRange(from: i, reaching: other.ranges[j].lowerBound)
      guard i < ranges.count else { break }
      let (x, y) = (ranges[i], other.ranges[j])
      let low = max(x.lowerBound, y.lowerBound)
      let high = min(x.upperBound, y.upperBound)
      if low <= high { result.held.append(low...high) }
      if x.upperBound < y.upperBound { i += 1 } else { j += 1 }
    }
    result.checkInvariants()
    return result
  }

  @inlinable public mutating func subtract(_ other: IntervalSet) {
    if isEmpty || other.isEmpty { return }
    self = subtracting(other)
  }

  @inlinable public func subtracting(_ other: IntervalSet) -> IntervalSet {
    if isEmpty || other.isEmpty { return self }
    var result = IntervalSet()
    var (i, j) = (0, 0)
    while i < ranges.count {
      j = other.firstRange(from: j, reaching: ranges[i].lowerBound)
      let next = j < other.ranges.count ? firstRange(from: i, reaching: other.ranges[j].lowerBound) : ranges.count
      // What ends before the next hole stays as it is.
      result.held += ranges[i..<next]
      if next < ranges.count { j = other.cutHoles(in: ranges[next], from: j, &result.held) }
      i = next + 1
    }
    result.checkInvariants()
    return result
  }

  /// Adds what is left of a range without this set's, of which those before a place end before it.
  ///
  /// - Returns: the place of the last one that was looked at.
  @inlinable func cutHoles(in range: ClosedRange<Bound>, from start: Int, _ left: inout [ClosedRange<Bound>]) -> Int {
    var hole = firstRange(from: start, reaching: range.lowerBound)
    var low = range.lowerBound
    while hole < ranges.count, ranges[hole].lowerBound <= range.upperBound {
      if ranges[hole].lowerBound > low { left.append(low...(ranges[hole].lowerBound - 1)) }
      if ranges[hole].upperBound >= range.upperBound { return hole }
      low = ranges[hole].upperBound + 1
      hole += 1
    }
    left.append(low...range.upperBound)
    return hole
  }

  /// Joins sorted ranges that overlap or touch.
  @inlinable static func joined(_ sorted: some Sequence<ClosedRange<Bound>>) -> [ClosedRange<Bound>] {
    var result: [ClosedRange<Bound>] = []
    for range in sorted {
      if let last = result.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// The same for a range that was put in, and its neighbours.
  @inlinable func checkInvariants(around index: Int) {
    assert(
      (max(index - 1, 0)..<min(index + 1, ranges.count - 1)).allSatisfy {
        ranges[$0].upperBound < ranges[$0 + 1].lowerBound && ranges[$0 + 1].lowerBound - ranges[$0].upperBound > 1
      })
  }

  /// Sorted, disjoint, not adjacent; checked in debug builds after every change.
  @inlinable func checkInvariants() {
    assert(
      zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound && $1.lowerBound - $0.upperBound > 1 })
  }
}
