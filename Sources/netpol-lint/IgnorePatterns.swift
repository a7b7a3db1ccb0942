internal import Config
internal import SystemPackage

/// The patterns of one `.gitignore`, or globs of the config: git's own rules (gitignore(5)).
///
/// Names are compared byte by byte. Named classes such as `[:alpha:]` are not known.
struct IgnorePatterns {
  private struct Pattern {
    let parts: [GlobPart]
    let isNegated: Bool
    let isForDirectories: Bool
  }

  /// The folder that the patterns are relative to, absolute.
  private let directory: FilePath
  private var patterns: [Pattern] = []

  /// - Parameter text: one pattern a line; empty lines and those that start with `#` are no patterns.
  init(_ text: [UInt8], in directory: FilePath) {
    self.directory = directory
    let bom: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = text.starts(with: bom) ? text.dropFirst(3) : text[...]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      add(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  init(_ globs: [String], in directory: FilePath) {
    self.init(Array(globs.joined(separator: "\n").utf8), in: directory)
  }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    var bytes = Array(line)
    while bytes.last == UInt8(ascii: " "), bytes.dropLast().last != UInt8(ascii: "\\") { bytes.removeLast() }
    guard let first = bytes.first, first != UInt8(ascii: "#") else { return }
    let isNegated = first == UInt8(ascii: "!")
    if isNegated { bytes.removeFirst() }
    let slash = UInt8(ascii: "/")
    let isForDirectories = bytes.last == slash
    if isForDirectories { bytes.removeLast() }
    // A slash at the start or in the middle ties the pattern to its folder; otherwise it is for any depth.
    let isTied = bytes.contains(slash)
    var parts: [GlobPart] = isTied ? [] : [.anyDepth]
    for part in bytes.split(separator: slash) {
      guard let part = GlobPart(part) else { return }
      parts.append(part)
    }
    // At the end `**` stands for everything inside a folder, not for the folder itself.
    if case .anyDepth = parts.last { parts.append(.name([.anyText])) }
    if parts.isEmpty { return }
    patterns.append(Pattern(parts: parts, isNegated: isNegated, isForDirectories: isForDirectories))
  }

  /// Whether a path is ignored, `nil` when no pattern speaks of it; the last pattern that does counts.
  ///
  /// - Parameter path: absolute; outside of the patterns' folder only those for any depth can match.
  func ignores(_ path: FilePath, isDirectory: Bool) -> Bool? {
    if patterns.isEmpty { return nil }
    var relative = path
    _ = relative.removePrefix(directory)
    let names = relative.bytes.split(separator: UInt8(ascii: "/"))
    let match = patterns.last { pattern in
      (isDirectory || !pattern.isForDirectories) && GlobPart.matches(names, pattern.parts)
    }
    return match.map { !$0.isNegated }
  }
}
