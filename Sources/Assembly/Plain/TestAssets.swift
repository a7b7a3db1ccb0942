internal import Diagnostics
internal import Model
internal import YAMLSource

/// What tests of Chainsaw, Kyverno and KUTTL apply, expect and assert: no cluster's state.
struct TestAssets {
  /// The folders that hold such a test.
  private var folders: Set<String> = []
  /// The files below them that their tests name.
  private var named: Set<String> = []

  private static let groups: Set<String> = ["chainsaw.kyverno.io", "cli.kyverno.io", "kuttl.dev"]

  init(_ assembler: Assembler) {
    for file in assembler.files where !file.path.isEmpty {
      for case .other(let other) in file.contents.manifests where TestAssets.groups.contains(other.meta.group) {
        let folder = Paths.directory(of: file.path)
        folders.insert(folder)
        guard let root = assembler.root(of: UnitObject(.other(other))) else { continue }
        root.visitTexts { text in
          let path = Paths.join(folder, text)
          if Paths.lies(path, in: folder) { named.insert(path) }
        }
      }
    }
  }

  /// The folder of the test that a file is a part of: it lies in it, in `resources` below it, or is named there. `nil` for
  /// other files, and for the tests' own kinds.
  func folder(of path: String) -> String? {
    if folders.isEmpty { return nil }
    var directory = Paths.directory(of: path)
    if folders.contains(directory) { return directory }
    let isNamed = named.contains(path)
    while directory.count > 1 {
      let parent = Paths.directory(of: directory)
      if folders.contains(parent), isNamed || Paths.name(of: directory) == "resources" { return parent }
      directory = parent
    }
    return nil
  }
}

extension TreeNode {
  /// Hands on the texts that may be names of manifests.
  fileprivate func visitTexts(_ body: (String) -> Void) {
    if let text, [".yaml", ".yml", ".json"].contains(where: { text.hasSuffix($0) }) { body(text) }
    for node in entries.map(\.value) + items { node.visitTexts(body) }
  }
}
