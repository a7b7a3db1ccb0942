import Assembly
import Diagnostics

/// Files in memory, at absolute paths.
final class MemoryTree: FileTree {
  let repository: String?
  private(set) var files: [String: SourceFile] = [:]
  private var children: [String: Set<String>] = [:]
  private let order: [String]

  /// - Parameter texts: by absolute path.
  init(_ texts: [String: String], repository: String? = "/") {
    self.repository = repository
    order = texts.keys.sorted()
    for (index, path) in order.enumerated() {
      files[path] = SourceFile(
        id: FileID(index), path: String(path.dropFirst()), bytes: Array(texts[path, default: ""].utf8))
      var child = path
      while child != "/" {
        let parent = Paths.directory(of: child)
        children[parent, default: []].insert(Paths.name(of: child))
        child = parent
      }
    }
  }

  func kind(of path: String) -> PathKind {
    files[path] != nil ? .file : path == "/" || children[path] != nil ? .directory : .missing
  }

  func names(in directory: String) -> [String] { children[directory, default: []].sorted() }
  func file(at path: String) -> SourceFile? { files[path] }
  func file(_ id: FileID) -> SourceFile? { files[order[Int(id.index)]] }
  func shown(_ path: String) -> String { path == "/" ? "." : String(path.dropFirst()) }
}
