internal import Diagnostics
internal import Traffic

/// The diagnostics of every file, as the client last could have them.
struct DiagnosticsStore {
  /// What is wrong with a config that is being written.
  struct ConfigProblem: Hashable {
    let range: TextRange
    let message: String
  }

  /// The diagnostics of one file.
  struct Entry {
    let root: RootPlace
    let findings: [Finding]
    let problems: [ConfigProblem]
    /// Changes whenever the diagnostics do.
    fileprivate(set) var number = 0
  }

  /// By absolute path; files without diagnostics have none.
  private(set) var entries: [String: Entry] = [:]
  private var last = 0
  /// Tells this server's numbers from those of one that a client had before.
  private let prefix = String(UInt32.random(in: 0 ... .max), radix: 36)
  /// What each root was last made of.
  private var snapshots: [RootPlace: Snapshot] = [:]

  /// Takes what is found now; the paths of the files that have other diagnostics than before, in order.
  mutating func update(_ new: [String: Entry], _ roots: [Root]) -> [String] {
    let changed = Dictionary(roots.map { ($0.place, changes(of: $0)) }) { first, _ in first }
    var result: [String] = []
    var entries: [String: Entry] = [:]
    for (path, entry) in new {
      var entry = entry
      if let old = self.entries[path], isSame(old, entry, changed[entry.root] ?? nil) {
        entry.number = old.number
      } else {
        last += 1
        entry.number = last
        result.append(path)
      }
      entries[path] = entry
    }
    result += self.entries.keys.filter { new[$0] == nil }
    self.entries = entries
    snapshots = Dictionary(roots.compactMap { root in root.snapshot.map { (root.place, $0) } }) { first, _ in first }
    return result.sorted()
  }

  /// The files of a root that hold other bytes than before; `nil` where they are other files.
  private func changes(of root: Root) -> Set<FileID>? {
    guard let old = snapshots[root.place]?.project.sources.files, let new = root.snapshot?.project.sources.files,
      old.count == new.count
    else { return nil }
    var changed: Set<FileID> = []
    for (old, new) in zip(old, new) {
      if old.path != new.path { return nil }
      if old.bytes != new.bytes { changed.insert(new.id) }
    }
    return changed
  }

  /// Whether the client would see the same: equal findings whose places lie in texts that have not changed.
  private func isSame(_ old: Entry, _ new: Entry, _ changed: Set<FileID>?) -> Bool {
    guard let changed, old.root == new.root, old.problems == new.problems, old.findings == new.findings else {
      return false
    }
    return changed.isEmpty
      || !new.findings.contains { finding in
        changed.contains(finding.span.file) || finding.related.contains { changed.contains($0.span.file) }
      }
  }

  /// What a client may name to be told only of changes: another one whenever the diagnostics of the file change.
  func resultID(of path: String) -> String { "\(prefix)-\(entries[path]?.number ?? 0)" }

  func hasChanged(_ path: String, since result: String?) -> Bool { result != resultID(of: path) }
}
