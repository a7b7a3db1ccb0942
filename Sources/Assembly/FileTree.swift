package import Diagnostics

/// What a path leads to.
package enum PathKind: Hashable, Sendable {
  case file, directory, missing
  /// It is there, and not for this run to read: outside of the repository, behind a link out of it, no regular file.
  case refused(String)
}

/// The files that builds may read beside those that were named.
///
/// Paths are absolute, with `/`, normalized, and lead through no link; what reports show is `SourceFile.path`.
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
package enum Paths {
  /// The part before the last `/`; empty when there is none, and `/` for what lies at the root.
  package static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex && path.count > 1 ? "/" : String(path[..<slash])
  }

  /// The part behind the last `/`.
  package static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// `path` seen from `directory`, without `.` and `..` where they can be resolved.
  package static func join(_ directory: String, _ path: String) -> String {
    if path.hasPrefix("/") { return normalize(path) }
    return normalize(directory.isEmpty ? path : directory + "/" + path)
  }

  /// Whether `path` is `directory` or lies below it.
  package static func lies(_ path: String, in directory: String) -> Bool {
    path == directory || directory == "/" || directory.isEmpty || path.hasPrefix(directory + "/")
  }

  package static func normalize(_ path: String) -> String {
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }
}
