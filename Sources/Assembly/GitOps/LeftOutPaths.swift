/// The files and folders that lie in the folders of entries and that these leave out.
package struct LeftOutPaths {
  /// What leaves them out.
  package enum Cause: Hashable, Sendable {
    /// `.sourceignore`, or `ignore` of the source.
    case ignored
    /// `directory.include` or `directory.exclude`.
    case excluded
  }

  private var causes: [String: Cause] = [:]

  init() {}

  mutating func insert(_ path: String, _ cause: Cause) { causes[path] = cause }

  /// Why a file or folder is left out, itself or with what it lies in; `nil` where it is not.
  func cause(of path: String) -> Cause? {
    if causes.isEmpty { return nil }
    var path = path
    while !path.isEmpty {
      if let cause = causes[path] { return cause }
      let parent = Paths.directory(of: path)
      if parent == path { return nil }
      path = parent
    }
    return nil
  }
}
