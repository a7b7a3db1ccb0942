internal import Diagnostics
internal import Model
internal import YAMLSource

/// The folders of the input that hold a kustomization, and how they use one another.
struct KustomizationFolders {
  /// All folders with a kustomization, sorted.
  let all: [String]
  private let known: Set<String>
  /// Those that are built on their own: no other one of the input uses them. Sorted.
  let tops: [String]
  /// Components that nothing uses: they can only be a part of other builds. Sorted.
  let looseComponents: [String]
  /// Those of `tops` that another kustomization lists in a comment, as scaffolds do with parts that are to be switched on:
  /// each with the folder of that one.
  let switchedOff: [String: String]

  init(_ assembler: Assembler) {
    let tree = assembler.tree
    all = Set(
      assembler.files.filter { $0.contents.isKustomization && !$0.path.isEmpty }
        .map { Paths.directory(of: $0.path) }
    ).sorted()
    var uses: [String: [String]] = [:]
    var components: Set<String> = []
    for directory in all {
      let root = assembler.documents.kustomizationRoot(in: directory, tree)
      uses[directory] = KustomizationFolders.entries(root).filter { !RemotePlace.isRemote($0) }
        .map { Paths.join(directory, $0) }
      if root?["kind"]?.text == "Component" { components.insert(directory) }
    }
    known = Set(all)
    let known = known
    let used = Set(uses.flatMap { entry in entry.value.filter { $0 != entry.key } })
    var tops = all.filter { !used.contains($0) }
    // What only a circle uses is built from its first folder, and refused.
    var reached: Set<String> = []
    func reach(_ directory: String) {
      var open = [directory]
      while let next = open.popLast() {
        guard known.contains(next), reached.insert(next).inserted else { continue }
        open += uses[next] ?? []
      }
    }
    for top in tops { reach(top) }
    for directory in all where !reached.contains(directory) {
      tops.append(directory)
      reach(directory)
    }
    looseComponents = tops.filter { components.contains($0) }
    self.tops = tops.filter { !components.contains($0) }.sorted()
    switchedOff = KustomizationFolders.switchedOff(self.tops, assembler)
  }

  private static func switchedOff(_ tops: [String], _ assembler: Assembler) -> [String: String] {
    let candidates = Set(tops)
    var result: [String: String] = [:]
    for file in assembler.files where file.contents.isKustomization && !file.path.isEmpty {
      let directory = Paths.directory(of: file.path)
      for entry in commentedEntries(file.file.bytes) where !RemotePlace.isRemote(entry) {
        let folder = Paths.join(directory, entry)
        if candidates.contains(folder), folder != directory { result[folder] = result[folder] ?? directory }
      }
    }
    // Two that are commented out in one another are each its own.
    return result.filter { result[$0.value] == nil }
  }

  /// The list items that stand in comments: `#- ../network-policy`.
  private static func commentedEntries(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      var rest = line.drop { $0 <= 0x20 }
      guard rest.first == UInt8(ascii: "#") else { return nil }
      rest = rest.drop { $0 == UInt8(ascii: "#") || $0 <= 0x20 }
      guard rest.first == UInt8(ascii: "-") else { return nil }
      let text = rest.dropFirst().drop { $0 <= 0x20 }.prefix { $0 > 0x20 }
      return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }
  }

  /// What a kustomization names that may be a folder.
  static func entries(_ root: TreeNode?) -> [String] {
    ["resources", "bases", "components"].flatMap { root?[$0]?.items.compactMap(\.writtenPath) ?? [] }
  }

  /// The nearest folder with a kustomization that a file lies in or below.
  func folder(above path: String) -> String? {
    if known.isEmpty { return nil }
    var directory = Paths.directory(of: path)
    while !directory.isEmpty {
      if known.contains(directory) { return directory }
      let parent = Paths.directory(of: directory)
      if parent == directory { return nil }
      directory = parent
    }
    return nil
  }
}

/// The files that a refused build names, as far as they can be found.
struct FilesOfRefusedBuild {
  private(set) var files: [UsedFile] = []
  private(set) var directories: [String] = []

  /// - Parameter generated: the kustomization that stands for a folder without one.
  init(_ assembler: Assembler, _ directory: String, generated: TreeNode? = nil) {
    find(assembler, directory, generated)
    // What lies outside of all these folders is somebody else's, whatever is said of it here.
    let own = directories
    files = files.compactMap { file in
      if own.contains(where: { Paths.lies(file.path, in: $0) }) { return file }
      return file.role == .resource ? UsedFile(path: file.path, role: .elsewhere) : nil
    }
  }

  private mutating func find(_ assembler: Assembler, _ directory: String, _ generated: TreeNode?) {
    var open = [directory]
    var seen: Set<String> = []
    while let next = open.popLast() {
      guard seen.insert(next).inserted,
        next == directory || FolderManifests.hasKustomization(next, assembler.tree)
      else { continue }
      directories.append(next)
      let root =
        (next == directory ? generated : nil) ?? assembler.documents.kustomizationRoot(in: next, assembler.tree)
      for entry in KustomizationFolders.entries(root)
      where !RemotePlace.isRemote(entry, from: next, assembler.tree) {
        let path = Paths.join(next, entry)
        switch assembler.tree.kind(of: path) {
        case .file: files.append(UsedFile(path: path, role: .resource))
        case .directory: open.append(path)
        case .missing, .refused: break
        }
      }
      for entry in ["patches", "patchesStrategicMerge"].flatMap({ root?[$0]?.items ?? [] }) {
        if let path = entry.writtenPath, !path.contains(where: \.isNewline) {
          files.append(UsedFile(path: Paths.join(next, path), role: .patch))
        }
      }
    }
  }
}

extension TreeNode {
  /// The file that an item of a list names, with `path` or without, whichever kustomize wants there.
  fileprivate var writtenPath: String? { text ?? self["path"]?.text }
}

extension DocumentReader {
  /// The first document of a folder's kustomization with its fields as kustomize spells them, whether or not it would
  /// take it.
  func kustomizationRoot(in directory: String, _ tree: any FileTree) -> TreeNode? {
    for name in KustomizationFile.names {
      let path = Paths.join(directory, name)
      guard tree.kind(of: path) == .file else { continue }
      return (try? documents(of: path))?.first.map { FieldShape.kustomization.spelled($0.root) }
    }
    return nil
  }

  /// Where findings about a folder's kustomization point.
  func place(ofKustomizationIn directory: String, _ tree: any FileTree) -> SourceSpan? {
    KustomizationFile.names.map { Paths.join(directory, $0) }.first { tree.kind(of: $0) == .file }
      .flatMap { firstPlace(of: $0) }
  }
}
