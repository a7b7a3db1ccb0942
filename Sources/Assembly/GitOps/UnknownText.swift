internal import Diagnostics
internal import YAMLSource

/// Finds texts that nobody knows in an object, where they decide what is selected or allowed.
enum UnknownText {
  /// Parts of objects that say nothing of policies, labels, ports or names.
  private static let idle: Set<String> = [
    "env", "envFrom", "args", "command", "image", "annotations", "volumes", "volumeMounts", "resources", "data",
    "stringData", "binaryData", "replicas", "storageClassName", "host", "hosts", "tls", "livenessProbe",
    "readinessProbe", "startupProbe", "affinity", "tolerations", "nodeSelector", "securityContext", "status",
    "volumeClaimTemplates", "externalName", "loadBalancerIP", "imagePullSecrets", "schedule",
  ]

  /// The first scalar that matters and that `isUnknown` holds for.
  static func find(in root: TreeNode, _ isUnknown: (String) -> Bool) -> TreeNode? {
    let hasLabels = ["Namespace", "Pod"].contains(root["kind"]?.text)
    for entry in root.entries {
      if entry.key == "metadata" {
        for part in entry.value.entries
        where ["name", "namespace"].contains(part.key) || (hasLabels && part.key == "labels") {
          if let found = search(part.value, isUnknown) { return found }
        }
      } else if !idle.contains(entry.key), let found = search(entry.value, isUnknown) {
        return found
      }
    }
    return nil
  }

  private static func search(_ node: TreeNode, _ isUnknown: (String) -> Bool) -> TreeNode? {
    switch node.content {
    case .scalar(let scalar): return isUnknown(scalar.text) ? node : nil
    case .sequence(let items):
      for item in items { if let found = search(item, isUnknown) { return found } }
    case .mapping(let entries):
      for entry in entries {
        if isUnknown(entry.key) { return TreeNode(string: entry.key, at: entry.keySpan) }
        if !idle.contains(entry.key), let found = search(entry.value, isUnknown) { return found }
      }
    }
    return nil
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
