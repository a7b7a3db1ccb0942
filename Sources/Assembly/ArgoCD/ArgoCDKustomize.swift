internal import Diagnostics
internal import YAMLSource

extension TreeNode {
  /// The scalar without its quotes, which a number in a text need not have.
  fileprivate var asPlain: Content { isScalar ? .scalar(TreeScalar(text: rawText, style: .plain)) : content }
}

extension ArgoCDApplication.Source {
  /// What `source.kustomize` changes in a kustomization before it is built, as `kustomize edit` does it.
  ///
  /// - Parameter directory: the kustomization's folder, absolute.
  func edits(in directory: String, _ tree: any FileTree) -> KustomizationEdits {
    var edits = KustomizationEdits()
    func isSet(_ key: String) -> Bool { kustomize?[key]?.bool ?? false }
    for entry in kustomize?.entries ?? [] where !entry.value.isEmpty {
      switch entry.key {
      case "namespace", "namePrefix", "nameSuffix": edits.replaced.append(entry)
      case "patches", "components": edits.appended.append(entry)
      case "replicas":
        var counts = entry
        counts.value.changeItems { $0.change("count") { $0 = TreeNode($0.asPlain, at: $0.span) } }
        edits.appended.append(counts)
      case "images":
        let images = entry.value.items.map(Self.image)
        edits.appended.append(
          TreeEntry("images", at: entry.keySpan, TreeNode(.sequence(images), at: entry.value.span)))
      case "commonLabels":
        var pairs = KustomizationEdits.Pairs(entry.value.textPairs)
        pairs.isForced = isSet("forceCommonLabels")
        pairs.leavesSelectors = isSet("labelWithoutSelector")
        pairs.includesTemplates = isSet("labelIncludeTemplates")
        edits.pairs.append(pairs)
      case "commonAnnotations":
        var pairs = KustomizationEdits.Pairs(entry.value.textPairs)
        pairs.isForLabels = false
        pairs.isForced = isSet("forceCommonAnnotations")
        edits.pairs.append(pairs)
      default: break
      }
    }
    if isSet("ignoreMissingComponents") { edits.dropMissingComponents(in: directory, tree) }
    return edits
  }

  /// `name=other:tag`, `name:tag`, `name@digest`.
  static func image(_ node: TreeNode) -> TreeNode {
    let text = node.text ?? ""
    let parts = text.split(separator: "=", maxSplits: 1)
    var rest = parts.last ?? ""
    var image = TreeNode(.mapping([]), at: node.span)
    func set(_ key: String, _ text: Substring) { image[key] = TreeNode(string: String(text), at: node.span) }
    set("name", "")
    if let at = rest.firstIndex(of: "@") {
      set("digest", rest[rest.index(after: at)...])
      rest = rest[..<at]
    } else if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      set("newTag", rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    set("name", parts.count == 2 ? parts[0] : rest)
    if parts.count == 2 { set("newName", rest) }
    return image
  }
}
