internal import CYAML
internal import Diagnostics

/// Collects the events of one document into the node array.
struct TreeBuilder {
  let file: SourceFile
  let range: Range<Int>
  private var nodes: [YAMLTree.Node] = []
  private var cooked: [UInt8] = []
  private var open: [OpenCollection] = []
  private var anchors: [String: Anchor] = [:]
  private var expandedNodes = 0
  private var hasMergeKeys = false

  private struct OpenCollection {
    var node: Int
    var lastChild = 0
    /// Nodes that the aliases inside add, were they written out.
    var expansion = 0
    var anchor: String?
  }

  private struct Anchor {
    var node: Int
    /// The number of nodes in it, aliases written out; `nil` while it is open.
    var size: Int?
  }

  init(file: SourceFile, range: Range<Int>) {
    self.file = file
    self.range = range
    nodes.reserveCapacity(range.count / 12 + 4)
  }

  consuming func finish() -> YAMLTree {
    YAMLTree(file: file, range: range, nodes: nodes, cooked: cooked, hasMergeKeys: hasMergeKeys)
  }

  /// Adds an event's node; starts and ends of streams and documents add none.
  mutating func add(
    _ event: yaml_event_t, _ offsets: inout ScalarOffsets, _ content: UnsafeBufferPointer<UInt8>
  ) throws(YAMLProblem) {
    switch event.type {
    case YAML_SCALAR_EVENT:
      let anchor = name(event.data.scalar.anchor)
      let node = try addScalar(event, &offsets, content)
      if let anchor { anchors[anchor] = Anchor(node: node, size: 1) }
    case YAML_ALIAS_EVENT:
      try addAlias(event, &offsets)
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      try begin(.mapping, event, data.anchor, data.tag, &offsets)
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      try begin(.sequence, event, data.anchor, data.tag, &offsets)
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
      end(event, &offsets)
    default: break
    }
  }

  // MARK: Scalars and aliases

  private mutating func addScalar(
    _ event: yaml_event_t, _ offsets: inout ScalarOffsets, _ content: UnsafeBufferPointer<UInt8>
  ) throws(YAMLProblem) -> Int {
    let data = event.data.scalar
    var node = YAMLTree.Node(kind: .scalar, start: 0, end: 0)
    node.style = style(data.style)
    node.tag = tag(data.tag)
    let place = offsets.offset(of: Int(event.start_mark.index))
    var end = offsets.offset(of: Int(event.end_mark.index))
    let start = afterProperties(content, place, end)
    if node.style == .literal || node.style == .folded { end = endOfBlockScalar(content, start, end) }
    node.start = UInt32(range.lowerBound + start)
    node.end = UInt32(range.lowerBound + end)
    node.textCount = UInt32(data.length)
    let text = UnsafeBufferPointer(start: data.value.map { UnsafePointer($0) }, count: data.length)
    let textStart = node.style == .plain ? end - data.length : end - 1 - data.length
    if node.tag == .binary {
      // As goyaml: what stands in the file is not what counts.
      guard let decoded = Base64.decode(text) else {
        throw YAMLProblem(.wrongTag, at: SourceSpan(file: file.id, start: node.start, end: node.end))
      }
      cook(decoded, &node)
    } else if let value = text.baseAddress, data.length > 0 {
      if node.style.rawValue <= ScalarStyle.doubleQuoted.rawValue, textStart >= start, let base = content.baseAddress,
        memoryEqual(base + textStart, value, data.length)
      {
        node.textStart = UInt32(range.lowerBound + textStart)
      } else {
        cook(text, &node)
      }
      if data.length == 2, value[0] == UInt8(ascii: "<"), value[1] == UInt8(ascii: "<") { hasMergeKeys = true }
    }
    return append(node)
  }

  private mutating func cook(_ text: some Collection<UInt8>, _ node: inout YAMLTree.Node) {
    node.isCooked = true
    node.textStart = UInt32(cooked.count)
    node.textCount = UInt32(text.count)
    cooked.append(contentsOf: text)
  }

  private mutating func addAlias(_ event: yaml_event_t, _ offsets: inout ScalarOffsets) throws(YAMLProblem) {
    let place = span(event, &offsets)
    let name = name(event.data.alias.anchor) ?? ""
    guard let anchor = anchors[name] else { throw YAMLProblem(.undefinedAlias(name), at: place) }
    guard let size = anchor.size else { throw YAMLProblem(.recursiveAlias(name), at: place) }
    expandedNodes += size
    guard expandedNodes <= YAMLReader.Limits.aliasExpansion else { throw YAMLProblem(.tooManyAliases, at: place) }
    if !open.isEmpty { open[open.count - 1].expansion += size }
    var node = YAMLTree.Node(kind: .alias, start: place.start, end: place.end)
    node.child = UInt32(anchor.node)
    _ = append(node)
  }

