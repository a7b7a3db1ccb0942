internal import SystemPackage

/// Files that an editor has open and that are not on the disk yet, or not any more.
extension InputFinder {
  /// Takes those that a walk through the folders which are named would find.
  mutating func addUnsaved(_ paths: [FilePath]) {
    for path in paths where isInWalk(path) { take(unsaved: path) }
  }

  /// Takes a file, at the place that it would have in its folder.
  mutating func take(unsaved path: FilePath) {
    let place = absolute(path)
    if found.files.contains(where: { $0.path.map(absolute) == place }) { return }
    let names = names(of: place)
    let next = found.files.firstIndex { file in
      file.path.map {
        names.lexicographicallyPrecedes(self.names(of: absolute($0))) { $0.lexicographicallyPrecedes($1) }
      }
        ?? false
    }
    found.files.insert(
      FoundFile(path: path, shownPath: ShownPath.text(path), size: 0), at: next ?? found.files.endIndex)
  }

  private func names(of path: FilePath) -> [[UInt8]] { path.components.map { FilePath(root: nil, [$0]).bytes } }

  /// Whether nothing on the way from a folder that is named leaves the file out.
  private func isInWalk(_ path: FilePath) -> Bool {
    let end = absolute(path)
    guard var folder = found.named.folders.lazy.map(absolute).first(where: { end != $0 && end.starts(with: $0) }) else {
      return false
    }
    var ignoring = ignoreFiles(above: folder) + ignoreFile(in: folder)
    for name in end.components.dropFirst(folder.components.count) {
      folder.append(name)
      if name == ".git" || options.ignores && name == "node_modules" { return false }
      if cause(ignoring: folder, isDirectory: folder != end, ignoring) != nil { return false }
      if folder != end { ignoring += ignoreFile(in: folder) }
    }
    return true
  }
}
