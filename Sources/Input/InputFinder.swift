package import Diagnostics
package import SystemPackage

/// What the paths of the command line lead to, before anything is read.
package struct FoundInput {
  /// Each file once. In order of the paths given, folders in order of names; where files are also read for facts, in
  /// order of names throughout, so that the first object of a namespace is the same whichever files are named.
  package internal(set) var files: [FoundFile] = []
  /// Input that is not read, and why.
  package internal(set) var skipped: [SkippedInput] = []
  /// Whether something that should be read cannot be.
  package internal(set) var hasUnreadable = false
  /// Whether a folder was among the paths.
  package internal(set) var hasDirectory = false
  /// Whether finding no policy at all is a failure: a folder or standard input was to hold some (an empty `helm
  /// template` must not be green), while named files, as hooks name them, need not.
  package var wasAskedForPolicies: Bool { hasDirectory || files.contains { $0.path == nil } }
  /// The files and folders that were named themselves.
  package var named: (files: [FilePath], folders: [FilePath]) = ([], [])
  /// The first path that leads nowhere.
  package internal(set) var missing: InputPath?
}

/// A file that is to be read.
package struct FoundFile: Sendable {
  /// `nil` for standard input.
  package let path: FilePath?
  /// The path as reports show it.
  package let shownPath: String
  /// In bytes; 0 where it is not known.
  package let size: Int
  /// Whether the file is read for facts alone.
  package internal(set) var isContext = false
}

