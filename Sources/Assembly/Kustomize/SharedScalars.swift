internal import Diagnostics
internal import YAMLSource

/// Scalars that kustomize holds once and shows in several places of an object: what `labels` puts into several fields is
/// one node to it, and whoever writes into one of the fields later writes into all of them.
struct SharedScalars {
  /// What was written into shared scalars, and where, in keys from the root.
  private var written: [UInt32: (path: [String], node: TreeNode)] = [:]

  /// The new value for a scalar that keeps what it is shared with.
  mutating func replace(_ old: TreeNode?, by new: TreeNode, at path: [String] = []) -> TreeNode {
    guard let identity = old?.identity, identity != 0, new.isScalar else { return new }
    var node = new
    node.identity = identity
    // Kustomize writes fields in the order of their keys, and the last one stays.
    if let known = written[identity], path.lexicographicallyPrecedes(known.path) { return node }
    written[identity] = (path, node)
    return node
  }

  var isEmpty: Bool { written.isEmpty }

  /// Brings every place of what was written to its new value.
  func propagate(in node: inout TreeNode) {
    switch node.content {
    case .scalar: if let new = written[node.identity] { node = new.node }
    case .sequence: node.changeItems { propagate(in: &$0) }
    case .mapping: node.changeValues { propagate(in: &$0) }
    }
  }
}

extension TreeNode {
  /// What a scalar is shared with; 0 for nothing.
  var identity: UInt32 {
    get { if case .scalar(let scalar) = content { scalar.identity } else { 0 } }
    set {
      guard case .scalar(var scalar) = content else { return }
      scalar.identity = newValue
      content = .scalar(scalar)
    }
  }

  /// The same, shared with nothing.
  var unshared: TreeNode {
    var copy = self
    switch content {
    case .scalar(let scalar): if scalar.identity != 0 { copy.identity = 0 }
    case .sequence: copy.changeItems { $0 = $0.unshared }
    case .mapping: copy.changeValues { $0 = $0.unshared }
    }
    return copy
  }
}
