internal import Diagnostics
internal import Facts
internal import YAMLSource

/// Finds the nodes that a field specification leads to, and makes what is missing where it says so (kustomize:
/// `fieldspec.Filter`).
struct FieldWriter {
  /// What is made at the end of a path that is not there.
  enum Made { case mapping, text }

  let spec: FieldSpec
  /// Where what is made counts as written.
  let place: SourceSpan
  let made: Made

  /// Calls `body` for each node at the path; none where the object's kind is another one.
  func write(_ resource: inout Resource, _ body: (inout TreeNode) -> Void) {
    if let kind = spec.kind, !kind.matches(group: resource.group, kind: resource.kind) { return }
    guard spec.creates || reaches(resource.root, spec.path[...]) else { return }
    descend(&resource.root, spec.path[...], body)
  }

  /// Whether the path leads anywhere, so that objects which it does not concern stay as they are.
  private func reaches(_ node: TreeNode, _ path: ArraySlice<FieldSpec.Step>) -> Bool {
    if case .sequence(let items) = node.content { return items.contains { reaches($0, path) } }
    guard let step = path.first else { return !node.isNull }
    guard let value = node[step.key] else { return false }
    return reaches(value, path.dropFirst())
  }

  private func descend(_ node: inout TreeNode, _ path: ArraySlice<FieldSpec.Step>, _ body: (inout TreeNode) -> Void) {
    guard let step = path.first else {
      body(&node)
      return
    }
    if node.isSequence {
      node.changeItems { descend(&$0, path, body) }
      return
    }
    guard node.isMapping || (node.isNull && spec.creates) else { return }
    let isLast = path.count == 1
    if node[step.key]?.isNull ?? true {
      guard spec.creates, !step.isList else { return }
      node[step.key] = isLast && made == .text ? TreeNode(string: "", at: place) : TreeNode(.mapping([]), at: place)
    }
    node.change(step.key) { descend(&$0, path.dropFirst(), body) }
  }
}

extension Resource {
  var group: String {
    let version = apiVersion
    return version.firstIndex(of: "/").map { String(version[..<$0]) } ?? ""
  }

  /// Writes pairs into the mappings that some fields hold.
  mutating func write(_ pairs: [TreeEntry], into fields: [FieldSpec]) {
    guard let place = pairs.first?.keySpan else { return }
    for field in fields {
      FieldWriter(spec: field, place: place, made: .mapping).write(&self) { node in
        if node.isMapping || node.isNull { node.set(pairs) }
      }
    }
  }
}

extension TreeNode {
  /// Sets pairs of a mapping, each with its own places.
  mutating func set(_ pairs: [TreeEntry]) {
    var entries = self.entries
    for pair in pairs {
      if let index = entries.firstIndex(where: { $0.key == pair.key }) {
        entries[index] = pair
      } else {
        entries.append(pair)
      }
    }
    content = .mapping(entries)
  }
}
