/// The patterns of a `.gitignore`, or globs of the config: git's own rules (gitignore(5)).
struct IgnorePatterns {
  private struct Pattern {
    let parts: [[UInt8]]
    let isNegated: Bool
    let isForDirectories: Bool
  }

  private var patterns: [Pattern] = []

  /// - Parameter text: one pattern a line; empty lines and those that start with `#` are no patterns.
  init(_ text: some StringProtocol) {
    for line in text.split(whereSeparator: \.isNewline) { add(line) }
  }

  private mutating func add(_ line: some StringProtocol) {
    var bytes = Array(line.utf8)
    while bytes.last == UInt8(ascii: " "), bytes.dropLast().last != UInt8(ascii: "\\") { bytes.removeLast() }
    guard let first = bytes.first, first != UInt8(ascii: "#") else { return }
    let isNegated = first == UInt8(ascii: "!")
    if isNegated { bytes.removeFirst() }
    let slash = UInt8(ascii: "/")
    let isForDirectories = bytes.last == slash
    if isForDirectories { bytes.removeLast() }
    // A slash at the start or in the middle ties the pattern to its folder; otherwise it is for any depth.
    let isTied = bytes.contains(slash)
    if bytes.first == slash { bytes.removeFirst() }
    var parts = bytes.split(separator: slash).map(Array.init)
    if parts.isEmpty { return }
    if !isTied { parts.insert(Array("**".utf8), at: 0) }
    patterns.append(Pattern(parts: parts, isNegated: isNegated, isForDirectories: isForDirectories))
  }

  /// Whether a path is ignored, `nil` when no pattern speaks of it; the last pattern that does counts.
  ///
  /// - Parameter path: relative to the folder of the patterns, with `/`.
  func ignores(_ path: String, isDirectory: Bool) -> Bool? {
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    let match = patterns.last { pattern in
      (isDirectory || !pattern.isForDirectories) && IgnorePatterns.matches(parts[...], pattern.parts[...])
    }
    return match.map { !$0.isNegated }
  }

  private static func matches(_ path: ArraySlice<[UInt8]>, _ pattern: ArraySlice<[UInt8]>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    if first == Array("**".utf8) {
      if pattern.count == 1 { return !path.isEmpty }
      return path.indices.contains { matches(path[$0...], pattern.dropFirst()) }
    }
    guard let name = path.first, matchesName(name[...], first[...]) else { return false }
    return matches(path.dropFirst(), pattern.dropFirst())
  }

  /// `*`, `?`, `[a-z]` and `\` within one name.
  private static func matchesName(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    switch first {
    case UInt8(ascii: "*"):
      let rest = pattern.drop { $0 == UInt8(ascii: "*") }
      return (name.startIndex...name.endIndex).contains { matchesName(name[$0...], rest) }
    case UInt8(ascii: "?"): return !name.isEmpty && matchesName(name.dropFirst(), pattern.dropFirst())
    case UInt8(ascii: "["):
      guard let byte = name.first, let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else {
        return false
      }
      return isInClass(byte, pattern[(pattern.startIndex + 1)..<end])
        && matchesName(name.dropFirst(), pattern[(end + 1)...])
    case UInt8(ascii: "\\") where pattern.count > 1:
      return name.first == pattern[pattern.startIndex + 1] && matchesName(name.dropFirst(), pattern.dropFirst(2))
    default: return name.first == first && matchesName(name.dropFirst(), pattern.dropFirst())
    }
  }

  private static func isInClass(_ byte: UInt8, _ members: ArraySlice<UInt8>) -> Bool {
    var members = Array(members)
    let isNegated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
    if isNegated { members.removeFirst() }
    var index = 0
    var isMember = false
    while index < members.count {
      if index + 2 < members.count, members[index + 1] == UInt8(ascii: "-") {
        isMember = isMember || (members[index] <= byte && byte <= members[index + 2])
        index += 3
      } else {
        isMember = isMember || members[index] == byte
        index += 1
      }
    }
    return isMember != isNegated
  }
}