/// Finds the files that the command line names, each once.
package struct InputFinder {
  /// Which files are left out of folders.
  package struct Options {
    /// Globs of files that are not read.
    package var exclude: [IgnorePatterns] = []
    /// Whether `exclude` also counts for paths that were named.
    package var forceExclude = false
    package var standardInputName = "<stdin>"

    package init() {}
  }

  private let options: Options
  private var found = FoundInput()
  private var seen: Set<FileSystem.Identity> = []
  private var hasStandardInput = false

  package init(_ options: Options) { self.options = options }

  /// - Parameter context: paths that are read for facts alone.
  package mutating func find(_ paths: [InputPath], context: [InputPath]) -> FoundInput {
    for path in paths { add(path) }
    if context.isEmpty { return found }
    let (linted, hasDirectory, named) = (found.files.count, found.hasDirectory, found.named)
    for path in context { add(path) }
    (found.hasDirectory, found.named) = (hasDirectory, named)
    for index in found.files.indices.dropFirst(linted) { found.files[index].isContext = true }
    let names = found.files.map {
      $0.path.map { absolute($0).components.map { FilePath(root: nil, [$0]).bytes } } ?? []
    }
    let order = found.files.indices.sorted { a, b in
      names[a].lexicographicallyPrecedes(names[b]) { $0.lexicographicallyPrecedes($1) }
    }
    found.files = order.map { found.files[$0] }
    return found
  }

  private mutating func add(_ input: InputPath) {
    if input.isStandardInput {
      if hasStandardInput { return }
      hasStandardInput = true
      found.files.append(FoundFile(path: nil, shownPath: options.standardInputName, size: 0))
      return
    }
    let status: FileSystem.Status
    do {
      status = try FileSystem.lookUp(input.path).get()
    } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
      found.missing = found.missing ?? input
      return
    } catch {
      return leaveUnread(input.path, "it cannot be read: \(error)")
    }
    let normalized = input.path.lexicallyNormalized()
    if options.forceExclude, isExcludedWithParents(normalized, isDirectory: status.kind == .directory) { return }
    switch status.kind {
    case .directory:
      found.hasDirectory = true
      found.named.folders.append(normalized)
      // `a/../b` may be another folder than `b` where `a` is a link.
      let directory = FileSystem.status(normalized)?.identity == status.identity ? normalized : input.path
      walk(directory.isEmpty ? "." : directory, status, ignoring: ignoreFiles(above: directory), above: [])
    case .file:
      found.named.files.append(normalized)
      add(input.path, status)
    // It was asked for by name: a run that left it out could seem clean.
    case .other: leaveUnread(input.path, "this is no regular file; netpol-lint - reads standard input")
    }
  }

  private mutating func walk(
    _ directory: FilePath, _ status: FileSystem.Status, ignoring outer: [IgnorePatterns],
    above: [FileSystem.Identity]
  ) {
    if above.contains(status.identity) {
      return skip(directory, "a symbolic link leads back to this folder, which is read already")
    }
    guard seen.insert(status.identity).inserted else { return }
    let names: [FilePath.Component]
    do throws(Errno) {
      names = try FileSystem.names(in: directory)
    } catch {
      return leaveUnread(directory, "the folder cannot be read: \(error)")
    }
    var ignoring = outer
    if names.contains(".gitignore") { ignoring += ignoreFile(in: directory) }
    for name in names where name != ".git" && name != "node_modules" {
      let path = directory == "." ? FilePath(root: nil, [name]) : directory.appending(name)
      visit(path, ignoring: ignoring, above: above + [status.identity])
    }
  }

  /// Takes an entry of a folder.
  private mutating func visit(_ path: FilePath, ignoring: [IgnorePatterns], above: [FileSystem.Identity]) {
    let isManifest = ["yaml", "yml", "json"].contains(path.extension)
    let status: FileSystem.Status
    do {
      status = try FileSystem.lookUp(path).get()
    } catch Errno.noSuchFileOrDirectory, Errno.tooManySymbolicLinkLevels {
      if isManifest, !isIgnored(path, isDirectory: false, ignoring) { skip(path, "this link leads to no file") }
      return
    } catch {
      if !isIgnored(path, isDirectory: false, ignoring) { leaveUnread(path, "it cannot be read: \(error)") }
      return
    }
    let isDirectory = status.kind == .directory
    guard isDirectory || isManifest, !isIgnored(path, isDirectory: isDirectory, ignoring) else { return }
    switch status.kind {
    case .directory: walk(path, status, ignoring: ignoring, above: above)
    case .file: add(path, status)
    case .other: skip(path, "this is no regular file")
    }
  }

  private mutating func add(_ path: FilePath, _ status: FileSystem.Status) {
    guard seen.insert(status.identity).inserted else { return }
    guard status.size <= InputReader.largestFile else { return leaveUnread(path, InputReader.tooLarge) }
    found.files.append(FoundFile(path: path, shownPath: ShownPath.text(path), size: status.size))
  }

  private mutating func skip(_ path: FilePath, _ reason: String) {
    found.skipped.append(SkippedInput(file: ShownPath.text(path), reason: reason))
  }

  /// Skips what should be read.
  private mutating func leaveUnread(_ path: FilePath, _ reason: String) {
    skip(path, reason)
    found.hasUnreadable = true
  }

  // MARK: Ignored files

  private func isIgnored(_ path: FilePath, isDirectory: Bool, _ files: [IgnorePatterns]) -> Bool {
    if files.isEmpty && options.exclude.isEmpty { return false }
    let absolute = absolute(path)
    if isExcluded(absolute, isDirectory: isDirectory) { return true }
    for file in files.reversed() {
      if let answer = file.ignores(absolute, isDirectory: isDirectory) { return answer }
    }
    return false
  }

  private func isExcluded(_ absolute: FilePath, isDirectory: Bool) -> Bool {
    options.exclude.contains { $0.ignores(absolute, isDirectory: isDirectory) == true }
  }

  /// Whether a path that was named would have been left out on the way to it.
  private func isExcludedWithParents(_ path: FilePath, isDirectory: Bool) -> Bool {
    var current = absolute(path)
    var isDirectory = isDirectory
    repeat {
      if isExcluded(current, isDirectory: isDirectory) { return true }
      isDirectory = true
    } while current.removeLastComponent()
    return false
  }

  private func absolute(_ path: FilePath) -> FilePath {
    FileSystem.workingDirectory.pushing(path).lexicallyNormalized()
  }

  /// A folder's own `.gitignore`, if it has one that can be read.
  private func ignoreFile(in directory: FilePath) -> [IgnorePatterns] {
    let path = directory.appending(".gitignore")
    guard let status = FileSystem.status(path), status.kind == .file, status.size < 1 << 20,
      let bytes = try? FileSystem.read(path, size: status.size)
    else { return [] }
    return [IgnorePatterns(bytes, in: absolute(directory))]
  }

  /// The `.gitignore` files of the folders above, up to the root of the repository; none outside of one.
  private func ignoreFiles(above directory: FilePath) -> [IgnorePatterns] {
    var current = absolute(directory)
    guard let root = Repository.root(above: current) else { return [] }
    var result: [IgnorePatterns] = []
    while current != root, current.removeLastComponent() { result = ignoreFile(in: current) + result }
    return result
  }
}
