package import Diagnostics

/// One node of a document, as seen from one place: an alias keeps its own position and shows its anchor's content.
package struct NodeRef: Sendable {
  package enum Kind: Sendable { case scalar, mapping, sequence }

  package let tree: YAMLTree
  /// Where the node stands: the alias, for an alias.
  private let place: Int
  /// What the node holds: the anchored node, for an alias.
  private let index: Int

  init(tree: YAMLTree, place: Int) {
    self.tree = tree
    self.place = place
    let node = tree.nodes[place]
    self.index = node.kind == .alias ? Int(node.child) : place
  }

  private var node: YAMLTree.Node { tree.nodes[index] }

  /// Two nodes are the same node when they stand at the same place of the same document.
  package func isSame(as other: NodeRef) -> Bool { tree === other.tree && place == other.place }

  package var kind: Kind {
    switch node.kind {
    case .scalar, .alias: .scalar
    case .mapping: .mapping
    case .sequence: .sequence
    }
  }

  /// A collection reaches from its first child's start to its last child's end (flow collections include their
  /// brackets); a block scalar ends with its last line of text.
  package var span: SourceSpan {
    let node = tree.nodes[place]
    return SourceSpan(file: file(of: place), start: node.start, end: node.end)
  }

  private func file(of index: Int) -> FileID { tree.origins.isEmpty ? tree.file.id : tree.origins[index] }

  /// For an alias, the place of the anchored node; otherwise `nil`.
  package var anchorSpan: SourceSpan? {
    place == index ? nil : SourceSpan(file: file(of: index), start: node.start, end: node.end)
  }

  package var style: ScalarStyle { node.style }
  package var tag: NodeTag { node.tag }
  /// Whether the text does not stand in the file as it is.
  var isCooked: Bool { node.isCooked }

  /// Whether the text can only be a string: quoted, or a block scalar.
  package var isQuoted: Bool { node.style != .plain }

  /// The number of children, the keys and values of a mapping counted once each pair; 0 for scalars.
  package var count: Int { kind == .mapping ? Int(node.count) / 2 : Int(node.count) }

  /// Calls `body` with the bytes of a scalar's text (after escapes and folding); empty for collections.
  package func withText<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let node = node
    let range = Int(node.textStart)..<Int(node.textStart) + Int(node.textCount)
    return try (node.isCooked || !tree.origins.isEmpty ? tree.cooked : tree.file.bytes).withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[range]))
    }
  }

  /// A scalar's text after escapes and folding; bytes that are not UTF-8 are replaced; empty for collections.
  package var text: String { withText { String(decoding: $0, as: UTF8.self) } }

  /// Whether a scalar's text is `text`, byte for byte; does not allocate.
  package func hasText(_ text: StaticString) -> Bool {
    guard Int(node.textCount) == text.utf8CodeUnitCount, node.kind == .scalar else { return false }
    return withText { bytes in
      guard let base = bytes.baseAddress else { return true }
      return memoryEqual(base, text.utf8Start, bytes.count)
    }
  }

  /// The items of a sequence, in order; nothing for other kinds.
  package var items: Items { Items(tree: tree, upcoming: node.kind == .sequence ? node.child : 0) }

  /// The pairs of a mapping as they are written: duplicates and merge keys included; nothing for other kinds.
  package var writtenEntries: Entries { Entries(tree: tree, upcoming: node.kind == .mapping ? node.child : 0) }

  /// An empty run of items, for nodes that are not there.
  package static var noItems: Items { Items(tree: nil, upcoming: 0) }

  package struct Items: Sequence, IteratorProtocol {
    let tree: YAMLTree?
    var upcoming: UInt32

    package mutating func next() -> NodeRef? {
      guard upcoming != 0, let tree else { return nil }
      defer { upcoming = tree.nodes[Int(upcoming)].next }
      return NodeRef(tree: tree, place: Int(upcoming))
    }
  }

  package struct Entries: Sequence, IteratorProtocol {
    let tree: YAMLTree
    var upcoming: UInt32

    package mutating func next() -> MappingEntry? {
      guard upcoming != 0 else { return nil }
      let key = Int(upcoming)
      let value = Int(tree.nodes[key].next)
      upcoming = tree.nodes[value].next
      return MappingEntry(key: NodeRef(tree: tree, place: key), value: NodeRef(tree: tree, place: value))
    }
  }
}

