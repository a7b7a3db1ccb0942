/// Globs of Argo CD: `*`, `?`, `[a-z]`, `[!a]`, and `{a,b}` where they say so.
enum SimpleGlob {
  /// As `include` and `exclude` are read: nothing keeps `*` from crossing a `/`.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    alternatives(pattern).contains { matches(tokens($0), Array(text)) }
  }

  /// As paths of generators are read: name by name, and braces stand for themselves.
  static func matchesPath(_ pattern: String, _ path: String) -> Bool {
    let patterns = pattern.split(separator: "/")
    let names = path.split(separator: "/")
    return patterns.count == names.count
      && zip(patterns, names).allSatisfy { matches(tokens(String($0)), Array($1)) }
  }

  // MARK: Alternatives

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
        let choices = pattern[pattern.index(after: open)..<close].split(
          separator: ",", omittingEmptySubsequences: false)
        return choices.map { String(pattern[..<open]) + $0 + pattern[pattern.index(after: close)...] }
      }
    }
    return patterns
  }

  // MARK: Matching

  private enum Token {
    case any
    case anyOne
    case one(Character)
    case range(isNegated: Bool, [ClosedRange<Character>])

    func takes(_ character: Character) -> Bool {
      switch self {
      case .any: false
      case .anyOne: true
      case .one(let wanted): wanted == character
      case .range(let isNegated, let ranges): ranges.contains { $0.contains(character) } != isNegated
      }
    }

    var isAny: Bool { if case .any = self { true } else { false } }
  }

  private static func tokens(_ pattern: String) -> [Token] {
    var tokens: [Token] = []
    var rest = pattern[...]
    while let first = rest.popFirst() {
      switch first {
      case "*": tokens.append(.any)
      case "?": tokens.append(.anyOne)
      case "\\": tokens.append(.one(rest.popFirst() ?? first))
      case "[":
        guard let end = rest.firstIndex(of: "]") else {
          tokens.append(.one(first))
          continue
        }
        tokens.append(range(rest[..<end]))
        rest = rest[rest.index(after: end)...]
      default: tokens.append(.one(first))
      }
    }
    return tokens
  }

  private static func range(_ text: Substring) -> Token {
    let isNegated = text.first == "!" || text.first == "^"
    let characters = Array(isNegated ? text.dropFirst() : text)
    var ranges: [ClosedRange<Character>] = []
    var index = 0
    while index < characters.count {
      let first = characters[index]
      if index + 2 < characters.count, characters[index + 1] == "-", first <= characters[index + 2] {
        ranges.append(first...characters[index + 2])
        index += 3
      } else {
        ranges.append(first...first)
        index += 1
      }
    }
    return .range(isNegated: isNegated, ranges)
  }

  /// The last `*` is the only place to go back to, so that no pattern makes it slow: O(pattern × text).
  private static func matches(_ pattern: [Token], _ text: [Character]) -> Bool {
    var (p, t) = (0, 0)
    var star: (p: Int, t: Int)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p].isAny {
        p += 1
        star = (p, t)
      } else if p < pattern.endIndex, pattern[p].takes(text[t]) {
        p += 1
        t += 1
      } else if let last = star {
        star = (last.p, last.t + 1)
        (p, t) = (last.p, last.t + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy(\.isAny)
  }
}
