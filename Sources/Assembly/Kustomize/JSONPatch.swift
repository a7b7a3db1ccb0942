internal import Diagnostics
internal import YAMLSource

/// JSON patches (RFC 6902) as kustomize applies them (evanphx/json-patch).
struct JSONPatch {
  /// What cannot be done, and where the patch says it.
  struct Failure: Error {
    let message: String
    let span: SourceSpan
  }

  private let operations: [TreeNode]

  /// `nil` when a document is no list of operations.
  init?(_ document: TreeNode) {
    guard document.isSequence, document.items.allSatisfy(\.isMapping) else { return nil }
    operations = document.items.map { $0.asJSON }
  }

  var count: Int { operations.count }

  /// - Returns: how much was copied, by weight (`TreeNode.weight`).
  @discardableResult func apply(to root: inout TreeNode) throws(Failure) -> Int {
    var copied = 0
    for operation in operations { try apply(operation, to: &root, &copied) }
    return copied
  }

  /// What a patch that copies its own copies comes to soon, and no real one does.
  private static let mostCopied = 200_000

  private func apply(_ operation: TreeNode, to root: inout TreeNode, _ copied: inout Int) throws(Failure) {
    let path = try pointer(operation, "path")
    let place = operation["path"]?.span ?? operation.span
    switch operation["op"]?.text {
    case "add":
      guard !path.isEmpty else { throw missing(path, place) }
      try add(value(of: operation), at: path, to: &root, place)
    case "replace": try replace(path, by: value(of: operation), in: &root, place)
    case "remove": try remove(path, from: &root, place)
    case "move", "copy":
      let from = try pointer(operation, "from")
      let source = operation["from"]?.span ?? place
      // A key that is not there is copied as null.
      let moved = try found(at: from, in: root, source)
      copied += moved.weight(atMost: JSONPatch.mostCopied)
      if copied > JSONPatch.mostCopied {
        throw Failure(message: "the patch copies more than is built here", span: source)
      }
      if operation["op"]?.text == "move" { try remove(from, from: &root, source) }
      try add(moved, at: path, to: &root, place)
    case "test":
      let expected = value(of: operation)
      let found = try found(at: path, in: root, place)
      guard found == expected || found.isNull && expected.isNull else {
        throw Failure(message: "the test of \(text(path)) fails", span: place)
      }
      // The library crashes over a null in a list or mapping that it compares with another one.
      if !found.isScalar, found.hasNull {
        throw Failure(message: "the test of \(text(path)) compares nulls", span: place)
      }
    default:
      throw Failure(
        message: "there is no operation `\(operation["op"]?.text ?? "")`", span: operation["op"]?.span ?? place)
    }
  }

  /// Null where none is written.
  private func value(of operation: TreeNode) -> TreeNode {
    operation["value"] ?? TreeNode(.scalar(TreeScalar(text: "null", style: .plain)), at: operation.firstPlace)
  }

  /// What is there; null for a key that is missing in a mapping which is.
  private func found(
    at path: [String], in root: TreeNode, _ place: SourceSpan
  ) throws(Failure) -> TreeNode {
    if let node = JSONPatch.node(root, path[...]) { return node }
    guard !path.isEmpty, JSONPatch.node(root, path.dropLast()[...])?.isMapping ?? false else {
      throw missing(path, place)
    }
    return TreeNode(.scalar(TreeScalar(text: "null", style: .plain)), at: place)
  }

  // MARK: Pointers

