internal import Diagnostics

/// Fixes that can be made at once: none of their edits overlaps or touches one of another fix.
struct FixBatch: Sendable {
  private(set) var fixes: [FixCandidate] = []
  /// The edits of each file, in order of place.
  private(set) var edits: [FileID: [Fix.Edit]] = [:]
  private var known: Set<Fix.Edit> = []

  /// Takes fixes in their order, and leaves out those that must wait.
  init(_ candidates: some Sequence<FixCandidate>) {
    for candidate in candidates { add(candidate) }
  }

  private mutating func add(_ candidate: FixCandidate) {
    let new = candidate.fix.edits.filter { !holds($0) }
    // A fix that shares an edit with another one, and not all of them, would be made by halves if that one failed.
    guard new.isEmpty || new.count == candidate.fix.edits.count, new.allSatisfy({ !touches($0) }) else { return }
    for edit in new where known.insert(edit).inserted {
      edits[edit.span.file, default: []].insert(edit, at: index(of: edit))
    }
    fixes.append(candidate)
  }

  /// Behind those that come before it, and those at its place.
  private func index(of edit: Fix.Edit) -> Int {
    edits[edit.span.file]?.partitioningIndex { $0.span > edit.span } ?? 0
  }

  /// Those of the same place.
  private func neighbours(of edit: Fix.Edit) -> ArraySlice<Fix.Edit> {
    guard let known = edits[edit.span.file] else { return [] }
    let end = index(of: edit)
    let start = known.partitioningIndex { $0.span >= edit.span }
    return known[start..<end]
  }

  private func holds(_ edit: Fix.Edit) -> Bool { known.contains(edit) }

  private func touches(_ edit: Fix.Edit) -> Bool {
    guard let known = edits[edit.span.file] else { return false }
    let neighbours = neighbours(of: edit)
    // Those of one place go with one another, so that one of them speaks for all.
    if let first = neighbours.first, !first.goesWith(edit) { return true }
    if neighbours.startIndex > 0, known[neighbours.startIndex - 1].span.end >= edit.span.start { return true }
    return neighbours.endIndex < known.count && known[neighbours.endIndex].span.start <= edit.span.end
  }
}

extension Fix.Edit {
  /// Whether it takes nothing away.
  var isInsertion: Bool { span.start == span.end }

  /// Whether both add to one list or mapping at the same place: what they add begins alike.
  fileprivate func goesWith(_ other: Fix.Edit) -> Bool {
    isInsertion && other.isInsertion && lead == other.lead
  }

  /// The line ends, blanks, dashes and commas in front of what is added.
  private var lead: Substring { replacement.prefix { $0.isWhitespace || $0 == "-" || $0 == "," } }
}
