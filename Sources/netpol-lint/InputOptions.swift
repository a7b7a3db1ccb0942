internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Input
internal import SystemPackage
internal import Writing

/// Which config file counts.
struct ConfigOptions: ParsableArguments {
  @Option(
    help:
      "The config file; otherwise the one that NETPOL_LINT_CONFIG names, or .netpol-lint.yaml up to the root of the repository.",
    completion: .file())
  var config: String?

  @Flag(help: "Use no config file.")
  var noConfig = false

  /// The config file's settings, or the defaults.
  ///
  /// - Parameter texts: what counts in place of files, by the paths that reports show.
  func load(_ texts: [String: [UInt8]] = [:]) throws(CommandFailure) -> ConfigLoader.Loaded {
    do throws(ConfigFault) {
      let named = config.map { FilePath(argument: $0) } ?? (noConfig ? nil : FileSystem.configOfEnvironment)
      return try ConfigLoader.load(named: named, isOff: noConfig, version: toolVersion, texts: texts)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// The flags of every command that reads manifests: what is read, and how.
struct InputOptions: ParsableArguments {
  @OptionGroup var config: ConfigOptions

  @Option(help: "A folder or file that is read for facts; nothing is reported there. Repeatable.", completion: .file())
  var context: [String] = []

  @Option(help: "A glob of files that are not read. Repeatable.")
  var exclude: [String] = []

  @Flag(help: "Read what .gitignore and the name node_modules would leave out.")
  var noGitignore = false

  @Flag(help: "Leave out excluded files even where they are named, as a pre-commit hook does.")
  var forceExclude = false

  @Option(
    help: "The name of standard input, which the path - reads; where the input holds that file, it takes its place.")
  var stdinFilename = InputFinder.Options().standardInputName

  @Flag(help: "A folder without any NetworkPolicy is no failure.")
  var allowEmpty = false

  @Option(name: [.customShort("n"), .long], help: "The namespace of objects that name none.")
  var namespace = "default"

  @Option(help: "The date that counts as today, such as 2027-01-31.")
  var today: String?

  @Option(help: "How many tasks may run at once.")
  var jobs: Int = FileSystem.processorCount

  @Flag(name: [.customShort("q"), .long], help: "No summary and no notices on standard error.")
  var quiet = false

  @Flag(name: [.customShort("v"), .long], help: "Say on standard error which config counts and which files were read.")
  var verbose = false

  func validate() throws {
    if quiet && verbose { throw ValidationError("-q and -v exclude each other") }
    guard (1...1024).contains(jobs) else { throw ValidationError("--jobs must be from 1 to 1024") }
    if let today, !DateText.isValid(today) { throw ValidationError("--today must be a date such as 2027-01-31") }
  }

  /// The config with these flags laid over it.
  func configuration(_ texts: [String: [UInt8]] = [:]) throws(CommandFailure) -> Configuration {
    var configuration = try config.load(texts).configuration
    configuration.defaultNamespace = namespace
    configuration.today = today ?? FileSystem.today
    return configuration
  }

  /// Whether all is read that the config is for, so that what is not found there is nowhere.
  func readsAll(_ found: FoundInput, _ configuration: Configuration) -> Bool {
    let folder = ConfigLoader.globFolder(of: configuration)
    let named = found.named.folders.map { FileSystem.workingDirectory.pushing($0).lexicallyNormalized() }
    return context.isEmpty && exclude.isEmpty && config.config == nil && FileSystem.configOfEnvironment == nil
      && !found.hasUnreadable && named.contains { folder.starts(with: $0) }
  }

  /// Looks for the files that `paths` and `--context` lead to.
  ///
  /// - Parameter unsaved: files that an editor has open.
  func find(
    _ paths: [InputPath], _ configuration: Configuration, unsaved: [FilePath] = []
  ) throws(CommandFailure) -> FoundInput {
    var options = InputFinder.Options()
    options.exclude = [
      IgnorePatterns(
        globs: configuration.exclude.map { Array($0.utf8) }, in: ConfigLoader.globFolder(of: configuration)),
      IgnorePatterns(globs: exclude.map(ArgumentText.bytes), in: FileSystem.workingDirectory),
    ]
    options.forceExclude = forceExclude
    options.ignores = !noGitignore
    options.standardInputName = ArgumentText.shown(stdinFilename)
    if stdinFilename != InputFinder.Options().standardInputName {
      options.standardInputPath = FilePath(argument: stdinFilename)
    }
    var finder = InputFinder(options)
    let found = finder.find(paths, context: context.map { InputPath($0) }, unsaved: unsaved)
    if let missing = found.missing { throw CommandFailure(MissingPath.message(missing.description)) }
    return found
  }
}

/// What is said of a path that leads nowhere.
enum MissingPath {
  /// Suggests a command where the path can be a misspelt one.
  static func message(_ path: String) -> SafeText {
    let commands = NetpolLint.configuration.subcommands.filter { $0.configuration.shouldDisplay }
      .compactMap { $0.configuration.commandName }
    let hint: SafeText =
      Suggestion.nearest(to: path, among: commands).map { "; did you mean the command `\($0)`?" } ?? ""
    return "there is no file or folder `\(path)`\(hint)"
  }
}
