internal import Config
internal import Diagnostics
internal import Traffic

/// One of the runs that a server keeps, with what is known of it.
struct Root {
  enum Freshness {
    /// Files may be other ones.
    case unread
    /// A text that is open was changed.
    case changed
    case fresh
  }

  let place: RootPlace
  let workspace: any Workspace
  var freshness = Freshness.unread
  private(set) var snapshot: Snapshot?
  /// The files of the snapshot, by the paths that reports show.
  private(set) var files: [String: FileID] = [:]
  /// Their absolute paths, by their numbers in the snapshot.
  private var paths: [String] = []
  /// What the last reading said that failed.
  var lastFault: [String] = []

  init(_ place: RootPlace, _ workspace: any Workspace) {
    self.place = place
    self.workspace = workspace
  }

  // MARK: Paths

  /// How reports call a file: by its path below the folder where it lies in there, by the absolute one elsewhere.
  func shown(_ path: String) -> String {
    for folder in [place.folder, workspace.folder] {
      if let inner = FolderPath.relative(path, to: folder) { return inner }
    }
    return path
  }

  /// The absolute path of a file that reports call so, as the client writes it.
  func absolute(_ shown: String) -> String { FolderPath.joined(place.folder, shown) }

  /// The absolute path of a file of the snapshot.
  func path(of file: FileID) -> String { paths[Int(file.index)] }

  /// Whether a file lies in the folder, or is the only one that is read.
  func contains(_ path: String) -> Bool {
    let inner = shown(path)
    return place.file.map { $0 == inner } ?? !inner.hasPrefix("/")
  }

  /// The file of the snapshot at a path; the input's own where a config has its name too.
  func file(_ path: String) -> SourceFile? {
    files[shown(path)].flatMap { snapshot?.project.sources[$0] }
  }

  // MARK: Reading

  mutating func take(_ new: Snapshot) {
    let sources = new.project.sources.files
    // Names of files seldom change: what is known of them stays.
    let isSame =
      snapshot.map { old in old.project.sources.files.elementsEqual(sources) { $0.path == $1.path } } ?? false
    if !isSame {
      files = Dictionary(sources.map { ($0.path, $0.id) }) { $1 }
      paths = sources.map { absolute($0.path) }
    }
    snapshot = new
  }

  /// Whether the snapshot was made of these texts.
  func hasRead(_ texts: [String: [UInt8]]) -> Bool {
    guard let sources = snapshot?.project.sources else { return false }
    return texts.allSatisfy { path, bytes in files[path].map { sources[$0].bytes == bytes } ?? true }
  }
}

/// Absolute paths as text; names of files are compared by their bytes.
enum FolderPath {
  /// The path below a folder; `nil` for what does not lie in it.
  static func relative(_ path: String, to folder: String) -> String? {
    let start = folder == "/" ? "/" : folder + "/"
    guard path.utf8.starts(with: start.utf8), path.utf8.count > start.utf8.count else { return nil }
    return String(path.utf8.dropFirst(start.utf8.count))
  }

  /// A path that is relative to a folder, without `.` and `..`.
  static func joined(_ folder: String, _ path: String) -> String {
    var names: [Substring] = []
    for name in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") where name != "." {
      if name == ".." { _ = names.popLast() } else { names.append(name) }
    }
    return "/" + names.joined(separator: "/")
  }
}
