/// The patterns of one ignore file (gitignore(5)), the last of which that speaks of a path counts.
package struct IgnoreRules: Sendable {
  private struct Pattern: Sendable {
    let glob: Glob
    let isNegated: Bool
  }

  private var patterns: [Pattern] = []

  /// - Parameter text: one pattern a line; empty lines and those that start with `#` are no patterns.
  package init(_ text: [UInt8]) {
    let bom: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = text.starts(with: bom) ? text.dropFirst(3) : text[...]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      add(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// - Parameter globs: one pattern each, in bytes, for names need not be UTF-8.
  package init(globs: [[UInt8]]) { for glob in globs { add(glob[...]) } }

  package var isEmpty: Bool { patterns.isEmpty }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    var bytes = Array(line)
    while bytes.last == UInt8(ascii: " "), bytes.dropLast().last != UInt8(ascii: "\\") { bytes.removeLast() }
    guard let first = bytes.first, first != UInt8(ascii: "#") else { return }
    let isNegated = first == UInt8(ascii: "!")
    if isNegated { bytes.removeFirst() }
    if let glob = Glob(bytes[...]) { patterns.append(Pattern(glob: glob, isNegated: isNegated)) }
  }

  /// Whether a path is ignored, `nil` when no pattern speaks of it.
  ///
  /// - Parameter names: what stands between the slashes of the path, seen from the patterns' folder.
  package func ignores(_ names: [ArraySlice<UInt8>], isDirectory: Bool) -> Bool? {
    let match = patterns.last { $0.glob.matches(names, isDirectory: isDirectory) }
    return match.map { !$0.isNegated }
  }
}
