internal import Config
internal import Diagnostics
internal import SystemPackage

/// Finds and reads the config file.
enum ConfigFinder {
  /// The config that a run uses: the file that is named, else the first one found from the working directory up to the
  /// root of the repository; outside of one only the working directory is looked at.
  static func load(named path: String?, isOff: Bool) throws(CommandFailure) -> Configuration {
    if isOff { return Configuration() }
    guard let path = path.map({ FilePath($0) }) ?? find() else { return Configuration() }
    guard let status = FileSystem.status(path), status.kind == .file,
      let bytes = try? FileSystem.read(path, size: status.size)
    else { throw CommandFailure("the config \(path) cannot be read") }
    let file = SourceFile(id: FileID(0), path: path.string, bytes: bytes)
    switch ConfigReader.read(file) {
    case .success(let configuration): return configuration
    case .failure(let error):
      let index = LineIndex(bytes)
      throw CommandFailure(
        lines: error.problems.map { problem in
          let place = index.position(of: problem.span.start)
          return "\(path):\(place.line):\(place.column): \(problem.message)"
        })
    }
  }

  /// The folder of the config file, which its globs are relative to; the working directory where there is none.
  static func folder(of configuration: Configuration) -> FilePath {
    configuration.files.first.map { FileSystem.workingDirectory.pushing(FilePath($0.path)).removingLastComponent() }
      ?? FileSystem.workingDirectory
  }

  private static func find() -> FilePath? {
    var directory = FileSystem.workingDirectory
    var found: FilePath?
    repeat {
      for name in ConfigReader.fileNames where found == nil {
        let path = directory.appending(name)
        if FileSystem.exists(path) { found = path }
      }
      if FileSystem.exists(directory.appending(".git")) { return found }
    } while directory.removeLastComponent()
    let here = FileSystem.workingDirectory
    return found.flatMap { $0.removingLastComponent() == here ? $0 : nil }
  }
}
