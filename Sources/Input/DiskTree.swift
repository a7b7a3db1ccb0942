package import Assembly
package import Diagnostics
package import SystemPackage

/// The files of the machine, for builds that name more than the command line: within the repository, or outside of one
/// beside what is named, and never through a link out of there.
package final class DiskTree: FileTree {
  package let repository: String?
  /// The files that were read for builds, in order; ids go on behind those of the run.
  package private(set) var added: [(path: String, file: SourceFile)] = []
  /// Files that builds name and that cannot be read.
  package private(set) var skipped: [SkippedInput] = []
  private var known: [String: SourceFile]
  private let firstID: Int
  private let given: [SourceFile]
  /// Where the files of the input are, as builds have it; `nil` for standard input that stands for no file.
  package let givenPaths: [String?]
  private var kinds: [String: PathKind] = [:]
  private var unreadable: Set<String> = []
  private let changed: [String: [UInt8]]

  /// - Parameters:
  ///   - input: what was read already.
  ///   - firstID: the id of the input's first file.
  ///   - changed: other bytes for files that builds read, by the paths that reports show.
  package init(_ input: ReadInput, firstID: Int, changed: [String: [UInt8]] = [:]) {
    self.changed = changed
    given = input.files
    self.firstID = firstID
    givenPaths = input.places.map { $0.map(DiskTree.absolute) }
    known = DiskTree.known(input.files, givenPaths)
    let first = givenPaths.lazy.compactMap(\.self).first.map { DiskTree.filePath($0).removingLastComponent() }
    repository = Repository.root(above: first ?? FileSystem.workingDirectory).map { Paths.spelled(bytes: $0.bytes) }
  }

  /// Where the files of a tree are.
  package struct Place: Sendable {
    fileprivate let firstID: Int
    fileprivate let paths: [String?]
    fileprivate let repository: String?
  }

  package var place: Place { Place(firstID: firstID, paths: givenPaths, repository: repository) }

  /// The files of another tree, some of them with other bytes: where they are is not looked up again.
  package init(_ place: Place, _ input: ReadInput, changed: [String: [UInt8]]) {
    self.changed = changed
    given = input.files
    (firstID, givenPaths, repository) = (place.firstID, place.paths, place.repository)
    known = DiskTree.known(input.files, givenPaths)
  }

  private static func known(_ files: [SourceFile], _ paths: [String?]) -> [String: SourceFile] {
    var known: [String: SourceFile] = [:]
    known.reserveCapacity(files.count)
    for (file, path) in zip(files, paths) {
      if let path { known[path] = file }
    }
    return known
  }

  package private(set) lazy var remotes: [String] =
    repository.map { GitRemotes.addresses(of: DiskTree.filePath($0)) } ?? []

  /// A path as builds have it.
  package static func absolute(_ path: FilePath) -> String {
    Paths.spelled(bytes: FileSystem.workingDirectory.pushing(path).lexicallyNormalized().bytes)
  }

  private static func filePath(_ path: String) -> FilePath {
    let bytes = Paths.bytes(path).map { CChar(bitPattern: $0) } + [0]
    return bytes.withUnsafeBufferPointer { $0.baseAddress.map { FilePath(platformString: $0) } ?? FilePath() }
  }

  package func shown(_ path: String) -> String { ShownPath.text(DiskTree.filePath(path)) }

  package func file(_ id: FileID) -> SourceFile? {
    let number = Int(id.index) - firstID
    if given.indices.contains(number) { return given[number] }
    return added.indices.contains(number - given.count) ? added[number - given.count].file : nil
  }

  package func kind(of path: String) -> PathKind {
    if known[path] != nil { return .file }
    if let kind = kinds[path] { return kind }
    let kind = lookUp(path)
    kinds[path] = kind
    return kind
  }

  private func lookUp(_ path: String) -> PathKind {
    guard let status = FileSystem.status(DiskTree.filePath(path)),
      let real = FileSystem.withoutLinks(DiskTree.filePath(path))
    else {
      return .missing
    }
    if let reason = refusal(of: path, real) { return .refused(reason) }
    switch status.kind {
    case .file: return status.size > InputReader.largestFile ? .refused(InputReader.tooLarge) : .file
    case .directory: return .directory
    case .other: return .refused("it is no regular file")
    }
  }

  /// Why a path is not read: it leads out of the repository.
  private func refusal(of path: String, _ real: FilePath) -> String? {
    if let repository {
      let root = FileSystem.withoutLinks(DiskTree.filePath(repository)) ?? DiskTree.filePath(repository)
      return real.starts(with: root) ? nil : "it lies outside of the repository"
    }
    let home = FileSystem.home.map { Paths.spelled($0) }
    guard path != "/", path != home, Paths.directory(of: path) != "/" else {
      return "it is too much to be read for a build"
    }
    let parent = FileSystem.withoutLinks(DiskTree.filePath(Paths.directory(of: path)))
    guard let parent, real.starts(with: parent) else { return "it is a link that leads elsewhere" }
    return nil
  }

  package func names(in directory: String) -> [String] {
    guard kind(of: directory) == .directory else { return [] }
    do {
      return try FileSystem.names(in: DiskTree.filePath(directory)).map { name in
        Paths.spelled(bytes: FilePath(root: nil, components: name).bytes)
      }
    } catch {
      if unreadable.insert(directory).inserted {
        skipped.append(SkippedInput(file: shown(directory), reason: "the folder cannot be read: \(error)"))
      }
      return []
    }
  }

  package func file(at path: String) -> SourceFile? {
    if let file = known[path] { return file }
    guard kind(of: path) == .file else { return nil }
    do {
      let bytes =
        try changed[shown(path)]
        ?? FileSystem.read(DiskTree.filePath(path), size: 1 << 12, limit: InputReader.largestFile)
      let id = FileID(firstID + given.count + added.count)
      let file = SourceFile(id: id, path: shown(path), bytes: bytes)
      known[path] = file
      added.append((path, file))
      return file
    } catch {
      kinds[path] = .refused("it cannot be read")
      skipped.append(SkippedInput(file: shown(path), reason: "the file cannot be read: \(error)"))
      return nil
    }
  }
}
