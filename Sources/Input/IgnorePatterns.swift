internal import Config
package import SystemPackage

/// The patterns of one `.gitignore`, or globs of the config, relative to a folder.
package struct IgnorePatterns {
  private struct Pattern {
    let glob: Glob
    let isNegated: Bool
  }

  /// The folder that the patterns are relative to, absolute.
  private let directory: FilePath
  private var patterns: [Pattern] = []

  /// - Parameter text: one pattern a line; empty lines and those that start with `#` are no patterns.
  package init(_ text: [UInt8], in directory: FilePath) {
    self.directory = directory
    let bom: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = text.starts(with: bom) ? text.dropFirst(3) : text[...]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      add(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// - Parameter globs: one pattern each, in bytes, for names need not be UTF-8.
  package init(globs: [[UInt8]], in directory: FilePath) {
    self.directory = directory
    for glob in globs { add(glob[...]) }
  }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    var bytes = Array(line)
    while bytes.last == UInt8(ascii: " "), bytes.dropLast().last != UInt8(ascii: "\\") { bytes.removeLast() }
    guard let first = bytes.first, first != UInt8(ascii: "#") else { return }
    let isNegated = first == UInt8(ascii: "!")
    if isNegated { bytes.removeFirst() }
    if let glob = Glob(bytes[...]) { patterns.append(Pattern(glob: glob, isNegated: isNegated)) }
  }

  /// Whether a path is ignored, `nil` when no pattern speaks of it; the last pattern that does counts.
  ///
  /// - Parameter path: absolute; outside of the patterns' folder only those for any depth can match.
  package func ignores(_ path: FilePath, isDirectory: Bool) -> Bool? {
    if patterns.isEmpty { return nil }
    var relative = path
    _ = relative.removePrefix(directory)
    let names = relative.bytes.split(separator: UInt8(ascii: "/"))
    let match = patterns.last { $0.glob.matches(names, isDirectory: isDirectory) }
    return match.map { !$0.isNegated }
  }
}
