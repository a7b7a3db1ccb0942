internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The few things that swift-system does not have: the kind of a file, and the names in a folder.
enum FileSystem {
  enum Kind {
    case file, directory
    /// FIFOs, sockets and devices: reading one may never end.
    case other
  }

  /// What a path leads to, links followed.
  struct Status {
    let kind: Kind
    let size: Int
    /// What tells two files of the machine apart.
    let identity: Identity
  }

  struct Identity: Hashable {
    let device: UInt64
    let node: UInt64
  }

  /// `nil` when there is nothing, or nothing that may be seen.
  static func status(_ path: FilePath) -> Status? {
    var buffer = stat()
    guard path.withPlatformString({ stat($0, &buffer) }) == 0 else { return nil }
    let kind: Kind =
      switch buffer.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    return Status(
      kind: kind, size: Int(buffer.st_size),
      identity: Identity(device: UInt64(buffer.st_dev), node: UInt64(buffer.st_ino)))
  }

  static func exists(_ path: FilePath) -> Bool { status(path) != nil }

  /// The names in a folder in order of their bytes, without `.` and `..`; `nil` when it cannot be read.
  static func names(in directory: FilePath) -> [FilePath.Component]? {
    guard let handle = directory.withPlatformString({ opendir($0) }) else { return nil }
    defer { closedir(handle) }
    var names: [(bytes: [UInt8], component: FilePath.Component)] = []
    while let entry = readdir(handle) {
      let component = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
      }
      guard let component, component.kind == .regular else { continue }
      let bytes = component.withPlatformString { text in Array(UnsafeBufferPointer(start: text, count: strlen(text))) }
      names.append((bytes.map { UInt8(bitPattern: $0) }, component))
    }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.component)
  }

  /// All bytes of a file.
  static func read(_ path: FilePath, size: Int) throws -> [UInt8] {
    try read(FileDescriptor.open(path, .readOnly), size: size)
  }

  /// All bytes up to the end; closes the descriptor.
  static func read(_ descriptor: FileDescriptor, size: Int) throws -> [UInt8] {
    try descriptor.closeAfter {
      var bytes: [UInt8] = []
      var capacity = size + 1
      while true {
        let chunk = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if chunk.isEmpty { return bytes }
        if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
        capacity = max(1 << 16, size + 1 - bytes.count)
      }
    }
  }

  /// The working directory.
  static var workingDirectory: FilePath {
    guard let text = getcwd(nil, 0) else { return FilePath("/") }
    defer { free(text) }
    return FilePath(platformString: text)
  }

  /// Today's date in UTC, `YYYY-MM-DD`.
  static var today: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
  }

  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
