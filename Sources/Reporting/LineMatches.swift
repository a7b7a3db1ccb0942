internal import Diagnostics

/// Which lines of two texts are the same ones, in the order of both.
///
/// Short texts are compared exactly, so that as few lines as possible change. In longer ones the rarest lines that both have
/// equally often hold the texts together, and what lies between two of them is compared by itself: the exact way would take
/// time with the square of what was added.
struct LineMatches {
  typealias Line = ArraySlice<UInt8>

  /// The lines of both texts that are compared exactly.
  private static let mostExact = 1000
  /// How often a part is cut into smaller ones; what is left then counts as changed.
  private static let mostCuts = 32

  private let old: [Line]
  private let new: [Line]
  private(set) var pairs: [(old: Int, new: Int)] = []

  init(_ old: [Line], _ new: [Line]) {
    (self.old, self.new) = (old, new)
    match(0..<old.count, 0..<new.count, cuts: 0)
  }

  private mutating func match(_ oldPart: Range<Int>, _ newPart: Range<Int>, cuts: Int) {
    var (oldPart, newPart) = (oldPart, newPart)
    while let one = oldPart.first, let other = newPart.first, old[one] == new[other] {
      pairs.append((one, other))
      (oldPart, newPart) = (oldPart.dropFirst(), newPart.dropFirst())
    }
    var end: [(old: Int, new: Int)] = []
    while let one = oldPart.last, let other = newPart.last, old[one] == new[other] {
      end.append((one, other))
      (oldPart, newPart) = (oldPart.dropLast(), newPart.dropLast())
    }
    if !oldPart.isEmpty, !newPart.isEmpty {
      if oldPart.count + newPart.count <= LineMatches.mostExact {
        matchExactly(oldPart, newPart)
      } else if cuts < LineMatches.mostCuts {
        var start = (old: oldPart.lowerBound, new: newPart.lowerBound)
        let fixed = fixedPoints(oldPart, newPart)
        for point in fixed {
          match(start.old..<point.old, start.new..<point.new, cuts: cuts + 1)
          pairs.append(point)
          start = (point.old + 1, point.new + 1)
        }
        if !fixed.isEmpty {
          match(start.old..<oldPart.upperBound, start.new..<newPart.upperBound, cuts: cuts + 1)
        }
      }
    }
    pairs += end.reversed()
  }

  private mutating func matchExactly(_ oldPart: Range<Int>, _ newPart: Range<Int>) {
    let difference = Array(new[newPart]).difference(from: Array(old[oldPart]))
    var changed: (old: Set<Int>, new: Set<Int>) = ([], [])
    for change in difference {
      switch change {
      case .remove(let offset, _, _): changed.old.insert(oldPart.lowerBound + offset)
      case .insert(let offset, _, _): changed.new.insert(newPart.lowerBound + offset)
      }
    }
    pairs += zip(oldPart.filter { !changed.old.contains($0) }, newPart.filter { !changed.new.contains($0) })
      .map { (old: $0, new: $1) }
  }

  /// The longest row, in the order of both, of the rarest lines that both parts have equally often.
  private func fixedPoints(_ oldPart: Range<Int>, _ newPart: Range<Int>) -> [(old: Int, new: Int)] {
    var places: [Line: (old: [Int], new: [Int])] = [:]
    for line in oldPart { places[old[line], default: ([], [])].old.append(line) }
    for line in newPart { places[new[line]]?.new.append(line) }
    let shared = places.values.filter { $0.old.count == $0.new.count }
    let rarest = shared.lazy.map(\.old.count).min()
    let candidates = shared.filter { $0.old.count == rarest }
      .flatMap { zip($0.old, $0.new).map { (old: $0, new: $1) } }
      .sorted { $0.old < $1.old }
    return LineMatches.longestRow(candidates)
  }

  /// - Parameter candidates: in order of their old lines.
  private static func longestRow(_ candidates: [(old: Int, new: Int)]) -> [(old: Int, new: Int)] {
    // For each length the row of that length that ends earliest, as the number of its last candidate.
    var ends: [Int] = []
    var before = [Int?](repeating: nil, count: candidates.count)
    for (number, candidate) in candidates.enumerated() {
      let length = ends.partitioningIndex { candidates[$0].new >= candidate.new }
      before[number] = length > 0 ? ends[length - 1] : nil
      if length == ends.count { ends.append(number) } else { ends[length] = number }
    }
    var row: [(old: Int, new: Int)] = []
    var next = ends.last
    while let number = next {
      row.append(candidates[number])
      next = before[number]
    }
    return row.reversed()
  }
}
