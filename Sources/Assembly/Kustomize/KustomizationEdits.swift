package import YAMLSource

/// What Flux or Argo CD change in a kustomization before it is built.
package struct KustomizationEdits: Sendable {
  /// Fields that take the place of the kustomization's own.
  package var replaced: [TreeEntry] = []
  /// Lists whose items come behind the kustomization's own.
  package var appended: [TreeEntry] = []

  package init() {}

  package var isEmpty: Bool { replaced.isEmpty && appended.isEmpty }

  func apply(to file: inout KustomizationFile) {
    file.root.set(replaced)
    for entry in appended {
      let items = (file.root[entry.key]?.items ?? []) + entry.value.items
      file.root.set([TreeEntry(entry.key, at: entry.keySpan, TreeNode(.sequence(items), at: entry.value.span))])
    }
  }
}
