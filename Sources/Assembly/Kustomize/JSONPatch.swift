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
    guard document.isSequence, document.items.allSatisfy({ $0["op"]?.text != nil && $0["path"]?.text != nil }) else {
      return nil
    }
    operations = document.items
  }

  func apply(to root: inout TreeNode) throws(Failure) {
    for operation in operations { try apply(operation, to: &root) }
  }

  private func apply(_ operation: TreeNode, to root: inout TreeNode) throws(Failure) {
    let path = try pointer(operation, "path")
    let place = operation["path"]?.span ?? operation.span
    switch operation["op"]?.text {
    case "add": try add(value(of: operation), at: path, to: &root, place, keySpan: place)
    case "replace":
      guard JSONPatch.node(root, path[...]) != nil || path.isEmpty else { throw missing(path, place) }
      try remove(path, from: &root, place)
      try add(value(of: operation), at: path, to: &root, place, keySpan: place)
    case "remove": try remove(path, from: &root, place)
    case "move", "copy":
      let from = try pointer(operation, "from")
      guard let moved = JSONPatch.node(root, from[...]) else { throw missing(from, operation["from"]?.span ?? place) }
      if operation["op"]?.text == "move" { try remove(from, from: &root, place) }
      try add(moved, at: path, to: &root, place, keySpan: place)
    case "test":
      let expected = operation["value"] ?? TreeNode(.scalar(TreeScalar(text: "null", style: .plain)), at: place)
      let found = JSONPatch.node(root, path[...])
      guard found == expected || (found == nil && expected.isNull) else {
        throw Failure(message: "the test of \(text(path)) fails", span: place)
      }
    default:
      throw Failure(
        message: "there is no operation `\(operation["op"]?.text ?? "")`", span: operation["op"]?.span ?? place)
    }
  }

  private func value(of operation: TreeNode) throws(Failure) -> TreeNode {
    guard let value = operation["value"] else {
      throw Failure(message: "the operation has no value", span: operation.firstPlace)
    }
    return value
  }

  // MARK: Pointers

  private func pointer(_ operation: TreeNode, _ key: String) throws(Failure) -> [String] {
    guard let text = operation[key]?.text else {
      throw Failure(message: "the operation has no `\(key)`", span: operation.firstPlace)
    }
    if text.isEmpty { return [] }
    guard text.hasPrefix("/") else {
      throw Failure(message: "`\(text)` must begin with `/`", span: operation[key]?.span ?? operation.span)
    }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
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

  private func add(
    _ value: TreeNode, at path: [String], to root: inout TreeNode, _ place: SourceSpan, keySpan: SourceSpan
  ) throws(Failure) {
    guard let last = path.last else {
      root = value
      return
    }
    try change(&root, path.dropLast()[...], path, place) { (parent: inout TreeNode) throws(Failure) in
      if parent.isSequence {
        var items = parent.items
        let index = last == "-" ? items.count : JSONPatch.index(last, count: items.count)
        guard let index, index <= items.count else { throw self.missing(path, place) }
        items.insert(value, at: index)
        parent.items = items
      } else if parent.isMapping {
        if parent[last] == nil {
          parent.entries.append(TreeEntry(last, at: keySpan, value))
        } else {
          parent[last] = value
        }
      } else {
        throw self.missing(path, place)
      }
    }
  }

  private func remove(_ path: [String], from root: inout TreeNode, _ place: SourceSpan) throws(Failure) {
    guard let last = path.last else { return }
    try change(&root, path.dropLast()[...], path, place) { (parent: inout TreeNode) throws(Failure) in
      if parent.isSequence {
        var items = parent.items
        guard let index = JSONPatch.index(last, count: items.count), index < items.count else {
          throw self.missing(path, place)
        }
        items.remove(at: index)
        parent.items = items
      } else {
        guard parent[last] != nil else { throw self.missing(path, place) }
        parent[last] = nil
      }
    }
  }

  private func change(
    _ node: inout TreeNode, _ path: ArraySlice<String>, _ whole: [String], _ place: SourceSpan,
    _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) {
    guard let key = path.first else { return try body(&node) }
    if node.isSequence {
      var items = node.items
      guard let index = JSONPatch.index(key, count: items.count), index < items.count else {
        throw missing(whole, place)
      }
      try change(&items[index], path.dropFirst(), whole, place, body)
      node.items = items
    } else {
      guard var value = node[key] else { throw missing(whole, place) }
      try change(&value, path.dropFirst(), whole, place, body)
      node[key] = value
    }
  }
}
