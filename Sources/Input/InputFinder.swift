package import Diagnostics
package import SystemPackage

/// What the paths of the command line lead to, before anything is read.
package struct FoundInput {
  /// Each file once. In order of the paths given, folders in order of names; where files are also read for facts, in
  /// order of names throughout, so that the first object of a namespace is the same whichever files are named.
  package internal(set) var files: [FoundFile] = []
  /// Input that is not read, and why.
  package internal(set) var skipped: [SkippedInput] = []
  /// Files of folders that are left out; whether one holds a policy is looked up and said.
  package internal(set) var ignored: [IgnoredFile] = []
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
  /// The file on disk that standard input stands for, and whose place it takes; `nil` for other files.
  package internal(set) var standsFor: FilePath?
}

/// Finds the files that the command line names, each once.
///
/// A folder is walked once. Files under two names are read once where one name is a link to the other, unless the name
/// itself says what the file is; the name that is no link counts.
package struct InputFinder {
  /// Which files are left out of folders.
  package struct Options {
    /// Globs of files that are not read.
    package var exclude: [IgnorePatterns] = []
    /// Whether `exclude` also counts for paths that were named.
    package var forceExclude = false
    /// Whether `.gitignore` files and the name `node_modules` leave anything out.
    package var ignores = true
    package var standardInputName = "<stdin>"
    /// The file that standard input is a newer text of, where the paths lead to it.
    package var standardInputPath: FilePath?

    package init() {}
  }

  let options: Options
  var found = FoundInput()
  private var seenFolders: Set<FileSystem.Identity> = []
  /// The names under which each file was found.
  private var seenFiles: [FileSystem.Identity: [FilePath]] = [:]
  /// Links in folders, looked at once everything else is known.
  private var links: [Link] = []
  private var ignored = IgnoredFiles()
  private var hasStandardInput = false
  /// Files that are open somewhere, and need not be on the disk.
  private var unsaved: [FilePath] = []

  private struct Link {
    let path: FilePath
    let ignoring: [IgnorePatterns]
    let above: [FileSystem.Identity]
  }

  package init(_ options: Options) { self.options = options }

  /// - Parameters:
  ///   - context: paths that are read for facts alone.
  ///   - unsaved: files that an editor has open: they are found where they would be once they are saved.
  package mutating func find(_ paths: [InputPath], context: [InputPath], unsaved: [FilePath] = []) -> FoundInput {
    self.unsaved = unsaved.filter { ManifestName.isManifest($0) && !FileSystem.exists($0) }
    for path in paths { add(path) }
    addLinks()
    addUnsaved(self.unsaved)
    addIgnored()
    if context.isEmpty {
      placeStandardInput()
      return found
    }
    let (linted, hasDirectory, named) = (found.files.count, found.hasDirectory, found.named)
    for path in context { add(path) }
    addLinks()
    (found.hasDirectory, found.named) = (hasDirectory, named)
    for index in found.files.indices.dropFirst(linted) { found.files[index].isContext = true }
    placeStandardInput()
    let names = found.files.map {
      ($0.path ?? $0.standsFor).map { absolute($0).components.map { FilePath(root: nil, [$0]).bytes } } ?? []
    }
    let order = found.files.indices.sorted { a, b in
      names[a].lexicographicallyPrecedes(names[b]) { $0.lexicographicallyPrecedes($1) }
    }
    found.files = order.map { found.files[$0] }
    return found
  }

  /// Puts standard input in the place of the file that it stands for.
  private mutating func placeStandardInput() {
    guard let path = options.standardInputPath.map(absolute),
      let input = found.files.firstIndex(where: { $0.path == nil }),
      let number = found.files.firstIndex(where: { $0.path.map(absolute) == path })
    else { return }
    found.files[input].standsFor = found.files[number].path
    found.named.files.append(path)
    found.files.remove(at: number)
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
      if unsaved.contains(where: { absolute($0) == absolute(input.path) }) {
        found.named.files.append(input.path.lexicallyNormalized())
        return take(unsaved: input.path)
      }
      found.missing = found.missing ?? input
      return
    } catch {
      return leaveUnread(input.path, "it cannot be read: \(error)")
    }
    let normalized = input.path.lexicallyNormalized()
    if options.forceExclude, isExcludedWithParents(normalized, isDirectory: status.kind == .directory) {
      return ignored.add(input.path, .exclude)
    }
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
    guard seenFolders.insert(status.identity).inserted else { return }
    let entries: [FileSystem.Entry]
    do throws(Errno) {
      entries = try FileSystem.entries(of: directory)
    } catch {
      return leaveUnread(directory, "the folder cannot be read: \(error)")
    }
    var ignoring = outer
    if entries.contains(where: { $0.name == InputFinder.gitignore }) { ignoring += ignoreFile(in: directory) }
    let isHere = directory == "."
    let above = above + [status.identity]
    // Git never checks a `.git` out, so that no change can bring one.
    for entry in entries where entry.name != InputFinder.git {
      let path = isHere ? FilePath(root: nil, [entry.name]) : directory.appending(entry.name)
      if options.ignores, entry.name == InputFinder.nodeModules {
        ignored.add(path, .nodeModules)
      } else if entry.isLink {
        links.append(Link(path: path, ignoring: ignoring, above: above))
      } else {
        visit(path, ignoring: ignoring, above: above)
      }
    }
  }

  private static let git: FilePath.Component = ".git"
  private static let nodeModules: FilePath.Component = "node_modules"
  private static let gitignore: FilePath.Component = ".gitignore"

  private mutating func addLinks() {
    // Folders behind links may hold further ones.
    while !links.isEmpty {
      let next = links
      links = []
      for link in next { visit(link.path, ignoring: link.ignoring, above: link.above) }
    }
  }

  /// Whether a link leads out of the repository that it lies in; outside of one, out of the folder that was named.
  private func leadsOutside(_ link: FilePath) -> Bool {
    let named = absolute(link)
    let folder = named.removingLastComponent()
    let boundary =
      Repository.root(above: folder) ?? found.named.folders.map(absolute).first { named.starts(with: $0) } ?? folder
    guard let real = FileSystem.withoutLinks(link), let inner = FileSystem.withoutLinks(boundary) else { return true }
    return !real.starts(with: inner)
  }

  /// Looks into what was left out, for the files that a manifest could be in.
  private mutating func addIgnored() {
    if !ignored.files.isEmpty {
      let read = Set(found.files.compactMap { $0.path.map(absolute) })
      found.ignored = ignored.files.filter { !read.contains(absolute($0.path)) }
    }
    found.skipped += ignored.skipped
    ignored = IgnoredFiles()
  }

  /// Takes an entry of a folder.
  private mutating func visit(_ path: FilePath, ignoring: [IgnorePatterns], above: [FileSystem.Identity]) {
    let isManifest = ManifestName.isManifest(path)
    let status: FileSystem.Status
    do {
      status = try FileSystem.lookUp(path).get()
    } catch Errno.noSuchFileOrDirectory, Errno.tooManySymbolicLinkLevels {
      if isManifest, cause(ignoring: path, isDirectory: false, ignoring) == nil {
        skip(path, "this link leads to no file")
      }
      return
    } catch {
      if cause(ignoring: path, isDirectory: false, ignoring) == nil { leaveUnread(path, "it cannot be read: \(error)") }
      return
    }
    let isDirectory = status.kind == .directory
    guard isDirectory || isManifest else {
      if ManifestName.isAlmost(path) { ignored.add(path, .name) }
      return
    }
    if let cause = cause(ignoring: path, isDirectory: isDirectory, ignoring) { return ignored.add(path, cause) }
    if isDirectory, FileSystem.isLink(path), !above.contains(status.identity), leadsOutside(path) {
      return skip(
        path, "this link leads to a folder outside of the repository, or of what was named: it is not followed")
    }
    switch status.kind {
    case .directory: walk(path, status, ignoring: ignoring, above: above)
    case .file: add(path, status)
    case .other: skip(path, "this is no regular file")
    }
  }

  private mutating func add(_ path: FilePath, _ status: FileSystem.Status) {
    guard isNew(path, seenFiles[status.identity] ?? []) else { return }
    seenFiles[status.identity, default: []].append(path)
    guard status.size <= InputReader.largestFile else { return leaveUnread(path, InputReader.tooLarge) }
    found.files.append(FoundFile(path: path, shownPath: ShownPath.text(path), size: status.size))
  }

  /// Whether a name of a file leads to something new: hard links are two files, as git has them, and a link whose
  /// name says what the file is gives it another role.
  private func isNew(_ path: FilePath, _ known: [FilePath]) -> Bool {
    if known.isEmpty { return true }
    let isRole = ManifestName.saysRole(path)
    let real = FileSystem.withoutLinks(path)
    return !known.contains { other in
      absolute(other) == absolute(path) || !isRole && FileSystem.withoutLinks(other) == real
    }
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

  /// What leaves a path out; `nil` when nothing does.
  func cause(
    ignoring path: FilePath, isDirectory: Bool, _ files: [IgnorePatterns]
  ) -> IgnoredFile.Cause? {
    if files.isEmpty && options.exclude.isEmpty { return nil }
    let absolute = absolute(path)
    if isExcluded(absolute, isDirectory: isDirectory) { return .exclude }
    for file in files.reversed() {
      if let answer = file.ignores(absolute, isDirectory: isDirectory) { return answer ? .gitignore : nil }
    }
    return nil
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

  func absolute(_ path: FilePath) -> FilePath {
    FileSystem.workingDirectory.pushing(path).lexicallyNormalized()
  }

  /// A folder's own `.gitignore`, if it has one that can be read.
  func ignoreFile(in directory: FilePath) -> [IgnorePatterns] {
    let path = directory.appending(".gitignore")
    guard options.ignores, let status = FileSystem.status(path), status.kind == .file, status.size < 1 << 20,
      let bytes = try? FileSystem.read(path, size: status.size)
    else { return [] }
    return [IgnorePatterns(bytes, in: absolute(directory))]
  }

  /// The `.gitignore` files of the folders above, up to the root of the repository; none outside of one.
  func ignoreFiles(above directory: FilePath) -> [IgnorePatterns] {
    var current = absolute(directory)
    guard let root = Repository.root(above: current) else { return [] }
    var result: [IgnorePatterns] = []
    while current != root, current.removeLastComponent() { result = ignoreFile(in: current) + result }
    return result
  }
}
