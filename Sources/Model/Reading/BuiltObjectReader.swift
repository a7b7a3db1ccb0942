package import YAMLSource

extension ManifestReader {
  /// Reads an object that a build changed: what it says now, with the places where each part is written.
  ///
  /// - Parameters:
  ///   - tree: the object alone.
  ///   - document: the document that it comes from.
  ///   - prefix: its place in a List, such as `items[2].`; otherwise empty.
  ///   - written: what it said of itself before the build.
  package func read(
    _ tree: YAMLTree, document: DocumentID, prefix: String, written: ObjectMeta?
  ) -> FileContents {
    var contents = FileContents()
    guard let root = tree.root else { return contents }
    read(root, document, prefix: prefix, inherited: nil, written: written, into: &contents)
    return contents
  }

  /// Whether nothing looks at objects of a kind.
  package func isIgnored(_ kind: String) -> Bool { options.ignoredKinds.contains(kind) }
}

extension ObjectMeta {
  /// Keeps what findings name an object by: a build changes names and namespaces, and not where they are written.
  mutating func keepWritten(_ written: ObjectMeta) {
    isPlaced = declaredNamespace != nil
    declaredNamespace = written.declaredNamespace
    writtenName = written.writtenName
  }
}
