package import Diagnostics

/// A node that can be changed: what a document's node holds, with the place where each part is written.
///
/// Builds (kustomize, Flux, Argo CD) work on these. A part that a build puts in keeps the place of the file that says it,
/// so that one tree may hold places of several files. Copies share what they do not change. Aliases and merge keys are
/// written out, and of equal keys the last one is kept.
package struct TreeNode: Sendable {
  /// What a node is.
  package enum Content: Sendable {
    case scalar(TreeScalar)
    /// In the order of the text; no key twice.
    case mapping([TreeEntry])
    case sequence([TreeNode])
  }

  package var content: Content
  package var span: SourceSpan

  package init(_ content: Content, at span: SourceSpan) {
    self.content = content
    self.span = span
  }

  /// A string, whatever YAML would take the text for.
  package init(string text: String, at span: SourceSpan) {
    self.init(.scalar(TreeScalar(text: text, style: .plain, tag: .string)), at: span)
  }
}

/// A key of a mapping with its value.
package struct TreeEntry: Sendable {
  /// As Kubernetes' JSON has it (`NodeRef.keyText`).
  package var key: String
  package var keySpan: SourceSpan
  package var value: TreeNode

  package init(_ key: String, at keySpan: SourceSpan, _ value: TreeNode) {
    self.key = key
    self.keySpan = keySpan
    self.value = value
  }
}

/// A scalar's text and how it is written, which decides its type.
package struct TreeScalar: Sendable {
  package var text: String { didSet { isCooked = true } }
  package var style: ScalarStyle
  package var tag: NodeTag
  /// Whether the text does not stand in the file as it is.
  var isCooked: Bool
  /// Whether it was read as JSON, whose numbers keep their fraction.
  var isJSON: Bool
  /// For those who change trees: scalars of one number, other than 0, change together.
  package var identity: UInt32 = 0

  package init(text: String, style: ScalarStyle, tag: NodeTag = .none) {
    self.text = text
    self.style = style
    self.tag = tag
    isCooked = true
    isJSON = false
  }

  init(_ node: NodeRef) {
    text = node.text
    style = node.style
    tag = node.tag
    isCooked = node.isCooked
    isJSON = node.tree.isJSON
  }

  /// Whether it is written in quotes, or as a block.
  package var isQuoted: Bool { style != .plain }

  /// The value as Kubernetes' JSON has it; the text of a string is `text`.
  package var value: Scalar {
    switch tag {
    case .string, .binary, .timestamp: return .string
    case .none where style != .plain, .other, .merge: return .string
    default:
      var text = text
      return text.withUTF8 { isJSON ? ScalarResolution.resolveJSON($0) : ScalarResolution.resolve($0) }
    }
  }
}

// MARK: Reading

extension TreeNode {
  /// The node of a document, with everything in it. O(nodes), aliases written out.
  package init(_ node: NodeRef) {
    switch node.kind {
    case .scalar: content = .scalar(TreeScalar(node))
    case .sequence: content = .sequence(node.items.map(TreeNode.init))
    case .mapping:
      var entries: [TreeEntry] = []
      entries.reserveCapacity(node.count)
      for entry in node.entries {
        entries.append(TreeEntry(entry.key.keyText, at: entry.key.span, TreeNode(entry.value)))
      }
      content = .mapping(TreeNode.withoutTwins(entries))
    }
    span = node.span
  }

  static func withoutTwins(_ entries: [TreeEntry]) -> [TreeEntry] {
    // Few keys are compared, many are looked up.
    if entries.count < 9 {
      return entries.indices.filter { index in !entries[(index + 1)...].contains { $0.key == entries[index].key } }
        .map { entries[$0] }
    }
    var last: [String: Int] = [:]
    for (index, entry) in entries.enumerated() { last[entry.key] = index }
    return last.count == entries.count ? entries : entries.enumerated().filter { last[$1.key] == $0 }.map(\.element)
  }

  package var isMapping: Bool { if case .mapping = content { true } else { false } }
  package var isSequence: Bool { if case .sequence = content { true } else { false } }
  package var isScalar: Bool { if case .scalar = content { true } else { false } }

  package var isNull: Bool { if case .scalar(let scalar) = content { scalar.value == .null } else { false } }

  /// A scalar's text, whatever its type; `nil` for null and for collections.
  package var text: String? {
    guard case .scalar(let scalar) = content, scalar.value != .null else { return nil }
    return scalar.text
  }

  /// The text of a string; `nil` for anything else.
  package var string: String? {
    guard case .scalar(let scalar) = content, scalar.value == .string else { return nil }
    return scalar.text
  }

  package var bool: Bool? {
    guard case .scalar(let scalar) = content, case .bool(let value) = scalar.value else { return nil }
    return value
  }

  /// The entries of a mapping; none for other nodes.
  package var entries: [TreeEntry] {
    get { if case .mapping(let entries) = content { entries } else { [] } }
    set { content = .mapping(newValue) }
  }

  /// The items of a sequence; none for other nodes.
  package var items: [TreeNode] {
    get { if case .sequence(let items) = content { items } else { [] } }
    set { content = .sequence(newValue) }
  }

  /// A mapping's value; setting one that is new puts it last, at its own place, and setting `nil` removes the key.
  /// Setting makes a mapping of anything else. O(keys).
  package subscript(_ key: String) -> TreeNode? {
    get { if case .mapping(let entries) = content { entries.first { $0.key == key }?.value } else { nil } }
    set {
      guard case .mapping(var entries) = content else {
        if let newValue { content = .mapping([TreeEntry(key, at: newValue.span, newValue)]) }
        return
      }
      // Not two owners while the entries change.
      content = .sequence([])
      let index = entries.firstIndex { $0.key == key }
      if let newValue {
        if let index {
          entries[index].value = newValue
        } else {
          entries.append(TreeEntry(key, at: newValue.span, newValue))
        }
      } else if let index {
        entries.remove(at: index)
      }
      content = .mapping(entries)
    }
  }

