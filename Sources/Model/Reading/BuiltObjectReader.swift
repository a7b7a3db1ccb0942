package import Diagnostics
package import YAMLSource

extension ManifestReader {
  /// Reads an object that a build changed: what it says now, with the places where each part is written.
  ///
  /// - Parameters:
  ///   - tree: the object alone.
  ///   - document: the document that it comes from.
  ///   - prefix: its place in a List, such as `items[2].`; otherwise empty.
  ///   - written: the object before the build.
  ///   - addedLabels: the places of labels that kustomizations write into selectors.
  package func read(
    _ tree: YAMLTree, document: DocumentID, prefix: String, written: Manifest?, addedLabels: Set<SourceSpan> = []
  ) -> FileContents {
    var contents = FileContents()
    guard let root = tree.root else { return contents }
    read(root, document, prefix: prefix, inherited: nil, written: written?.meta, into: &contents)
    if !addedLabels.isEmpty {
      let labels = AddedLabels(places: addedLabels, written: written?.selectorLabels ?? [:])
      contents.manifests = contents.manifests.map { $0.separating(labels) }
    }
    return contents
  }

  /// Whether nothing looks at objects of a kind.
  package func isIgnored(_ kind: String) -> Bool { options.ignoredKinds.contains(kind) }
}

extension ObjectMeta.Draft {
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

/// The labels that kustomizations write into selectors, and what stands there in the file.
private struct AddedLabels {
  /// Where the labels are written.
  let places: Set<SourceSpan>
  /// The labels of each selector by the place of its key: a label of the same key is overwritten.
  let written: [SourceSpan: [Label]]

  func separated(_ selector: LabelSelector) -> LabelSelector {
    let added = selector.matchLabels.filter { places.contains($0.keySpan) }
    if added.isEmpty { return selector }
    let keys = Set(added.map(\.key))
    let overwritten = (written[selector.keySpan] ?? []).filter { keys.contains($0.key) }
    return LabelSelector(
      keySpan: selector.keySpan, span: selector.span,
      matchLabels: overwritten + selector.matchLabels.filter { !places.contains($0.keySpan) },
      matchExpressions: selector.matchExpressions, selector: selector.selector, addedLabels: added)
  }

  func separated(_ field: ListField<PolicyRule>) -> ListField<PolicyRule> {
    field.map { rule in
      rule.with(
        peers: rule.peers.map { peer in
          peer.with(podSelector: peer.podSelector.map(separated), namespaceSelector: peer.namespaceSelector)
        })
    }
  }
}

extension Manifest {
  /// The labels that the selectors of a policy ask for, by the places of the selectors' keys.
  fileprivate var selectorLabels: [SourceSpan: [Label]] {
    guard case .networkPolicy(let policy) = self else { return [:] }
    let peers = (policy.ingress.items + policy.egress.items).flatMap(\.peers.items).compactMap(\.podSelector)
    return Dictionary(([policy.podSelector] + peers).map { ($0.keySpan, $0.matchLabels) }) { first, _ in first }
  }

  /// The object with the labels of kustomizations kept apart from those that its selectors have themselves.
  fileprivate func separating(_ added: AddedLabels) -> Manifest {
    guard case .networkPolicy(let policy) = self else { return self }
    return .networkPolicy(
      policy.with(
        podSelector: added.separated(policy.podSelector), ingress: added.separated(policy.ingress),
        egress: added.separated(policy.egress), open: policy.open))
  }
}
