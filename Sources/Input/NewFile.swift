package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Why a file cannot be written.
package enum NewFileFault: Error, CustomStringConvertible {
  case system(Errno)
  case isFolder
  case isFolderOfOthers
  /// A link leads out of the repository, or out of the working directory.
  case leadsOutside
  /// Nobody may write to the file, or this user may not.
  case isReadOnly
  /// The file does not hold any more what was read of it.
  case hasChanged

  package var description: String {
    switch self {
    case .system(let error): "\(error)"
    case .isFolder: "this is a folder"
    case .isFolderOfOthers:
      "the folder belongs to another user, who could put a link there; standard output can be sent there"
    case .isReadOnly: "the file is read-only"
    case .hasChanged: "the file has changed since it was read"
    case .leadsOutside: "a link leads out of the repository, or of the working directory"
    }
  }
}

/// A file that is being written: under a temporary name beside the one that it takes in the end, so that no reader sees
/// half of it. Devices and pipes are written to as they are.
package final class NewFile {
  /// What is written goes here.
  package let descriptor: FileDescriptor
  private let temporary: (entry: TemporaryFiles.Entry, name: FilePath)?
  private var isOpen = true
  /// Whether the bytes reach the disk before the name does: what is replaced may be all that somebody has.
  private var isSafeguarded = false

  private init(_ descriptor: FileDescriptor, _ temporary: (entry: TemporaryFiles.Entry, name: FilePath)? = nil) {
    self.descriptor = descriptor
    self.temporary = temporary
  }

  deinit { close() }

  /// A file that somebody asked for: a link of that name is replaced, never followed. The folder must be the user's
  /// own, for in others' a name may mean another file than the user thinks.
  package static func output(to path: FilePath) throws(NewFileFault) -> NewFile {
    if let number = openDescriptor(path) { return try NewFile(duplicate(number)) }
    let (folder, name) = try parts(of: path)
    do throws(NewFileFault) {
      try checkFolder(of: path)
      return try output(name, in: folder)
    } catch {
      try? folder.close()
      throw error
    }
  }

  /// A changed version of a file that was read: where its name is a link, the file that this leads to is replaced. That
  /// must lie in the repository that the name lies in, outside of one in the working directory or beside the name. The
  /// file must be writable, and hold what was read of it.
  package static func edit(of path: FilePath, from old: [UInt8]) throws(NewFileFault) -> NewFile {
    guard let real = FileSystem.withoutLinks(path) else { throw .system(.noSuchFileOrDirectory) }
    let here = FileSystem.workingDirectory
    let named = here.pushing(path).lexicallyNormalized()
    let folder = named.removingLastComponent()
    let boundary = Repository.root(above: folder) ?? (named.starts(with: here) ? here : folder)
    guard let boundary = FileSystem.withoutLinks(boundary), real.starts(with: boundary) else { throw .leadsOutside }
    let (opened, name) = try parts(of: real)
    do throws(NewFileFault) {
      guard let before = try status(name, in: opened) else { throw .system(.noSuchFileOrDirectory) }
      try check(real, before, holds: old)
      let file = try temporary(name, in: opened, like: before)
      file.isSafeguarded = true
      // Who edits another's file, as root in a container does, leaves it theirs where that is possible.
      if before.st_uid != geteuid() { _ = fchown(file.descriptor.rawValue, before.st_uid, before.st_gid) }
      return file
    } catch {
      try? opened.close()
      throw error
    }
  }

  /// - Throws: where a file must not be replaced.
  private static func check(_ path: FilePath, _ status: stat, holds old: [UInt8]) throws(NewFileFault) {
    let isWritable = path.withPlatformString { faccessat(AT_FDCWD, $0, W_OK, AT_EACCESS) } == 0
    // The superuser may write anything: permissions that let nobody write are meant for it too.
    guard isWritable, status.st_mode & 0o222 != 0 else { throw .isReadOnly }
    guard let now = try? FileSystem.read(path, size: old.count, limit: InputReader.largestFile), now == old else {
      throw .hasChanged
    }
  }

  /// Gives the file its name.
  package func commit() throws {
    defer { close() }
    guard let temporary else { return }
    if isSafeguarded, fsync(descriptor.rawValue) != 0 { throw Errno(rawValue: errno) }
    try TemporaryFiles.rename(temporary.entry, to: temporary.name)
  }

  /// Closes everything; a file that was not committed is gone.
  private func close() {
    guard isOpen else { return }
    isOpen = false
    try? descriptor.close()
    guard let temporary else { return }
    TemporaryFiles.discard(temporary.entry)
    try? temporary.entry.folder.close()
  }

  /// - Throws: where the folder of an output in the repository, or in the working directory, is a link out of it: who can
  ///   change a checkout does not choose what is overwritten.
  private static func checkFolder(of path: FilePath) throws(NewFileFault) {
    let here = FileSystem.workingDirectory
    let folder = here.pushing(path).lexicallyNormalized().removingLastComponent()
    guard let boundary = Repository.root(above: folder) ?? (folder.starts(with: here) ? here : nil) else { return }
    let own = path.removingLastComponent()
    guard let real = FileSystem.withoutLinks(own.isEmpty ? "." : own), let inner = FileSystem.withoutLinks(boundary),
      real.starts(with: inner)
    else { throw .leadsOutside }
  }

  // MARK: Steps

  private static func output(_ name: FilePath, in folder: FileDescriptor) throws(NewFileFault) -> NewFile {
    let before = try status(name, in: folder)
    switch before.map({ $0.st_mode & S_IFMT }) {
    case S_IFDIR: throw .isFolder
    case S_IFCHR: return try device(name, in: folder)
    default: break
    }
    var own = stat()
    guard fstat(folder.rawValue, &own) == 0 else { throw .system(Errno(rawValue: errno)) }
    guard own.st_uid == geteuid() else { throw .isFolderOfOthers }
    if before.map({ $0.st_mode & S_IFMT }) == S_IFIFO { return try device(name, in: folder) }
    return try temporary(name, in: folder, like: before.flatMap { $0.st_mode & S_IFMT == S_IFREG ? $0 : nil })
  }

  /// - Parameter before: a file whose permissions the new one gets.
  private static func temporary(
    _ name: FilePath, in folder: FileDescriptor, like before: stat?
  ) throws(NewFileFault) -> NewFile {
    let permissions = before.map { $0.st_mode & 0o777 }
    do throws(Errno) {
      let (entry, descriptor) = try TemporaryFiles.make(in: folder, mode: CInterop.Mode(permissions ?? 0o666))
      if let permissions { _ = fchmod(descriptor.rawValue, permissions) }
      return NewFile(descriptor, (entry, name))
    } catch {
      throw .system(error)
    }
  }

  private static func device(_ name: FilePath, in folder: FileDescriptor) throws(NewFileFault) -> NewFile {
    let descriptor = name.withPlatformString { openat(folder.rawValue, $0, O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw .system(Errno(rawValue: errno)) }
    try? folder.close()
    return NewFile(FileDescriptor(rawValue: descriptor))
  }

  /// What has a name, links not followed; `nil` when nothing has it.
  private static func status(_ name: FilePath, in folder: FileDescriptor) throws(NewFileFault) -> stat? {
    var status = stat()
    if name.withPlatformString({ fstatat(folder.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 { return status }
    if errno == ENOENT { return nil }
    throw .system(Errno(rawValue: errno))
  }

  /// The folder of a path, open, and the name in it.
  private static func parts(of path: FilePath) throws(NewFileFault) -> (folder: FileDescriptor, name: FilePath) {
    guard let last = path.lastComponent, last.kind == .regular else { throw .isFolder }
    var parent = path.removingLastComponent()
    if parent.isEmpty { parent = "." }
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let folder = parent.withPlatformString { open($0, flags) }
    guard folder >= 0 else { throw .system(Errno(rawValue: errno)) }
    return (FileDescriptor(rawValue: folder), FilePath(root: nil, [last]))
  }

  /// The descriptor that a path such as `/dev/stdout` means: such a name is a link that must not be replaced.
  private static func openDescriptor(_ path: FilePath) -> Int32? {
    let names = path.lexicallyNormalized().components.map(\.string)
    guard path.isAbsolute, let last = names.last else { return nil }
    switch names.dropLast() {
    case ["dev"]: return ["stdout": 1, "stderr": 2][last]
    case ["dev", "fd"], ["proc", "self", "fd"]: return Int32(last)
    default: return nil
    }
  }

  private static func duplicate(_ number: Int32) throws(NewFileFault) -> FileDescriptor {
    do {
      return try FileDescriptor(rawValue: number).duplicate()
    } catch {
      throw .system(error as? Errno ?? .badFileDescriptor)
    }
  }
}
