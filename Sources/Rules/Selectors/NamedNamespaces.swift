internal import Engine
internal import Facts
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

extension Peer {
  /// Whether it stands for pods of the policy's own namespace alone: it names no other one, or that one by its name, be it
  /// by a label that people set to it (`name: shop` in namespace shop) and no other namespace that was read has.
  func isOwnNamespace(of policy: NetworkPolicy, _ analysis: Analysis) -> Bool {
    guard ipBlock == nil else { return false }
    guard let selector = namespaceSelector?.selector else { return podSelector != nil }
    guard selector.requirements.count == 1, let requirement = selector.requirements.first, requirement.operator == .in
    else { return false }
    guard requirement.values == [policy.meta.namespace] else { return false }
    return requirement.key == metadataNameLabel
      || analysis.facts.labels.namespaceNameKeys.contains(requirement.key)
        && analysis.selection.namespaces(selector).allSatisfy { $0 == policy.meta.namespace }
  }
}
