package import Diagnostics

/// The files of a run as all that there is.
package final class GivenFiles: FileTree {
  package let repository: String? = nil
  package let remotes: [String] = []
  package let added: [(path: String, file: SourceFile)] = []
  private let files: [SourceFile]
  private var byPath: [String: SourceFile] = [:]
  private var folders: [String: Set<String>] = [:]

  /// - Parameter paths: the absolute path of each file; empty for standard input.
  package init(_ files: [SourceFile], _ paths: [String]) {
    self.files = files
    for (file, path) in zip(files, paths) where !path.isEmpty {
      byPath[path] = file
      var path = path
      while path != "/" {
        let directory = Paths.directory(of: path)
        guard folders[directory, default: []].insert(Paths.name(of: path)).inserted else { break }
        path = directory
      }
    }
  }

  package func kind(of path: String) -> PathKind {
    byPath[path] != nil ? .file : folders[path] != nil || path == "/" ? .directory : .missing
  }

  package func names(in directory: String) -> [String] { (folders[directory] ?? []).sorted() }
  package func file(at path: String) -> SourceFile? { byPath[path] }
  package func file(_ id: FileID) -> SourceFile? { files.first { $0.id == id } }
  package func shown(_ path: String) -> String { path == "/" ? "." : String(path.dropFirst()) }
}
