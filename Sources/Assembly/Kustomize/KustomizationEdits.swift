internal import Diagnostics
package import YAMLSource

/// What Flux or Argo CD change in a kustomization before it is built.
package struct KustomizationEdits: Sendable {
  /// Labels or annotations that `kustomize edit add` puts in.
  package struct Pairs: Sendable {
    package var entries: [TreeEntry]
    package var isForLabels = true
    /// Whether they take the place of what is there; without it, a key that is there stops the build.
    package var isForced = false
    /// Whether selectors are left alone, and templates as well unless `includesTemplates` says otherwise.
    package var leavesSelectors = false
    package var includesTemplates = false

    package init(_ entries: [TreeEntry]) { self.entries = entries }
  }

  /// Fields that take the place of the kustomization's own.
  package var replaced: [TreeEntry] = []
  /// Lists whose items come behind the kustomization's own.
  package var appended: [TreeEntry] = []
  package var pairs: [Pairs] = []

  package init() {}

  package var isEmpty: Bool { replaced.isEmpty && appended.isEmpty && pairs.isEmpty }

  /// Leaves out components that are not there.
  ///
  /// - Parameter directory: the kustomization's folder, absolute.
  mutating func dropMissingComponents(in directory: String, _ tree: any FileTree) {
    for index in appended.indices where appended[index].key == "components" {
      appended[index].value.items.removeAll { tree.kind(of: Paths.join(directory, $0.text ?? "")) == .missing }
    }
  }

  func apply(to file: inout KustomizationFile) throws(BuildRefusal) {
    file.root.set(replaced)
    for entry in appended {
      let names = Set(entry.value.items.compactMap { $0["name"]?.text })
      // Images and replicas of a name take the place of the kustomization's own; patches and components have none.
      let own = (file.root[entry.key]?.items ?? []).filter { !names.contains($0["name"]?.text ?? "") }
      let items = own + entry.value.items
      file.root.set([TreeEntry(entry.key, at: entry.keySpan, TreeNode(.sequence(items), at: entry.value.span))])
    }
    for pairs in pairs { try pairs.apply(to: &file.root) }
  }
}

extension KustomizationEdits.Pairs {
  fileprivate func apply(to root: inout TreeNode) throws(BuildRefusal) {
    guard let place = entries.first?.keySpan else { return }
    guard isForLabels, leavesSelectors else {
      let key = isForLabels ? "commonLabels" : "commonAnnotations"
      root[key] = try merged(root[key], place)
      return
    }
    var items = root["labels"]?.items ?? []
    let fitting = items.firstIndex { item in
      item["includeSelectors"]?.bool != true && (item["includeTemplates"]?.bool ?? false) == includesTemplates
    }
    if let fitting {
      items[fitting]["pairs"] = try merged(items[fitting]["pairs"], place)
    } else {
      var item = TreeNode(.mapping([TreeEntry("pairs", at: place, try merged(nil, place))]), at: place)
      if includesTemplates {
        item["includeTemplates"] = TreeNode(.scalar(TreeScalar(text: "true", style: .plain)), at: place)
      }
      items.append(item)
    }
    root["labels"] = TreeNode(.sequence(items), at: root["labels"]?.span ?? place)
  }

  private func merged(_ old: TreeNode?, _ place: SourceSpan) throws(BuildRefusal) -> TreeNode {
    var node = old.flatMap { $0.isMapping ? $0 : nil } ?? TreeNode(.mapping([]), at: place)
    if !isForced, let twin = entries.first(where: { node[$0.key] != nil }) {
      throw BuildRefusal(
        "Argo CD refuses this build: the kustomization has a \(isForLabels ? "label" : "annotation") `\(twin.key)` already",
        at: twin.keySpan, remedy: "write `\(isForLabels ? "forceCommonLabels" : "forceCommonAnnotations"): true`",
        related: [RelatedPlace(node[twin.key]?.span ?? place, "it is set here")])
    }
    node.set(entries)
    return node
  }
}
