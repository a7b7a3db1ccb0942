package import YAMLSource

/// What Flux or Argo CD change in a kustomization before it is built.
package struct KustomizationEdits: Sendable {
  /// Fields that take the place of the kustomization's own.
  package var replaced: [TreeEntry] = []
  /// Lists whose items come behind the kustomization's own, and mappings whose pairs are set over its own.
  package var appended: [TreeEntry] = []

  package init() {}

  package var isEmpty: Bool { replaced.isEmpty && appended.isEmpty }

  func apply(to file: inout KustomizationFile) {
    file.root.set(replaced)
    for entry in appended {
      if entry.value.isMapping {
        var pairs = file.root[entry.key] ?? TreeNode(.mapping([]), at: entry.value.span)
        pairs.set(entry.value.entries)
        file.root.set([TreeEntry(entry.key, at: entry.keySpan, pairs)])
        continue
      }
      let names = Set(entry.value.items.compactMap { $0["name"]?.text })
      // Images and replicas of a name take the place of the kustomization's own; patches and components have none.
      let own = (file.root[entry.key]?.items ?? []).filter { !names.contains($0["name"]?.text ?? "") }
      let items = own + entry.value.items
      file.root.set([TreeEntry(entry.key, at: entry.keySpan, TreeNode(.sequence(items), at: entry.value.span))])
    }
  }
}
