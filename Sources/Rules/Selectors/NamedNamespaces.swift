internal import Engine
internal import Model

extension Analysis {
  /// The known namespaces that a peer speaks of, sorted; `nil` where they cannot all be known: other ones may match, too.
  func namedNamespaces(of peer: Peer, in policy: NetworkPolicy) -> [String]? {
    guard let selector = peer.namespaceSelector else { return [policy.meta.namespace] }
    // Only a name singles a namespace out; other labels may be set on namespaces that were not read.
    guard selector.selector.requirements.contains(where: { $0.key == metadataNameLabel && $0.operator == .in }) else {
      return nil
    }
    let names = selection.namespaces(selector.selector)
    return names.isEmpty ? nil : names
  }
}
