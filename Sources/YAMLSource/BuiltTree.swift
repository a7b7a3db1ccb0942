package import Diagnostics

extension YAMLTree {
  /// The tree of an object that a build made, for those who read documents.
  ///
  /// - Parameter file: the file that the object comes from.
  package convenience init(_ root: TreeNode, file: SourceFile) {
    var writer = TreeWriter()
    writer.add(root)
    self.init(
      file: file, range: 0..<0, nodes: writer.nodes, cooked: writer.texts, hasMergeKeys: false, origins: writer.origins)
  }
}

/// Lays the nodes of a tree into one array.
private struct TreeWriter {
  var nodes: [YAMLTree.Node] = []
  var texts: [UInt8] = []
  var origins: [FileID] = []

  mutating func add(_ node: TreeNode) {
    switch node.content {
    case .scalar(let scalar): append(scalar, at: node.span)
    case .sequence(let items):
      let own = append(.sequence, at: node.span)
      var last = 0
      for item in items {
        link(nodes.count, after: &last, in: own)
        add(item)
      }
    case .mapping(let entries):
      let own = append(.mapping, at: node.span)
      var last = 0
      for entry in entries {
        link(nodes.count, after: &last, in: own)
        append(TreeScalar(text: entry.key, style: .doubleQuoted), at: entry.keySpan)
        link(nodes.count, after: &last, in: own)
        add(entry.value)
      }
    }
  }

  @discardableResult private mutating func append(_ kind: YAMLTree.Node.Kind, at span: SourceSpan) -> Int {
    nodes.append(YAMLTree.Node(kind: kind, start: span.start, end: span.end))
    origins.append(span.file)
    return nodes.count - 1
  }

  private mutating func append(_ scalar: TreeScalar, at span: SourceSpan) {
    let index = append(.scalar, at: span)
    // What a build writes as a text can be nothing else.
    nodes[index].style = scalar.tag == .string && scalar.style == .plain ? .doubleQuoted : scalar.style
    nodes[index].tag = scalar.tag
    nodes[index].isCooked = scalar.isCooked
    nodes[index].textStart = UInt32(texts.count)
    texts += scalar.text.utf8
    nodes[index].textCount = UInt32(texts.count) - nodes[index].textStart
  }

  private mutating func link(_ child: Int, after last: inout Int, in parent: Int) {
    if last == 0 { nodes[parent].child = UInt32(child) } else { nodes[last].next = UInt32(child) }
    nodes[parent].count += 1
    last = child
  }
}