/// The pairs of a mapping: those of the tree itself where nothing is merged, so that nobody makes a list of them.
package struct EntryList: Sequence {
  private let written: NodeRef.Entries
  private let merged: [MappingEntry]?
  package let count: Int

  fileprivate init(written: NodeRef.Entries, count: Int) {
    self.written = written
    self.count = count
    merged = nil
  }

  fileprivate init(written: NodeRef.Entries, merged: [MappingEntry]) {
    self.written = written
    self.merged = merged
    count = merged.count
  }

  package var isEmpty: Bool { count == 0 }

  package func makeIterator() -> Iterator { Iterator(written: written, merged: merged?.makeIterator()) }

  package struct Iterator: IteratorProtocol {
    fileprivate var written: NodeRef.Entries
    fileprivate var merged: IndexingIterator<[MappingEntry]>?

    package mutating func next() -> MappingEntry? { merged == nil ? written.next() : merged?.next() }
  }

  /// The last pair that meets a condition.
  package func last(where isWanted: (MappingEntry) -> Bool) -> MappingEntry? {
    reduce(nil) { isWanted($1) ? $1 : $0 }
  }
}

/// A key of a mapping with its value.
package struct MappingEntry: Sendable {
  package let key: NodeRef
  package let value: NodeRef
}

extension NodeRef {
  /// The value of a key, `nil` when the mapping has no such key or this is no mapping.
  ///
  /// Of several equal keys the last one counts, and a merge key (`<<`) counts as if its pairs stood in its place, as in
  /// sigs.k8s.io/yaml. O(keys).
  package subscript(_ key: StaticString) -> NodeRef? { entry(key)?.value }

  /// The pair of a key; see the subscript.
  package func entry(_ key: StaticString) -> MappingEntry? {
    if tree.hasMergeKeys { return entries.last { $0.key.hasText(key) } }
    return tree.lastPair(of: index, with: key).map { pair in
      MappingEntry(key: NodeRef(tree: tree, place: pair.key), value: NodeRef(tree: tree, place: pair.value))
    }
  }

  /// The pairs of a mapping with merge keys replaced by what they merge; of equal keys the last one counts.
  package var entries: EntryList {
    guard tree.hasMergeKeys, writtenEntries.contains(where: { $0.key.isMergeKey }) else {
      return EntryList(written: writtenEntries, count: kind == .mapping ? count : 0)
    }
    var merged: [MappingEntry] = []
    appendEntries(to: &merged, depth: 0)
    return EntryList(written: writtenEntries, merged: merged)
  }

  /// The pairs that are written in a mapping itself and lost, for a `<<` after them brings the same key: kubectl keeps
  /// what comes last, although YAML says that what is written out wins.
  package var entriesLostToMerge: [MappingEntry] {
    guard tree.hasMergeKeys else { return [] }
    // From the last pair to the first one, with the keys that the merges behind it bring.
    var merged: Set<String> = []
    var lost: [MappingEntry] = []
    for entry in Array(writtenEntries).reversed() {
      guard entry.key.isMergeKey else {
        if !merged.isEmpty, merged.contains(entry.key.keyText) { lost.append(entry) }
        continue
      }
      let sources = entry.value.kind == .sequence ? Array(entry.value.items) : [entry.value]
      for source in sources { for pair in source.entries { merged.insert(pair.key.keyText) } }
    }
    return lost.reversed()
  }

  /// A mapping can merge itself only through an alias inside its own anchor, which the reader refuses; the depth is
  /// capped all the same.
  private func appendEntries(to result: inout [MappingEntry], depth: Int) {
    guard depth < YAMLReader.Limits.depth else { return }
    for entry in writtenEntries {
      guard entry.key.isMergeKey else {
        result.append(entry)
        continue
      }
      // Of several merged mappings the earlier ones win, so they are written last.
      let sources = entry.value.kind == .sequence ? Array(entry.value.items) : [entry.value]
      for merged in sources.reversed() {
        merged.appendEntries(to: &result, depth: depth + 1)
      }
    }
  }

  /// The text of a key as Kubernetes' JSON has it: integers, floats and booleans are written out (`1.10` is "1.1", `yes`
  /// is "true"; sigs.k8s.io/yaml, `convertToJSONableObject`); empty for collections.
  package var keyText: String {
    switch scalar {
    case .bool(let value): value ? "true" : "false"
    case .integer(let value):
      withText(ScalarResolution.naturalTag) == .float ? ScalarResolution.keyText(of: Double(value)) : String(value)
    case .float(let value): ScalarResolution.keyText(of: value)
    case .null, .string, nil: text
    }
  }

  /// Whether this key is `<<`: plain without a tag, or tagged as a merge key.
  package var isMergeKey: Bool { hasText("<<") && (tag == .merge || (tag == .none && style == .plain)) }
}
