/// A regular expression that must match a whole text, as targets of patches use them (Go's RE2 syntax, the usual part).
///
/// Matching follows all ways at once, so that no pattern makes it slow: O(pattern × text).
struct AnchoredPattern {
  private enum Step {
    case one((Unicode.Scalar) -> Bool)
    case split(Int, Int)
    case jump(Int)
    /// The text begins, or ends, here.
    case edge(isStart: Bool)
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
    var parser = PatternParser(pattern)
    guard let tree = parser.pattern() else { return nil }
    append(tree)
    steps.append(.end)
    guard steps.count <= AnchoredPattern.mostSteps else { return nil }
  }

  private static let special = Set("\\.+*?()|[]{}^$".unicodeScalars)
  private static let mostSteps = 10_000

  func matches(_ text: String) -> Bool {
    if let literal { return literal == text }
    var seen = [Int](repeating: -1, count: steps.count)
    let scalars = Array(text.unicodeScalars)
    var current = [0]
    for position in 0...scalars.count {
      current = closure(current, at: position, of: scalars.count, &seen)
      if position == scalars.count { break }
      var next: [Int] = []
      for number in current {
        if case .one(let accepts) = steps[number], accepts(scalars[position]) { next.append(number + 1) }
      }
      if next.isEmpty { return false }
      current = next
    }
    return current.contains { if case .end = steps[$0] { true } else { false } }
  }

  /// All steps that lie at a position, once those are left that take no character.
  private func closure(_ start: [Int], at position: Int, of count: Int, _ seen: inout [Int]) -> [Int] {
    var open = start
    var found: [Int] = []
    while let number = open.popLast() {
      guard seen[number] != position else { continue }
      seen[number] = position
      switch steps[number] {
      case .split(let a, let b): open += [a, b]
      case .jump(let target): open.append(target)
      case .edge(let isStart): if position == (isStart ? 0 : count) { open.append(number + 1) }
      case .one, .end: found.append(number)
      }
    }
    return found
  }

  // MARK: Compiling

  private mutating func append(_ tree: PatternTree) {
    guard steps.count <= AnchoredPattern.mostSteps else { return }
    switch tree {
    case .one(let accepts): steps.append(.one(accepts))
    case .edge(let isStart): steps.append(.edge(isStart: isStart))
    case .sequence(let parts): for part in parts { append(part) }
    case .either(let parts): appendChoice(parts)
    case .repeat(let part, let least, let most):
      for _ in 0..<least { append(part) }
      guard let most else { return appendLoop(part) }
      // Each of the others may be left out, and with it all that follow.
      var splits: [Int] = []
      for _ in 0..<max(0, most - least) {
        splits.append(steps.count)
        steps.append(.split(steps.count + 1, 0))
        append(part)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }

  private mutating func appendLoop(_ part: PatternTree) {
    let start = steps.count
    steps.append(.split(start + 1, 0))
    append(part)
    steps.append(.jump(start))
    steps[start] = .split(start + 1, steps.count)
  }

  private mutating func appendChoice(_ parts: [PatternTree]) {
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
  }
}
