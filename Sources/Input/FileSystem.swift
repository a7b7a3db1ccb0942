internal import Synchronization
package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The few things that swift-system does not have: the kind of a file, and the names in a folder. While a state of the
/// repository is mounted (`GitTree`), all of it speaks of that state.
package enum FileSystem {
  package enum Kind {
    case file, directory
    /// FIFOs, sockets and devices: reading one may never end.
    case other
  }

  /// What a path leads to, links followed.
  package struct Status {
    package let kind: Kind
    package let size: Int
    /// What tells two files of the machine apart.
    package let identity: Identity
    /// When it was last written, in nanoseconds since some moment; 0 where nobody keeps that.
    package var changed: Int64 = 0
  }

  package struct Identity: Hashable {
    let device: UInt64
    let node: UInt64
  }

  /// What a path leads to; the error of the system where it leads nowhere, or nowhere that may be seen.
  package static func lookUp(_ path: FilePath) -> Result<Status, Errno> {
    if let answer = GitTree.mounted?.status(path) { return answer }
    var buffer = stat()
    guard path.withPlatformString({ stat($0, &buffer) }) == 0 else { return .failure(Errno(rawValue: errno)) }
    let kind: Kind =
      switch buffer.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    #if canImport(Darwin)
      let changed = buffer.st_mtimespec
    #else
      let changed = buffer.st_mtim
    #endif
    return .success(
      Status(
        kind: kind, size: Int(buffer.st_size),
        identity: Identity(device: UInt64(buffer.st_dev), node: UInt64(buffer.st_ino)),
        changed: Int64(changed.tv_sec) * 1_000_000_000 + Int64(changed.tv_nsec)))
  }

  /// `nil` when there is nothing, or nothing that may be seen.
  package static func status(_ path: FilePath) -> Status? { try? lookUp(path).get() }

  package static func exists(_ path: FilePath) -> Bool { status(path) != nil }

  /// Makes a folder and those that it lies in where they are missing; what went wrong. Nothing is made behind a link.
  package static func makeFolders(_ path: FilePath) -> Errno? {
    var folder = FilePath()
    for component in path.components {
      folder.append(component)
      if isLink(folder) { return nil }
      if exists(folder) { continue }
      guard folder.withPlatformString({ mkdir($0, 0o777) }) == 0 else { return Errno(rawValue: errno) }
    }
    return nil
  }

  /// A name in a folder.
  package struct Entry {
    package let name: FilePath.Component
    package let isLink: Bool
    /// Whether it is certain that it is a regular file; `false` where the file system does not tell.
    package let isFile: Bool
  }

  /// The names in a folder in order of their bytes, without `.` and `..`.
  ///
  /// Throws when the folder cannot be read to its end.
  package static func names(in directory: FilePath) throws(Errno) -> [FilePath.Component] {
    try entries(of: directory).map(\.name)
  }

  /// What stands in a folder in order of the names' bytes, without `.` and `..`.
  ///
  /// Throws when the folder cannot be read to its end.
  package static func entries(of directory: FilePath) throws(Errno) -> [Entry] {
    if let answer = GitTree.mounted?.entries(of: directory) { return try answer.get() }
    guard let handle = directory.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(handle) }
    var names: [(bytes: [UInt8], entry: Entry)] = []
    while true {
      errno = 0
      guard let entry = readdir(handle) else { break }
      let component = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
      }
      guard let component, component.kind == .regular else { continue }
      let bytes = component.withPlatformString { text in Array(UnsafeBufferPointer(start: text, count: strlen(text))) }
      let type = Int32(entry.pointee.d_type)
      let isLink = type == DT_LNK || type == DT_UNKNOWN && isLink(directory.appending(component))
      names.append(
        (bytes.map { UInt8(bitPattern: $0) }, Entry(name: component, isLink: isLink, isFile: type == DT_REG)))
    }
    if errno != 0 { throw Errno(rawValue: errno) }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.entry)
  }

  /// Whether a path itself is a link.
  package static func isLink(_ path: FilePath) -> Bool {
    if let answer = GitTree.mounted?.isLink(path) { return answer }
    var buffer = stat()
    return path.withPlatformString({ lstat($0, &buffer) }) == 0 && buffer.st_mode & S_IFMT == S_IFLNK
  }

  /// All bytes of a file.
  ///
  /// - Parameter size: how many bytes are expected; a wrong number costs time alone.
  /// - Parameter limit: `Errno.fileTooLarge` is thrown for more bytes than this.
  package static func read(_ path: FilePath, size: Int, limit: Int = .max) throws -> [UInt8] {
    if let bytes = try GitTree.mounted?.read(path, limit: limit) { return bytes }
    // Should a FIFO have taken the file's place by now, opening it must not wait for its other end.
    return try read(FileDescriptor.open(path, .readOnly, options: [.nonBlocking]), size: size, limit: limit)
  }

  /// All bytes up to the end; closes the descriptor.
  package static func read(_ descriptor: FileDescriptor, size: Int, limit: Int = .max) throws -> [UInt8] {
    try descriptor.closeAfter {
      var bytes: [UInt8] = []
      var capacity = size + 1
      while true {
        let chunk = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if chunk.isEmpty { return bytes }
        if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
        if bytes.count > limit { throw Errno.fileTooLarge }
        capacity = max(1 << 16, size + 1 - bytes.count)
      }
    }
  }

  /// The path without links in it; `nil` when it leads nowhere.
  package static func withoutLinks(_ path: FilePath) -> FilePath? {
    if let answer = GitTree.mounted?.withoutLinks(path) { return answer }
    guard let text = path.withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(text) }
    return FilePath(platformString: text)
  }

  /// The working directory; `nil` where it is gone.
  package static var workingDirectoryIfAny: FilePath? { place.withLock(\.self) }

  private static let place = Mutex(placeOfProcess)

  private static var placeOfProcess: FilePath? {
    guard let text = getcwd(nil, 0) else { return nil }
    defer { free(text) }
    return FilePath(platformString: text)
  }

  /// Makes a folder the working directory of the process; false where that cannot be.
  package static func enter(_ folder: FilePath) -> Bool {
    guard folder.withPlatformString({ chdir($0) }) == 0 else { return false }
    place.withLock { $0 = placeOfProcess }
    return true
  }

  /// The user's home folder; `nil` where nothing says it.
  static var home: String? { getenv("HOME").map { String(cString: $0) } }

  /// The config file that the user's environment names; `nil` where it names none.
  package static var configOfEnvironment: FilePath? {
    getenv("NETPOL_LINT_CONFIG").map { FilePath(platformString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The working directory. No command starts without one, so that the root stands in only in between.
  package static var workingDirectory: FilePath { workingDirectoryIfAny ?? "/" }

  /// Today's date in UTC, `YYYY-MM-DD`.
  package static var today: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
  }

  package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

extension FilePath {
  /// The bytes of the path; a path need not be UTF-8.
  package var bytes: [UInt8] {
    withPlatformString { text in UnsafeBufferPointer(start: text, count: length).map { UInt8(bitPattern: $0) } }
  }
}
