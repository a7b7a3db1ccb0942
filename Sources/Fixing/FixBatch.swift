internal import Diagnostics

/// Fixes that can be made at once: none of their edits overlaps or touches one of another fix.
struct FixBatch: Sendable {
  private(set) var fixes: [FixCandidate] = []
  /// The edits of each file, in order of place.
  private(set) var edits: [FileID: [Fix.Edit]] = [:]

  /// Takes fixes in their order, and leaves out those that must wait.
  init(_ candidates: some Sequence<FixCandidate>) {
    for candidate in candidates { add(candidate) }
  }

  private mutating func add(_ candidate: FixCandidate) {
    let new = candidate.fix.edits.filter { !holds($0) }
    // A fix that shares an edit with another one, and not all of them, would be made by halves if that one failed.
    guard new.isEmpty || new.count == candidate.fix.edits.count, new.allSatisfy({ !touches($0) }) else { return }
    for edit in new { edits[edit.span.file, default: []].insert(edit, at: index(of: edit)) }
    fixes.append(candidate)
  }

  private func index(of edit: Fix.Edit) -> Int {
    edits[edit.span.file]?.partitioningIndex { $0.span >= edit.span } ?? 0
  }

  private func holds(_ edit: Fix.Edit) -> Bool {
    guard let known = edits[edit.span.file] else { return false }
    let index = index(of: edit)
    return index < known.count && known[index] == edit
  }

  private func touches(_ edit: Fix.Edit) -> Bool {
    guard let known = edits[edit.span.file] else { return false }
    let index = index(of: edit)
    if index > 0, known[index - 1].span.end >= edit.span.start { return true }
    return index < known.count && known[index].span.start <= edit.span.end
  }
}