  // MARK: Collections

  private mutating func begin(
    _ kind: YAMLTree.Node.Kind, _ event: yaml_event_t, _ anchor: UnsafeMutablePointer<yaml_char_t>?,
    _ tag: UnsafeMutablePointer<yaml_char_t>?, _ offsets: inout ScalarOffsets
  ) throws(YAMLProblem) {
    var node = YAMLTree.Node(kind: kind, start: 0, end: 0)
    node.tag = self.tag(tag)
    let place = span(event, &offsets)
    guard open.count < YAMLReader.Limits.depth else { throw YAMLProblem(.tooDeep, at: place) }
    // The start mark of a flow collection ends behind the bracket, and begins at `&x `.
    (node.start, node.end) = (place.end > place.start ? place.end - 1 : place.start, place.end)
    let index = append(node)
    let anchor = name(anchor)
    if let anchor { anchors[anchor] = Anchor(node: index, size: nil) }
    open.append(OpenCollection(node: index, anchor: anchor))
  }

  /// A block collection starts with an empty span (after `&x `) and "ends" at the next token: its span is that of its
  /// children. A flow collection's marks are its brackets.
  private mutating func end(_ event: yaml_event_t, _ offsets: inout ScalarOffsets) {
    let collection = open.removeLast()
    let place = span(event, &offsets)
    if place.end > place.start {
      nodes[collection.node].end = place.end
    } else if nodes[collection.node].child != 0 {
      nodes[collection.node].start = nodes[Int(nodes[collection.node].child)].start
      nodes[collection.node].end = nodes[collection.lastChild].end
    }
    if let anchor = collection.anchor, anchors[anchor]?.node == collection.node {
      anchors[anchor]?.size = nodes.count - collection.node + collection.expansion
    }
    if !open.isEmpty { open[open.count - 1].expansion += collection.expansion }
  }

  private mutating func append(_ node: YAMLTree.Node) -> Int {
    let index = nodes.count
    nodes.append(node)
    guard !open.isEmpty else { return index }
    let parent = open.count - 1
    nodes.linkLast(to: open[parent].node, after: open[parent].lastChild)
    open[parent].lastChild = index
    return index
  }

  // MARK: Details of events

  private func span(_ event: yaml_event_t, _ offsets: inout ScalarOffsets) -> SourceSpan {
    let start = UInt32(range.lowerBound + offsets.offset(of: Int(event.start_mark.index)))
    let end = UInt32(range.lowerBound + offsets.offset(of: Int(event.end_mark.index)))
    return SourceSpan(file: file.id, start: start, end: end)
  }

  /// Where a scalar begins behind its anchor and tag (`&x !!str `), which libyaml counts in, and which may stand on
  /// lines of their own.
  private func afterProperties(_ content: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var start = start
    while start < end, content[start] == UInt8(ascii: "&") || content[start] == UInt8(ascii: "!") {
      while start < end, content[start] > 0x20 { start += 1 }
      while start < end, content[start] <= 0x20 || content[start] == UInt8(ascii: "#") {
        let isComment = content[start] == UInt8(ascii: "#")
        start += 1
        while isComment, start < end, content[start] != 0x0A, content[start] != 0x0D { start += 1 }
      }
    }
    return start
  }

  /// A block scalar's end mark runs over the blank lines after it; without any text it ends with its indicators
  /// (`|-`), in front of a comment on that line.
  private func endOfBlockScalar(_ content: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start, content[end - 1] <= 0x20 { end -= 1 }
    let header = content[start..<end].firstIndex { $0 <= 0x20 } ?? end
    let isText = content[header..<end].contains { $0 == 0x0A || $0 == 0x0D }
    return isText ? end : header
  }

  private func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    text.map { String(decodingCString: UnsafePointer($0), as: UTF8.self) }
  }

  private func style(_ style: yaml_scalar_style_t) -> ScalarStyle {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private func tag(_ tag: UnsafeMutablePointer<yaml_char_t>?) -> NodeTag {
    guard let text = name(tag) else { return .none }
    return switch text {
    case "tag:yaml.org,2002:str": .string
    case "tag:yaml.org,2002:int": .integer
    case "tag:yaml.org,2002:float": .float
    case "tag:yaml.org,2002:bool": .boolean
    case "tag:yaml.org,2002:null": .null
    case "tag:yaml.org,2002:timestamp": .timestamp
    case "tag:yaml.org,2002:binary": .binary
    case "tag:yaml.org,2002:merge": .merge
    default: .other
    }
  }
}
