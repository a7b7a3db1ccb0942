package import Diagnostics
package import YAMLSource

extension ManifestReader {
  /// Reads an object that a build changed: what it says now, with the places where each part is written.
  ///
  /// - Parameters:
  ///   - tree: the object alone.
  ///   - document: the document that it comes from.
  ///   - prefix: its place in a List, such as `items[2].`; otherwise empty.
  ///   - written: what it said of itself before the build.
  ///   - addedLabels: the places of labels that kustomizations write into selectors.
  package func read(
    _ tree: YAMLTree, document: DocumentID, prefix: String, written: ObjectMeta?, addedLabels: Set<SourceSpan> = []
  ) -> FileContents {
    var contents = FileContents()
    guard let root = tree.root else { return contents }
    read(root, document, prefix: prefix, inherited: nil, written: written, into: &contents)
    if !addedLabels.isEmpty { contents.manifests = contents.manifests.map { $0.separating(addedLabels) } }
    return contents
  }

  /// Whether nothing looks at objects of a kind.
  package func isIgnored(_ kind: String) -> Bool { options.ignoredKinds.contains(kind) }
}

extension ObjectMeta {
  /// Keeps what findings name an object by: a build changes names and namespaces, and not where they are written.
  mutating func keepWritten(_ written: ObjectMeta) {
    isPlaced = declaredNamespace != nil
    let now = kind == "Namespace" ? name : declaredNamespace
    if let now, now.value != (kind == "Namespace" ? written.name : written.declaredNamespace)?.value {
      namespaceChange = now.span
    }
    name.span = written.name.span
    declaredNamespace = written.declaredNamespace
    writtenName = written.writtenName
  }
}

extension Manifest {
  /// The object with the labels of kustomizations kept apart from those that its selectors have themselves.
  fileprivate func separating(_ added: Set<SourceSpan>) -> Manifest {
    guard case .networkPolicy(var policy) = self else { return self }
    policy.podSelector.separate(added)
    policy.ingress = policy.ingress.separating(added)
    policy.egress = policy.egress.separating(added)
    return .networkPolicy(policy)
  }
}

extension ListField<PolicyRule> {
  fileprivate func separating(_ added: Set<SourceSpan>) -> ListField<PolicyRule> {
    guard case .list(var rules, let span) = self else { return self }
    for rule in rules.indices {
      guard case .list(var peers, let span) = rules[rule].peers else { continue }
      for peer in peers.indices { peers[peer].podSelector?.separate(added) }
      rules[rule].peers = .list(peers, span)
    }
    return .list(rules, span)
  }
}

extension LabelSelector {
  fileprivate mutating func separate(_ added: Set<SourceSpan>) {
    addedLabels = matchLabels.filter { added.contains($0.keySpan) }
    if !addedLabels.isEmpty { matchLabels.removeAll { added.contains($0.keySpan) } }
  }
}
