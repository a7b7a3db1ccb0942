internal import Config
internal import Diagnostics
internal import SystemPackage

/// Finds and reads the config file and those that it extends.
struct ConfigLoader {
  /// A config, and the files that it comes from in rising precedence.
  struct Loaded {
    var configuration = Configuration()
    var layers: [ConfigLayer] = []
  }

  /// How many files may extend one another.
  private static let deepest = 8

  /// The folder that holds everything which may be extended.
  private let boundary: FilePath
  private var files: [SourceFile] = []
  private var layers: [ConfigLayer] = []

  /// The config that a run uses: the file that is named, else the first one found from the working directory up to the
  /// root of the repository; outside of one only the working directory is looked at.
  static func load(named name: String?, isOff: Bool) throws(CommandFailure) -> Loaded {
    guard !isOff, let path = name.map({ FilePath($0) }) ?? find() else { return Loaded() }
    guard let real = FileSystem.withoutLinks(path) else { throw CommandFailure("there is no config \(path)") }
    var loader = ConfigLoader(boundary: repository(above: real.removingLastComponent()))
    try loader.add(real, chain: [])
    do throws(ConfigProblems) {
      var loaded = Loaded(configuration: try ConfigReader.configuration(of: loader.layers), layers: loader.layers)
      loaded.configuration.files = loader.files
      // The globs of a file that was named are relative to the working directory, as the paths beside its name are.
      if name == nil { loaded.configuration.workingDirectory = workingDirectory(below: path.removingLastComponent()) }
      try loader.checkVersion(loaded.configuration)
      return loaded
    } catch {
      throw loader.failure(error)
    }
  }

  /// The lines that say what is wrong with config files, or with `*.flows.yaml` files.
  static func failure(_ error: ConfigProblems, in files: [SourceFile]) -> CommandFailure {
    CommandFailure(
      lines: error.problems.compactMap { problem in
        files.first { $0.id == problem.span.file }.map { file in
          let place = LineIndex(file.bytes).position(of: problem.span.start)
          return "\(file.path):\(place.line):\(place.column): \(problem.message)"
        }
      })
  }

  /// The folder that globs of the config are relative to, absolute.
  static func globFolder(of configuration: Configuration) -> FilePath {
    var folder = FileSystem.workingDirectory
    for _ in FilePath(configuration.workingDirectory).components { folder.removeLastComponent() }
    return folder
  }

  private init(boundary: FilePath) { self.boundary = boundary }

  private func failure(_ error: ConfigProblems) -> CommandFailure { ConfigLoader.failure(error, in: files) }

  /// Reads a file, and before it those that it extends.
  ///
  /// - Parameters:
  ///   - path: without links.
  ///   - chain: the files that lead here.
  private mutating func add(_ path: FilePath, chain: [FilePath]) throws(CommandFailure) {
    let file = try read(path)
    files.append(file)
    let layer: ConfigLayer
    do throws(ConfigProblems) { layer = try ConfigReader.layer(file) } catch { throw failure(error) }
    for extended in layer.extends {
      let target = path.removingLastComponent().pushing(FilePath(extended.text))
      guard let real = FileSystem.withoutLinks(target), FileSystem.status(real)?.kind == .file else {
        throw failure(at: extended, "there is no file `\(extended.text)`")
      }
      guard real.starts(with: boundary) else {
        throw failure(at: extended, "`\(extended.text)` lies outside of \(boundary)")
      }
      guard !(chain + [path]).contains(real) else { throw failure(at: extended, "the files extend one another") }
      guard chain.count + 1 < ConfigLoader.deepest else {
        throw failure(at: extended, "more than \(ConfigLoader.deepest) files extend one another")
      }
      try add(real, chain: chain + [path])
    }
    layers.append(layer)
  }

  private func read(_ path: FilePath) throws(CommandFailure) -> SourceFile {
    guard let status = FileSystem.status(path), status.kind == .file else {
      throw CommandFailure("the config \(ShownPath.text(path)) is no file")
    }
    do {
      let bytes = try FileSystem.read(path, size: status.size, limit: 1 << 20)
      return SourceFile(id: FileID(files.count), path: ShownPath.text(path), bytes: bytes)
    } catch {
      throw CommandFailure("the config \(ShownPath.text(path)) cannot be read: \(error)")
    }
  }

  private func checkVersion(_ configuration: Configuration) throws(ConfigProblems) {
    guard let required = configuration.requiredVersion, let lowest = VersionNumber(required.text),
      let own = VersionNumber(toolVersion), own < lowest
    else { return }
    throw ConfigProblems([
      ConfigProblem(
        "this config is for netpol-lint \(required.text) or later, and this is \(toolVersion)", at: required.span)
    ])
  }

  private func failure(at place: ConfigText, _ message: String) -> CommandFailure {
    failure(ConfigProblems([ConfigProblem("extends: " + message, at: place.span)]))
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

  /// The root of the repository that holds a folder; the folder itself outside of one.
  private static func repository(above folder: FilePath) -> FilePath {
    var directory = folder
    repeat {
      if FileSystem.exists(directory.appending(".git")) { return directory }
    } while directory.removeLastComponent()
    return folder
  }

  /// The working directory as seen from a folder above it.
  private static func workingDirectory(below folder: FilePath) -> String {
    var path = FileSystem.workingDirectory
    return path.removePrefix(folder) ? path.string : ""
  }
}
