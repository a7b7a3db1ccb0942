internal import Config
package import SystemPackage

/// The patterns of one `.gitignore`, or globs of the config, relative to a folder.
package struct IgnorePatterns {
  /// The folder that the patterns are relative to, absolute.
  private let directory: FilePath
  private let rules: IgnoreRules

  /// - Parameter text: see `IgnoreRules`.
  package init(_ text: [UInt8], in directory: FilePath) {
    self.directory = directory
    rules = IgnoreRules(text)
  }

  /// - Parameter globs: one pattern each, in bytes, for names need not be UTF-8.
  package init(globs: [[UInt8]], in directory: FilePath) {
    self.directory = directory
    rules = IgnoreRules(globs: globs)
  }

  /// Whether a path is ignored, `nil` when no pattern speaks of it; the last pattern that does counts.
  ///
  /// - Parameter path: absolute; outside of the patterns' folder only those for any depth can match.
  package func ignores(_ path: FilePath, isDirectory: Bool) -> Bool? {
    if rules.isEmpty { return nil }
    var relative = path
    _ = relative.removePrefix(directory)
    return rules.ignores(relative.bytes.split(separator: UInt8(ascii: "/")), isDirectory: isDirectory)
  }
}
