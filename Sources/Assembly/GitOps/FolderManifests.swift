internal import Diagnostics
internal import YAMLSource

/// The kustomization that stands for a folder without one: Flux and Argo CD apply what lies in it.
struct FolderManifests {
  /// Which files count.
  struct Choice {
    let isRecursive: Bool
    /// Flux takes YAML alone, and sub-folders with a kustomization as one; Argo CD takes JSON too.
    let isFlux: Bool
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
    collect(directory, "", choice, ignored(in: directory), depth: 0, into: &names)
    let items = names.map { TreeNode(string: $0, at: place) }
    return TreeNode(
      .mapping([
        TreeEntry("kind", at: place, TreeNode(string: "Kustomization", at: place)),
        TreeEntry("resources", at: place, TreeNode(.sequence(items), at: place)),
      ]), at: place)
  }

  private static let deepest = 64

  private func collect(
    _ directory: String, _ prefix: String, _ choice: Choice, _ ignored: [String], depth: Int, into names: inout [String]
  ) {
    let tree = assembler.tree
    for name in tree.names(in: directory) where name != ".git" {
      let path = Paths.join(directory, name)
      let shown = prefix + name
      if ignored.contains(where: { $0 == shown || $0 == name || $0 == shown + "/" || $0 == "/" + shown }) { continue }
      switch tree.kind(of: path) {
      case .directory:
        guard choice.isRecursive, depth < FolderManifests.deepest else { continue }
        if choice.isFlux, FolderManifests.hasKustomization(path, tree) {
          names.append(shown)
        } else {
          collect(path, shown + "/", choice, ignored, depth: depth + 1, into: &names)
        }
      case .file:
        if takes(name, shown, choice), isManifest(path) { names.append(shown) }
      case .missing, .refused: continue
      }
    }
  }

  private func takes(_ name: String, _ path: String, _ choice: Choice) -> Bool {
    let endings = choice.isFlux ? [".yaml", ".yml"] : [".yaml", ".yml", ".json"]
    guard endings.contains(where: { name.hasSuffix($0) }) else { return false }
    if let exclude = choice.exclude, !exclude.isEmpty, SimpleGlob.matches(exclude, path) { return false }
    if let include = choice.include, !include.isEmpty { return SimpleGlob.matches(include, path) }
    return true
  }

  /// Whether a file holds objects: what is no manifest is no part of the build.
  private func isManifest(_ path: String) -> Bool {
    guard let documents = try? assembler.documents.documents(of: path) else { return true }
    return !documents.isEmpty && documents.allSatisfy { !($0.root["kind"]?.text ?? "").isEmpty }
  }

  /// The plain lines of a `.sourceignore`.
  private func ignored(in directory: String) -> [String] {
    guard let file = assembler.tree.file(at: Paths.join(directory, ".sourceignore")) else { return [] }
    return String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { line in String(line.drop { $0 == " " }) }.filter { !$0.hasPrefix("#") && !$0.hasPrefix("!") }
  }
}

/// Globs of Argo CD's `include` and `exclude`: `*`, `?` and `{a,b}`; `*` crosses no `/`, `**` does.
enum SimpleGlob {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    alternatives(pattern).contains { matches(Array($0), Array(text)) }
  }

  /// More patterns than this are not looked at.
  private static let mostAlternatives = 256

  /// The patterns that braces stand for, one level deep.
  private static func alternatives(_ pattern: String) -> [String] {
    var patterns = [pattern]
    while patterns.count < mostAlternatives, let open = patterns[0].firstIndex(of: "{"),
      patterns[0][open...].contains("}")
    {
      patterns = patterns.flatMap { (pattern: String) -> [String] in
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
          return [pattern]
        }
        let choices = pattern[pattern.index(after: open)..<close].split(separator: ",")
        return choices.map { String(pattern[..<open]) + $0 + pattern[pattern.index(after: close)...] }
      }
      if patterns.isEmpty { return [] }
    }
    return patterns
  }

  /// The last `*` is the only place to go back to, so that no pattern makes it slow: O(pattern × text).
  private static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
    var (p, t) = (0, 0)
    var star: (p: Int, t: Int, crosses: Bool)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == "*" {
        let crosses = p + 1 < pattern.endIndex && pattern[p + 1] == "*"
        p += crosses ? 2 : 1
        star = (p, t, crosses)
      } else if p < pattern.endIndex,
        pattern[p] == "?" && text[t] != "/" || p < pattern.endIndex && pattern[p] == text[t]
      {
        p += 1
        t += 1
      } else if let last = star, last.crosses || text[last.t] != "/" {
        star = (last.p, last.t + 1, last.crosses)
        (p, t) = (last.p, last.t + 1)
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == "*" { p += 1 }
    return p == pattern.endIndex
  }
}
