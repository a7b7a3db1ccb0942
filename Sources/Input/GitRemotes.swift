internal import SystemPackage

/// The addresses of a repository's remotes, as git's config has them.
enum GitRemotes {
  /// None where git's folder is not known to belong to the repository, and where its config cannot be read.
  ///
  /// - Parameter repository: the folder that has a `.git`, absolute.
  static func addresses(of repository: FilePath) -> [String] {
    guard let folder = folder(of: repository), let config = text(folder.appending("config")) else { return [] }
    var isRemote = false
    return config.split(whereSeparator: \.isNewline).compactMap { line in
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.hasPrefix("[") { isRemote = line.lowercased().hasPrefix("[remote ") }
      guard isRemote, let equals = line.firstIndex(of: "="), line[..<equals].trimmed.lowercased() == "url" else {
        return nil
      }
      let value = line[line.index(after: equals)...].trimmed
      return value.isEmpty ? nil : value.filter { $0 != "\"" }
    }
  }

  /// The folder that holds git's config. Worktrees and submodules have a file in its place, `gitdir: …`, which could
  /// name any folder: it counts where that one names the worktree in turn, or lies in the `.git` of a folder above.
  private static func folder(of repository: FilePath) -> FilePath? {
    let git = repository.appending(".git")
    guard let status = FileSystem.status(git) else { return nil }
    if status.kind == .directory { return git }
    guard status.kind == .file, let link = text(git), link.hasPrefix("gitdir:") else { return nil }
    let folder = repository.pushing(FilePath(link.dropFirst("gitdir:".count).trimmed)).lexicallyNormalized()
    var above = repository
    while above.removeLastComponent() {
      let outer = above.appending(".git")
      if folder.starts(with: outer), FileSystem.withoutLinks(folder) == folder { return common(folder) }
    }
    guard let back = text(folder.appending("gitdir")), FilePath(back[...].trimmed) == git else { return nil }
    return common(folder)
  }

  /// What worktrees have in common.
  private static func common(_ folder: FilePath) -> FilePath {
    guard let path = text(folder.appending("commondir")) else { return folder }
    return folder.pushing(FilePath(path[...].trimmed)).lexicallyNormalized()
  }

  private static let largestFile = 1 << 20

  private static func text(_ path: FilePath) -> String? {
    guard FileSystem.status(path)?.kind == .file,
      let bytes = try? FileSystem.read(path, size: 1 << 10, limit: largestFile)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
