internal import Diagnostics
internal import Model

/// Cuts a line of numbers wherever one of many ranges begins or ends, and tells for each part which ranges hold it.
///
/// The engine asks three questions of this form: which policies select a pod class, which rules let a peer in, which
/// blocks hold an address. The cost follows the ranges and the parts, never one of them times the other.
enum Sweep {
  /// A range with a number to know it by; ranges with the same number must not overlap.
  struct Entry<Bound: FixedWidthInteger & UnsignedInteger & Sendable> {
    let range: ClosedRange<Bound>
    let id: Int32
  }

  /// Calls `body` for every part of `whole`, in order, with the sorted numbers of the ranges that hold it; parts that no
  /// range holds are among them.
  static func forEachPart<Bound>(
    of whole: ClosedRange<Bound>, _ entries: [Entry<Bound>], _ body: (ClosedRange<Bound>, [Int32]) -> Void
  ) {
    // Ends that fall on the end of the line change nothing any more.
    var cuts = entries.map { Cut(position: $0.range.lowerBound, id: $0.id, isStart: true) }
    for entry in entries where entry.range.upperBound < whole.upperBound {
      cuts.append(Cut(position: entry.range.upperBound + 1, id: entry.id, isStart: false))
    }
    cuts.sort { $0.position < $1.position }
    var active: [Int32] = []
    var low = whole.lowerBound
    var next = 0
    while true {
      // At one place ends come before starts in effect: the numbers of touching ranges may be equal.
      let first = next
      while next < cuts.count, cuts[next].position == low { next += 1 }
      for cut in cuts[first..<next] where !cut.isStart { active.remove(at: place(of: cut.id, in: active)) }
      for cut in cuts[first..<next] where cut.isStart { active.insert(cut.id, at: place(of: cut.id, in: active)) }
      guard next < cuts.count else { break }
      body(low...(cuts[next].position - 1), active)
      low = cuts[next].position
    }
    body(low...whole.upperBound, active)
  }

  private struct Cut<Bound: FixedWidthInteger & UnsignedInteger & Sendable> {
    let position: Bound
    let id: Int32
    let isStart: Bool
  }

  /// Where a number stands, or belongs, in a sorted list.
  private static func place(of id: Int32, in sorted: [Int32]) -> Int { sorted.partitioningIndex { $0 >= id } }
}

extension IntervalSet {
  /// The set's ranges, each with the same number.
  func entries(_ id: Int32) -> [Sweep.Entry<Bound>] { ranges.map { Sweep.Entry(range: $0, id: id) } }
}
