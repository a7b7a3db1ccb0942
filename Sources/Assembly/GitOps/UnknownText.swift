internal import Diagnostics
internal import YAMLSource

/// Finds the texts that nobody knows in an object, where they decide what is selected or allowed.
enum UnknownText {
  /// Parts of objects that say nothing of policies, labels, ports or names.
  private static let idle: Set<String> = [
    "env", "envFrom", "args", "command", "image", "annotations", "volumes", "volumeMounts", "resources", "data",
    "stringData", "binaryData", "replicas", "storageClassName", "host", "hosts", "tls", "livenessProbe",
    "readinessProbe", "startupProbe", "affinity", "tolerations", "nodeSelector", "securityContext", "status",
    "volumeClaimTemplates", "externalName", "loadBalancerIP", "imagePullSecrets", "schedule",
  ]

  /// A text, and the way to it: keys and numbers of items.
  struct Place {
    let node: TreeNode
    let path: [String]
    /// The key that it stands behind; faults of labels are told there.
    let keySpan: SourceSpan?
  }

  /// The scalars and keys that matter and that `isUnknown` holds for, in order.
  static func all(in root: TreeNode, _ isUnknown: (String) -> Bool) -> [Place] {
    let hasLabels = ["Namespace", "Pod", "NetworkPolicy"].contains(root["kind"]?.text)
    var found: [Place] = []
    var path: [String] = []
    for entry in root.entries {
      if entry.key == "metadata" {
        for part in entry.value.entries
        where ["name", "namespace"].contains(part.key) || (hasLabels && part.key == "labels") {
          path = [entry.key, part.key]
          search(part.value, &path, part.keySpan, isUnknown, &found)
        }
      } else if !idle.contains(entry.key) {
        path = [entry.key]
        search(entry.value, &path, entry.keySpan, isUnknown, &found)
      }
    }
    return found
  }

  private static func search(
    _ node: TreeNode, _ path: inout [String], _ keySpan: SourceSpan?, _ isUnknown: (String) -> Bool,
    _ found: inout [Place]
  ) {
    func go(_ step: String, _ node: TreeNode, _ keySpan: SourceSpan?) {
      path.append(step)
      search(node, &path, keySpan, isUnknown, &found)
      path.removeLast()
    }
    switch node.content {
    case .scalar(let scalar):
      if isUnknown(scalar.text) { found.append(Place(node: node, path: path, keySpan: keySpan)) }
    case .sequence(let items): for (number, item) in items.enumerated() { go(String(number), item, nil) }
    case .mapping(let entries):
      // Labels may be called as they like.
      let areLabels = ["labels", "matchLabels"].contains(path.last)
      for entry in entries {
        if isUnknown(entry.key) {
          let key = TreeNode(string: entry.key, at: entry.keySpan)
          found.append(Place(node: key, path: path + [entry.key, ""], keySpan: nil))
        }
        if areLabels || !idle.contains(entry.key) { go(entry.key, entry.value, entry.keySpan) }
      }
    }
  }
}

extension TreeNode {
  /// The node with every text put through `change`, keys too; `nil` results leave a text as it is.
  func substituting(_ change: (String) -> String?) -> TreeNode {
    switch content {
    case .scalar(var scalar):
      guard let text = change(scalar.text) else { return self }
      scalar.text = text
      return TreeNode(.scalar(scalar), at: span)
    case .sequence(let items): return TreeNode(.sequence(items.map { $0.substituting(change) }), at: span)
    case .mapping(let entries):
      return TreeNode(
        .mapping(
          entries.map { entry in
            TreeEntry(change(entry.key) ?? entry.key, at: entry.keySpan, entry.value.substituting(change))
          }), at: span)
    }
  }
}
