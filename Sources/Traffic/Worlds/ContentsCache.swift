internal import Diagnostics
internal import Model
internal import Synchronization

/// What files held when they were last read, so that one that has not changed is not read again.
///
/// For one set of files with one config: where either may be another one, a new cache is needed.
package final class ContentsCache: Sendable {
  private let known = Mutex<[FileID: Entry]>([:])

  private struct Entry {
    let bytes: [UInt8]
    let contents: FileContents
  }

  package init() {}

  /// What a file held that has these bytes still.
  func contents(of file: SourceFile) -> FileContents? {
    known.withLock { known in
      guard let entry = known[file.id], entry.bytes == file.bytes else { return nil }
      return entry.contents
    }
  }

  func keep(_ contents: FileContents, of file: SourceFile) {
    known.withLock { $0[file.id] = Entry(bytes: file.bytes, contents: contents) }
  }
}