  private func pointer(_ operation: TreeNode, _ key: String) throws(Failure) -> [String] {
    guard let text = operation[key]?.text else {
      throw Failure(message: "the operation has no `\(key)`", span: operation.firstPlace)
    }
    if text.isEmpty { return [] }
    // What stands before the first slash does not count.
    return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
      String(part).replacing("~1", with: "/").replacing("~0", with: "~")
    }
  }

  private func text(_ path: [String]) -> String { "/" + path.joined(separator: "/") }

  private func missing(_ path: [String], _ place: SourceSpan) -> Failure {
    Failure(message: "the object has no \(text(path))", span: place)
  }

  private static func node(_ root: TreeNode, _ path: ArraySlice<String>) -> TreeNode? {
    guard let key = path.first else { return root }
    if root.isSequence {
      guard let index = index(key, count: root.items.count), index < root.items.count else { return nil }
      return node(root.items[index], path.dropFirst())
    }
    return root[key].flatMap { node($0, path.dropFirst()) }
  }

  /// The number that a part of a pointer stands for; negative ones count from the end.
  private static func index(_ key: String, count: Int) -> Int? {
    guard let number = Int(key), number >= -count else { return nil }
    return number < 0 ? count + number : number
  }

  // MARK: Changes

  private func replace(
    _ path: [String], by value: TreeNode, in root: inout TreeNode, _ place: SourceSpan
  ) throws(Failure) {
    if let last = path.last, let parent = JSONPatch.node(root, path.dropLast()[...]), parent.isMapping,
      parent[last] == nil
    {
      return try add(value, at: path, to: &root, place)
    }
    try change(&root, path[...], path, place) { (node: inout TreeNode) throws(Failure) in node = value }
  }

  private func add(
    _ value: TreeNode, at path: [String], to root: inout TreeNode, _ place: SourceSpan
  ) throws(Failure) {
    guard let last = path.last else { throw missing(path, place) }
    try change(&root, path.dropLast()[...], path, place) { (parent: inout TreeNode) throws(Failure) in
      if parent.isSequence {
        let count = parent.items.count
        let index = last == "-" ? count : JSONPatch.index(last, count: count + 1)
        guard let index, index <= count else { throw self.missing(path, place) }
        parent.changeList { $0.insert(value, at: index) }
      } else if parent.isMapping {
        if parent[last] == nil {
          parent.append(TreeEntry(last, at: place, value))
        } else {
          parent[last] = value
        }
      } else {
        throw self.missing(path, place)
      }
    }
  }

  private func remove(_ path: [String], from root: inout TreeNode, _ place: SourceSpan) throws(Failure) {
    guard let last = path.last else { throw missing(path, place) }
    try change(&root, path.dropLast()[...], path, place) { (parent: inout TreeNode) throws(Failure) in
      if parent.isSequence {
        let count = parent.items.count
        guard let index = JSONPatch.index(last, count: count), index < count else { throw self.missing(path, place) }
        parent.changeList { _ = $0.remove(at: index) }
      } else if parent.isMapping {
        guard parent[last] != nil else { throw self.missing(path, place) }
        parent[last] = nil
      } else {
        throw self.missing(path, place)
      }
    }
  }

  private func change(
    _ node: inout TreeNode, _ path: ArraySlice<String>, _ whole: [String], _ place: SourceSpan,
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) {
    guard let key = path.first else { return try body(&node) }
    if node.isSequence {
      let count = node.items.count
      guard let index = JSONPatch.index(key, count: count), index < count else { throw missing(whole, place) }
      try node.changeList { (items: inout [TreeNode]) throws(Failure) in
        try change(&items[index], path.dropFirst(), whole, place, body)
      }
    } else {
      guard node[key] != nil else { throw missing(whole, place) }
      try node.change(key) { (value: inout TreeNode) throws(Failure) in
        try change(&value, path.dropFirst(), whole, place, body)
      }
    }
  }
}

extension TreeNode {
  fileprivate var hasNull: Bool {
    switch content {
    case .scalar: isNull
    case .sequence(let items): items.contains(where: \.hasNull)
    case .mapping(let entries): entries.contains { $0.value.hasNull }
    }
  }

  /// The node with its whole numbers and booleans as JSON writes them.
  fileprivate var asJSON: TreeNode {
    switch content {
    case .scalar(let scalar):
      let text: String
      switch scalar.value {
      case .integer(let number): text = String(number)
      case .bool(let value): text = String(value)
      default: return self
      }
      return TreeNode(.scalar(TreeScalar(text: text, style: .plain)), at: span)
    case .sequence(let items): return TreeNode(.sequence(items.map(\.asJSON)), at: span)
    case .mapping(let entries):
      return TreeNode(.mapping(entries.map { TreeEntry($0.key, at: $0.keySpan, $0.value.asJSON) }), at: span)
    }
  }
}
