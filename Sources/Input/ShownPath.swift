package import SystemPackage

/// Paths as reports show them.
package enum ShownPath {
  /// Relative to the working directory where the path lies inside; in names that are not UTF-8 the bytes above ASCII
  /// are percent-encoded.
  package static func text(_ path: FilePath) -> String {
    var path = path.lexicallyNormalized()
    let workingDirectory = FileSystem.workingDirectory
    if path.isAbsolute { _ = path.removePrefix(workingDirectory) }
    if path.isEmpty { return "." }
    if let text = String(validating: path) { return text }
    var result = ""
    for byte in path.bytes {
      if byte < 0x80 {
        result.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        result += "%" + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
