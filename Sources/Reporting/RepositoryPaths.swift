/// Names files from the root of the repository, as code hosts do, whatever the working directory is.
package struct RepositoryPaths: Sendable {
  private let root: [Substring]?
  private let workingDirectory: String

  /// - Parameters:
  ///   - root: the absolute path of the repository; `nil` outside of one: every path stays as it is.
  ///   - workingDirectory: the absolute path that relative paths start from.
  package init(root: String? = nil, workingDirectory: String = "/") {
    self.root = root.map(Self.components)
    self.workingDirectory = workingDirectory
  }

  /// The path from the root; a file outside of the repository, and standard input, keep the name that they have.
  package func path(of name: String) -> String {
    guard let root, name != "<stdin>" else { return name }
    let components = Self.components(name.hasPrefix("/") ? name : workingDirectory + "/" + name)
    guard components.count > root.count, components.starts(with: root) else { return name }
    return components.dropFirst(root.count).joined(separator: "/")
  }

  /// The path from the root as a URI reference (RFC 3986): relative, or with the scheme `file` for an absolute path.
  package func uri(of name: String) -> String {
    let path = path(of: name)
    return (path.hasPrefix("/") ? "file://" : "") + Self.percentEncoded(path)
  }

  /// The parts of a path with `.` and `..` resolved by their names alone; links are not followed.
  private static func components(_ path: String) -> [Substring] {
    var result: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = result.popLast() } else { result.append(part) }
    }
    return result
  }

  /// Encodes everything but `/` and the unreserved characters: a colon, which may stand in a path, would make a scheme
  /// of the first part of a relative one.
  private static func percentEncoded(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
