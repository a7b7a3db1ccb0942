/// Paths as text, with `/`: what kustomizations say of other files.
enum Paths {
  /// The part before the last `/`; empty for a file of the working directory.
  static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// `path` seen from `directory`, without `.` and `..` where they can be resolved.
  static func join(_ directory: String, _ path: String) -> String {
    if path.hasPrefix("/") { return normalize(path) }
    return normalize(directory.isEmpty ? path : directory + "/" + path)
  }

  /// Whether a path is that of a single manifest in the file system, and not of a folder or a remote place.
  static func isManifest(_ path: String) -> Bool {
    !path.contains("://") && [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) }
  }

  static func normalize(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
