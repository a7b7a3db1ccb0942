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
    of whole: ClosedRange<Bound>, _ entries: [Entry<Bound>], _ body: (ClosedRange<Bound>, ActiveSet) -> Void
  ) {
    // Ends that fall on the end of the line change nothing any more.
    var cuts = entries.map { Cut(position: $0.range.lowerBound, id: $0.id, isStart: true) }
    for entry in entries where entry.range.upperBound < whole.upperBound {
      cuts.append(Cut(position: entry.range.upperBound + 1, id: entry.id, isStart: false))
    }
    cuts.sort { $0.position < $1.position }
    var active = ActiveSet()
    var low = whole.lowerBound
    var next = 0
    while true {
      // At one place ends come before starts in effect: the numbers of touching ranges may be equal.
      let first = next
      while next < cuts.count, cuts[next].position == low { next += 1 }
      for cut in cuts[first..<next] where !cut.isStart { active.remove(cut.id) }
      for cut in cuts[first..<next] where cut.isStart { active.insert(cut.id) }
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
}

/// The numbers of the ranges that hold one part.
struct ActiveSet: Equatable {
  /// Sorted.
  private(set) var ids: [Int32] = []
  /// Equal for equal sets; different ones have different ones nearly always. Changes with each number that comes or goes,
  /// at no cost for the others.
  private(set) var signature: UInt64 = 0

  mutating func insert(_ id: Int32) {
    ids.insert(id, at: place(of: id))
    signature &+= ActiveSet.mixed(id)
  }

  mutating func remove(_ id: Int32) {
    ids.remove(at: place(of: id))
    signature &-= ActiveSet.mixed(id)
  }

  /// Where a number stands, or belongs.
  private func place(of id: Int32) -> Int { ids.partitioningIndex { $0 >= id } }

  /// The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
  private static func mixed(_ id: Int32) -> UInt64 {
    var bits = UInt64(UInt32(bitPattern: id)) &+ 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

/// Gives equal active sets one number.
struct ActiveSetNumbers {
  private(set) var sets: [ActiveSet] = []
  private var ofSignature: [UInt64: [Int]] = [:]

  mutating func number(of set: ActiveSet) -> Int {
    let candidates = ofSignature[set.signature] ?? []
    if let known = candidates.first(where: { sets[$0].ids == set.ids }) { return known }
    ofSignature[set.signature, default: []].append(sets.count)
    sets.append(set)
    return sets.count - 1
  }
}

extension IntervalSet {
  /// The set's ranges, each with the same number.
  func entries(_ id: Int32) -> [Sweep.Entry<Bound>] { ranges.map { Sweep.Entry(range: $0, id: id) } }
}
