/// Finds what a misspelt word was probably meant to be.
package enum Suggestion {
  /// The candidate nearest to `word`, `nil` when none is near enough to be worth naming.
  ///
  /// A third of the word's length may differ, at least one edit and at most three. Letter case counts less than a
  /// letter: `podselector` is nearest to `podSelector`. Of equally near candidates the first one counts, so that the
  /// answer depends on the order of `candidates` alone. A candidate equal to `word` is no suggestion and is passed
  /// over. O(candidates × length).
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let folded = lowercased(word)
    var limit = max(1, min(3, folded.count / 3))
    var best: (candidate: String, folded: Int, exact: Int)?
    for candidate in candidates where candidate != word {
      guard let distance = editDistance(folded, lowercased(candidate), atMost: limit) else { continue }
      // What is wholly another word is no help: one letter for another in `a`.
      guard distance < folded.count else { continue }
      let exact = editDistance(word, candidate, atMost: folded.count) ?? folded.count
      if let best, (best.folded, best.exact) <= (distance, exact) { continue }
      best = (candidate, distance, exact)
      limit = distance
    }
    return best?.candidate
  }

  /// The end of a message about an unknown word: `; did you mean 'podSelector'?`, or nothing when no candidate is near.
  package static func hint(for word: String, among candidates: some Sequence<String>) -> String {
    nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The number of single-byte edits (insertion, deletion, replacement, exchange of two neighbours) that turn `a`
  /// into `b`, `nil` when it is more than `limit`.
  ///
  /// The restricted Damerau-Levenshtein distance over UTF-8: no part is edited twice. O(length × limit).
  package static func editDistance(_ a: String, _ b: String, atMost limit: Int) -> Int? {
    editDistance(Array(a.utf8), Array(b.utf8), atMost: limit)
  }

  private static func editDistance(_ a: [UInt8], _ b: [UInt8], atMost limit: Int) -> Int? {
    guard limit >= 0, abs(a.count - b.count) <= limit else { return nil }
    // Cells further than `limit` from the diagonal cannot be on a path that is short enough; they stay at `tooMany`.
    let tooMany = limit + 1
    var beforeLast = [Int](repeating: tooMany, count: b.count + 1)
    var last = (0...b.count).map { min($0, tooMany) }
    for i in a.indices {
      var row = [Int](repeating: tooMany, count: b.count + 1)
      row[0] = min(i + 1, tooMany)
      var smallest = row[0]
      for j in max(0, i - limit)..<max(0, i - limit, min(b.count, i + limit + 1)) {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row[j + 1] = min(cost, tooMany)
        smallest = min(smallest, row[j + 1])
      }
      // An exchange looks two rows back, so that one bad row is not yet the end.
      if smallest > limit, last.allSatisfy({ $0 > limit }) { return nil }
      (beforeLast, last) = (last, row)
    }
    return last[b.count] <= limit ? last[b.count] : nil
  }

  private static func lowercased(_ word: String) -> [UInt8] {
    word.utf8.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
  }
}
