internal import Diagnostics
internal import Model
internal import YAMLSource

/// The policies of patch files that no build was seen to keep: `kubectl create` would take them for policies.
///
/// What a patch writes keeps its place in the build: a policy is kept where all of its spec stands in one built policy.
struct WrittenPatches {
  /// By the first mark of each spec: where that is not in a build, the policy is not.
  private var specs: [SourceSpan: TreeNode] = [:]
  private var counts: [FileID: Int] = [:]

  /// - Parameter live: what is linted as it is written.
  init(_ assembler: Assembler, _ files: [AssemblyFile], except live: Set<ObjectOrigin>) {
    for file in files {
      for policy in file.contents.manifests where policy.isPolicy && !live.contains(policy.meta.origin) {
        // One without a spec only deletes.
        guard let spec = assembler.root(of: UnitObject(policy))?["spec"] else { continue }
        counts[file.file.id, default: 0] += 1
        if let first = spec.firstMark { specs[first] = spec }
      }
    }
  }

  var isEmpty: Bool { counts.isEmpty }

  /// How many of a file's policies are in no build.
  func count(in file: AssemblyFile) -> Int { counts[file.file.id] ?? 0 }

  /// Forgets those that a built spec keeps.
  mutating func remove(keptIn built: TreeNode) {
    var found: [SourceSpan] = []
    built.visitMarks { if specs[$0] != nil { found.append($0) } }
    for first in found where specs[first].map({ built.keeps($0) }) ?? false {
      specs[first] = nil
      counts[first.file, default: 1] -= 1
    }
  }
}

extension TreeNode {
  /// What comes into a build with its place: texts, and lists, which a patch replaces as wholes.
  private var isMark: Bool { if case .mapping = content { false } else { true } }

  fileprivate var firstMark: SourceSpan? {
    if isMark { return span }
    for entry in entries where !entry.isDirective { if let mark = entry.value.firstMark { return mark } }
    return nil
  }

  /// Hands on the places of the marks.
  fileprivate func visitMarks(_ body: (SourceSpan) -> Void) {
    if isMark { body(span) }
    for node in entries.map(\.value) + items { node.visitMarks(body) }
  }

  /// Whether all that a patch says stands here. An empty mapping leaves no trace: it must be empty here too.
  func keeps(_ patch: TreeNode) -> Bool {
    switch (patch.content, content) {
    case (.mapping(let entries), .mapping(let own)):
      entries.isEmpty
        ? own.isEmpty
        : entries.allSatisfy { entry in entry.isDirective || self[entry.key]?.keeps(entry.value) ?? false }
    case (.sequence(let items), .sequence(let own)):
      items.count == own.count && zip(own, items).allSatisfy { $0.keeps($1) }
    case (.scalar, .scalar): span == patch.span
    default: false
    }
  }
}

extension TreeEntry {
  /// `$patch` and its like say how to merge.
  fileprivate var isDirective: Bool { key.hasPrefix("$") }
}
