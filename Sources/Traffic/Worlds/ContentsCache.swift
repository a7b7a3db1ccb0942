internal import Assembly
internal import Diagnostics
internal import Facts
internal import Model
internal import Synchronization

/// What files held when they were last read, so that one that has not changed is not read again.
package final class ContentsCache: Sendable {
  private struct State {
    var options: ReadingOptions?
    var entries: [FileID: Entry] = [:]
    var assembly = KeptAssembly()
  }

  private let known = Mutex(State())

  private struct Entry {
    let path: String
    let bytes: [UInt8]
    let contents: FileContents
    var plugins: [NetworkPlugin]?

    /// Places in what a file held name the file by its id.
    func isAbout(_ file: SourceFile) -> Bool { bytes == file.bytes && path.utf8.elementsEqual(file.path.utf8) }
  }

  package init() {}

  /// Forgets everything where files are read otherwise than before.
  func prepare(for options: ReadingOptions) {
    known.withLock { known in
      if let old = known.options, old.readsLike(options) { return }
      known = State(options: options)
    }
  }

  /// What builds came to.
  var assembly: KeptAssembly { known.withLock { $0.assembly } }

  /// What a file held that has these bytes still.
  func contents(of file: SourceFile) -> FileContents? {
    known.withLock { known in
      guard let entry = known.entries[file.id], entry.isAbout(file) else { return nil }
      return entry.contents
    }
  }

  func keep(_ contents: FileContents, of file: SourceFile) {
    known.withLock { $0.entries[file.id] = Entry(path: file.path, bytes: file.bytes, contents: contents) }
  }

  /// The network plugins that a file shows, found by `find` where that is not known.
  func plugins(of file: SourceFile, _ find: () -> [NetworkPlugin]) -> [NetworkPlugin] {
    known.withLock { known in
      guard let entry = known.entries[file.id], entry.isAbout(file) else { return find() }
      if let plugins = entry.plugins { return plugins }
      let plugins = find()
      known.entries[file.id]?.plugins = plugins
      return plugins
    }
  }
}

extension ReadingOptions {
  fileprivate func readsLike(_ other: ReadingOptions) -> Bool {
    defaultNamespace == other.defaultNamespace && kubernetesMinor == other.kubernetesMinor
      && ignoredKinds == other.ignoredKinds && templates == other.templates
  }
}
