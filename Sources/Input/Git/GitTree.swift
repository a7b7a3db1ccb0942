package import SystemPackage

/// A state of a repository as a folder that nobody has checked out: what `FileSystem` reads in place of the disk while it
/// is mounted.
///
/// Nothing is written anywhere. Files are read out of the repository when they are asked for. Names that git would never
/// check out (`..`, `.git`) are left out; links are followed within the state, and those that leave it lead to nothing.
package final class GitTree: Sendable {
  /// What is read in place of the disk, in this task and in those that it starts.
  @TaskLocal package static var mounted: GitTree?

  /// The folder that holds the repository's files.
  private let root: FilePath
  private let nodes: [Node]
  /// Those of the repository, and of others in it.
  private let objects: [GitObjects]
  /// The paths of other repositories in it that are not read: they are not checked out, or do not have the commit.
  package let submodules: [FilePath]

  /// An object's id, and the number of the repository that has it.
  private struct ObjectPlace {
    let id: [UInt8]
    let repository: Int
  }

  private struct Node {
    enum Content {
      case file(ObjectPlace, size: Int)
      case link(ObjectPlace)
      case directory([[UInt8]: Int])
    }

    let parent: Int
    let name: [UInt8]
    var content: Content
  }

  /// More links than these in one path lead round in a circle.
  private static let mostLinks = 40
  private static let longestLink = 4096
  /// Each repository costs a process.
  private static let mostRepositories = 64

  /// Looks a state up by what names a commit: a branch, a tag, an id, `HEAD~1`.
  ///
  /// - Parameter root: the folder that holds the repository's files.
  package init(_ commit: [UInt8], in root: FilePath) throws(GitFault) {
    let listing = try GitTree.listing(commit, in: root)
    var objects = [try GitObjects(in: root)]
    var builder = Builder()
    builder.add(listing, from: 0, below: [])
    var unread: [FilePath] = []
    while let module = builder.submodules.popLast() {
      let path = FilePath(argument: ArgumentText.keeping(Array(module.names.joined(separator: "/".utf8))))
      let folder = root.pushing(path)
      if objects.count < GitTree.mostRepositories, let listing = try? GitTree.listing(module.commit, in: folder),
        let own = try? GitObjects(in: folder)
      {
        builder.add(listing, from: objects.count, below: module.names)
        objects.append(own)
      } else {
        unread.append(path)
      }
    }
    nodes = builder.nodes
    submodules = unread.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    self.objects = objects
    self.root = root
  }

  /// What git says of a commit's files.
  private static func listing(_ commit: [UInt8], in folder: FilePath) throws(GitFault) -> [UInt8] {
    let id = try id(of: commit, in: folder)
    let process = try GitProgram.start(
      ["ls-tree", "-r", "-l", "-z", "--full-tree"].map { Array($0.utf8) } + [id], in: folder)
    let listing = (try? FileSystem.read(process.output, size: 1 << 16, limit: 1 << 30)) ?? []
    guard process.wait() else { throw GitFault(message: "git does not list the files of \(text(commit))") }
    return listing
  }

  /// Whether something names a commit of the repository.
  package static func hasCommit(_ commit: [UInt8], in root: FilePath) -> Bool { (try? id(of: commit, in: root)) != nil }

  private static func text(_ bytes: [UInt8]) -> String { "`\(ArgumentText.shown(ArgumentText.keeping(bytes)))`" }

  /// The id of a commit.
  private static func id(of commit: [UInt8], in root: FilePath) throws(GitFault) -> [UInt8] {
    // Git would take it for a flag, or for more than one commit.
    guard let first = commit.first, !"-^".utf8.contains(first), !commit.contains(where: { $0 < 0x20 }) else {
      throw GitFault(message: "\(text(commit)) names no commit")
    }
    let place = try GitProgram.run([Array("rev-parse".utf8), Array("--show-prefix".utf8)], in: root)
    guard place.isWell, place.output == [UInt8(ascii: "\n")] else {
      let reason = String(decoding: place.output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      throw GitFault(message: "git does not read this repository\(reason.isEmpty ? "" : ": \(reason)")")
    }
    let found = try GitProgram.run(
      [Array("rev-parse".utf8), Array("--verify".utf8), Array("--quiet".utf8), commit + Array("^{commit}".utf8)],
      in: root)
    let id = found.output.dropLast()
    guard found.isWell, [40, 64].contains(id.count),
      id.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { throw GitFault(message: "there is no commit \(text(commit)) in this repository") }
    return Array(id)
  }

  // MARK: Making it

  private struct Builder {
    var nodes = [Node(parent: 0, name: [], content: .directory([:]))]
    /// Repositories in it that nobody has looked into yet.
    var submodules: [(names: [[UInt8]], commit: [UInt8])] = []

    /// Takes what git lists of a repository, which lies in a folder.
    mutating func add(_ listing: [UInt8], from repository: Int, below folder: [[UInt8]]) {
      for entry in listing.split(separator: 0) { add(entry, repository, folder) }
    }

    /// Takes `MODE TYPE ID SIZE<tab>PATH`.
    private mutating func add(_ entry: ArraySlice<UInt8>, _ repository: Int, _ folder: [[UInt8]]) {
      guard let tab = entry.firstIndex(of: UInt8(ascii: "\t")) else { return }
      let words = entry[..<tab].split(separator: UInt8(ascii: " ")).map { Array($0) }
      let path = Array(entry[(tab + 1)...])
      let names = folder + path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Array($0) }
      guard words.count == 4, names.allSatisfy(GitTree.mayBeCheckedOut) else { return }
      let object = ObjectPlace(id: words[2], repository: repository)
      let mode = String(decoding: words[0], as: UTF8.self)
      switch mode {
      case "120000":
        // A target that is too long for a path leads to nothing.
        let size = Int(String(decoding: words[3], as: UTF8.self)) ?? 0
        add(.link(size <= GitTree.longestLink ? object : ObjectPlace(id: [], repository: repository)), at: names)
      case "160000":
        submodules.append((names, object.id))
        add(.directory([:]), at: names)
      case "100644", "100755", "100664":
        add(.file(object, size: Int(String(decoding: words[3], as: UTF8.self)) ?? 0), at: names)
      default: break
      }
    }

    private mutating func add(_ content: Node.Content, at names: [[UInt8]]) {
      var place = 0
      for (depth, name) in names.enumerated() {
        guard case .directory(var children) = nodes[place].content else { return }
        if let known = children[name] {
          place = known
          continue
        }
        let isLast = depth == names.count - 1
        children[name] = nodes.count
        nodes[place].content = .directory(children)
        nodes.append(Node(parent: place, name: name, content: isLast ? content : .directory([:])))
        place = nodes.count - 1
      }
    }
  }

  /// Whether git writes such a name to a disk.
  private static func mayBeCheckedOut(_ name: [UInt8]) -> Bool {
    ![[], Array(".".utf8), Array("..".utf8)].contains(name)
      && String(decoding: name, as: UTF8.self).lowercased() != ".git"
  }

  // MARK: What stands where

  private enum Place {
    /// Git's own files, which are those of the disk.
    case disk
    case node(Int)
    case nothing(Errno)
  }

  /// Where a path leads.
  private func place(of path: FilePath, followingLast: Bool = true) -> Place {
    let absolute = FileSystem.workingDirectory.pushing(path)
    var rest = absolute
    guard rest.removePrefix(root) else {
      // A folder above the repository is there, and nothing in it but what leads here.
      return .nothing(.noSuchFileOrDirectory)
    }
    if rest.components.first == ".git" { return .disk }
    var names = Array(rest.components.map { FilePath(root: nil, [$0]).bytes }.reversed())
    var place = 0
    var links = 0
    while let name = names.popLast() {
      if name == Array(".".utf8) { continue }
      if name == Array("..".utf8) {
        if place == 0 { return .nothing(.noSuchFileOrDirectory) }
        place = nodes[place].parent
        continue
      }
      guard case .directory(let children) = nodes[place].content else { return .nothing(.notDirectory) }
      guard let next = children[name] else { return .nothing(.noSuchFileOrDirectory) }
      guard case .link(let link) = nodes[next].content, followingLast || !names.isEmpty else {
        place = next
        continue
      }
      links += 1
      guard links <= GitTree.mostLinks else { return .nothing(.tooManySymbolicLinkLevels) }
      guard let target = try? objects[link.repository].file(link.id, limit: GitTree.longestLink),
        target.first != UInt8(ascii: "/")
      else {
        return .nothing(.noSuchFileOrDirectory)
      }
      names += target.split(separator: UInt8(ascii: "/")).reversed().map { Array($0) }
    }
    return .node(place)
  }

  // Each answer is `nil` where the disk has it.

  func status(_ path: FilePath) -> Result<FileSystem.Status, Errno>? {
    switch place(of: path) {
    case .disk: return nil
    case .nothing(let error): return .failure(error)
    case .node(let number):
      let identity = FileSystem.Identity(device: 0, node: UInt64(number))
      if case .file(_, let size) = nodes[number].content {
        return .success(FileSystem.Status(kind: .file, size: size, identity: identity))
      }
      return .success(FileSystem.Status(kind: .directory, size: 0, identity: identity))
    }
  }

  func entries(of directory: FilePath) -> Result<[FileSystem.Entry], Errno>? {
    switch place(of: directory) {
    case .disk: return nil
    case .nothing(let error): return .failure(error)
    case .node(let number):
      guard case .directory(let children) = nodes[number].content else { return .failure(.notDirectory) }
      let sorted = children.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      return .success(
        sorted.compactMap { name, child in
          guard let name = FilePath(argument: ArgumentText.keeping(name)).lastComponent else { return nil }
          return switch nodes[child].content {
          case .file: FileSystem.Entry(name: name, isLink: false, isFile: true)
          case .link: FileSystem.Entry(name: name, isLink: true, isFile: false)
          case .directory: FileSystem.Entry(name: name, isLink: false, isFile: false)
          }
        })
    }
  }

  func isLink(_ path: FilePath) -> Bool? {
    switch place(of: path, followingLast: false) {
    case .disk: nil
    case .nothing: false
    case .node(let number): if case .link = nodes[number].content { true } else { false }
    }
  }

  func read(_ path: FilePath, limit: Int) throws -> [UInt8]? {
    switch place(of: path) {
    case .disk: return nil
    case .nothing(let error): throw error
    case .node(let number):
      guard case .file(let file, let size) = nodes[number].content else { throw Errno.isDirectory }
      if size > limit { throw Errno.fileTooLarge }
      return try objects[file.repository].file(file.id, limit: limit)
    }
  }

  /// The path without links; a second `nil` where it leads nowhere.
  func withoutLinks(_ path: FilePath) -> FilePath?? {
    switch place(of: path) {
    case .disk: return nil
    case .nothing: return .some(nil)
    case .node(var number):
      var names: [[UInt8]] = []
      while number != 0 {
        names.append(nodes[number].name)
        number = nodes[number].parent
      }
      return .some(
        names.reversed().reduce(root) { path, name in path.pushing(FilePath(argument: ArgumentText.keeping(name))) })
    }
  }
}
