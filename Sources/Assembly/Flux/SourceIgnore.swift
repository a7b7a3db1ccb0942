internal import Config
internal import Diagnostics

/// What Flux leaves out of a source: `.sourceignore` files, what the source's own `ignore` says, and what no source holds
/// (fluxcd/pkg, `sourceignore`).
struct SourceIgnore {
  private struct Level {
    /// Absolute.
    let directory: String
    let rules: IgnoreRules
  }

  private static let defaults = IgnoreRules(
    globs: [
      ".git/", ".gitignore", ".gitmodules", ".gitattributes", "*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv",
      "*.tar.gz", "*.zip", ".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml",
      "cloudbuild.yaml", "codeship-services.yml", "codeship-steps.yml", "**/.goreleaser.yml", "**/.sops.yaml",
      "**/.flux.yaml",
    ].map { Array($0.utf8) })

  private let tree: any FileTree
  /// From the repository's root downwards; what is further down counts more.
  private var levels: [Level]
  /// What the source says, which counts more than every file.
  private let own: Level

  /// - Parameters:
  ///   - root: the folder that the source is, absolute.
  ///   - own: the source's `ignore`.
  init(_ tree: any FileTree, root: String, own: String?) {
    self.tree = tree
    self.own = Level(directory: root, rules: IgnoreRules(Array((own ?? "").utf8)))
    levels = [Level(directory: root, rules: SourceIgnore.defaults)]
    enter(root)
  }

  /// Goes down to a folder below the root; `nil` where that one or a folder above it is left out.
  func reaching(_ directory: String) -> SourceIgnore? {
    guard directory != own.directory, Paths.lies(directory, in: own.directory) else { return self }
    guard var parent = reaching(Paths.directory(of: directory)), !parent.ignores(directory, isDirectory: true) else {
      return nil
    }
    parent.enter(directory)
    return parent
  }

  /// Takes what a folder says whose parent was taken.
  mutating func enter(_ directory: String) {
    guard let file = tree.file(at: Paths.join(directory, ".sourceignore")) else { return }
    levels.append(Level(directory: directory, rules: IgnoreRules(file.bytes)))
  }

  /// Whether a file or folder in a folder that was entered is left out.
  func ignores(_ path: String, isDirectory: Bool) -> Bool {
    for level in [own] + levels.reversed() where !level.rules.isEmpty {
      let start = level.directory == "/" ? 1 : level.directory.utf8.count + 1
      let names = Paths.bytes(String(path.utf8.dropFirst(start)) ?? "").split(separator: UInt8(ascii: "/"))
        .map { ArraySlice($0) }
      if let isIgnored = level.rules.ignores(names, isDirectory: isDirectory) { return isIgnored }
    }
    return false
  }
}
