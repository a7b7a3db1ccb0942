/// A regular expression that must match a whole text, as targets of patches use them (Go's RE2 syntax, the usual part).
///
/// Matching follows all ways at once, so that no pattern makes it slow: O(pattern × text).
struct AnchoredPattern {
  private enum Step {
    case one((Unicode.Scalar) -> Bool)
    case split(Int, Int)
    case jump(Int)
    case end
  }

  private var steps: [Step] = []
  /// The text that the pattern is, where it holds no special characters: the usual case.
  let literal: String?

  /// `nil` for what is no regular expression, or uses more of Go's syntax than is known here.
  init?(_ pattern: String) {
    if pattern.unicodeScalars.allSatisfy({ !AnchoredPattern.special.contains($0) }) {
      literal = pattern
      return
    }
    literal = nil
    var parser = Parser(Array(pattern.unicodeScalars))
    guard let tree = parser.alternatives(), parser.isAtEnd else { return nil }
    append(tree)
    steps.append(.end)
  }

  private static let special = Set("\\.+*?()|[]{}^$".unicodeScalars)

  func matches(_ text: String) -> Bool {
    if let literal { return literal == text }
    var current = closure([0])
    for scalar in text.unicodeScalars {
      var next: [Int] = []
      for number in current { if case .one(let accepts) = steps[number], accepts(scalar) { next.append(number + 1) } }
      if next.isEmpty { return false }
      current = closure(next)
    }
    return current.contains { if case .end = steps[$0] { true } else { false } }
  }

  private func closure(_ start: [Int]) -> [Int] {
    var seen: Set<Int> = []
    var open = start
    while let number = open.popLast() {
      guard seen.insert(number).inserted else { continue }
      switch steps[number] {
      case .split(let a, let b): open += [a, b]
      case .jump(let target): open.append(target)
      case .one, .end: break
      }
    }
    return Array(seen)
  }

  // MARK: Compiling

  private indirect enum Tree {
    case one((Unicode.Scalar) -> Bool)
    case sequence([Tree])
    case either([Tree])
    case `repeat`(Tree, atLeastOnce: Bool, atMostOnce: Bool)
  }

  private mutating func append(_ tree: Tree) {
    switch tree {
    case .one(let accepts): steps.append(.one(accepts))
    case .sequence(let parts): for part in parts { append(part) }
    case .either(let parts):
      var jumps: [Int] = []
      for (index, part) in parts.enumerated() {
        let isLast = index + 1 == parts.count
        let split = steps.count
        if !isLast { steps.append(.split(split + 1, 0)) }
        append(part)
        if isLast { continue }
        jumps.append(steps.count)
        steps.append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
      }
      for jump in jumps { steps[jump] = .jump(steps.count) }
    case .repeat(let part, let atLeastOnce, let atMostOnce):
      let start = steps.count
      if !atLeastOnce { steps.append(.split(start + 1, 0)) }
      append(part)
      if !atMostOnce { steps.append(.split(atLeastOnce ? start : start + 1, steps.count + 1)) }
      if !atLeastOnce { steps[start] = .split(start + 1, steps.count) }
    }
  }

  private struct Parser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    var isAtEnd: Bool { index == scalars.count }
    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    mutating func alternatives() -> Tree? {
      var parts: [Tree] = []
      repeat {
        if !parts.isEmpty { index += 1 }
        guard let part = sequence() else { return nil }
        parts.append(part)
      } while next == "|"
      return parts.count == 1 ? parts[0] : .either(parts)
    }

    private mutating func sequence() -> Tree? {
      var parts: [Tree] = []
      while let scalar = next, scalar != "|", scalar != ")" {
        // The whole text has to match as it is, so that anchors at its ends say nothing new.
        if (scalar == "^" && index == 0) || (scalar == "$" && index + 1 == scalars.count) {
          index += 1
          continue
        }
        guard var part = atom() else { return nil }
        while let mark = next, mark == "*" || mark == "+" || mark == "?" {
          index += 1
          part = .repeat(part, atLeastOnce: mark == "+", atMostOnce: mark == "?")
          // A lazy mark changes what is captured, not what matches.
          if next == "?" { index += 1 }
        }
        parts.append(part)
      }
      return .sequence(parts)
    }

    private mutating func atom() -> Tree? {
      guard let scalar = next else { return nil }
      index += 1
      switch scalar {
      case ".": return .one { $0 != "\n" }
      case "(":
        if next == "?" {
          guard index + 1 < scalars.count, scalars[index + 1] == ":" else { return nil }
          index += 2
        }
        depth += 1
        defer { depth -= 1 }
        guard depth < 100, let inner = alternatives(), next == ")" else { return nil }
        index += 1
        return inner
      case "[": return characterClass().map(Tree.one)
      case "\\": return escape().map(Tree.one)
      case "*", "+", "?", "{", "}", "]", "^", "$": return nil
      default: return .one { $0 == scalar }
      }
    }

    private mutating func escape() -> ((Unicode.Scalar) -> Bool)? {
      guard let scalar = next else { return nil }
      index += 1
      func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
      func isWord(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
      }
      switch scalar {
      case "d": return isDigit
      case "D": return { !isDigit($0) }
      case "w": return isWord
      case "W": return { !isWord($0) }
      case "s": return { " \t\n\r\u{0C}".unicodeScalars.contains($0) }
      case "S": return { !" \t\n\r\u{0C}".unicodeScalars.contains($0) }
      case _ where isWord(scalar): return nil
      default: return { $0 == scalar }
      }
    }

    private mutating func characterClass() -> ((Unicode.Scalar) -> Bool)? {
      let isNegated = next == "^"
      if isNegated { index += 1 }
      var ranges: [ClosedRange<Unicode.Scalar>] = []
      var others: [(Unicode.Scalar) -> Bool] = []
      var isFirst = true
      while let scalar = next, scalar != "]" || isFirst {
        isFirst = false
        index += 1
        if scalar == "[" { return nil }
        if scalar == "\\" {
          guard let accepts = escape() else { return nil }
          others.append(accepts)
          continue
        }
        if next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
          let upper = scalars[index + 1]
          guard scalar <= upper, upper != "\\" else { return nil }
          index += 2
          ranges.append(scalar...upper)
        } else {
          ranges.append(scalar...scalar)
        }
      }
      guard next == "]" else { return nil }
      index += 1
      let (all, more) = (ranges, others)
      return { scalar in (all.contains { $0.contains(scalar) } || more.contains { $0(scalar) }) != isNegated }
    }
  }
}
