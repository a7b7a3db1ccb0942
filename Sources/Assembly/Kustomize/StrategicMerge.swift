internal import Diagnostics
internal import Facts
internal import YAMLSource

/// Strategic merge patches as kustomize applies them (kyaml: `merge2` with prepended list items).
///
/// What a patch does not name is walked as well, for kustomize does so: nulls go, and lists with keys lose twins.
struct StrategicMerge {
  /// What cannot be merged, and where the patch says it.
  struct Failure: Error {
    let message: String
    let span: SourceSpan
  }

  /// In which kind's schema a node stands: the path through it goes from the object to where the walk is.
  struct Position {
    let kind: String
    /// How many keys lead to the object.
    let depth: Int
  }

  /// What is kept on the way.
  final class Work {
    /// How much was walked.
    var count = 0
    /// How many scalars that no patch names were left as they are.
    var keptScalars = 0
    var shared = SharedScalars()
    /// The keys that lead to where the walk is.
    var path: [String] = []
  }

  private let facts: KustomizeFacts
  let work = Work()

  init(_ facts: KustomizeFacts) { self.facts = facts }

  /// The object with a patch in it; `nil` when the patch deletes it.
  func merge(_ patch: TreeNode, into object: TreeNode) throws(Failure) -> TreeNode? {
    var plain = patch
    let directive = try StrategicMerge.takeDirective(from: &plain)
    // Kustomize writes into the object itself, of which nothing is left to it when the patch is to replace it.
    if directive == .replace {
      _ = try fields(plain, plain, schema(of: object) ?? schema(of: plain), isSelf: true)
      return object
    }
    var merged = try walk(object, patch, nil)
    if !work.shared.isEmpty, var node = merged {
      work.shared.propagate(in: &node)
      merged = node
    }
    return merged
  }

  // MARK: Nodes

  /// The merged node; `nil` for one that goes.
  ///
  /// - Parameters:
  ///   - position: `nil` where there is no schema.
  ///   - isSelf: whether the patch is merged with itself, which takes directives and nulls out of it: what is new is.
  func walk(
    _ target: TreeNode?, _ patch: TreeNode?, _ position: Position?, isSelf: Bool = false
  ) throws(Failure) -> TreeNode? {
    work.count += 1
    let position = position ?? schema(of: target) ?? schema(of: patch)
    guard let leading = [target, patch].lazy.compactMap({ $0 }).first(where: { !$0.isNull }) else {
      // An explicit null that no patch names stays one; nothing at all goes.
      if patch == nil, let target, case .scalar(let scalar) = target.content, !scalar.text.isEmpty { return target }
      return nil
    }
    if let target, let patch, !target.isNull, !patch.isNull, !target.hasKind(of: patch) {
      throw Failure(message: "the patch and the object have values of different kinds here", span: patch.firstPlace)
    }
    switch leading.content {
    case .mapping: return try walkMapping(target, patch, position, isSelf)
    case .scalar:
      guard let patch else { return target }
      return patch.isNull ? nil : work.shared.replace(target, by: patch.written(over: target), at: work.path)
    case .sequence:
      guard let position, let list = list(at: position) else {
        return patch.map { $0.isNull ? nil : $0 } ?? target
      }
      return try ListMerge(self, list, position).walk(target, patch, isSelf)
    }
  }

  private func list(at position: Position) -> MergeList? {
    facts.mergeList(at: work.path[position.depth...].joined(separator: "/"), ofKind: position.kind)
  }

  /// Objects bring their schema along, wherever they stand.
  private func schema(of node: TreeNode?) -> Position? {
    guard let node, node.isMapping, let version = node["apiVersion"]?.text, let kind = node["kind"]?.text,
      facts.hasSchema(apiVersion: version)
    else { return nil }
    return Position(kind: kind, depth: work.path.count)
  }

