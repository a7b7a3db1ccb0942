internal import Config
internal import Input
internal import SystemPackage
internal import Writing

/// A state that something is compared with: a file or folder, or the same paths in a commit of the repository.
struct State {
  private enum Place {
    case path(InputPath)
    case commit(InputPath)
  }

  private let place: Place

  /// Where it lies; `nil` for a commit.
  var path: FilePath? { if case .path(let input) = place { input.path } else { nil } }

  private let flag: SafeText

  /// What is written as a path is one. Git is asked only where it can be a commit.
  ///
  /// - Parameter flag: the option that names it.
  init(_ text: String, flag: SafeText) throws(CommandFailure) {
    self.flag = flag
    let input = InputPath(text)
    let isWrittenAsPath = ["/", "./", "../"].contains { text.hasPrefix($0) } || [".", ".."].contains(text)
    let exists = FileSystem.exists(input.path)
    if isWrittenAsPath {
      place = .path(input)
      return
    }
    guard let root = Repository.root(above: FileSystem.workingDirectory) else {
      place = .path(input)
      return
    }
    if exists {
      // A folder that is called like a branch would otherwise take its place.
      guard !GitTree.hasCommit(input.path.bytes, in: root) else {
        throw CommandFailure(
          """
          \(flag): \(input.description) is a path and a commit: write ./\(input.description) or \
          refs/heads/\(input.description)
          """)
      }
      place = .path(input)
    } else {
      place = .commit(input)
    }
  }

  /// Reads it.
  ///
  /// - Parameter paths: what is read of a commit.
  func load(
    _ paths: [InputPath], _ options: InputOptions, changing change: @Sendable (inout Configuration) -> Void = { _ in }
  ) async throws(CommandFailure) -> Run {
    switch place {
    case .path(let path): return try await Run.load([path], options, changing: change)
    case .commit(let commit):
      guard !paths.contains(where: \.isStandardInput) else {
        throw CommandFailure("\(flag): standard input is in no commit")
      }
      return try await Run.load(commit: commit, flag: flag, paths, options, changing: change)
    }
  }
}
