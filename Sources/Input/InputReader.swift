package import Diagnostics
package import SystemPackage

/// What was read.
package struct ReadInput {
  /// In the order in which they were found.
  package internal(set) var files: [SourceFile] = []
  /// Where each of the files is; `nil` for standard input.
  package internal(set) var paths: [FilePath?] = []
  /// Where each of the files counts as lying: standard input may stand for a file.
  package internal(set) var places: [FilePath?] = []
  /// The files that are only read for facts.
  package internal(set) var context: Set<FileID> = []
  /// Input that was not read, and why.
  package internal(set) var skipped: [SkippedInput] = []
  /// Whether something that should have been read could not be.
  package internal(set) var hasUnreadable = false

  /// The same with other bytes for some files, by the paths that reports show.
  package func replacing(_ bytes: [String: [UInt8]]) -> ReadInput {
    var result = self
    for (index, file) in files.enumerated() {
      if let bytes = bytes[file.path] {
        result.files[index] = SourceFile(id: file.id, path: file.path, bytes: bytes)
      }
    }
    return result
  }

  package mutating func addSkipped(_ skipped: [SkippedInput]) { self.skipped += skipped }
}

/// Reads the files that were found.
package enum InputReader {
  /// Files above this many bytes are not read.
  static let largestFile = 256 << 20
  static let tooLarge = "it has more than 256 MiB, which is more than netpol-lint reads"

  /// Below this many bytes a second task costs more than it saves; a file costs as much as so many bytes besides.
  private static let parallelBytes = 1 << 20
  private static let bytesPerFile = 8 << 10

  /// Reads everything, large input with `jobs` tasks; what cannot be read is skipped.
  ///
  /// - Parameters:
  ///   - firstID: the id of the first file.
  ///   - texts: what counts in place of files, by the paths that reports show.
  package static func read(
    _ found: FoundInput, jobs: Int, firstID: Int, texts: [String: [UInt8]] = [:]
  ) async -> ReadInput {
    let isLarge = found.files.reduce(0) { $0 + $1.size + bytesPerFile } >= parallelBytes
    let contents = await inParallel(found.files, jobs: isLarge ? jobs : 1) { file in
      texts[file.shownPath].map { .success($0) } ?? read(file)
    }
    var input = ReadInput(skipped: found.skipped, hasUnreadable: found.hasUnreadable)
    input.files.reserveCapacity(contents.count)
    for (file, result) in zip(found.files, contents) {
      switch result {
      case .success(let bytes):
        let id = FileID(firstID + input.files.count)
        input.files.append(SourceFile(id: id, path: file.shownPath, bytes: bytes))
        input.paths.append(file.path)
        input.places.append(file.path ?? file.standsFor)
        if file.isContext { input.context.insert(id) }
      case .failure(.fileTooLarge):
        input.skipped.append(SkippedInput(file: file.shownPath, reason: tooLarge))
        input.hasUnreadable = true
      case .failure(let error):
        input.skipped.append(SkippedInput(file: file.shownPath, reason: "the file cannot be read: \(error)"))
        input.hasUnreadable = true
      }
    }
    return input
  }

  /// More bytes of ignored files than this are not looked through.
  private static let mostIgnoredBytes = 64 << 20

  /// Says which ignored files hold a policy, and where too much is ignored to know it.
  ///
  /// - Parameters:
  ///   - known: the absolute paths of files that are read all the same, for builds name them.
  ///   - holdsPolicy: reads a file.
  ///   - filesOfKustomization: reads a kustomization: what it takes; `nil` where it may make policies of what is none, or
  ///     cannot be read.
  package static func look(
    through ignored: [IgnoredFile], except known: Set<String>, holdsPolicy: (SourceFile) -> Bool,
    filesOfKustomization: (SourceFile) -> [String]?
  ) -> [SkippedInput] {
    var result: [SkippedInput] = []
    var left = mostIgnoredBytes
    for file in ignored where !known.contains(DiskTree.absolute(file.path)) {
      let shown = ShownPath.text(file.path)
      guard left > 0, let bytes = try? FileSystem.read(file.path, size: 1 << 12, limit: left) else {
        let reason = "it is ignored by \(file.cause.rawValue), and was not looked through for NetworkPolicies"
        result.append(SkippedInput(file: shown, reason: reason))
        continue
      }
      left -= bytes.count
      let source = SourceFile(id: FileID(0), path: shown, bytes: bytes)
      let isKustomization = ManifestName.isKustomization(file.path)
      if holdsPolicy(source)
        || isKustomization
          && mayGivePolicy(filesOfKustomization(source), of: file.path, &left, holdsPolicy)
      {
        result.append(SkippedInput(file: shown, ignoredBy: file.cause.rawValue))
      }
    }
    return result
  }

  /// Whether an ignored kustomization may give a policy that no manifest beside it shows: it makes one, or takes a file
  /// whose name is no manifest's.
  private static func mayGivePolicy(
    _ names: [String]?, of path: FilePath, _ left: inout Int, _ holdsPolicy: (SourceFile) -> Bool
  ) -> Bool {
    guard let names, names.count <= mostNames else { return true }
    for name in names {
      let file = path.removingLastComponent().pushing(FilePath(name)).lexicallyNormalized()
      guard FileSystem.status(file)?.kind == .file, !ManifestName.isManifest(file) else { continue }
      guard left > 0, let bytes = try? FileSystem.read(file, size: 1 << 12, limit: left) else { return true }
      left -= bytes.count
      if holdsPolicy(SourceFile(id: FileID(0), path: ShownPath.text(file), bytes: bytes)) { return true }
    }
    return false
  }

  /// Of more names than these of an ignored kustomization it is not looked up what they are.
  private static let mostNames = 10_000

  private static func read(_ file: FoundFile) -> Result<[UInt8], Errno> {
    do {
      guard let path = file.path else {
        return .success(try FileSystem.read(.standardInput, size: 1 << 16, limit: largestFile))
      }
      return .success(try FileSystem.read(path, size: file.size, limit: largestFile))
    } catch {
      return .failure(error as? Errno ?? .ioError)
    }
  }
}
