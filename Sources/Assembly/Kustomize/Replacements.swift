internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// `replacements`: values of one object's fields written into those of others (kustomize: `replacement.Filter`).
struct Replacements {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext
  private var facts: KustomizeFacts { builder.facts }

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  func run(_ result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("replacements") {
      for replacement in try replacements(entry, &result) { try apply(replacement, to: &result) }
    }
  }

  /// The replacement itself, or those of the file that it names.
  private func replacements(
    _ entry: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> [TreeNode] {
    guard let name = entry["path"], let text = name.text, !text.isEmpty else { return [entry] }
    let path = Paths.join(file.directory, text)
    guard builder.files.kind(of: path) == .file else {
      throw BuildRefusal(
        "kustomize refuses this build: there is no file `\(text)`", at: name.span,
        remedy: "add the file, or delete the entry")
    }
    try ResourceLoader(builder, file, context).checkRoot(path, name)
    result.usedFiles.insert(UsedFile(path: path, role: .data))
    let root: TreeNode?
    do throws(YAMLProblem) {
      root = try builder.documents.documents(of: path).first?.root
    } catch {
      throw BuildRefusal(
        "kustomize refuses this build: \(YAMLProblemMessage.text(error.kind))", at: error.span, remedy: "mend the YAML")
    }
    guard let root else { return [] }
    let list = root.isSequence ? root : TreeNode(.sequence([root]), at: root.span)
    if let refusal = FieldShape.replacements.refusal(of: list, at: "replacements") { throw refusal }
    return list.items
  }

  private func apply(_ replacement: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    let value: TreeNode
    if let text = replacement["sourceValue"], !text.isNull {
      value = text
    } else {
      value = try source(replacement, result)
    }
    guard let targets = replacement["targets"]?.items, !targets.isEmpty else {
      throw refusal("a replacement needs targets", replacement.firstPlace)
    }
    for target in targets { try write(value, target, to: &result) }
  }

  // MARK: Source

  private func source(_ replacement: TreeNode, _ result: Accumulation) throws(BuildRefusal) -> TreeNode {
    guard let source = replacement["source"], !source.isNull else {
      throw refusal("a replacement needs a source", replacement.firstPlace)
    }
    let matching = result.resources.filter { Replacements.isSource($0, source, facts) }
    guard matching.count == 1, let resource = matching.first else {
      throw refusal(
        matching.isEmpty ? "no object is the source of this replacement" : "several objects match the source",
        source.firstPlace)
    }
    let path = source["fieldPath"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? "metadata.name"
    let steps = ReplacementPath(path)
    guard let value = steps.first(in: resource.root), !value.isNull else {
      throw refusal("the source has no field `\(path)`", source["fieldPath"]?.span ?? source.firstPlace)
    }
    guard let options = source["options"], !options.isNull, let delimiter = options["delimiter"]?.text,
      !delimiter.isEmpty
    else { return value }
    let parts = (value.text ?? "").split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
    let index = Replacements.index(options)
    guard parts.indices.contains(index) else {
      throw refusal("the source has no part \(index)", options.firstPlace)
    }
    return TreeNode(string: parts[index], at: value.span)
  }

  /// Sources are found by texts that are equal, not by patterns.
  private static func isSource(_ resource: Resource, _ source: TreeNode, _ facts: KustomizeFacts) -> Bool {
    resource.ids(facts).contains { id in
      func matches(_ key: String, _ text: String) -> Bool {
        guard let wanted = source[key]?.text, !wanted.isEmpty else { return true }
        return wanted == text
      }
      return matches("group", id.group) && matches("version", id.version) && matches("kind", id.kind)
        && matches("name", id.name) && matches("namespace", id.namespace ?? "")
    }
  }

  private static func index(_ options: TreeNode) -> Int { options["index"]?.text.flatMap { Int($0) } ?? 0 }

  // MARK: Targets

  private func write(_ value: TreeNode, _ target: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    guard let select = target["select"], !select.isNull else {
      throw refusal("a target needs `select`", target.firstPlace)
    }
    let selector = try TargetSelector(select)
    var rejected: [TargetSelector] = []
    for node in target["reject"]?.items ?? [] where !node.isEmpty { rejected.append(try TargetSelector(node)) }
    let paths = target["fieldPaths"]?.items ?? [TreeNode(string: "metadata.name", at: target.firstPlace)]
    let options = target["options"]
    var isFound = false
    for index in result.resources.indices where selector.selects(result.resources[index], facts) {
      if rejected.contains(where: { $0.selects(result.resources[index], facts) }) { continue }
      isFound = true
      for path in paths {
        let before = result.resources[index].id(facts)
        let count = write(value, at: path, options, in: &result.resources[index])
        guard count > 0 || options?["create"]?.bool ?? false else {
          throw refusal("\(before.text) has no field `\(path.text ?? "")`", path.span)
        }
      }
    }
    if !isFound { result.idleTargets.insert(select.firstPlace) }
  }

  private func write(_ value: TreeNode, at path: TreeNode, _ options: TreeNode?, in resource: inout Resource) -> Int {
    let steps = ReplacementPath(path.text ?? "")
    let creates = options?["create"]?.bool ?? false
    guard creates || steps.first(in: resource.root) != nil else { return 0 }
    return steps.change(&resource.root, creates: creates, at: value.span) { node in
      guard let options, let delimiter = options["delimiter"]?.text, !delimiter.isEmpty else {
        node = Replacements.value(value, for: node)
        return
      }
      var parts = (node.text ?? "").split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
      let index = Replacements.index(options)
      let text = value.text ?? ""
      if index < 0 {
        parts.insert(text, at: 0)
      } else if index >= parts.count {
        parts.append(text)
      } else {
        parts[index] = text
      }
      node = TreeNode(string: parts.joined(separator: delimiter), at: value.span)
    }
  }

  /// A text stays a text where one stood.
  private static func value(_ value: TreeNode, for old: TreeNode) -> TreeNode {
    guard value.isScalar, old.string != nil, let text = value.text, value.string == nil else { return value }
    return TreeNode(string: text, at: value.span)
  }

  private func refusal(_ message: String, _ span: SourceSpan) -> BuildRefusal {
    BuildRefusal("kustomize refuses this build: \(message)", at: span, remedy: "mend the replacement")
  }
}

/// A field path of a replacement: keys with dots between them, `[key=value]` for items, `*` for all, numbers.
struct ReplacementPath {
  private enum Step {
    case key(String)
    case item(key: String, value: String)
    case all
  }

  private let steps: [Step]

  init(_ text: String) {
    var parts: [String] = [""]
    var depth = 0
    var isEscaped = false
    for character in text {
      if isEscaped {
        parts[parts.count - 1].append(character)
        isEscaped = false
        continue
      }
      switch character {
      case "\\": isEscaped = true
      case "[":
        depth += 1
        parts[parts.count - 1].append(character)
      case "]":
        depth -= 1
        parts[parts.count - 1].append(character)
      case "." where depth == 0: parts.append("")
      default: parts[parts.count - 1].append(character)
      }
    }
    steps = parts.filter { !$0.isEmpty }.map { part in
      if part == "*" { return .all }
      if part.hasPrefix("["), part.hasSuffix("]"), let equals = part.firstIndex(of: "=") {
        return .item(
          key: String(part[part.index(after: part.startIndex)..<equals]),
          value: String(part[part.index(after: equals)...].dropLast()))
      }
      return .key(part.hasPrefix("[") && part.hasSuffix("]") ? String(part.dropFirst().dropLast()) : part)
    }
  }

  /// The first node that the path leads to.
  func first(in root: TreeNode) -> TreeNode? { first(in: root, steps[...]) }

  private func first(in node: TreeNode, _ steps: ArraySlice<Step>) -> TreeNode? {
    guard let step = steps.first else { return node }
    let rest = steps.dropFirst()
    switch step {
    case .all: return node.items.lazy.compactMap { first(in: $0, rest) }.first
    case .item(let key, let value):
      return node.items.first { $0[key]?.text == value }.flatMap { first(in: $0, rest) }
    case .key(let key):
      if node.isSequence, let index = Int(key), node.items.indices.contains(index) {
        return first(in: node.items[index], rest)
      }
      return node[key].flatMap { first(in: $0, rest) }
    }
  }

  /// Changes each node that the path leads to, and returns how many these were.
  func change(_ root: inout TreeNode, creates: Bool, at place: SourceSpan, _ body: (inout TreeNode) -> Void) -> Int {
    change(&root, steps[...], creates, place, body)
  }

  private func change(
    _ node: inout TreeNode, _ steps: ArraySlice<Step>, _ creates: Bool, _ place: SourceSpan,
    _ body: (inout TreeNode) -> Void
  ) -> Int {
    guard let step = steps.first else {
      body(&node)
      return 1
    }
    let rest = steps.dropFirst()
    var count = 0
    switch step {
    case .all: node.changeItems { count += change(&$0, rest, creates, place, body) }
    case .item(let key, let value):
      if creates, node.isNull || node.isSequence, !node.items.contains(where: { $0[key]?.text == value }) {
        let made = TreeNode(.mapping([TreeEntry(key, at: place, TreeNode(string: value, at: place))]), at: place)
        node.items = node.items + [made]
      }
      node.changeItems { if $0[key]?.text == value { count += change(&$0, rest, creates, place, body) } }
    case .key(let key):
      if node.isSequence, let index = Int(key), node.items.indices.contains(index) {
        var items = node.items
        count = change(&items[index], rest, creates, place, body)
        node.items = items
      } else {
        if creates, node[key] == nil, node.isMapping || node.isNull {
          node[key] = TreeNode(.scalar(TreeScalar(text: "", style: .plain)), at: place)
        }
        node.change(key) { count = change(&$0, rest, creates, place, body) }
      }
    }
    return count
  }
}
