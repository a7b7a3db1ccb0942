internal import Config
internal import Input
internal import SystemPackage
internal import Writing

extension Run {
  /// The folder that holds the repository's files.
  static func repositoryRoot(for flag: SafeText) throws(CommandFailure) -> FilePath {
    guard let root = Repository.root(above: FileSystem.workingDirectory) else {
      throw CommandFailure("\(flag) reads a commit, and the working directory lies in no git repository")
    }
    return root
  }

  /// Reads the same paths as they are in a commit, without checking it out. Those that are not in it are left out.
  ///
  /// - Parameters:
  ///   - commit: a branch, a tag, an id.
  ///   - flag: who asks.
  static func load(
    commit: InputPath, flag: SafeText, _ paths: [InputPath], _ options: InputOptions,
    changing change: @Sendable (inout Configuration) -> Void = { _ in }
  ) async throws(CommandFailure) -> Run {
    let root = try repositoryRoot(for: flag)
    let tree: GitTree
    do throws(GitFault) { tree = try GitTree(commit.path.bytes, in: root) } catch {
      throw CommandFailure("\(flag): \(SafeText(escaping: error.message))")
    }
    // The rules are those of now, whatever they were then.
    let configuration = try options.configuration()
    let result: Result<Run, CommandFailure> = await GitTree.$mounted.withValue(tree) {
      let present = paths.filter { FileSystem.exists($0.path) }
      do throws(CommandFailure) {
        return .success(try await Run.load(present, options, configuration: configuration, changing: change))
      } catch {
        return .failure(error)
      }
    }
    let run = try result.get()
    let named = paths.map { FileSystem.workingDirectory.pushing($0.path).lexicallyNormalized() }
    for submodule in tree.submodules where !options.quiet {
      let path = root.pushing(submodule)
      guard named.contains(where: { path.starts(with: $0) }) else { continue }
      Output.say(
        "netpol-lint: \(commit.description): \(ShownPath.text(path)) is a repository of its own, which is not read")
    }
    return run
  }
}