  private func walkMapping(
    _ target: TreeNode?, _ patch: TreeNode?, _ position: Position?, _ isSelf: Bool
  ) throws(Failure) -> TreeNode? {
    guard var patch else {
      guard let target else { return nil }
      return try fields(target, nil, position, isSelf: false)
    }
    if patch.isNull { return nil }
    let directive = try StrategicMerge.takeDirective(from: &patch)
    if directive == .delete { return nil }
    guard let target, !target.isNull, directive != .replace, !isSelf else {
      return try fields(patch, patch, position, isSelf: true)
    }
    return try fields(target, patch, position, isSelf: false)
  }

  private func fields(
    _ target: TreeNode, _ patch: TreeNode?, _ position: Position?, isSelf: Bool
  ) throws(Failure) -> TreeNode {
    var patched = FieldTable(patch?.entries ?? [])
    var entries: [TreeEntry] = []
    entries.reserveCapacity(target.entries.count)
    for entry in target.entries {
      let new = patched.take(entry.key)
      if new == nil, entry.value.hasText {
        work.keptScalars += 1
        entries.append(entry)
        continue
      }
      work.path.append(entry.key)
      defer { work.path.removeLast() }
      guard let value = try walk(entry.value, new?.value, position, isSelf: isSelf) else { continue }
      // A value that the patch gives as a whole is the patch's, and so is its key.
      let place = new.map { $0.value.isMapping ? entry.keySpan : $0.keySpan }
      entries.append(TreeEntry(entry.key, at: place ?? entry.keySpan, value))
    }
    for entry in patched.rest {
      work.path.append(entry.key)
      defer { work.path.removeLast() }
      guard let value = try walk(nil, entry.value, position) else { continue }
      entries.append(TreeEntry(entry.key, at: entry.keySpan, value))
    }
    return TreeNode(.mapping(entries), at: target.span)
  }

  // MARK: Directives

  enum Directive { case merge, replace, delete }

  /// What `$patch` says in a mapping, which loses it.
  static func takeDirective(from node: inout TreeNode) throws(Failure) -> Directive {
    guard let value = node["$patch"] else { return .merge }
    node["$patch"] = nil
    return try directive(value)
  }

  static func directive(_ value: TreeNode) throws(Failure) -> Directive {
    switch value.text {
    case "merge": return .merge
    case "replace": return .replace
    case "delete": return .delete
    default:
      throw Failure(message: "there is no patch strategy `\(value.text ?? "")`", span: value.span)
    }
  }
}

extension TreeNode {
  /// Whether it is a scalar of which something is written: even a null stays then, where no patch names it.
  fileprivate var hasText: Bool { if case .scalar(let scalar) = content { !scalar.text.isEmpty } else { false } }

  fileprivate func hasKind(of other: TreeNode) -> Bool {
    switch (content, other.content) {
    case (.scalar, .scalar), (.mapping, .mapping), (.sequence, .sequence): true
    default: false
    }
  }
}

extension TreeNode {
  /// The scalar as kustomize writes it where another one stood, whose quotes it keeps, or their absence: quotes make a
  /// text of a number, now and where another patch follows.
  func written(over old: TreeNode?) -> TreeNode {
    guard let old, !old.isNull, case .scalar(let before) = old.content, case .scalar(var scalar) = content,
      scalar.style != before.style
    else { return self }
    if before.isQuoted || string != nil { scalar.tag = .string }
    scalar.style = before.style
    return TreeNode(.scalar(scalar), at: span)
  }
}

/// Entries by key: a few are looked through, many are indexed.
private struct FieldTable {
  private var entries: [TreeEntry?]
  private var numbers: [String: Int] = [:]

  init(_ entries: [TreeEntry]) {
    self.entries = entries
    guard entries.count > 8 else { return }
    for (number, entry) in entries.enumerated() { numbers[entry.key] = number }
  }

  mutating func take(_ key: String) -> TreeEntry? {
    let number = numbers.isEmpty ? entries.firstIndex { $0?.key == key } : numbers[key]
    guard let number, let entry = entries[number] else { return nil }
    entries[number] = nil
    return entry
  }

  /// What was not taken, in order.
  var rest: [TreeEntry] { entries.compactMap { $0 } }
}
