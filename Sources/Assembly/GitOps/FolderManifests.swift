internal import Diagnostics
internal import Model
internal import YAMLSource

/// The kustomization that stands for a folder without one: Flux and Argo CD apply what lies in it.
struct FolderManifests {
  /// Which files count.
  struct Choice {
    let isRecursive: Bool
    /// Flux takes YAML alone, whatever it holds, and sub-folders with a kustomization as one; Argo CD takes JSON too, and
    /// leaves out what is no manifest. `nil` for Argo CD.
    var ignore: SourceIgnore?
    var isFlux: Bool { ignore != nil }
    var include: String?
    var exclude: String?
  }

  private let assembler: Assembler

  init(_ assembler: Assembler) { self.assembler = assembler }

  static func hasKustomization(_ directory: String, _ tree: any FileTree) -> Bool {
    KustomizationFile.names.contains { tree.kind(of: Paths.join(directory, $0)) == .file }
  }

  /// - Parameter place: where what is made counts as written.
  func kustomization(of directory: String, at place: SourceSpan, _ choice: Choice) -> TreeNode {
    var names: [String] = []
    collect(directory, "", choice, depth: 0, into: &names)
    let items = names.map { TreeNode(string: $0, at: place) }
    return TreeNode(
      .mapping([
        TreeEntry("kind", at: place, TreeNode(string: "Kustomization", at: place)),
        TreeEntry("resources", at: place, TreeNode(.sequence(items), at: place)),
      ]), at: place)
  }

  private static let deepest = 1_000

  private func collect(
    _ directory: String, _ prefix: String, _ choice: Choice, depth: Int, into names: inout [String]
  ) {
    let tree = assembler.tree
    for name in tree.names(in: directory) where name != ".git" {
      let path = Paths.join(directory, name)
      let shown = prefix + name
      let kind = tree.kind(of: path)
      if choice.ignore?.ignores(path, isDirectory: kind == .directory) ?? false {
        assembler.leftOut.insert(path, .ignored)
        continue
      }
      switch kind {
      case .directory:
        guard choice.isRecursive, depth < FolderManifests.deepest else { continue }
        var choice = choice
        choice.ignore?.enter(path)
        if choice.isFlux, FolderManifests.hasKustomization(path, tree) {
          names.append(shown)
        } else {
          collect(path, shown + "/", choice, depth: depth + 1, into: &names)
        }
      case .file:
        if leavesOut(shown, choice) { assembler.leftOut.insert(path, .excluded) }
        if takes(name, shown, choice), choice.isFlux || isManifest(path), !KustomizationFile.names.contains(name) {
          names.append(shown)
        }
      case .refused(let reason):
        guard takes(name, shown, choice) else { continue }
        assembler.assembly.skipped.append(
          SkippedInput(file: tree.shown(path), reason: "what is applied takes it, and \(reason)"))
      case .missing: continue
      }
    }
  }

  private func takes(_ name: String, _ path: String, _ choice: Choice) -> Bool {
    let endings = choice.isFlux ? [".yaml", ".yml"] : [".yaml", ".yml", ".json"]
    guard endings.contains(where: { name.hasSuffix($0) }) else { return false }
    return !leavesOut(path, choice)
  }

  private func leavesOut(_ path: String, _ choice: Choice) -> Bool {
    let path = Paths.text(path)
    if let exclude = choice.exclude, !exclude.isEmpty, SimpleGlob.matches(exclude, path) { return true }
    if let include = choice.include, !include.isEmpty { return !SimpleGlob.matches(include, path) }
    return false
  }

  /// Whether a file holds objects: what is no manifest is no part of the build.
  private func isManifest(_ path: String) -> Bool {
    guard let documents = try? assembler.documents.documents(of: path) else { return true }
    return !documents.isEmpty && documents.allSatisfy { !($0.root["kind"]?.text ?? "").isEmpty }
  }
}
