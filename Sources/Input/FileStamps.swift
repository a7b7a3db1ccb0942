package import SystemPackage

/// What files look like from outside, for noticing that one was written, made, moved or deleted. A text that is written
/// anew with the same length, in the same file and at the same moment is not told from the old one.
package struct FileStamps: Equatable {
  private struct Stamp: Equatable {
    let size: Int
    let identity: FileSystem.Identity
    let changed: Int64

    init?(_ path: FilePath) {
      guard let status = FileSystem.status(path) else { return nil }
      (size, identity, changed) = (status.size, status.identity, status.changed)
    }
  }

  /// `nil` for a file that is not there.
  private var stamps: [FilePath: Stamp?] = [:]

  package init(_ paths: Set<FilePath>) { turn(to: paths) }

  /// Looks at these files and at no others; what was seen of those that it knows stays.
  package mutating func turn(to paths: Set<FilePath>) {
    stamps = stamps.filter { paths.contains($0.key) }
    for path in paths where stamps[path] == nil { stamps[path] = .some(Stamp(path)) }
  }

  /// How many of them are there.
  package var count: Int { stamps.values.count { $0 != nil } }
}
