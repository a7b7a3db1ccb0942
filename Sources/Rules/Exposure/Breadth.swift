internal import Model

extension Peer {
  /// The names of the namespaces that the peer's namespaceSelector leaves out, where it takes all others; `nil` where it
  /// takes some by their labels, or there is none. Each namespace has a label with its name.
  var namespacesLeftOut: [String]? {
    guard let selector = namespaceSelector?.selector else { return nil }
    var names: [String] = []
    for requirement in selector.requirements {
      guard requirement.key == metadataNameLabel else { return nil }
      switch requirement.operator {
      case .exists: break
      case .notIn: names += requirement.values
      case .in, .doesNotExist: return nil
      }
    }
    return names
  }

  /// Whether it takes pods of all namespaces.
  var takesAllNamespaces: Bool { namespacesLeftOut?.isEmpty ?? false }

  /// The namespaces that a peer for every pod of the others leaves out; `nil` where it is for some pods.
  var everyPodBut: [String]? { podSelector?.isEmpty ?? true ? namespacesLeftOut : nil }

  /// Whether it stands for every pod of the cluster.
  var isEveryPod: Bool { everyPodBut?.isEmpty ?? false }
}

/// `every namespace`, or that with those that are left out.
func everyNamespace(but names: [String]) -> String {
  if names.isEmpty { return "every namespace" }
  let named = names.count > 3 ? names.prefix(3) + ["\(names.count - 3) more"] : names[...]
  return "every namespace but " + named.formatted
}

extension ArraySlice<String> {
  /// `a`, `a and b`, `a, b and c`.
  fileprivate var formatted: String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
