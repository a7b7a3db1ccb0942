internal import Diagnostics
internal import YAMLSource

/// A field path of a replacement: keys with dots between them, `[key=value]` for items, `*` for all, numbers (kyaml:
/// `PathGetter` for sources and `PathMatcher` for targets, which differ).
struct FieldPath {
  /// What a path does not lead to.
  struct Failure: Error {
    let message: String
  }

  private enum Step {
    case key(String)
    /// An item by the text of one of its fields, or by its own where the key is empty.
    case item(key: String, value: String)
    case number(Int)
    case last
    case all
    case malformed
  }

  private let steps: [Step]
  private let texts: [String]

  init(_ text: String) {
    texts = FieldPath.parts(text)
    steps = texts.map(FieldPath.step)
  }

  // MARK: Parsing

  /// The text cut at its dots, but not at those behind a backslash or in brackets.
  private static func parts(_ text: String) -> [String] {
    var pieces: [String] = []
    for piece in text.split(separator: ".", omittingEmptySubsequences: false) {
      if let last = pieces.last, last.hasSuffix("\\") {
        pieces[pieces.count - 1] = last.dropLast() + "." + piece
      } else {
        pieces.append(String(piece))
      }
    }
    var parts: [String] = []
    var index = 0
    while index < pieces.count {
      var part = pieces[index]
      index += 1
      guard part.hasPrefix("["), !part.hasSuffix("]") else {
        parts.append(part)
        continue
      }
      while index < pieces.count, !part.hasSuffix("]") {
        part += "." + pieces[index]
        index += 1
      }
      if !part.contains("=") {
        part = String(part.drop { "[]".contains($0) })
        while let last = part.last, "[]".contains(last) { part.removeLast() }
      }
      parts.append(part)
    }
    return parts
  }

  private static func step(_ part: String) -> Step {
    if part == "*" { return .all }
    if part == "-" { return .last }
    if let number = Int(part) { return .number(number) }
    guard part.hasPrefix("["), part.hasSuffix("]") else { return .key(part) }
    guard let equals = part.firstIndex(of: "=") else { return .malformed }
    let key = part[part.index(after: part.startIndex)..<equals]
    return .item(key: String(key), value: String(part[part.index(after: equals)...].dropLast()))
  }

  // MARK: Reading

  /// The node that the path leads to; `nil` where there is none.
  func node(in root: TreeNode) throws(Failure) -> TreeNode? {
    var node = root
    for (step, text) in zip(steps, texts) {
      if node.isNull { return nil }
      let next: TreeNode?
      switch step {
      case .all, .key:
        guard node.isMapping else { throw FieldPath.wrongKind }
        // An empty part says nothing.
        next = text.isEmpty ? node : node[text]
      case .number(let number):
        guard node.isSequence, number >= 0 else { throw FieldPath.wrongKind }
        next = number < node.items.count ? node.items[number] : nil
      case .last:
        guard node.isSequence, let last = node.items.last else { throw FieldPath.wrongKind }
        next = last
      case .item(let key, let value):
        guard node.isSequence else { throw FieldPath.wrongKind }
        next = node.items.first { key.isEmpty ? $0.rawText == value : $0[key]?.rawText == value }
      case .malformed: throw Failure(message: "an item is named as `[key=value]`")
      }
      guard let next else { return nil }
      node = next
    }
    return node
  }

  private static let wrongKind = Failure(message: "the path leads through a value of another kind")

  // MARK: Changing

  /// Changes each node that the path leads to, and returns how many these were.
  ///
  /// - Parameter made: what is put where the path ends in nothing; `nil` for no making.
  func change(
    _ root: inout TreeNode, makes made: TreeNode?, at place: SourceSpan,
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let maker = made.map { Maker(leaf: $0, place: place) }
    return try change(&root, steps[...], maker, body)
  }

  private struct Maker {
    let leaf: TreeNode
    let place: SourceSpan

