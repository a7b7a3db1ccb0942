package import Diagnostics

/// How a scalar was written; decides whether it can be anything but a string.
package enum ScalarStyle: UInt8, Sendable {
  case plain, singleQuoted, doubleQuoted, literal, folded
}

/// An explicit tag in front of a node.
package enum NodeTag: UInt8, Sendable {
  /// No tag: plain scalars are resolved by their text.
  case none
  case string, integer, float, boolean, null, timestamp, binary, merge
  /// `!`, or a tag that Kubernetes' reader does not know.
  case other
}

/// The nodes of one YAML document with their places, in one array in the order of the text.
///
/// Immutable once built, and cheap to share. A scalar's text is a range of the file wherever the text stands there as
/// it is (plain and simply quoted scalars), so that reading a manifest copies nearly nothing.
package final class YAMLTree: Sendable {
  /// One node: 36 bytes.
  struct Node: Equatable, Sendable {
    enum Kind: UInt8 { case scalar, mapping, sequence, alias }

    var kind: Kind
    var style: ScalarStyle = .plain
    var tag: NodeTag = .none
    /// Whether `text` counts in `cooked` instead of in the file.
    var isCooked = false
    /// The place of the node in the file.
    var start: UInt32
    var end: UInt32
    /// A scalar's text.
    var textStart: UInt32 = 0
    var textCount: UInt32 = 0
    /// The node after this one in the same collection; 0 for the last one (the root is nobody's sibling).
    var next: UInt32 = 0
    /// A collection's first child, 0 when it is empty; an alias's target.
    var child: UInt32 = 0
    /// The number of children; a mapping's keys and values count one each.
    var count: UInt32 = 0
  }

  package let file: SourceFile
  /// The document's bytes in the file.
  package let range: Range<Int>
  let nodes: [Node]
  /// Texts that do not stand in the file as they are: escapes, folded lines, block scalars.
  let cooked: [UInt8]
  /// Whether a merge key (`<<`) occurs anywhere.
  package let hasMergeKeys: Bool
  /// Whether the document was read as JSON, whose numbers keep their fraction and whose words are never resolved.
  package let isJSON: Bool
  /// For a tree that a build made, the file that each node stands in; empty for a document as it was read. All texts of
  /// a built tree count in `cooked`.
  let origins: [FileID]

  init(
    file: SourceFile, range: Range<Int>, nodes: [Node], cooked: [UInt8], hasMergeKeys: Bool, isJSON: Bool = false,
    origins: [FileID] = []
  ) {
    self.file = file
    self.range = range
    self.nodes = nodes
    self.cooked = cooked
    self.hasMergeKeys = hasMergeKeys
    self.isJSON = isJSON
    self.origins = origins
  }

  /// The document's outermost node; `nil` when it holds nothing but comments.
  package var root: NodeRef? { nodes.isEmpty ? nil : NodeRef(tree: self, place: 0) }
}

extension [YAMLTree.Node] {
  /// Makes the last node a child of a collection.
  ///
  /// - Parameter sibling: the collection's last child before it; 0 where it is the first one.
  mutating func linkLast(to collection: Int, after sibling: Int) {
    let index = UInt32(count - 1)
    if sibling == 0 { self[collection].child = index } else { self[sibling].next = index }
    self[collection].count += 1
  }
}

extension YAMLTree {
  /// The nodes of a mapping's last pair with a key, as they are written; `nil` for other kinds. Readers ask for most fields
  /// of every object, so that nothing is counted or copied on the way.
  func lastPair(of mapping: Int, with text: StaticString) -> (key: Int, value: Int)? {
    nodes.withUnsafeBufferPointer { nodes in
      guard nodes[mapping].kind == .mapping else { return nil }
      var found: (key: Int, value: Int)?
      var key = Int(nodes[mapping].child)
      while key != 0 {
        let value = Int(nodes[key].next)
        let node = nodes[key].kind == .alias ? nodes[Int(nodes[key].child)] : nodes[key]
        if node.kind == .scalar, Int(node.textCount) == text.utf8CodeUnitCount, isText(of: node, text) {
          found = (key, value)
        }
        key = Int(nodes[value].next)
      }
      return found
    }
  }

  /// - Parameter text: of the same length.
  private func isText(of node: Node, _ text: StaticString) -> Bool {
    (node.isCooked || !origins.isEmpty ? cooked : file.bytes).withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, node.textCount > 0 else { return true }
      return memoryEqual(base + Int(node.textStart), text.utf8Start, Int(node.textCount))
    }
  }

  /// Where a text first stands in the document outside of comments and of quotes: in a plain scalar or in a block. O(bytes).
  package func unquotedOffset(of text: StaticString) -> Int? {
    guard file.bytes.contains(text, in: range) else { return nil }
    return nodes.lazy
      .filter { $0.kind == .scalar && $0.style != .singleQuoted && $0.style != .doubleQuoted }
      .compactMap { self.file.bytes.firstOffset(of: text, in: Int($0.start)..<Int($0.end)) }.first
  }
}
