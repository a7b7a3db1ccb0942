internal import Diagnostics
internal import SystemPackage

/// What the paths of the command line lead to.
struct Input {
  /// In order of the paths given, folders in order of names; each file once.
  var files: [SourceFile] = []
  /// Input that was not read, and why.
  var skipped: [SkippedInput] = []
  /// Whether something that should have been read could not be.
  var hasUnreadable = false
  /// Whether a folder was among the paths.
  var hasDirectory = false
  /// A path that leads nowhere.
  var missing: String?
  /// The files that were only read for facts.
  var context: Set<FileID> = []
}

/// Finds and reads the files that the command line names.
struct InputFinder {
  /// Files above this many bytes are not read.
  private static let largestFile = 256 << 20

  private let exclude: IgnorePatterns
  private let standardInputName: String
  private var input = Input()
  private var seen: Set<FileSystem.Identity> = []
  private let workingDirectory = FileSystem.workingDirectory

  init(exclude: [String], standardInputName: String) {
    self.exclude = IgnorePatterns(exclude.joined(separator: "\n"))
    self.standardInputName = standardInputName
  }

  /// - Parameter context: paths that are read for facts alone.
  mutating func read(_ paths: [String], context: [String]) -> Input {
    for path in paths { add(path) }
    let named = input.files.count
    let hadDirectory = input.hasDirectory
    if input.missing == nil { for path in context { add(path) } }
    input.hasDirectory = hadDirectory
    input.context = Set(input.files[named...].map(\.id))
    return input
  }

  private mutating func add(_ path: String) {
    if path == "-" {
      read(display: standardInputName) { try FileSystem.read(.standardInput, size: 1 << 16) }
      return
    }
    let filePath = FilePath(path)
    guard let status = FileSystem.status(filePath) else {
      input.missing = input.missing ?? path
      return
    }
    switch status.kind {
    case .directory:
      input.hasDirectory = true
      let directory = filePath.lexicallyNormalized()
      walk(directory.isEmpty ? "." : directory, ignoring: ignoreFiles(above: filePath))
    case .file: add(filePath, status)
    case .other: skip(filePath, "this is no regular file")
    }
  }

  /// One folder's `.gitignore`, and the folder.
  private struct IgnoreFile {
    let directory: FilePath
    let patterns: IgnorePatterns
  }

  private mutating func walk(_ directory: FilePath, ignoring outer: [IgnoreFile]) {
    guard let status = FileSystem.status(directory), seen.insert(status.identity).inserted else { return }
    guard let names = FileSystem.names(in: directory) else {
      skip(directory, "the folder cannot be read")
      input.hasUnreadable = true
      return
    }
    var ignoring = outer
    if let file = ignoreFile(in: directory) { ignoring.append(file) }
    for name in names where name.string != ".git" && name.string != "node_modules" {
      let path = directory == "." ? FilePath(root: nil, [name]) : directory.appending(name)
      guard let status = FileSystem.status(path) else { continue }
      let isManifest = ["yaml", "yml", "json"].contains(name.extension ?? "")
      guard status.kind == .directory || isManifest else { continue }
      if isIgnored(path, isDirectory: status.kind == .directory, ignoring) { continue }
      switch status.kind {
      case .directory: walk(path, ignoring: ignoring)
      case .file: add(path, status)
      case .other: skip(path, "this is no regular file")
      }
    }
  }

  // MARK: Files

  private mutating func add(_ path: FilePath, _ status: FileSystem.Status) {
    guard seen.insert(status.identity).inserted else { return }
    guard status.size <= InputFinder.largestFile else {
      skip(path, "the file has more than 256 MiB")
      return
    }
    read(display: display(path)) { try FileSystem.read(path, size: status.size) }
  }

  private mutating func read(display: String, _ bytes: () throws -> [UInt8]) {
    do {
      let bytes = try bytes()
      input.files.append(SourceFile(id: FileID(input.files.count), path: display, bytes: bytes))
    } catch {
      input.skipped.append(SkippedInput(file: display, reason: "the file cannot be read: \(error)"))
      input.hasUnreadable = true
    }
  }

  private mutating func skip(_ path: FilePath, _ reason: String) {
    input.skipped.append(SkippedInput(file: display(path), reason: reason))
  }

  /// The path as reports show it: relative to the working directory where it lies inside, bytes that are not UTF-8
  /// percent-encoded.
  private func display(_ path: FilePath) -> String {
    var path = path.lexicallyNormalized()
    if path.isAbsolute, path.starts(with: workingDirectory), path != workingDirectory {
      _ = path.removePrefix(workingDirectory)
    }
    if let text = String(validating: path) { return text }
    let bytes = path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: path.length)) }
    var result = ""
    var rest = bytes.map { UInt8(bitPattern: $0) }[...]
    while !rest.isEmpty {
      let isASCII = rest[rest.startIndex] < 0x80
      if isASCII {
        result += String(UnicodeScalar(rest.removeFirst()))
      } else {
        let digits = String(rest.removeFirst(), radix: 16, uppercase: true)
        result += "%" + digits
      }
    }
    return result
  }

  // MARK: Ignored files

  private func isIgnored(_ path: FilePath, isDirectory: Bool, _ files: [IgnoreFile]) -> Bool {
    if exclude.ignores(display(path), isDirectory: isDirectory) == true { return true }
    let absolute = workingDirectory.pushing(path).lexicallyNormalized()
    for file in files.reversed() {
      var relative = absolute
      guard relative.removePrefix(file.directory) else { continue }
      if let answer = file.patterns.ignores(relative.string, isDirectory: isDirectory) { return answer }
    }
    return false
  }

  private func ignoreFile(in directory: FilePath) -> IgnoreFile? {
    let path = directory.appending(".gitignore")
    guard let status = FileSystem.status(path), status.kind == .file, status.size < 1 << 20,
      let bytes = try? FileSystem.read(path, size: status.size)
    else { return nil }
    return IgnoreFile(
      directory: workingDirectory.pushing(directory).lexicallyNormalized(),
      patterns: IgnorePatterns(String(decoding: bytes, as: UTF8.self)))
  }

  /// The `.gitignore` files of the folders above, up to the root of the repository; none outside of one.
  private func ignoreFiles(above directory: FilePath) -> [IgnoreFile] {
    var current = workingDirectory.pushing(directory).lexicallyNormalized()
    guard !FileSystem.exists(current.appending(".git")) else { return [] }
    var result: [IgnoreFile] = []
    while current.removeLastComponent() {
      if let file = ignoreFile(in: current) { result.insert(file, at: 0) }
      if FileSystem.exists(current.appending(".git")) { return result }
    }
    return []
  }
}
