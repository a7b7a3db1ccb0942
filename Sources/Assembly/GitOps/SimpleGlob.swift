/// Globs of Argo CD's `include` and `exclude`: `*`, `?` and `{a,b}`; `*` crosses no `/`, `**` does.
enum SimpleGlob {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    alternatives(pattern).contains { matches(Array($0), Array(text)) }
  }

  /// More patterns than this are not looked at.
  private static let mostAlternatives = 256

  /// The patterns that braces stand for, one level deep.
  private static func alternatives(_ pattern: String) -> [String] {
    var patterns = [pattern]
    while patterns.count < mostAlternatives, let open = patterns[0].firstIndex(of: "{"),
      patterns[0][open...].contains("}")
    {
      patterns = patterns.flatMap { (pattern: String) -> [String] in
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
          return [pattern]
        }
        let choices = pattern[pattern.index(after: open)..<close].split(separator: ",")
        return choices.map { String(pattern[..<open]) + $0 + pattern[pattern.index(after: close)...] }
      }
      if patterns.isEmpty { return [] }
    }
    return patterns
  }

  /// The last `*` is the only place to go back to, so that no pattern makes it slow: O(pattern × text).
  private static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
    var (p, t) = (0, 0)
    var star: (p: Int, t: Int, crosses: Bool)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == "*" {
        let crosses = p + 1 < pattern.endIndex && pattern[p + 1] == "*"
        p += crosses ? 2 : 1
        star = (p, t, crosses)
      } else if p < pattern.endIndex,
        pattern[p] == "?" && text[t] != "/" || p < pattern.endIndex && pattern[p] == text[t]
      {
        p += 1
        t += 1
      } else if let last = star, last.crosses || text[last.t] != "/" {
        star = (last.p, last.t + 1, last.crosses)
        (p, t) = (last.p, last.t + 1)
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == "*" { p += 1 }
    return p == pattern.endIndex
  }
}
