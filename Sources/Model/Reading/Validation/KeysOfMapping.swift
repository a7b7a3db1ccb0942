internal import Diagnostics
internal import YAMLSource

/// The keys of one mapping, for what is asked about those that occur more than once. They are gathered when somebody first
/// asks: of nearly all mappings nobody does.
struct KeysOfMapping {
  private let node: NodeRef
  private lazy var written = Written(node)
  private lazy var last = lastOfEach()

  init(_ node: NodeRef) { self.node = node }

  /// The keys that stand in the mapping itself.
  private struct Written {
    var first: [String: SourceSpan] = [:]
    var spans: Set<SourceSpan> = []

    init(_ node: NodeRef) {
      for entry in node.writtenEntries {
        let text = entry.key.keyText
        if first[text] == nil { first[text] = entry.key.span }
        spans.insert(entry.key.span)
      }
    }
  }

  private func lastOfEach() -> [String: NodeRef] {
    Dictionary(node.entries.lazy.map { ($0.key.keyText, $0.key) }) { _, last in last }
  }

  /// Where a key first stands in the mapping itself.
  mutating func firstWritten(_ text: String) -> SourceSpan? { written.first[text] }

  /// Whether a key is there, merged ones among them.
  mutating func holds(_ text: String) -> Bool { last[text] != nil }

  /// Whether a key is written in this mapping itself, and not for the first time.
  mutating func isWrittenTwice(_ key: NodeRef) -> Bool {
    guard let first = written.first[key.keyText] else { return false }
    return first != key.span && written.spans.contains(key.span)
  }

  /// Whether a key is the one that counts of those with its text, in a mapping with merge keys.
  mutating func isEffective(_ key: NodeRef) -> Bool { last[key.keyText]?.isSame(as: key) ?? true }
}