    /// What a path needs whose next step is `step`.
    func node(before step: Step?) -> TreeNode {
      switch step {
      case nil: leaf
      case .number, .item, .last, .all, .malformed: TreeNode(.sequence([]), at: place)
      case .key: TreeNode(.mapping([]), at: place)
      }
    }
  }

  private func change(
    _ node: inout TreeNode, _ steps: ArraySlice<Step>, _ maker: Maker?, _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    guard let step = steps.first else {
      try body(&node)
      return 1
    }
    let rest = steps.dropFirst()
    switch step {
    case .key(let key): return try changeField(&node, key, rest, maker, body)
    case .last: return try changeField(&node, "-", rest, maker, body)
    case .number(let number): return try changeItem(&node, number, rest, maker, body)
    case .all:
      guard node.isSequence else { throw FieldPath.wrongKind }
      var count = 0
      try node.changeItems { (item: inout TreeNode) throws(Failure) in
        count += try change(&item, rest, maker, body)
      }
      return count
    case .item(let key, let value): return try changeItems(&node, key, value, rest, maker, body)
    case .malformed: throw Failure(message: "an item is named as `[key=value]`")
    }
  }

  private func changeField(
    _ node: inout TreeNode, _ key: String, _ rest: ArraySlice<Step>, _ maker: Maker?,
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    // What kustomize makes in a null is not written out.
    if node.isNull { return maker == nil ? 0 : 1 }
    guard node.isMapping else { throw FieldPath.wrongKind }
    if node[key] == nil {
      guard let maker else { return 0 }
      node.append(TreeEntry(key, at: maker.place, maker.node(before: rest.first)))
    }
    var count = 0
    try node.change(key) { (value: inout TreeNode) throws(Failure) in
      count = try change(&value, rest, maker, body)
    }
    return count
  }

  private func changeItem(
    _ node: inout TreeNode, _ number: Int, _ rest: ArraySlice<Step>, _ maker: Maker?,
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    guard node.isSequence, number >= 0 else { throw FieldPath.wrongKind }
    let length = node.items.count
    if number == length, let maker { node.changeList { $0.append(maker.node(before: rest.first)) } }
    guard number < node.items.count else {
      throw Failure(message: "there is no item \(number), but only \(length) of them")
    }
    var count = 0
    try node.changeList { (items: inout [TreeNode]) throws(Failure) in
      count = try change(&items[number], rest, maker, body)
    }
    return count
  }

  private func changeItems(
    _ node: inout TreeNode, _ key: String, _ value: String, _ rest: ArraySlice<Step>, _ maker: Maker?,
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    guard node.isSequence else { throw FieldPath.wrongKind }
    guard let pattern = AnchoredPattern(".*(?:\(value)).*") else {
      throw Failure(message: "`\(value)` is no regular expression that can be read")
    }
    func isMeant(_ item: TreeNode) -> Bool {
      let text = key.isEmpty ? item : item[key]
      return text.map { $0.isScalar && pattern.matches($0.rawText) } ?? false
    }
    var count = 0
    try node.changeItems { (item: inout TreeNode) throws(Failure) in
      if isMeant(item) { count += try change(&item, key.isEmpty ? [] : rest, maker, body) }
    }
    guard count == 0, let maker else { return count }
    let text = TreeNode(string: value, at: maker.place)
    let made = key.isEmpty ? text : TreeNode(.mapping([TreeEntry(key, at: maker.place, text)]), at: maker.place)
    node.changeList { $0.append(made) }
    try node.changeList { (items: inout [TreeNode]) throws(Failure) in
      count = try change(&items[items.count - 1], key.isEmpty ? [] : rest, maker, body)
    }
    return count
  }
}

extension TreeNode {
  /// A scalar's text whatever its type, null's as well; empty for collections.
  var rawText: String { if case .scalar(let scalar) = content { scalar.text } else { "" } }
}
