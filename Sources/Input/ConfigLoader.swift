package import Config
internal import Diagnostics
package import SystemPackage

/// Finds and reads the config file and those that it extends.
package struct ConfigLoader {
  /// A config, and the files that it comes from in rising precedence.
  package struct Loaded {
    package internal(set) var configuration = Configuration()
    package internal(set) var layers: [ConfigLayer] = []
  }

  /// How many files may extend one another.
  private static let deepest = 8

  /// The folder that holds everything which may be extended.
  private let boundary: FilePath
  private let texts: [String: [UInt8]]
  private var files: [SourceFile] = []
  private var layers: [ConfigLayer] = []

  /// The config that a run uses: the file that is named, else the first one found from the working directory up to the
  /// root of the repository; outside of one only the working directory is looked at.
  ///
  /// - Parameters:
  ///   - version: this tool's own, which the config may ask for.
  ///   - texts: what counts in place of files, by the paths that reports show.
  package static func load(
    named name: FilePath?, isOff: Bool, version: String, texts: [String: [UInt8]] = [:]
  ) throws(ConfigFault) -> Loaded {
    guard !isOff, let path = name ?? find() else { return Loaded() }
    guard let real = FileSystem.withoutLinks(path) else { throw .missing(path) }
    guard staysInside(path, real, isNamed: name != nil) else { throw .leadsOutside(path) }
    let folder = real.removingLastComponent()
    var loader = ConfigLoader(boundary: Repository.root(above: folder) ?? folder, texts)
    try loader.add(real, chain: [])
    do throws(ConfigProblems) {
      var loaded = Loaded(configuration: try ConfigReader.configuration(of: loader.layers), layers: loader.layers)
      loaded.configuration.files = loader.files
      // The globs of a file that was named are relative to the working directory, as the paths beside its name are.
      if name == nil { loaded.configuration.workingDirectory = workingDirectory(below: path.removingLastComponent()) }
      try checkVersion(loaded.configuration, version)
      return loaded
    } catch {
      throw .invalid(error, in: loader.files)
    }
  }

  /// The folder that globs of the config are relative to, absolute.
  package static func globFolder(of configuration: Configuration) -> FilePath {
    var folder = FileSystem.workingDirectory
    for _ in FilePath(configuration.workingDirectory).components { folder.removeLastComponent() }
    return folder
  }

  private init(boundary: FilePath, _ texts: [String: [UInt8]]) {
    self.boundary = boundary
    self.texts = texts
  }

  /// Reads a file, and before it those that it extends.
  ///
  /// - Parameters:
  ///   - path: without links.
  ///   - chain: the files that lead here.
  private mutating func add(_ path: FilePath, chain: [FilePath]) throws(ConfigFault) {
    let file = try read(path)
    files.append(file)
    let layer: ConfigLayer
    do throws(ConfigProblems) { layer = try ConfigReader.layer(file) } catch { throw .invalid(error, in: files) }
    for extended in layer.extends {
      let target = path.removingLastComponent().pushing(FilePath(extended.text))
      guard let real = FileSystem.withoutLinks(target), FileSystem.status(real)?.kind == .file else {
        throw fault(at: extended, "there is no file `\(extended.text)`")
      }
      guard real.starts(with: boundary) else {
        throw fault(at: extended, "`\(extended.text)` lies outside of \(ShownPath.text(boundary))")
      }
      guard !(chain + [path]).contains(real) else { throw fault(at: extended, "the files extend one another") }
      guard chain.count + 1 < ConfigLoader.deepest else {
        throw fault(at: extended, "more than \(ConfigLoader.deepest) files extend one another")
      }
      try add(real, chain: chain + [path])
    }
    layers.append(layer)
  }

  private func read(_ path: FilePath) throws(ConfigFault) -> SourceFile {
    guard let status = FileSystem.status(path), status.kind == .file else { throw .noFile(path) }
    do {
      let shown = ShownPath.text(path)
      let bytes = try texts[shown] ?? FileSystem.read(path, size: status.size, limit: 1 << 20)
      return SourceFile(id: FileID(files.count), path: shown, bytes: bytes)
    } catch {
      throw .unreadable(path, error as? Errno ?? .ioError)
    }
  }

  private static func checkVersion(_ configuration: Configuration, _ version: String) throws(ConfigProblems) {
    guard let required = configuration.requiredVersion, let lowest = VersionNumber(required.text),
      let own = VersionNumber(version), own < lowest
    else { return }
    throw ConfigProblems([
      ConfigProblem(
        "this config is for netpol-lint \(required.text) or later, and this is \(version)", at: required.span)
    ])
  }

  private func fault(at place: ConfigText, _ message: String) -> ConfigFault {
    .invalid(ConfigProblems([ConfigProblem("extends: " + message, at: place.span)]), in: files)
  }

  /// Whether a config lies in the repository that its name lies in: of other files, which a link in somebody else's
  /// repository may lead to, nothing must be shown, not even what is wrong with them.
  private static func staysInside(_ path: FilePath, _ real: FilePath, isNamed: Bool) -> Bool {
    let folder = FileSystem.workingDirectory.pushing(path).lexicallyNormalized().removingLastComponent()
    // Outside of a repository whoever names a file means it.
    guard let root = Repository.root(above: folder) ?? (isNamed ? nil : folder) else { return true }
    return FileSystem.withoutLinks(root).map(real.starts) ?? false
  }

  private static func find() -> FilePath? {
    let here = FileSystem.workingDirectory
    let last = Repository.root(above: here) ?? here
    var directory = here
    while true {
      for name in ConfigReader.fileNames {
        let path = directory.appending(name)
        if FileSystem.exists(path) { return path }
      }
      guard directory != last, directory.removeLastComponent() else { return nil }
    }
  }

  /// The working directory as seen from a folder above it.
  private static func workingDirectory(below folder: FilePath) -> String {
    var path = FileSystem.workingDirectory
    return path.removePrefix(folder) ? path.string : ""
  }
}
