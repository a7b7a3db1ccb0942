internal import Config
internal import Diagnostics

/// What `.gitignore` keeps out of the repository: such files are there for those who build, and not for those who read.
struct GitIgnore {
  private let tree: any FileTree

  init(_ tree: any FileTree) { self.tree = tree }

  /// Whether a file is ignored, or a folder that it lies in.
  ///
  /// - Parameter path: absolute.
  func ignores(_ path: String) -> Bool {
    var (path, isDirectory) = (path, false)
    while path != "/" && !path.isEmpty && path != tree.repository {
      if says(path, isDirectory: isDirectory) { return true }
      (path, isDirectory) = (Paths.directory(of: path), true)
    }
    return false
  }

  /// What the nearest folder says whose patterns speak of a path.
  private func says(_ path: String, isDirectory: Bool) -> Bool {
    var directory = Paths.directory(of: path)
    while !directory.isEmpty {
      if let file = tree.file(at: Paths.join(directory, ".gitignore")) {
        let start = directory == "/" ? 1 : directory.utf8.count + 1
        let names = Paths.bytes(String(path.utf8.dropFirst(start)) ?? "").split(separator: UInt8(ascii: "/"))
        if let isIgnored = IgnoreRules(file.bytes).ignores(names, isDirectory: isDirectory) { return isIgnored }
      }
      if directory == "/" || directory == tree.repository { break }
      directory = Paths.directory(of: directory)
    }
    return false
  }
}
