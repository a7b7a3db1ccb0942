internal import Synchronization
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The temporary files that there are at the moment, so that the end of the process, however it comes, can remove them.
package enum TemporaryFiles {
  /// A name in a folder.
  struct Entry: Equatable {
    let folder: FileDescriptor
    /// As the system takes it, with a zero at its end: removing a file needs no memory then, for there may be none.
    let name: [CInterop.PlatformChar]
  }

  private struct State {
    var entries: [Entry] = []
    /// Whether no further files may be made.
    var isClosed = false
  }

  private static let state = Mutex(State())

  /// Removes them all; none can be made from then on. Called when the process ends.
  package static func removeAll() {
    state.withLock { state in
      for entry in state.entries { remove(entry) }
      state.entries = []
      state.isClosed = true
    }
  }

  /// Makes a file that nobody else has, under a name that nobody can foresee; links are not followed.
  static func make(in folder: FileDescriptor, mode: CInterop.Mode) throws(Errno) -> (Entry, FileDescriptor) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let result: Result<(Entry, FileDescriptor), Errno> = state.withLock { state in
      guard !state.isClosed else { return .failure(.canceled) }
      while true {
        let name = Array((".netpol-lint-" + String(UInt64.random(in: 0 ... .max), radix: 16)).utf8CString)
        let descriptor = openat(folder.rawValue, name, flags, mode)
        if descriptor >= 0 {
          let entry = Entry(folder: folder, name: name)
          state.entries.append(entry)
          return .success((entry, FileDescriptor(rawValue: descriptor)))
        }
        if errno != EEXIST { return .failure(Errno(rawValue: errno)) }
      }
    }
    return try result.get()
  }

  /// Gives a file its name, in the same folder; what has that name is replaced at once, a link too.
  static func rename(_ entry: Entry, to name: FilePath) throws(Errno) {
    let result: Result<Void, Errno> = state.withLock { state in
      guard state.entries.contains(entry) else { return .failure(.canceled) }
      let renamed = name.withPlatformString { renameat(entry.folder.rawValue, entry.name, entry.folder.rawValue, $0) }
      guard renamed == 0 else { return .failure(Errno(rawValue: errno)) }
      state.entries.removeAll { $0 == entry }
      return .success(())
    }
    try result.get()
  }

  /// Removes a file, if it is still there.
  static func discard(_ entry: Entry) {
    state.withLock { state in
      guard state.entries.contains(entry) else { return }
      remove(entry)
      state.entries.removeAll { $0 == entry }
    }
  }

  private static func remove(_ entry: Entry) {
    _ = unlinkat(entry.folder.rawValue, entry.name, 0)
  }
}
