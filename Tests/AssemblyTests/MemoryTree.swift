import Assembly
import Diagnostics

/// Files in memory, at absolute paths.
final class MemoryTree: FileTree {
  let repository: String?
  var remotes: [String] = []
  let added: [(path: String, file: SourceFile)] = []
  private(set) var files: [String: SourceFile] = [:]
  private let order: [String]

  /// - Parameter texts: by absolute path.
  init(_ texts: [String: String], repository: String? = "/") {
    self.repository = repository
    order = texts.keys.sorted()
    for (index, path) in order.enumerated() {
      files[path] = SourceFile(
        id: FileID(index), path: String(path.dropFirst()), bytes: Array(texts[path, default: ""].utf8))
    }
  }

  func kind(of path: String) -> PathKind {
    if files[path] != nil { return .file }
    return path == "/" || files.keys.contains { $0.hasPrefix(path + "/") } ? .directory : .missing
  }

  func names(in directory: String) -> [String] {
    let prefix = directory == "/" ? "/" : directory + "/"
    return Set(
      files.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count).prefix { $0 != "/" }) }
    )
    .sorted()
  }

  func file(at path: String) -> SourceFile? { files[path] }
  func file(_ id: FileID) -> SourceFile? { files[order[Int(id.index)]] }
  func shown(_ path: String) -> String { path == "/" ? "." : String(path.dropFirst()) }
}
