/// A regular expression taken apart.
indirect enum PatternTree {
  case one((Unicode.Scalar) -> Bool)
  case edge(isStart: Bool)
  case sequence([PatternTree])
  case either([PatternTree])
  /// `most` is `nil` for any number.
  case `repeat`(PatternTree, least: Int, most: Int?)
}

/// Reads regular expressions in Go's syntax: all of it but flags, word edges and Unicode classes.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  private static let deepest = 100
  /// Go's own limit.
  private static let mostRepeats = 1000

  /// `nil` for what is no such expression.
  mutating func pattern() -> PatternTree? {
    guard let tree = alternatives(), index == scalars.count else { return nil }
    return tree
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private mutating func alternatives() -> PatternTree? {
    var parts: [PatternTree] = []
    repeat {
      guard let part = sequence() else { return nil }
      parts.append(part)
    } while skip("|")
    return parts.count == 1 ? parts[0] : .either(parts)
  }

  private mutating func sequence() -> PatternTree? {
    var parts: [PatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard var part = atom() else { return nil }
      if let (least, most) = repetition() {
        guard least <= PatternParser.mostRepeats, most ?? least <= PatternParser.mostRepeats, most ?? least >= least
        else { return nil }
        // A lazy mark changes what is captured, not what matches.
        _ = skip("?")
        part = .repeat(part, least: least, most: most)
        // Go takes no second mark.
        if repetition() != nil { return nil }
      }
      parts.append(part)
    }
    return .sequence(parts)
  }

  /// A mark behind an atom; `nil` where there is none. What looks like `{…}` and is none stands for itself.
  private mutating func repetition() -> (least: Int, most: Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    let start = index
    guard skip("{"), let least = number() else {
      index = start
      return nil
    }
    if skip("}") { return (least, least) }
    if skip(",") {
      if skip("}") { return (least, nil) }
      if let most = number(), skip("}") { return (least, most) }
    }
    index = start
    return nil
  }

  private mutating func number() -> Int? {
    let digits = scalars[index...].prefix(5).prefix { ("0"..."9").contains($0) }
    index += digits.count
    return Int(String(String.UnicodeScalarView(digits)))
  }

  private mutating func atom() -> PatternTree? {
    guard let scalar = next else { return nil }
    index += 1
    switch scalar {
    case ".": return .one { $0 != "\n" }
    case "^": return .edge(isStart: true)
    case "$": return .edge(isStart: false)
    case "(":
      if skip("?"), !skip(":"), !groupName() { return nil }
      depth += 1
      defer { depth -= 1 }
      guard depth < PatternParser.deepest, let inner = alternatives(), skip(")") else { return nil }
      return inner
    case "[": return characterClass().map(PatternTree.one)
    case "\\": return escape().map(PatternTree.one)
    case "*", "+", "?": return nil
    default: return .one { $0 == scalar }
    }
  }

  /// `P<name>` or `<name>`, which changes what is captured, not what matches.
  private mutating func groupName() -> Bool {
    _ = skip("P")
    guard skip("<") else { return false }
    let start = index
    while let scalar = next, PatternParser.isWord(scalar) { index += 1 }
    return index > start && skip(">")
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { " \t\n\r\u{0C}".unicodeScalars.contains(scalar) }

  private mutating func escape() -> ((Unicode.Scalar) -> Bool)? {
    guard let scalar = next else { return nil }
    index += 1
    switch scalar {
    case "d": return PatternParser.isDigit
    case "D": return { !PatternParser.isDigit($0) }
    case "w": return PatternParser.isWord
    case "W": return { !PatternParser.isWord($0) }
    case "s": return PatternParser.isBlank
    case "S": return { !PatternParser.isBlank($0) }
    case "t": return { $0 == "\t" }
    case "n": return { $0 == "\n" }
    case "r": return { $0 == "\r" }
    case _ where PatternParser.isWord(scalar) || !scalar.isASCII: return nil
    default: return { $0 == scalar }
    }
  }

  /// `:alpha:]` and so on; `nil` for what is no class of ASCII.
  private mutating func namedClass() -> ((Unicode.Scalar) -> Bool)? {
    let rest = scalars[(index + 1)...]
    guard let colon = rest.firstIndex(of: ":"), colon + 1 < scalars.count, scalars[colon + 1] == "]" else { return nil }
    let name = String(String.UnicodeScalarView(rest[..<colon]))
    index = colon + 2
    switch name.hasPrefix("^") ? String(name.dropFirst()) : name {
    case "alpha": return PatternParser.isIn(["a"..."z", "A"..."Z"], name)
    case "lower": return PatternParser.isIn(["a"..."z"], name)
    case "upper": return PatternParser.isIn(["A"..."Z"], name)
    case "digit": return PatternParser.isIn(["0"..."9"], name)
    case "alnum": return PatternParser.isIn(["a"..."z", "A"..."Z", "0"..."9"], name)
    case "word": return PatternParser.isIn(["a"..."z", "A"..."Z", "0"..."9", "_"..."_"], name)
    case "space": return PatternParser.isIn(["\t"..."\r", " "..." "], name)
    case "punct": return PatternParser.isIn(["!"..."/", ":"..."@", "["..."`", "{"..."~"], name)
    default: return nil
    }
  }

  private static func isIn(_ ranges: [ClosedRange<Unicode.Scalar>], _ name: String) -> (Unicode.Scalar) -> Bool {
    let isNegated = name.hasPrefix("^")
    return { scalar in ranges.contains { $0.contains(scalar) } != isNegated }
  }

  private mutating func characterClass() -> ((Unicode.Scalar) -> Bool)? {
    let isNegated = skip("^")
    var members: [(Unicode.Scalar) -> Bool] = []
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      index += 1
      if scalar == "[", next == ":" {
        guard let accepts = namedClass() else { return nil }
        members.append(accepts)
        continue
      }
      if scalar == "\\" {
        guard let accepts = escape() else { return nil }
        members.append(accepts)
        continue
      }
      if next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
        let upper = scalars[index + 1]
        guard scalar <= upper, upper != "\\" else { return nil }
        index += 2
        members.append { (scalar...upper).contains($0) }
      } else {
        members.append { $0 == scalar }
      }
    }
    guard skip("]") else { return nil }
    let all = members
    return { scalar in all.contains { $0(scalar) } != isNegated }
  }
}