  /// The node at the end of a path of keys.
  package subscript(path keys: String...) -> TreeNode? {
    keys.reduce(self as TreeNode?) { $0?[$1] }
  }

  /// Changes the value of a key in place, if it is there.
  package mutating func change<Failure: Error>(
    _ key: String, _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) {
    guard case .mapping(var entries) = content, let index = entries.firstIndex(where: { $0.key == key }) else { return }
    content = .sequence([])
    defer { content = .mapping(entries) }
    try body(&entries[index].value)
  }

  /// Puts an entry last in a mapping, which must not have its key. O(1) where nobody else has the entries.
  package mutating func append(_ entry: TreeEntry) {
    guard case .mapping(var entries) = content else { return }
    content = .sequence([])
    entries.append(entry)
    content = .mapping(entries)
  }

  /// Changes each value of a mapping in place.
  package mutating func changeValues<Failure: Error>(
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) {
    guard case .mapping(var entries) = content else { return }
    content = .sequence([])
    defer { content = .mapping(entries) }
    for index in entries.indices { try body(&entries[index].value) }
  }

  /// Changes the items of a sequence as a whole, in place.
  package mutating func changeList<Failure: Error>(
    _ body: (inout [TreeNode]) throws(Failure) -> Void
  ) throws(Failure) {
    guard case .sequence(var items) = content else { return }
    content = .mapping([])
    defer { content = .sequence(items) }
    try body(&items)
  }

  /// Changes each item of a sequence in place.
  package mutating func changeItems<Failure: Error>(
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) {
    try changeList { (items: inout [TreeNode]) throws(Failure) in
      for index in items.indices { try body(&items[index]) }
    }
  }
}

extension TreeNode {
  /// The node with each place moved to where `move` says.
  package func movingPlaces(_ move: (SourceSpan) -> SourceSpan) -> TreeNode {
    switch content {
    case .scalar: TreeNode(content, at: move(span))
    case .sequence(let items): TreeNode(.sequence(items.map { $0.movingPlaces(move) }), at: move(span))
    case .mapping(let entries):
      TreeNode(
        .mapping(entries.map { TreeEntry($0.key, at: move($0.keySpan), $0.value.movingPlaces(move)) }), at: move(span))
    }
  }
}

// MARK: Comparing

extension TreeNode: Hashable {
  /// Whether two nodes say the same to Kubernetes: places, spelling and the order of keys do not count.
  package static func == (a: TreeNode, b: TreeNode) -> Bool {
    switch (a.content, b.content) {
    case (.scalar(let a), .scalar(let b)):
      let value = a.value
      return value == b.value && (value != .string || a.text == b.text)
    case (.sequence(let a), .sequence(let b)): return a == b
    case (.mapping(let a), .mapping(let b)):
      guard a.count == b.count else { return false }
      if areShared(a, b) { return true }
      if zip(a, b).allSatisfy({ $0.key == $1.key }) { return zip(a, b).allSatisfy { $0.value == $1.value } }
      let others = Dictionary(b.map { ($0.key, $0.value) }) { $1 }
      return a.allSatisfy { entry in others[entry.key].map { $0 == entry.value } ?? false }
    default: return false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch content {
    case .scalar(let scalar):
      let value = scalar.value
      hasher.combine(value)
      if value == .string { hasher.combine(scalar.text) }
    case .sequence(let items): hasher.combine(items)
    case .mapping(let entries):
      hasher.combine(entries.count)
      for entry in entries.sorted(by: { $0.key < $1.key }) {
        hasher.combine(entry.key)
        hasher.combine(entry.value)
      }
    }
  }
}

extension TreeNode {
  /// Whether two nodes are the same in all: what they say, how that is written, and where. O(1) for parts that they share.
  package func isSame(as other: TreeNode) -> Bool {
    guard span == other.span else { return false }
    switch (content, other.content) {
    case (.scalar(let a), .scalar(let b)): return a.isSame(as: b)
    case (.sequence(let a), .sequence(let b)): return TreeNode.areSame(a, b) { $0.isSame(as: $1) }
    case (.mapping(let a), .mapping(let b)):
      return TreeNode.areSame(a, b) {
        $0.keySpan == $1.keySpan && $0.key.isSame(as: $1.key) && $0.value.isSame(as: $1.value)
      }
    default: return false
    }
  }

  private static func areSame<Part>(_ a: [Part], _ b: [Part], _ areSame: (Part, Part) -> Bool) -> Bool {
    a.count == b.count && (areShared(a, b) || zip(a, b).allSatisfy(areSame))
  }

  /// Whether two lists of equal length are one in memory.
  private static func areShared<Part>(_ a: [Part], _ b: [Part]) -> Bool {
    a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { a.baseAddress == $0.baseAddress } }
  }
}

extension TreeScalar {
  fileprivate func isSame(as other: TreeScalar) -> Bool {
    style == other.style && tag == other.tag && isCooked == other.isCooked && isJSON == other.isJSON
      && identity == other.identity && text.isSame(as: other.text)
  }
}

extension String {
  /// Whether two texts have the same bytes: to `==`, two spellings of one character are the same.
  package func isSame(as other: String) -> Bool {
    guard utf8.count == other.utf8.count, self == other else { return false }
    let areSame = utf8.withContiguousStorageIfAvailable { own in
      other.utf8.withContiguousStorageIfAvailable { own.elementsEqual($0) }
    }
    return (areSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
