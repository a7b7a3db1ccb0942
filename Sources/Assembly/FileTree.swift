package import Diagnostics

/// What a path leads to.
package enum PathKind: Hashable, Sendable {
  case file, directory, missing
  /// It is there, and not for this run to read: outside of the repository, behind a link out of it, no regular file.
  case refused(String)
}

/// The files that builds may read beside those that were named.
///
/// Paths are absolute, with `/`, normalized, as `Paths` spells them, and lead through no link; what reports show is
/// `SourceFile.path`.
package protocol FileTree: AnyObject {
  /// The root of the repository; `nil` outside of one.
  var repository: String? { get }
  /// The addresses of the repository's remotes, as `.git/config` has them.
  var remotes: [String] { get }
  /// What the path leads to.
  func kind(of path: String) -> PathKind
  /// The names in a folder, in order of their bytes; none where it cannot be read.
  func names(in directory: String) -> [String]
  /// A file, each time the same; `nil` where it cannot be read, which is then an entry in `skipped`.
  func file(at path: String) -> SourceFile?
  /// The files that were read beside those of the run, with their paths, in order of their ids.
  var added: [(path: String, file: SourceFile)] { get }
  /// A file that was read already.
  func file(_ id: FileID) -> SourceFile?
  /// How reports name a path.
  func shown(_ path: String) -> String
}

/// Paths as text, with `/`.
///
/// Bytes above ASCII are spelled NUL and two hexadecimal digits, which stand in no path: two names that Unicode takes for
/// the same are two files, and names need not be UTF-8.
package enum Paths {
  /// A path as it is spelled here; one that is so already stays.
  package static func spelled(_ path: some StringProtocol) -> String { spelled(bytes: path.utf8) }

  /// The path of some bytes as it is spelled here.
  package static func spelled(bytes: some Collection<UInt8>) -> String {
    // Nearly every path; as one piece of memory, it is walked without asking the collection for each byte.
    let plain = bytes.withContiguousStorageIfAvailable { bytes in
      bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
    }
    if let plain = plain ?? nil { return plain }
    var result: [UInt8] = []
    for byte in bytes {
      if byte < 0x80 {
        result.append(byte)
      } else {
        result.append(0)
        result += [byte >> 4, byte & 15].map { $0 < 10 ? $0 + UInt8(ascii: "0") : $0 - 10 + UInt8(ascii: "a") }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The bytes of a path that is spelled so.
  package static func bytes(_ path: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        result.append(value)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// A path as people read it; what is no UTF-8 is replaced.
  package static func text(_ path: String) -> String {
    path.utf8.contains(0) ? String(decoding: bytes(path), as: UTF8.self) : path
  }

  /// The part before the last `/`; empty when there is none, and `/` for what lies at the root.
  package static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return slash == path.startIndex && path.utf8.count > 1 ? "/" : String(path[..<slash])
  }

  /// The part behind the last `/`.
  package static func name(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  /// `path` seen from `directory`, without `.` and `..` where they can be resolved.
  package static func join(_ directory: String, _ path: String) -> String {
    if path.hasPrefix("/") { return normalize(path) }
    return normalize(directory.isEmpty ? path : directory + "/" + path)
  }

  /// Whether `path` is `directory` or lies below it.
  package static func lies(_ path: String, in directory: String) -> Bool {
    if directory == "/" || directory.isEmpty { return true }
    guard path.utf8.starts(with: directory.utf8) else { return false }
    let rest = path.utf8.dropFirst(directory.utf8.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/")
  }

  package static func normalize(_ path: String) -> String {
    if isNormal(path) { return path }
    let path = path.utf8.allSatisfy { $0 < 0x80 } ? path : spelled(path)
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for bytes in path.utf8.split(separator: UInt8(ascii: "/")) {
      let part = Substring(bytes)
      if part == "." { continue }
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  /// Whether it is plain to see that a path is normalized: nearly all are.
  private static func isNormal(_ path: String) -> Bool {
    path.utf8.withContiguousStorageIfAvailable { bytes in
      var (length, dots) = (0, 0)
      for (index, byte) in bytes.enumerated() {
        if byte >= 0x80 { return false }
        if byte == UInt8(ascii: "/") {
          if index > 0 && length == 0 || dots == length && dots > 0 { return false }
          (length, dots) = (0, 0)
        } else {
          length += 1
          if byte == UInt8(ascii: ".") { dots += 1 }
        }
      }
      return length > 0 && dots < length
    } ?? false
  }
}
