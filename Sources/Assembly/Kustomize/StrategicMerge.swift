internal import Facts
internal import YAMLSource

/// Strategic merge patches as kustomize applies them (kyaml: `merge2` with prepended list items).
struct StrategicMerge {
  private let facts: KustomizeFacts
  private let kind: String
  private let hasSchema: Bool

  /// - Parameter apiVersion: of the object that is patched, as is `kind`.
  init(_ facts: KustomizeFacts, apiVersion: String, kind: String) {
    self.facts = facts
    self.kind = kind
    hasSchema = facts.hasSchema(apiVersion: apiVersion)
  }

  /// The object with a patch in it; `nil` when the patch deletes it.
  func merge(_ patch: TreeNode, into object: TreeNode) -> TreeNode? { merged(object, patch, at: "") }

  private enum Directive { case merge, replace, delete }

  private func merged(_ target: TreeNode?, _ patch: TreeNode, at path: String) -> TreeNode? {
    if patch.isNull { return nil }
    switch patch.content {
    case .scalar: return patch
    case .mapping: return mergedMapping(target, patch, at: path)
    case .sequence:
      guard hasSchema, let list = facts.mergeList(at: path, ofKind: kind) else { return patch }
      return mergedList(target, patch, list, at: path)
    }
  }

  private func mergedMapping(_ target: TreeNode?, _ patch: TreeNode, at path: String) -> TreeNode? {
    let (directive, patch) = StrategicMerge.directive(of: patch)
    if directive == .delete { return nil }
    if directive == .replace { return patch }
    // What is new is walked as well, for it may hold nulls and directives.
    var result = target.flatMap { $0.isMapping ? $0 : nil } ?? TreeNode(.mapping([]), at: patch.span)
    for entry in patch.entries {
      let inner = path.isEmpty ? entry.key : path + "/" + entry.key
      let old = result[entry.key]
      guard let value = merged(old, entry.value, at: inner) else {
        result[entry.key] = nil
        continue
      }
      if old == nil {
        result.entries.append(TreeEntry(entry.key, at: entry.keySpan, value))
      } else {
        result[entry.key] = value
      }
    }
    return result
  }

  /// What `$patch` says in a mapping, and the mapping without it.
  private static func directive(of node: TreeNode) -> (Directive, TreeNode) {
    guard let text = node["$patch"]?.text else { return (.merge, node) }
    var node = node
    node["$patch"] = nil
    return (text == "delete" ? .delete : text == "replace" ? .replace : .merge, node)
  }

  // MARK: Lists

  private func mergedList(_ target: TreeNode?, _ patch: TreeNode, _ list: MergeList, at path: String) -> TreeNode? {
    var items = patch.items
    if let index = items.firstIndex(where: { $0.isMapping && $0["$patch"] != nil && $0.entries.count == 1 }) {
      let (directive, _) = StrategicMerge.directive(of: items.remove(at: index))
      if directive == .delete { return nil }
      if directive == .replace { return TreeNode(.sequence(items), at: patch.span) }
    }
    let old = target?.items ?? []
    if list.keys.isEmpty {
      var result: [TreeNode] = []
      for item in items + old where !result.contains(item) { result.append(item) }
      return TreeNode(.sequence(result), at: patch.span)
    }
    let keys = StrategicMerge.keysInUse(list.keys, items + old)
    var result: [TreeNode] = []
    var taken: Set<Int> = []
    for item in items {
      let values = StrategicMerge.values(of: item, keys)
      let index = old.firstIndex { StrategicMerge.values(of: $0, keys) == values }
      if let index { taken.insert(index) }
      guard let merged = merged(index.map { old[$0] }, item, at: path) else { continue }
      result.append(merged)
    }
    result += old.indices.filter { !taken.contains($0) }.map { old[$0] }
    return TreeNode(.sequence(result), at: result.first.map(\.span) ?? patch.span)
  }

  /// The keys that at least one item has: where the second one is missing everywhere, the first decides.
  private static func keysInUse(_ keys: [String], _ items: [TreeNode]) -> [String] {
    let used = keys.filter { key in items.contains { !($0[key]?.text ?? "").isEmpty } }
    return used.isEmpty ? keys : used
  }

  private static func values(of item: TreeNode, _ keys: [String]) -> [String] { keys.map { item[$0]?.text ?? "" } }
}
